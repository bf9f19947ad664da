from datetime import date, datetime

import pytest

from models.events import (
    Effect,
    EventKind,
    Leg,
    Opening,
    UnitEvent,
    display_name,
    expected_opening,
    openings,
)
from models.period import Period
from models.units import Directory
from tests.unit.models.test_units import version

A, B, C, D, E = (f"33070010{n:04d}" for n in range(1, 6))
QUARTER = Period(2026, 3)


def event(kind, *legs, day=date(2026, 8, 15), number="2026-001", **more):
    made = [Leg(*leg) for leg in legs]
    at = datetime(2026, 8, 16)
    return UnitEvent(number, kind, day, tuple(made), "", "甲", at, "试", Effect((), ()), **more)


MERGER = event(EventKind.MERGE, (A, C), (B, C))
SPLIT = event(EventKind.SPLIT, (A, B, 0.6), (A, C, 0.4))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([MERGER], {C: Opening("closings", (A, B))}),
        ([event(EventKind.MERGE, (A, A), (B, A))], {A: Opening("closings", (A, B))}),
        ([SPLIT], {B: Opening("typed", (A,)), C: Opening("typed", (A,))}),
        ([event(EventKind.NEW, (None, A))], {A: Opening("zero")}),
        ([event(EventKind.RENAME, (A, A))], {}),
        ([event(EventKind.MOVE, (A, A))], {}),
        ([event(EventKind.RELEVEL, (A, A))], {}),
        ([event(EventKind.ABOLISH, (A, None))], {}),
    ],
)
def test_where_openings_come_from_after_each_kind_of_event(events, expected):
    assert openings(events, QUARTER) == expected


def test_two_mergers_of_one_quarter_add_up_all_that_went_into_them():
    second = event(EventKind.MERGE, (C, E), (D, E), day=date(2026, 9, 1), number="2026-002")
    assert openings([second, MERGER], QUARTER)[E] == Opening("closings", (A, B, D))


def test_a_new_unit_brings_nothing_into_a_merger():
    new = event(EventKind.NEW, (None, B), day=date(2026, 7, 5))
    assert openings([new, MERGER], QUARTER)[C] == Opening("closings", (A,))


def test_a_part_of_a_split_that_merges_has_its_opening_typed():
    split = event(EventKind.SPLIT, (D, A, 0.5), (D, E, 0.5), day=date(2026, 7, 5))
    assert openings([split, MERGER], QUARTER)[C] == Opening("typed", (D, B))


@pytest.mark.parametrize(
    "events",
    [
        [event(EventKind.MERGE, (A, C), (B, C), undone_at=datetime(2026, 8, 20))],
        [event(EventKind.MERGE, (A, C), (B, C), day=date(2026, 6, 30))],
        [event(EventKind.MERGE, (A, C), (B, C), day=date(2026, 10, 1))],
    ],
)
def test_events_undone_or_of_other_quarters_change_no_opening(events):
    assert openings(events, QUARTER) == {}


CLOSINGS = {A: {"member_close": 40, "branch_close": 3}, B: {"member_close": 25}}


@pytest.mark.parametrize(
    ("unit", "field", "events", "expected"),
    [
        (A, "member_close", [], 40),
        (C, "member_close", [MERGER], 65),
        (C, "branch_close", [MERGER], None),
        (B, "member_close", [SPLIT], None),
        (A, "member_close", [event(EventKind.NEW, (None, A))], 0),
        (D, "member_close", [], None),
    ],
)
def test_the_opening_a_unit_must_have(unit, field, events, expected):
    assert expected_opening(unit, field, openings(events, QUARTER), CLOSINGS) == expected


def test_a_renamed_unit_shows_its_old_name_for_four_quarters(catalogue):
    change = date(2026, 4, 1)
    units = Directory([version(end=change), version(start=change, unit_name="新名(样例)")])
    code = units.versions[0].unit_code
    shown = [display_name(catalogue, units, code, Period(2026, 1).shifted(n)) for n in range(6)]
    old = "市级综合类单位甲(样例)"
    assert shown == [old, *[f"新名(样例)(原{old})"] * 4, "新名(样例)"]


def test_a_later_version_of_the_same_name_does_not_lengthen_that_time(catalogue):
    first, second = date(2026, 4, 1), date(2026, 10, 1)
    units = Directory(
        [
            version(end=first),
            version(start=first, end=second, unit_name="新名"),
            version(start=second, unit_name="新名", party_org_type=2),
        ]
    )
    code = units.versions[0].unit_code
    assert "原" in display_name(catalogue, units, code, Period(2027, 1))
    assert display_name(catalogue, units, code, Period(2027, 2)) == "新名"
