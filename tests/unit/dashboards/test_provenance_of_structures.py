"""A number of another structure leads to the units it is of, and says which are not in it."""

import duckdb
import pytest

from dashboards.privacy import is_guarded
from dashboards.provenance import Asked, NothingToExplainError, Structure, trace
from dashboards.reader import Reader
from tests.fixtures_structure import HEIR, KEPT, SPLIT

STAFF = Reader("reviewer")
BEFORE, NOW, LAST_YEAR = "2026Q2", "2026Q3", "2025Q3"
TODAY = Structure("today", BEFORE)
SAME = Structure("same_units", NOW, LAST_YEAR)


@pytest.fixture(scope="module")
def con(published):
    """The city without cells: what is asked here are units."""
    with duckdb.connect() as con:
        con.execute(f"attach '{published / 'sample.duckdb'}' as city (read_only)")
        for schema in ("core", "marts"):
            con.execute(f"create schema {schema}")
            tables = con.execute(
                "select table_name from duckdb_tables()"
                " where database_name = 'city' and schema_name = ?", [schema],
            ).fetchall()  # fmt: skip
            for (table,) in tables:
                con.execute(f"create view {schema}.{table} as from city.{schema}.{table}")
        con.execute(CELLS)
        yield con


CELLS = """
create or replace view core.value as
select *, 'F4' as sheet, 'C5' as cell, null::varchar as typed from city.core.value;
create or replace view core.submission as
select *, '样例.xlsx' as file_name from city.core.submission
"""


def added_up(found):
    """The number computed again from what its units bring."""
    sides = [
        sum(unit[side] * (unit["part"] or 1) for unit in found["units"])
        for side in ("numerator", "denominator")
    ]
    return 100 * sides[0] / sides[1]


def told(con, catalogue, name, scope, period, under, **asked):
    return trace(Asked(con, catalogue, scope, period, reader=STAFF, under=under, **asked), name)


@pytest.mark.parametrize(("county", "share"), [(SPLIT[:6], KEPT), (HEIR[:6], 1 - KEPT)])
def test_today_a_county_lists_its_heirs_past_with_the_share_that_counts(
    con, catalogue, county, share
):
    found = told(con, catalogue, "COO01", county, BEFORE, TODAY)
    parts = {unit["unit_code"]: (unit["part"], unit["heirs"]) for unit in found["units"]}
    assert parts.pop(SPLIT) == (pytest.approx(float(share)), [SPLIT if share == KEPT else HEIR])
    assert {part for part, _ in parts.values()} == {1}
    assert found["value"] == pytest.approx(added_up(found))
    assert (found["view"], found["compare_to"], found["left_out"]) == ("today", None, [])


def test_a_total_of_today_leads_to_the_cells_of_those_whose_past_it_is(con, catalogue):
    found = told(con, catalogue, "fund_budget_year", HEIR[:6], BEFORE, TODAY)
    cells = {part["unit_code"]: float(part["value"]) for part in found["parts"]}
    own = sum(value for unit, value in cells.items() if unit != SPLIT)
    assert found["value"] == pytest.approx(own + cells[SPLIT] * float(1 - KEPT))
    reported = told(con, catalogue, "fund_budget_year", HEIR[:6], BEFORE, Structure())
    assert SPLIT not in {part["unit_code"] for part in reported["parts"]}


def test_a_part_of_a_split_unit_has_no_value_and_leads_to_the_unit_it_was_part_of(con, catalogue):
    found = told(con, catalogue, "COO01", HEIR, BEFORE, TODAY)
    assert found["value"] is None
    assert {unit["unit_code"] for unit in found["units"]} == {SPLIT, HEIR}


def test_today_a_unit_that_is_what_it_was_is_explained_as_it_reported(con, catalogue):
    found = told(con, catalogue, "COO01", "330702310000", BEFORE, TODAY)
    assert (found["view"], found["scope_level"]) == ("as_reported", "unit")
    assert [unit["unit_code"] for unit in found["units"]] == ["330702310000"]


def test_same_units_name_those_that_count_and_those_left_out_with_why(con, catalogue):
    found = told(con, catalogue, "COO01", SPLIT[:6], NOW, SAME)
    assert found["left_out"] == [
        {"unit_code": SPLIT, "unit_name": found["left_out"][0]["unit_name"], "why": "changed"}
    ]
    counted = {unit["unit_code"] for unit in found["units"]}
    assert SPLIT not in counted
    assert found["units_used"] == len(counted)
    assert found["units_expected"] == len(counted) + len(found["missing"])
    assert found["value"] == pytest.approx(added_up(found))


def test_a_late_unit_is_among_the_same_ones_and_missing(con, catalogue):
    found = told(con, catalogue, "COO01", HEIR[:6], NOW, SAME)
    assert found["missing"]
    assert {each["unit_code"] for each in found["left_out"]} == {HEIR}
    assert {*found["missing"]} & {unit["unit_code"] for unit in found["units"]} == set()


def test_an_index_of_same_units_leads_to_scores_that_lead_on(con, catalogue):
    found = told(con, catalogue, "X1", SPLIT[:6], NOW, SAME)
    assert [each["unit_code"] for each in found["left_out"]] == [SPLIT]
    scored = [
        each for part in found["dimensions"] for each in part["indicators"]
        if each["state"] == "scored" and each["taken_from"] == NOW
    ]  # fmt: skip
    assert len(scored) > 3
    for each in scored:
        number = told(con, catalogue, each["indicator"], SPLIT[:6], NOW, SAME)
        assert number["value"] == pytest.approx(each["value"])


def test_a_reader_of_one_county_is_not_told_of_units_of_another(con, catalogue):
    mine = Reader("county", counties=frozenset({HEIR[:6]}))
    found = trace(Asked(con, catalogue, HEIR[:6], BEFORE, reader=mine, under=TODAY), "COO01")
    assert SPLIT not in {unit["unit_code"] for unit in found["units"]}
    with pytest.raises(NothingToExplainError):
        trace(Asked(con, catalogue, SPLIT, BEFORE, "unit", mine, under=TODAY), "COO01")


def test_guarded_numbers_of_other_structures_are_for_reviewers(con, catalogue):
    guarded = next(
        each.id for each in catalogue.indicators.values()
        if is_guarded(each, catalogue.fields) and 2 in each.quarters
    )  # fmt: skip
    found = trace(
        Asked(con, catalogue, SPLIT[:6], BEFORE, reader=Reader("city"), under=TODAY), guarded
    )
    assert (found["value"], found["numerator"], found["is_hidden"]) == (None, None, True)
    assert told(con, catalogue, guarded, SPLIT[:6], BEFORE, TODAY)["value"] is not None


def test_a_snapshot_without_the_structure_says_so(con, catalogue):
    with duckdb.connect() as older:
        older.execute("create schema core; create table core.period (period varchar)")
        with pytest.raises(NothingToExplainError) as error:
            trace(Asked(older, catalogue, "330700", NOW, under=TODAY), "COO01")
    assert error.value.reason == "no_view"
