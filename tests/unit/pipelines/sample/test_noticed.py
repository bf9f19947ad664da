"""What is noticed of single cells, and what no longer is because a cell cannot be read."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.catalogue_model import Catalogue
from pipelines.sample.meaning import Sheet, Spot
from pipelines.sample.noticed import remarks
from pipelines.workbook.content import Raw

VALUES: dict[str, Any] = {
    "talk_count": 40,
    "remind_talk_count": 2,
    "dues_payable": Decimal("4000"),
    "dues_paid": Decimal("4000"),
    "fill_date": date(2026, 7, 3),
    "period_note": None,
    "branch_open": 3,
    "branch_add": 0,
    "branch_drop": 0,
    "branch_close": 3,
    "appraisal_joined": None,
    "org_life_meeting_done": 2,
}


def _said(
    catalogue: Catalogue, changes: dict[Spot, Any], raws: Collection[Spot] = ()
) -> set[tuple[str, str]]:
    sheet = Sheet(catalogue, {"dir.unit_kind": "city_organ"}, frozenset(), VALUES, {})
    written = {spot: Raw("text", "约五百") for spot in raws}
    blank = dict.fromkeys(raws)
    found = remarks(sheet.with_values({**changes, **blank}), written, {*changes, *raws})
    return {(each.rule, each.field) for each in found}


@pytest.mark.parametrize(
    ("name", "value", "rules"),
    [
        ("talk_count", 41, set()),
        ("talk_count", None, {"R001"}),
        ("talk_count", -1, {"R002"}),
        ("talk_count", Decimal("41.5"), {"R002"}),
        ("talk_count", 2001, {"R006"}),
        ("dues_paid", Decimal("4000.005"), {"R003"}),
        ("period_note", "联系13800001111", {"R013"}),
        ("period_note", "0579-80001234", set()),
        ("org_life_meeting_done", 3, {"R001"}),
        ("org_life_meeting_done", 0, set()),
    ],
)
def test_a_cell_is_noticed_for_what_it_holds(
    catalogue: Catalogue, name: str, value: Any, rules: set[str]
) -> None:
    assert {rule for rule, _ in _said(catalogue, {(name, None): value})} == rules


def test_a_word_in_a_cell_is_refused_by_the_rule_of_its_type(catalogue: Catalogue) -> None:
    assert _said(catalogue, {}, [("talk_count", None)]) == {("R002", "talk_count")}
    assert _said(catalogue, {}, [("dues_paid", None)]) == {("R003", "dues_paid")}
    assert _said(catalogue, {}, [("fill_date", None)]) == {("R004", "fill_date")}


def test_a_computed_cell_that_was_overwritten_says_so(catalogue: Catalogue) -> None:
    assert ("R012", "branch_close") in _said(catalogue, {}, [("branch_close", None)])


def test_what_rests_on_an_unread_cell_is_not_judged(catalogue: Catalogue) -> None:
    slip: dict[Spot, Any] = {("remind_talk_count", None): 45}
    assert ("R145", "remind_talk_count") in _said(catalogue, slip)
    assert ("R145", "remind_talk_count") not in _said(catalogue, slip, [("talk_count", None)])


def test_a_finding_points_at_the_first_target_that_the_unit_has(catalogue: Catalogue) -> None:
    slip: dict[Spot, Any] = {("branch_drop", None): 4}
    assert ("R101", "branch_close") in _said(catalogue, slip)
