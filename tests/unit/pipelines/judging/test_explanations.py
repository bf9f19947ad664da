import hashlib
import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from models.registry import explanation
from pipelines.judging.explanations import (
    Explanation,
    Known,
    Subject,
    on_record,
    record,
    rule_mark,
    typed_in,
)
from pipelines.registry import open_registry

AT = datetime(2026, 10, 9, 15)
ABOUT = Subject("R163", 1, "fund_spent_ytd", None, "12.5", "10", "mark")
LONG = "上级专项资金已到位,年底一并入账"


def said(subject=ABOUT, text=LONG, reason=None, unit="A", submission="A-v1"):
    return Explanation(unit, subject, reason, text, submission, "unit", AT)


@pytest.fixture
def registry(tmp_path):
    with open_registry(tmp_path / "registry.sqlite").begin() as connection:
        yield connection


def test_it_holds_for_the_same_unit_and_the_same_subject_only():
    known = Known([said()], 10)
    assert known.explains("A", ABOUT)
    assert not known.explains("B", ABOUT)
    assert known.lapsed("A", ABOUT) is None


@pytest.mark.parametrize("change", [{"value": "13"}, {"expected": "11"}, {"rule_mark": "other"}])
def test_it_lapses_when_value_or_rule_changes(change):
    known, now = Known([said()], 10), replace(ABOUT, **change)
    assert not known.explains("A", now)
    assert known.lapsed("A", now) == said()


@pytest.mark.parametrize(
    "change", [{"row_key": "L3-1"}, {"field": "x"}, {"part": 2}, {"rule": "R1"}]
)
def test_about_another_cell_or_rule_it_says_nothing(change):
    known, now = Known([said()], 10), replace(ABOUT, **change)
    assert not known.explains("A", now)
    assert known.lapsed("A", now) is None


@pytest.mark.parametrize(
    ("text", "is_enough"), [("一二三四五六七八九", False), ("一二三四五六七八九十", True)]
)
def test_ten_characters_explain_and_nine_do_not(text, is_enough):
    assert Known([said(text=text)], 10).explains("A", ABOUT) is is_enough


def test_the_newest_words_count():
    known = Known([said(), said(text="短")], 10)
    assert not known.explains("A", ABOUT)


def test_said_again_it_is_recorded_once_and_new_words_are_added(registry, catalogue):
    record(registry, catalogue, "2026Q3", [said()])
    record(registry, catalogue, "2026Q3", [said(submission="A-v2")])
    record(registry, catalogue, "2026Q3", [said(text="另一个说法,也足够长了", submission="A-v2")])
    # The first file is read again, under a new catalogue: its words do not come back.
    record(registry, catalogue, "2026Q3", [said()])
    rows = registry.execute(select(explanation).order_by(explanation.c.explanation_id)).all()
    assert [row.text for row in rows] == [LONG, "另一个说法,也足够长了"]
    known = on_record(registry, catalogue, "2026Q3")
    assert known.on("A", ABOUT).text == "另一个说法,也足够长了"
    assert on_record(registry, catalogue, "2026Q2").given == []


def test_what_stands_in_a_file_is_read_with_its_key_and_reason(catalogue):
    found = [{"key": ABOUT.as_key(), "text": f" {LONG} ", "reason": "3=集中开展"}]
    assert typed_in(catalogue, json.dumps(found), "A", "A-v1", AT) == [said(reason=3)]


@pytest.mark.parametrize(
    "key",
    ["", "no json", "{}", "[]", '["R163", "1", null, null, null, null, "m"]', "[1,1,1,1,1,1,1]"],
)
def test_a_key_that_is_not_ours_is_passed_over(catalogue, key):
    found = [{"key": key, "text": LONG, "reason": ""}]
    assert typed_in(catalogue, json.dumps(found), "A", "A-v1", AT) == []


def test_a_reason_out_of_the_list_is_no_reason(catalogue):
    found = [{"key": ABOUT.as_key(), "text": LONG, "reason": "77"}]
    assert typed_in(catalogue, json.dumps(found), "A", "A-v1", AT) == [said()]


def test_marks_recorded_before_parts_had_fills_of_their_own_still_hold(catalogue):
    rule = catalogue.rules["R163"]
    said = rule.model_dump_json(
        exclude={"examples": True, "norm": True, "parts": {"__all__": {"fills"}}}
    )
    recorded = hashlib.sha256(f"{said}|None".encode()).hexdigest()[:16]
    assert rule_mark(catalogue, "R163", None) == recorded
    filled = rule.parts[0].model_copy(update={"fills": {"value": "branch_close"}})
    other = {**catalogue.rules, "R163": rule.model_copy(update={"parts": (filled,)})}
    assert rule_mark(replace(catalogue, rules=other), "R163", None) != recorded


def test_the_mark_of_a_rule_follows_its_text_and_its_limits(catalogue):
    rule = catalogue.rules["R163"]
    other = {**catalogue.rules, "R163": rule.model_copy(update={"message": "别的话"})}
    assert rule_mark(catalogue, "R163", None) != rule_mark(
        replace(catalogue, rules=other), "R163", None
    )
    same = {**catalogue.rules, "R163": rule.model_copy(update={"examples": ()})}
    assert rule_mark(catalogue, "R163", None) == rule_mark(
        replace(catalogue, rules=same), "R163", None
    )
    assert rule_mark(catalogue, "R006", "staff_total") != rule_mark(
        catalogue, "R006", "fund_spent_ytd"
    )
