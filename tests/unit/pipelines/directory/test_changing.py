"""Events: what each kind does to codes, versions and duties; and undoing them."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from models.events import EventKind
from models.period import Period
from pipelines.directory import (
    Asked,
    EventDraft,
    NoSuchEventError,
    RefusedError,
    Signed,
    enter,
    is_after_freeze,
    undo,
)
from pipelines.records.events import unit_events
from pipelines.records.issues import Issue, add_issues
from pipelines.records.quarters import open_period
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from tests.directory_books import (
    CENTRE,
    EAST,
    EAST_ORGAN,
    EAST_OTHER,
    EAST_TOWN,
    FIRST,
    SECOND,
    WEST,
    WEST_ORGAN,
    WEST_TOWN,
)

DAY = date(2026, 8, 15)
SIGNED = Signed("张三", datetime(2026, 8, 16, 9), "机构改革")
BEFORE, QUARTER = Period(2026, 2), Period(2026, 3)


@pytest.fixture
def entering(home, catalogue):
    """Enter an event into the small city."""

    def run(kind, *legs, day=DAY, document="", signed=SIGNED, dry_run=False):
        draft = EventDraft(kind, day, legs, document)
        with writing(home) as registry:
            return enter(home, registry, catalogue, draft, signed, dry_run=dry_run)

    return run


@pytest.fixture
def units(home):
    """The directory as it is now."""

    def ask():
        with reading(home) as registry:
            return directory(registry)

    return ask


def named(name, **columns):
    return {"unit_name": name, **columns}


def test_a_rename_is_a_new_version_of_the_same_code(entering, units):
    entering(EventKind.RENAME, Asked(FIRST, columns=named("虚构新局")))
    assert [each.unit_name for each in units().by_code[FIRST]] == ["虚构一局", "虚构新局"]
    assert units().by_code[FIRST][0].valid_to == units().by_code[FIRST][1].valid_from == DAY
    assert FIRST in units().owing(QUARTER)


def test_a_merger_ends_its_units_and_bears_one_that_reports_for_both(entering, units):
    event = entering(
        EventKind.MERGE,
        Asked(FIRST, columns=named("虚构合局")),
        Asked(SECOND, columns=named("虚构合局")),
    )
    born = event.to_codes[0]
    assert born == "330700100044"
    assert units().ended_within(QUARTER).keys() == {FIRST, SECOND}
    assert born in units().owing(QUARTER)
    assert not {FIRST, SECOND} & units().owing(QUARTER).keys()
    assert {FIRST, SECOND} <= units().owing(BEFORE).keys()
    assert units().by_code[FIRST][-1].reports_to == DAY


def test_a_merger_may_go_on_under_the_code_of_one(entering, units):
    event = entering(
        EventKind.MERGE,
        Asked(FIRST, FIRST, columns=named("虚构合局")),
        Asked(SECOND, FIRST),
    )
    assert event.to_codes == (FIRST,)
    assert units().owing(QUARTER)[FIRST].unit_name == "虚构合局"
    assert units().ended_within(QUARTER).keys() == {SECOND}


def test_units_under_merged_committees_come_under_the_new_one(entering, units):
    entering(
        EventKind.RELEVEL,
        *(Asked(code, columns={"county_code": "330702"}) for code in (WEST, WEST_ORGAN, WEST_TOWN)),
        day=date(2026, 8, 1),
    )
    event = entering(
        EventKind.MERGE,
        Asked(EAST, columns=named("虚构联工委")),
        Asked(WEST, columns=named("虚构联工委")),
        document="虚构2026年1号",
    )
    children = {each.unit_code for each in units().children(event.to_codes[0], QUARTER)}
    assert children == {EAST_ORGAN, EAST_OTHER, EAST_TOWN, WEST_ORGAN, WEST_TOWN}
    assert units().owing(QUARTER)[EAST_ORGAN].party_parent_code == event.to_codes[0]
    assert units().owing(QUARTER)[EAST_TOWN].party_parent_code == "虚构东镇党委"


def test_a_split_ends_the_unit_and_bears_its_parts_with_shares(entering, units, home):
    event = entering(
        EventKind.SPLIT,
        Asked(FIRST, share_members=0.6, share_funds=0.5, columns=named("虚构甲局")),
        Asked(FIRST, share_members=0.4, share_funds=0.5, columns=named("虚构乙局")),
    )
    assert event.to_codes == ("330700100044", "330700100051")
    assert units().ended_within(QUARTER).keys() == {FIRST}
    assert set(event.to_codes) <= units().owing(QUARTER).keys()
    with reading(home) as registry:
        legs = unit_events(registry)[0].legs
    assert [(each.share_members, each.share_funds) for each in legs] == [(0.6, 0.5), (0.4, 0.5)]


def test_a_part_may_keep_the_code_when_another_leaves_it(entering, units):
    event = entering(
        EventKind.SPLIT,
        Asked(FIRST, FIRST, share_members=0.7),
        Asked(FIRST, share_members=0.3, columns=named("虚构乙局")),
    )
    assert [leg.to_code for leg in event.legs] == [FIRST, "330700100044"]
    assert {FIRST, "330700100044"} <= units().owing(QUARTER).keys()


def test_an_abolished_unit_ends_and_owes_its_closing_only(entering, units):
    entering(EventKind.ABOLISH, Asked(EAST_OTHER))
    assert EAST_OTHER not in units().owing(QUARTER)
    assert EAST_OTHER in units().ended_within(QUARTER)
    assert EAST_OTHER not in units().ended_within(Period(2026, 4))


def test_a_unit_abolished_at_the_turn_of_a_quarter_reported_for_the_one_before(entering, units):
    entering(EventKind.ABOLISH, Asked(EAST_OTHER), day=date(2026, 7, 1))
    assert EAST_OTHER in units().owing(BEFORE)
    assert EAST_OTHER not in units().ended_within(QUARTER)


NEW = {
    "unit_kind": "county_organ",
    "county_code": "330702",
    "party_org_type": 3,
    "party_group_type": "党组",
    "coord_parent_code": EAST,
    "party_parent_code": EAST,
    "leading_system": "综合",
}


def test_a_new_unit_owes_from_the_quarter_of_its_birth(entering, units):
    event = entering(EventKind.NEW, Asked(columns=named("虚构东三局", **NEW)))
    assert event.to_codes == ("330702200040",)
    assert event.to_codes[0] in units().owing(QUARTER)
    assert event.to_codes[0] not in units().owing(BEFORE)
    assert units().owing(QUARTER)[event.to_codes[0]].level == "county"


def test_a_move_takes_the_unit_to_the_county_of_its_new_parent(entering, units):
    columns = {"coord_parent_code": "虚构西工委", "party_parent_code": WEST}
    entering(EventKind.MOVE, Asked(EAST_ORGAN, columns=columns))
    moved = units().owing(QUARTER)[EAST_ORGAN]
    assert (moved.coord_parent_code, moved.county_code) == (WEST, "330703")
    assert units().owing(BEFORE)[EAST_ORGAN].county_code == "330702"


def test_a_level_change_keeps_unit_codes_and_changes_the_county(entering, units):
    codes = (WEST, WEST_ORGAN, WEST_TOWN)
    entering(EventKind.RELEVEL, *(Asked(c, columns={"county_code": "330723"}) for c in codes))
    assert {units().owing(QUARTER)[code].county_code for code in codes} == {"330723"}
    assert {units().owing(BEFORE)[code].county_code for code in codes} == {"330703"}


def test_two_events_of_a_unit_on_one_day_make_one_version(entering, units):
    entering(EventKind.RENAME, Asked(EAST_ORGAN, columns=named("虚构新局")))
    entering(EventKind.MOVE, Asked(EAST_ORGAN, columns={"party_parent_code": "虚构东县委"}))
    assert len(units().by_code[EAST_ORGAN]) == 2
    last = units().by_code[EAST_ORGAN][-1]
    assert (last.unit_name, last.party_parent_code) == ("虚构新局", "虚构东县委")


def test_a_dry_run_enters_nothing(entering, units):
    before = units().versions
    event = entering(EventKind.ABOLISH, Asked(FIRST), dry_run=True)
    assert event.event_id == "2026-001"
    assert units().versions == before


@pytest.mark.parametrize(("day", "late"), [(date(2026, 9, 15), False), (date(2026, 9, 16), True)])
def test_an_event_entered_after_the_freeze_is_taken_and_marked(entering, catalogue, day, late):
    signed = replace(SIGNED, at=datetime(day.year, day.month, day.day, 9))
    event = entering(EventKind.ABOLISH, Asked(FIRST), signed=signed)
    assert is_after_freeze(catalogue, event) is late


def taking_back(home, number):
    with writing(home) as registry:
        return undo(registry, number, "李四", datetime(2026, 8, 20, 9), "录错")


@pytest.mark.parametrize(
    ("kind", "legs"),
    [
        (EventKind.RENAME, [Asked(FIRST, columns=named("虚构新局"))]),
        (EventKind.ABOLISH, [Asked(FIRST)]),
        (EventKind.NEW, [Asked(columns=named("虚构东三局", **NEW))]),
        (
            EventKind.MERGE,
            [Asked(FIRST, columns=named("虚构合")), Asked(SECOND, columns=named("虚构合"))],
        ),
    ],
)
def test_undoing_restores_the_directory_and_keeps_the_record(entering, units, home, kind, legs):
    before = units().versions
    entering(kind, *legs)
    assert units().versions != before
    taking_back(home, "2026-001")
    assert units().versions == before
    with reading(home) as registry:
        kept = unit_events(registry)[0]
    assert (kept.undone_by, kept.undone_why) == ("李四", "录错")


def test_a_code_that_was_undone_is_not_given_again(entering, home):
    entering(EventKind.NEW, Asked(columns=named("虚构东三局", **NEW)))
    taking_back(home, "2026-001")
    event = entering(EventKind.NEW, Asked(columns=named("虚构东四局", **NEW)))
    assert event.to_codes == ("330702200057",)


def reasons(home, number="2026-001"):
    with pytest.raises(RefusedError) as caught:
        taking_back(home, number)
    return [each.reason for each in caught.value.problems]


def test_an_event_is_not_undone_twice(entering, home):
    entering(EventKind.ABOLISH, Asked(FIRST))
    taking_back(home, "2026-001")
    assert reasons(home) == ["undone_already"]


def test_an_event_that_a_later_one_builds_on_is_not_undone(entering, home):
    entering(EventKind.RENAME, Asked(FIRST, columns=named("虚构新局")))
    entering(EventKind.ABOLISH, Asked(FIRST), day=date(2026, 9, 1))
    assert reasons(home) == ["changed_since"]


def test_an_event_on_the_strength_of_which_workbooks_went_out_is_not_undone(entering, home):
    event = entering(EventKind.NEW, Asked(columns=named("虚构东三局", **NEW)))
    at, code = datetime(2026, 9, 20, 9), event.to_codes[0]
    with writing(home) as registry:
        open_period(registry, QUARTER, at)
        add_issues(registry, [Issue("i", code, str(QUARTER), "1", "", "", "{}", at, "x.xlsx")])
    assert reasons(home) == ["issued_since"]


def test_an_event_that_is_not_there_cannot_be_undone(home):
    with pytest.raises(NoSuchEventError):
        taking_back(home, "2026-009")


def test_the_centre_is_one(entering):
    columns = named("虚构另工委", **{**NEW, "unit_kind": "city_wc", "county_code": "330700"})
    del columns["coord_parent_code"]
    with pytest.raises(RefusedError) as caught:
        entering(EventKind.NEW, Asked(columns={**columns, "party_parent_code": CENTRE}))
    assert [each.reason for each in caught.value.problems] == ["two_roots"]
