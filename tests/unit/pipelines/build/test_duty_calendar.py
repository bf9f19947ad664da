"""Where a duty stands: done, overdue, due soon, not due; and unreported is never overdue."""

from datetime import date

import pytest

from pipelines.build.run import build_model, models_in_order
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


YEAR = """
INSERT INTO core.period VALUES
    ('2026Q1', 2026, 1, DATE '2026-01-01', DATE '2026-03-31', '2025Q4'),
    ('2026Q3', 2026, 3, DATE '2026-07-01', DATE '2026-09-30', '2026Q2'),
    ('2026Q4', 2026, 4, DATE '2026-10-01', DATE '2026-12-31', '2026Q3');
INSERT INTO core.duty SELECT duty.* REPLACE (period.period AS period)
    FROM core.duty AS duty CROSS JOIN core.period AS period WHERE period.quarter <> 2;
"""
PART = "INSERT INTO core.duty_part VALUES (?, 'A', ?, ?, ?, ?)"


@pytest.fixture
def calendar(catalogue):
    """The row of a duty in a quarter, given what was said in which: quarter -> expected, done."""
    with warehouse(catalogue, UNITS[:1], TABLES + YEAR) as con:

        def of(duty, said, at, soon=0):
            con.execute("DELETE FROM core.duty_part")
            for quarter, (expected, done) in said.items():
                con.execute(PART, [f"2026Q{quarter}", duty, expected, done, soon])
            known = {model.table: model for model in models_in_order(catalogue)}
            for table in ("core.duty_asked", "core.election", "marts.duty_calendar"):
                build_model(con, known[table], catalogue, [f"2026Q{at}"])
            rows = rows_of(con, "marts.duty_calendar", "period", "duty")
            return rows.get((f"2026Q{at}", duty))

        of.con = con
        yield of


@pytest.fixture
def state(calendar):
    """The same at the end of June."""

    def of(duty, expected, done, soon=0, quarter=2):
        known = expected is not None or done is not None
        return calendar(duty, {quarter: (expected, done)} if known else {}, 2, soon)

    return of


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
    done = state("democratic_life", 1, 1, quarter=1)
    assert (done["state"], done["taken_from"]) == ("done", "2026Q1")
    waiting = state("democratic_life", 1, 0, quarter=1)
    assert (waiting["state"], waiting["due_date"]) == ("not_due", date(2026, 12, 31))


def test_a_yearly_duty_that_ends_in_march_is_overdue_in_june(state):
    late = state("study_plan", 1, 0, quarter=1)
    assert (late["state"], late["due_date"]) == ("overdue", date(2026, 3, 31))


def test_what_is_asked_only_at_the_end_of_the_year_is_not_due_before(state):
    row = state("secretary_report", None, None)
    assert (row["state"], row["taken_from"], row["expected"]) == ("not_due", None, None)


def test_a_half_yearly_duty_is_overdue_at_the_end_of_the_half(state):
    assert state("party_group_study", 1, 0)["state"] == "overdue"


def test_the_end_of_the_year_makes_a_yearly_duty_overdue(calendar):
    late = calendar("democratic_life", {1: (1, 0), 4: (1, 0)}, 4)
    assert (late["state"], late["due_date"]) == ("overdue", date(2026, 12, 31))
    assert calendar("democratic_life", {1: (1, 0)}, 3)["state"] == "due_soon"


def test_what_was_done_once_in_the_year_stays_done_where_a_later_return_is_missing(calendar):
    kept = calendar("democratic_life", {1: (1, 1)}, 4)
    assert (kept["state"], kept["taken_from"], kept["done"]) == ("done", "2026Q1", 1)
    lecture = calendar("lecture", {2: (1, 9), 3: (1, None)}, 3)
    assert (lecture["state"], lecture["taken_from"]) == ("done", "2026Q2")
    # But a later answer stands before an earlier one.
    assert calendar("organisation_life", {1: (7, 7), 4: (8, 7)}, 4)["state"] == "overdue"
    # Something not done in time is not known to be undone for ever.
    assert calendar("democratic_life", {1: (1, 0)}, 4)["state"] == "unreported"
    # The second half of a year is not the first.
    assert calendar("party_group_study", {2: (1, 1)}, 4)["state"] == "unreported"


@pytest.mark.parametrize("how", ["not there yet", "waived", "before the first quarter"])
def test_a_unit_that_owed_no_return_in_the_quarter_that_asks_is_not_blamed(calendar, how):
    calendar.con.execute(
        {
            "not there yet": "DELETE FROM core.duty WHERE period = '2026Q1'",
            "waived": "UPDATE core.duty SET owes = false WHERE period = '2026Q1'",
            "before the first quarter": "DELETE FROM core.period WHERE period = '2026Q1'",
        }[how]
    )
    over = calendar("study_plan", {}, 3)
    assert (over["state"], over["taken_from"], over["expected"]) == ("not_due", None, None)
    assert calendar("democratic_life", {}, 3)["state"] == "due_soon"
    assert calendar("democratic_life", {}, 4)["state"] == "unreported"


def test_a_unit_whose_kind_changed_answers_for_what_its_kind_was_asked_then(calendar):
    # Townships are not asked who gave lectures.
    calendar.con.execute("UPDATE core.duty SET unit_kind = 'township' WHERE period < '2026Q3'")
    assert calendar("leader_lecture", {}, 2) is None
    # What a township wrote there all the same is nothing that it was asked.
    assert calendar("leader_lecture", {2: (1, 2)}, 4)["state"] == "unreported"
    assert calendar("leader_lecture", {2: (1, 2), 3: (1, 2)}, 4)["taken_from"] == "2026Q3"


def test_a_waived_unit_has_no_duties_in_the_quarter(calendar):
    calendar.con.execute("UPDATE core.duty SET owes = false WHERE period = '2026Q3'")
    assert calendar("branch_meeting", {}, 3) is None


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
    build(con, catalogue, "core.scope", "core.coverage", "core.election", "marts.election_calendar")
    falls = {code: row["falls_in"] for (code,), row in
             rows_of(con, "core.election", "unit_code").items()}  # fmt: skip
    assert falls == {"A": "overdue", "B": "2026Q4", "C": "2029Q2", "D": "2026Q3", "F": None}
    listed = rows_of(con, "marts.election_calendar", "scope_level", "scope_code", "falls_in")
    row = listed["county", "330702", "overdue"]
    assert row["organisations"] == 1
    assert (row["units"], row["units_expected"], row["units_used"]) == (1, 7, 6)
    assert ("county", "330702", None) not in listed
