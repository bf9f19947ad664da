"""Where a duty stands: done, overdue, due soon, not due; and unreported is never overdue."""

from datetime import date

import pytest

from tests.unit.pipelines.build.marts_at_hand import build, rows_of, warehouse

TABLES = """
CREATE TABLE core.duty_part (period VARCHAR, unit_code VARCHAR, duty VARCHAR,
    expected DECIMAL(28, 6), done DECIMAL(28, 6), soon DECIMAL(28, 6));
CREATE TABLE core.l1 (period VARCHAR, unit_code VARCHAR, line INTEGER, org_code VARCHAR,
    org_type INTEGER, due_date DATE, term_years INTEGER, extension_status INTEGER,
    extension_until DATE, election_done_date DATE, overdue_flag INTEGER, org_status INTEGER);
"""
UNITS = [(code, "county", "330702", True, True) for code in "ABCDEF"]
L1 = "INSERT INTO core.l1 VALUES ('2026Q2', ?, ?, 'O', 3, ?, 3, ?, ?, ?, ?, ?)"


@pytest.fixture
def state(catalogue):
    """The state of a duty, given what was expected and done in a quarter."""
    con = warehouse(catalogue, UNITS, TABLES)

    def of(duty, expected, done, soon=0, period="2026Q2"):
        con.execute("DELETE FROM core.duty_part")
        if expected is not None or done is not None:
            row = [period, "A", duty, expected, done, soon]
            con.execute("INSERT INTO core.duty_part VALUES (?, ?, ?, ?, ?, ?)", row)
        build(con, catalogue, "core.duty_asked", "core.election", "marts.duty_calendar")
        return rows_of(con, "marts.duty_calendar", "unit_code", "duty")["A", duty]

    yield of
    con.close()


def test_what_a_quarter_demands_is_done_or_overdue_when_it_ends(state):
    assert state("branch_meeting", 7, 7)["state"] == "done"
    late = state("branch_meeting", 7, 6)
    assert (late["state"], late["due_date"], late["expected"]) == ("overdue", date(2026, 6, 30), 7)


def test_a_missing_return_is_unreported_and_never_overdue(state):
    assert state("branch_meeting", None, None)["state"] == "unreported"
    assert state("branch_meeting", 7, None)["state"] == "unreported"


def test_where_nothing_is_expected_nothing_is_due(state):
    assert state("branch_meeting", 0, 0)["state"] == "not_due"


def test_a_yearly_duty_keeps_the_last_answer_of_the_year_and_waits_for_its_end(state):
    done = state("democratic_life", 1, 1, period="2026Q1")
    assert (done["state"], done["taken_from"]) == ("done", "2026Q1")
    waiting = state("democratic_life", 1, 0, period="2026Q1")
    assert (waiting["state"], waiting["due_date"]) == ("not_due", date(2026, 12, 31))


def test_a_yearly_duty_that_ends_in_march_is_overdue_in_june(state):
    late = state("study_plan", 1, 0, period="2026Q1")
    assert (late["state"], late["due_date"]) == ("overdue", date(2026, 3, 31))


def test_what_is_asked_only_at_the_end_of_the_year_is_not_due_before(state):
    row = state("secretary_report", None, None)
    assert (row["state"], row["taken_from"], row["expected"]) == ("not_due", None, None)


def test_a_half_yearly_duty_is_overdue_at_the_end_of_the_half(state):
    assert state("party_group_study", 1, 0)["state"] == "overdue"


def test_an_election_overdue_goes_before_one_due_soon(state):
    assert state("election", 3, 1, soon=1)["state"] == "overdue"
    assert state("election", 1, 1, soon=1)["state"] == "due_soon"
    assert state("election", 0, 0)["state"] == "not_due"


def test_elections_fall_into_quarters_and_extensions_move_them(catalogue):
    silent = ("G", "county", "330702", True, False)
    con = warehouse(catalogue, [*UNITS, silent], TABLES)
    far = date(2026, 11, 5)
    for code, due, status, until, done, overdue, org_status in (
        ("A", date(2026, 5, 1), 0, None, None, 1, 1),
        ("B", date(2026, 5, 1), 1, far, None, 0, 1),
        ("C", date(2026, 5, 1), 0, None, date(2026, 5, 20), 0, 1),
        ("D", date(2026, 6, 30), 0, None, None, 0, 1),
        ("E", date(2026, 5, 1), 0, None, None, 0, 3),
        ("F", None, 0, None, None, 0, 1),
    ):
        con.execute(L1, [code, 1, due, status, until, done, overdue, org_status])
    build(con, catalogue, "core.scope", "core.election", "marts.election_calendar")
    falls = {code: row["falls_in"] for (code,), row in
             rows_of(con, "core.election", "unit_code").items()}  # fmt: skip
    assert falls == {"A": "overdue", "B": "2026Q4", "C": "2029Q2", "D": "2026Q3", "F": None}
    listed = rows_of(con, "marts.election_calendar", "scope_level", "scope_code", "falls_in")
    row = listed["county", "330702", "overdue"]
    assert row["organisations"] == 1
    assert (row["units"], row["units_expected"], row["units_used"]) == (1, 7, 6)
    assert ("county", "330702", None) not in listed
