"""Import: every wrong cell at its address, nothing taken if anything is wrong."""

from datetime import date, datetime

import openpyxl
import pytest

from models.period import Period
from models.registry import decision
from models.units import is_unit_code
from pipelines.directory import NotDirectoryBookError, RefusedError, problem_lines, take
from pipelines.quarter.decisions import lock
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
    address,
    changed,
    city,
    row,
)
from tests.unit.pipelines.directory.conftest import SIGNED

QUARTER = Period(2026, 2)
LATER = date(2026, 1, 1)


def versions(home):
    with reading(home) as registry:
        return directory(registry).versions


def refused(importing, home, rows, events=None):
    with pytest.raises(RefusedError) as caught:
        importing(home, rows, events)
    return caught.value.problems


WRONG = [
    (FIRST, {"unit_code": "330700100029"}, "unit_code", "bad_code"),
    (FIRST, {"unit_code": "33070010002"}, "unit_code", "bad_code"),
    (FIRST, {"unit_code": "440100100013"}, "unit_code", "code_of_elsewhere"),
    (FIRST, {"unit_name": None}, "unit_name", "blank"),
    (FIRST, {"unit_name": "名" * 121}, "unit_name", "too_long"),
    (SECOND, {"unit_name": "虚构一局"}, "unit_name", "same_name"),
    (FIRST, {"unit_kind": "市直机关"}, "unit_kind", "not_in_list"),
    (FIRST, {"unit_kind": "市直机关工委", "coord_parent_code": None}, "unit_kind", "two_roots"),
    (FIRST, {"county_code": "330799"}, "county_code", "not_in_list"),
    (FIRST, {"county_code": "330702"}, "county_code", "county_of_city"),
    (EAST_ORGAN, {"county_code": "330700"}, "county_code", "county_needed"),
    (FIRST, {"party_org_type": "支部"}, "party_org_type", "not_in_list"),
    (FIRST, {"leading_system": "后勤"}, "leading_system", "not_in_list"),
    (FIRST, {"valid_from": "去年"}, "valid_from", "bad_date"),
    (FIRST, {"valid_from": "2026-02-30"}, "valid_from", "bad_date"),
    (FIRST, {"coord_parent_code": None}, "coord_parent_code", "parent_wanted"),
    (CENTRE, {"coord_parent_code": FIRST}, "coord_parent_code", "no_parent_wanted"),
    (FIRST, {"coord_parent_code": "330700109995"}, "coord_parent_code", "no_such_parent"),
    (FIRST, {"coord_parent_code": "330700109999"}, "coord_parent_code", "bad_code"),
    (FIRST, {"coord_parent_code": "没有的工委"}, "coord_parent_code", "no_such_parent"),
    (FIRST, {"coord_parent_code": EAST}, "coord_parent_code", "parent_of_wrong_kind"),
    (EAST_ORGAN, {"coord_parent_code": WEST}, "coord_parent_code", "parent_of_other_county"),
    (EAST_ORGAN, {"party_parent_code": "330700109995"}, "party_parent_code", "no_such_parent"),
]


@pytest.mark.parametrize(("code", "cells", "column", "reason"), WRONG)
def test_a_wrong_cell_is_told_at_its_address(importing, empty, code, cells, column, reason):
    rows = changed(code, **cells)
    found = refused(importing, empty, rows)
    place = address(rows, cells.get("unit_code", code), column)
    assert (reason, "单位", place) in {(each.reason, each.sheet, each.cell) for each in found}
    assert versions(empty) == []


@pytest.mark.parametrize(("code", "cells", "column", "reason"), WRONG)
def test_a_problem_says_what_was_seen_expected_and_to_do(
    importing, empty, catalogue, code, cells, column, reason
):
    found = refused(importing, empty, changed(code, **cells))
    told = [line for line in problem_lines(catalogue, found) if line["reason"] == reason]
    assert told[0]["expected"]
    assert told[0]["do"].endswith("。")
    assert "{" not in told[0]["expected"] + told[0]["do"]


def test_a_level_that_is_not_of_the_kind_is_told(importing, empty):
    rows = [{**each, "level": None} for each in city()]
    rows[1]["level"] = "乡镇(街道)"
    assert [each.reason for each in refused(importing, empty, rows)] == ["level_not_of_kind"]


def test_two_parents_above_one_another_are_a_cycle(importing, empty):
    rows = changed(FIRST, party_parent_code=SECOND)
    rows[2]["party_parent_code"] = FIRST
    found = refused(importing, empty, rows)
    assert {(each.reason, each.line) for each in found} == {("cycle", 5), ("cycle", 6)}


@pytest.mark.parametrize(
    ("until", "since", "reason", "column"),
    [
        (date(2026, 4, 1), LATER, "overlap", "valid_to"),
        (None, LATER, "overlap", "valid_to"),
        (date(2025, 4, 1), LATER, "gap", "valid_from"),
        (date(2019, 4, 1), LATER, "ends_before", "valid_to"),
    ],
)
def test_versions_follow_one_another(importing, empty, until, since, reason, column):
    rows = changed(FIRST, valid_to=until)
    rows.append({**rows[1], "valid_from": since, "valid_to": None, "unit_name": "虚构新局"})
    found = refused(importing, empty, rows)
    assert (reason, column) in {(each.reason, each.column) for each in found}


def test_a_row_that_stands_twice_is_told(importing, empty):
    found = refused(importing, empty, [*city(), city()[1]])
    assert "same_version" in {each.reason for each in found}


def test_a_parent_must_be_there_as_long_as_its_child(importing, empty):
    rows = changed(EAST, valid_to=LATER)
    found = refused(importing, empty, rows)
    assert {each.reason for each in found} == {"parent_not_in_force"}
    assert {each.line for each in found} == {8, 9, 10}


def test_reporting_that_ends_before_it_begins_is_told(importing, empty):
    rows = changed(FIRST, reports_from=LATER, reports_to=date(2025, 1, 1))
    found = refused(importing, empty, rows)
    assert [(each.reason, each.column) for each in found] == [("ends_before", "reports_to")]


def test_every_wrong_cell_is_told_at_once(importing, empty):
    rows = changed(FIRST, unit_name=None, county_code="999999", valid_from="?")
    rows[4]["coord_parent_code"] = WEST
    assert len(refused(importing, empty, rows)) == 4


def test_children_are_not_blamed_for_a_row_that_cannot_be_read(importing, empty):
    found = refused(importing, empty, changed(EAST, valid_from="?"))
    assert [each.reason for each in found] == ["bad_date"]


def test_codes_as_numbers_dates_as_texts_and_words_of_lists_are_read(importing, empty):
    rows = changed(FIRST, unit_code=int(FIRST), valid_from="2020年1月1日", county_code="金华市")
    importing(empty, rows)
    assert len(versions(empty)) == 10


def test_columns_may_stand_in_any_order_and_unknown_ones_are_told(importing, empty):
    rows = [dict(reversed(each.items())) for each in city()]
    taken = importing(empty, rows, extra=["备注"])
    assert taken.ignored == ["备注"]
    assert len(taken.added) == 10


def test_a_city_that_begins_names_parents_and_gets_codes(importing, empty):
    names = {each["unit_code"]: each["unit_name"] for each in city()}
    rows = [
        {
            **each,
            "unit_code": None,
            "coord_parent_code": names.get(each["coord_parent_code"]),
            "party_parent_code": names.get(each["party_parent_code"], each["party_parent_code"]),
        }
        for each in city()
    ]
    taken = importing(empty, rows)
    assert [each.unit_code for each in taken.assigned] == [each["unit_code"] for each in city()]
    by_code = {each.unit_code: each for each in versions(empty)}
    assert by_code[EAST_ORGAN].coord_parent_code == EAST
    assert by_code[EAST_TOWN].party_parent_code == "虚构东镇党委"


def test_a_new_unit_gets_the_next_code_that_checks(importing, home):
    new = row(None, "虚构三局", "市直单位", "330700", CENTRE, CENTRE)
    taken = importing(home, [*city(), new])
    assert [each.unit_code for each in taken.assigned] == ["330700100044"]
    assert all(is_unit_code(each.unit_code) for each in taken.assigned)


def test_a_dry_run_shows_what_would_change_and_changes_nothing(importing, home):
    before = versions(home)
    rows = changed(FIRST, unit_name="虚构新局")
    rows[2]["valid_to"] = date(2027, 1, 1)
    rows.append(row(None, "虚构三局", "市直单位", "330700", CENTRE, CENTRE))
    taken = importing(home, rows, dry_run=True)
    assert [each.unit_code for each in taken.changed] == [FIRST]
    assert taken.changed[0].columns == ("unit_name", "short_name")
    assert [each.unit_code for each in taken.ended] == [SECOND]
    assert len(taken.added) == 1
    assert versions(home) == before


def test_an_import_is_on_record_with_who_when_and_why(home):
    with reading(home) as registry:
        rows = registry.execute(decision.select()).all()
    assert [(each.action, each.decided_by, each.why) for each in rows] == [
        ("directory", SIGNED.by, SIGNED.why)
    ]


@pytest.mark.parametrize(("is_sample", "mark"), [(True, ""), (False, "(样例)")])
def test_real_and_sample_directories_stay_apart(importing, empty, is_sample, mark):
    if is_sample:
        empty.root.mkdir()
        empty.sample_mark.write_text("7", encoding="utf-8")
    found = refused(importing, empty, city(mark))
    assert {each.reason for each in found} == {"mark_missing" if is_sample else "mark_not_wanted"}
    assert found[0].fills["count"] == 10


def issue(home, code, period=QUARTER):
    at = datetime(2026, 6, 20, 9)
    with writing(home) as registry:
        open_period(registry, period, at)
        name = f"{code}-{period}-1"
        add_issues(registry, [Issue(name, code, str(period), "1", "", "", "{}", at, "x.xlsx")])


def test_a_code_that_was_used_is_never_lost(importing, home):
    issue(home, FIRST)
    found = refused(importing, home, [each for each in city() if each["unit_code"] != FIRST])
    assert [(each.reason, each.seen) for each in found] == [("code_lost", FIRST)]


def test_a_code_that_nobody_used_may_be_taken_out(importing, home):
    taken = importing(home, [each for each in city() if each["unit_code"] != FIRST])
    assert [each.unit_code for each in taken.removed] == [FIRST]


def test_a_unit_that_holds_a_workbook_still_owes_it(importing, home):
    issue(home, FIRST)
    rows = changed(FIRST, valid_to=date(2025, 1, 1))
    assert [each.reason for each in refused(importing, home, rows)] == ["issued_history"]


def test_a_locked_quarter_keeps_its_units_as_they_were(importing, home):
    issue(home, FIRST)
    with writing(home) as registry:
        for by in ("甲", "乙"):
            lock(registry, QUARTER, by, SIGNED.at, "锁")
    found = refused(importing, home, changed(EAST_OTHER, unit_name="虚构改局"))
    assert [(each.reason, each.column) for each in found] == [("locked_history", "unit_name")]


def test_a_change_after_a_locked_quarter_is_taken(importing, home):
    issue(home, FIRST)
    with writing(home) as registry:
        for by in ("甲", "乙"):
            lock(registry, QUARTER, by, SIGNED.at, "锁")
    rows = changed(WEST_ORGAN, valid_to=date(2026, 7, 1))
    assert len(importing(home, rows).ended) == 1


def test_a_missing_column_is_told_by_its_header(importing, empty):
    rows = [{k: v for k, v in each.items() if k != "unit_kind"} for each in city()]
    found = refused(importing, empty, rows)
    assert [(each.reason, each.column) for each in found] == [("no_column", "unit_kind")]


def test_a_sheet_without_rows_does_not_empty_the_directory(importing, home):
    rows = [dict.fromkeys(city()[0])]
    assert [each.reason for each in refused(importing, home, rows)] == ["no_rows"]
    assert len(versions(home)) == 10


@pytest.mark.parametrize("content", [b"", b"no workbook"])
def test_a_file_that_is_no_workbook_is_told(catalogue, home, tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with writing(home) as registry, pytest.raises(NotDirectoryBookError) as caught:
        take(home, registry, catalogue, path, SIGNED, dry_run=True)
    assert caught.value.reason == "not_a_workbook"


def test_a_workbook_without_either_sheet_is_told(catalogue, home, tmp_path):
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with writing(home) as registry, pytest.raises(NotDirectoryBookError) as caught:
        take(home, registry, catalogue, tmp_path / "x.xlsx", SIGNED, dry_run=True)
    assert caught.value.reason == "no_directory_sheet"
