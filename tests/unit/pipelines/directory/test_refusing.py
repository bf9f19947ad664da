"""Wrong events: each is refused with its reason, and nothing is entered."""

from datetime import date, datetime

import pytest

from models.events import EventKind
from models.period import Period
from pipelines.directory import Asked, EventDraft, RefusedError, Signed, enter, problem_lines
from pipelines.quarter.decisions import lock
from pipelines.records.events import unit_events
from pipelines.records.quarters import open_period
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from tests.directory_books import (
    EAST,
    EAST_ORGAN,
    EAST_OTHER,
    FIRST,
    SECOND,
    WEST,
    WEST_ORGAN,
    city,
    row,
)

DAY = date(2026, 8, 15)
SIGNED = Signed("张三", datetime(2026, 8, 16, 9), "机构改革")
LATER = "330700100044"


def named(name, **columns):
    return {"unit_name": name, **columns}


def part(code, name, members):
    return Asked(code, share_members=members, columns=named(name))


TWO = (Asked(FIRST, columns=named("虚构合")), Asked(SECOND, columns=named("虚构合")))
WRONG = [
    (EventKind.RENAME, [Asked("330700109995", columns=named("虚构新局"))], "no_such_unit"),
    (EventKind.RENAME, [Asked(columns=named("虚构新局"))], "too_few_origins"),
    (EventKind.RENAME, list(TWO), "too_many_origins"),
    (EventKind.RENAME, [Asked(FIRST, columns=named("虚构一局"))], "rename_changes_nothing"),
    (EventKind.RENAME, [Asked(FIRST)], "rename_changes_nothing"),
    (EventKind.RENAME, [Asked(FIRST, columns=named("虚构二局"))], "name_taken"),
    (EventKind.RENAME, [Asked(FIRST, columns=named("虚构新局(样例)"))], "mark_not_wanted"),
    (EventKind.MERGE, [TWO[0]], "too_few_origins"),
    (EventKind.MERGE, [Asked(FIRST), Asked(SECOND)], "merge_successors"),
    (EventKind.MERGE, [TWO[0], Asked(SECOND, columns=named("另一家"))], "merge_successors"),
    (EventKind.MERGE, [Asked(FIRST, EAST), Asked(SECOND, EAST)], "code_taken"),
    (EventKind.MERGE, [Asked(FIRST, LATER), Asked(SECOND, LATER)], "successor_later"),
    (
        EventKind.MERGE,
        [Asked(FIRST, "330700100051"), Asked(SECOND, "330700100051")],
        "new_name_needed",
    ),
    (
        EventKind.MERGE,
        [Asked(c, columns=named("虚构合")) for c in (EAST_ORGAN, WEST_ORGAN)],
        "document_needed",
    ),
    (EventKind.SPLIT, [part(FIRST, "虚构甲", 1.0)], "split_successors"),
    (EventKind.SPLIT, [part(FIRST, "虚构甲", 0.6), part(FIRST, "虚构乙", 0.3)], "shares_not_one"),
    (EventKind.SPLIT, [part(FIRST, "虚构甲", 0.6), part(FIRST, "虚构乙", None)], "share_needed"),
    (EventKind.SPLIT, [part(EAST, "虚构甲", 0.6), part(EAST, "虚构乙", 0.4)], "has_children"),
    (EventKind.RENAME, [part(FIRST, "虚构新局", 0.6)], "share_not_wanted"),
    (EventKind.ABOLISH, [Asked(EAST)], "has_children"),
    (EventKind.ABOLISH, [Asked(FIRST, SECOND)], "abolish_successors"),
    (EventKind.NEW, [Asked(columns=named("虚构三局"))], "new_needs"),
    (EventKind.NEW, [Asked()], "new_successors"),
    (EventKind.NEW, [Asked(FIRST, columns=named("虚构三局"))], "too_many_origins"),
    (EventKind.MOVE, [Asked(FIRST)], "move_changes_nothing"),
    (EventKind.MOVE, [Asked(EAST, columns={"coord_parent_code": WEST})], "parent_of_wrong_kind"),
    (EventKind.MOVE, [Asked(FIRST, columns={"coord_parent_code": "没有"})], "no_such_parent"),
    (EventKind.MOVE, [Asked(EAST, columns={"party_parent_code": EAST_ORGAN})], "cycle"),
    (EventKind.RELEVEL, [Asked(FIRST)], "relevel_changes_nothing"),
    (EventKind.RELEVEL, [Asked(FIRST, columns={"county_code": "330702"})], "county_of_city"),
    (
        EventKind.RELEVEL,
        [Asked(EAST_ORGAN, columns={"county_code": "330703"})],
        "parent_of_other_county",
    ),
    (
        EventKind.RELEVEL,
        [Asked(EAST_ORGAN, columns={"unit_kind": "city_organ"})],
        "county_of_city",
    ),
]


def refused(home, catalogue, kind, legs, day=DAY):
    draft = EventDraft(kind, day, tuple(legs))
    with writing(home) as registry, pytest.raises(RefusedError) as caught:
        enter(home, registry, catalogue, draft, SIGNED, dry_run=False)
    return caught.value.problems


@pytest.fixture
def peopled(importing, empty):
    """The small city, and a unit that begins next year."""
    later = row(LATER, "虚构明年局", "市直单位", "330700", "330700100010", "330700100010")
    importing(empty, [*city(), {**later, "valid_from": date(2027, 1, 1)}])
    return empty


@pytest.mark.parametrize(("kind", "legs", "reason"), WRONG)
def test_a_wrong_event_is_refused_with_its_reason(peopled, catalogue, kind, legs, reason):
    with reading(peopled) as registry:
        before = directory(registry).versions
    found = refused(peopled, catalogue, kind, legs)
    assert reason in {each.reason for each in found}
    for line in problem_lines(catalogue, found):
        assert line["expected"]
        assert line["do"]
    with reading(peopled) as registry:
        assert unit_events(registry) == []
        assert directory(registry).versions == before


def test_too_few_units_are_told_by_their_codes_and_not_by_their_number(peopled, catalogue):
    found = refused(peopled, catalogue, EventKind.MERGE, [TWO[0]])
    (line,) = [e for e in problem_lines(catalogue, found) if e["reason"] == "too_few_origins"]
    assert line["seen"] == FIRST


def entered(home, catalogue, kind, *legs, day=DAY):
    with writing(home) as registry:
        draft = EventDraft(kind, day, legs)
        return enter(home, registry, catalogue, draft, SIGNED, dry_run=False)


def test_nothing_happens_to_a_unit_that_has_ended(home, catalogue):
    entered(home, catalogue, EventKind.ABOLISH, Asked(EAST_OTHER))
    found = refused(
        home, catalogue, EventKind.RENAME, [Asked(EAST_OTHER, columns=named("虚构新局"))],
        day=date(2026, 9, 1),
    )  # fmt: skip
    assert [each.reason for each in found] == ["unit_ended"]


def test_nothing_happens_to_a_unit_before_it_was_born(home, catalogue):
    legs = [Asked(FIRST, columns=named("虚构新局"))]
    found = refused(home, catalogue, EventKind.RENAME, legs, day=date(2019, 8, 15))
    assert [each.reason for each in found] == ["not_yet_born"]


def test_nothing_happens_to_a_unit_before_its_last_change(home, catalogue):
    entered(home, catalogue, EventKind.RENAME, Asked(FIRST, columns=named("虚构新局")))
    legs = [Asked(FIRST, columns=named("虚构再局"))]
    found = refused(home, catalogue, EventKind.RENAME, legs, day=date(2026, 8, 1))
    assert [each.reason for each in found] == ["before_last_change"]


def test_a_unit_does_not_end_on_the_day_it_changes(home, catalogue):
    entered(home, catalogue, EventKind.RENAME, Asked(FIRST, columns=named("虚构新局")))
    found = refused(home, catalogue, EventKind.ABOLISH, [Asked(FIRST)])
    assert [each.reason for each in found] == ["before_last_change"]


def test_a_locked_quarter_keeps_its_units(home, catalogue):
    with writing(home) as registry:
        open_period(registry, Period(2026, 3), SIGNED.at)
        for by in ("甲", "乙"):
            lock(registry, Period(2026, 3), by, SIGNED.at, "锁")
    found = refused(home, catalogue, EventKind.ABOLISH, [Asked(FIRST)])
    assert [each.reason for each in found] == ["locked_quarter"]


def test_a_code_is_never_given_twice(home, catalogue):
    entered(home, catalogue, EventKind.ABOLISH, Asked(EAST_OTHER))
    legs = [Asked(None, EAST_OTHER, columns=named("虚构东九局"))]
    found = refused(home, catalogue, EventKind.NEW, legs)
    assert "code_taken" in {each.reason for each in found}
