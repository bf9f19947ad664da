"""换届台账: L1 and what F1 counts from it, worked out again by other means."""

from datetime import date

import pytest

from pipelines.sample.turn import Row
from tests.flow.sample.conftest import Told

pytestmark = pytest.mark.xdist_group("sample")

TERMS = {1: 5, 2: 3, 3: 3, 4: 3}


def _span(period: str) -> tuple[date, date]:
    year, quarter = int(period[:4]), int(period[-1])
    last = {1: date(year, 3, 31), 2: date(year, 6, 30), 3: date(year, 9, 30), 4: date(year, 12, 31)}
    return date(year, quarter * 3 - 2, 1), last[quarter]


def _years_later(day: object, years: object) -> date:
    assert isinstance(day, date)
    assert isinstance(years, int)
    is_leap_day = (day.month, day.day) == (2, 29) and (day.year + years) % 4
    return date(day.year + years, day.month, 28 if is_leap_day else day.day)


def _overdue(row: Row, last: date) -> bool:
    due, until = row["due_date"], row["extension_until"]
    assert isinstance(due, date)
    is_covered = row["extension_status"] == 1 and isinstance(until, date) and until >= last
    return (
        row["org_status"] != 3 and due < last and not row["election_done_date"] and not is_covered
    )


def _is_in_time(row: Row) -> bool:
    due, done = row["due_date"], row["election_done_date"]
    assert isinstance(due, date)
    assert isinstance(done, date)
    return done <= due


def test_formula_columns_follow_from_the_row(told: Told) -> None:
    for _, period, truth in told.each():
        for row in truth.rows["l1"]:
            assert row["term_years"] == TERMS[row["org_type"]]  # type: ignore[index]  # an int
            assert row["due_date"] == _years_later(row["last_election_date"], row["term_years"])
            assert row["overdue_flag"] == _overdue(row, _span(period)[1])


def test_f1_counts_the_rows_of_the_ledger(told: Told) -> None:
    seen = 0
    for _, period, truth in told.each():
        first, last = _span(period)
        rows, values = truth.rows["l1"], truth.values
        alive = [row for row in rows if row["org_status"] != 3]
        due = [row for row in alive if first <= row["due_date"] <= last]  # type: ignore[operator]
        done = [row for row in rows if row["election_done_date"]]
        in_time = [row for row in due if row in done and _is_in_time(row)]
        seen += len(in_time)
        assert values["org_total_close"] == len(alive)
        assert values["election_due_qtr"] == len(due)
        assert values["election_done_qtr"] == len(done)
        assert values["election_ontime_qtr"] == len(in_time)
        assert values["election_overdue"] == sum(row["overdue_flag"] == 1 for row in rows)
        assert values["secretary_vacant_3m"] == sum(row["secretary_status"] == 3 for row in alive)
    assert seen


def test_members_of_the_branches_are_the_members_of_the_unit(told: Told) -> None:
    for _, _, truth in told.each():
        branches = [r for r in truth.rows["l1"] if r["org_type"] in {3, 4} and r["org_status"] != 3]
        formal = [row["org_formal_members"] for row in branches]
        probation = [row["org_probation_members"] for row in branches]
        values = truth.values
        assert sum(formal) + sum(probation) == values["member_close"]  # type: ignore[arg-type]
        assert sum(probation) == values["member_probation"]  # type: ignore[arg-type]
        assert len(branches) == values["branch_close"]
        assert sum(size >= 7 for size in formal) == values["branch_7plus_count"]  # type: ignore[operator]
        assert sum(size < 3 for size in formal) == values["branch_under3_count"]  # type: ignore[operator]


def test_the_main_organisation_is_of_the_type_in_the_directory(told: Told) -> None:
    for unit, _, truth in told.each():
        assert truth.rows["l1"][0]["org_type"] == unit.party_org_type


def test_last_election_is_the_one_held_last_quarter(told: Told) -> None:
    held = 0
    for _, before, truth in told.pairs():
        old = {row["org_code"]: row for row in before.rows["l1"]}
        for row in truth.rows["l1"]:
            was = old.get(row["org_code"])
            if was is None:
                assert row["org_status"] == 2
            else:
                held += was["election_done_date"] is not None
                expected = was["election_done_date"] or was["last_election_date"]
                assert row["last_election_date"] == expected
    assert held


def test_dissolved_organisations_leave_the_ledger_after_one_quarter(told: Told) -> None:
    for _, before, truth in told.pairs():
        ended = {row["org_code"] for row in before.rows["l1"] if row["org_status"] == 3}
        assert ended.isdisjoint(row["org_code"] for row in truth.rows["l1"])


def test_an_extension_has_a_date_within_a_year_of_the_end_of_term(told: Told) -> None:
    approved = 0
    for _, _, truth in told.each():
        for row in truth.rows["l1"]:
            assert (row["extension_status"] == 1) == (row["extension_until"] is not None)
            if row["extension_until"]:
                approved += 1
                latest = _years_later(row["due_date"], 1)
                assert row["extension_until"] <= latest  # type: ignore[operator]  # dates
    assert approved


def test_elections_are_held_within_the_quarter_and_after_the_last(told: Told) -> None:
    for _, period, truth in told.each():
        first, last = _span(period)
        for row in truth.rows["l1"]:
            day, before = row["election_done_date"], row["last_election_date"]
            assert isinstance(before, date)
            assert before <= last
            assert day is None or (isinstance(day, date) and first <= day <= last and before < day)
