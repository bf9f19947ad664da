"""环比 and 同比 of a number are told with it, or why there is none."""

import shutil

import duckdb
import pytest

from dashboards.provenance import Asked, decompose, explain
from dashboards.reader import Reader

STAFF = Reader("reviewer")
NOW, LAST_YEAR, COUNTY, UNIT = "2026Q3", "2025Q3", "330702", "330702310000"
CELLS = """
create or replace view core.value as
select *, 'F4' as sheet, 'C5' as cell, null::varchar as typed from city.core.value;
create or replace view core.submission as
select *, '样例.xlsx' as file_name from city.core.submission;
"""


@pytest.fixture
def con(published):
    """The synthetic city, with a definition of each quarter that a test may change."""
    with duckdb.connect() as con:
        con.execute(f"attach '{published / 'sample.duckdb'}' as city (read_only)")
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'city'"
        ).fetchall()
        for schema in ("core", "marts"):
            con.execute(f"create schema {schema}")
        for schema, table in tables:
            con.execute(f"create view {schema}.{table} as from city.{schema}.{table}")
        con.execute(CELLS)
        con.execute("drop view core.definition")
        con.execute("create table core.definition as from city.core.definition")
        yield con


def changes(con, catalogue, name, scope, period, level=None):
    asked = Asked(con, catalogue, scope, period, level, STAFF, limit=5)
    tell = decompose if name in catalogue.composites else explain
    return {each["kind"]: each for each in tell(asked, name)["changes"]}


@pytest.mark.parametrize("name", ["COO01", "X1"])
@pytest.mark.parametrize(("scope", "level"), [(COUNTY, "county"), (UNIT, "unit")])
def test_both_comparisons_are_told_of_a_group_and_of_a_unit(con, catalogue, name, scope, level):
    found = changes(con, catalogue, name, scope, NOW, level)
    assert {kind: one["compare_to"] for kind, one in found.items()} == {
        "previous": "2026Q2", "year": LAST_YEAR
    }  # fmt: skip
    for one in found.values():
        assert one["state"] == "compared"
        assert one["change"] == pytest.approx(one["value_now"] - one["value_then"])
        assert one["units_same"] >= 1


def test_a_unit_is_compared_with_what_it_reported_then(con, catalogue):
    then = con.execute(
        "select value from marts.indicator_value where indicator = 'COO01' and period = ?"
        " and scope_code = ? and view = 'as_reported'", [LAST_YEAR, UNIT],
    ).fetchall()[0][0]  # fmt: skip
    told = changes(con, catalogue, "COO01", UNIT, NOW, "unit")["year"]
    assert told["value_then"] == pytest.approx(float(then))


@pytest.mark.parametrize("level", ["county", "unit"])
def test_a_quarter_that_is_not_there_is_said(con, catalogue, level):
    first = con.execute("select min(period) from core.period").fetchall()[0][0]
    scope = COUNTY if level == "county" else UNIT
    found = changes(con, catalogue, "COO01", scope, first, level)
    assert {one["state"] for one in found.values()} == {"no_quarter"}
    assert {one["change"] for one in found.values()} == {None}


def test_two_definitions_of_one_indicator_are_not_compared_for_a_unit(con, catalogue):
    con.execute("update core.definition set mark = 'old' where period = ? and indicator = 'COO01'",
                [LAST_YEAR])  # fmt: skip
    found = changes(con, catalogue, "COO01", UNIT, NOW, "unit")
    assert (found["year"]["state"], found["year"]["change"]) == ("definition", None)
    assert found["previous"]["state"] == "compared"


def test_a_snapshot_of_before_there_were_definitions_says_why_it_compares_nothing(
    published, catalogue, tmp_path
):
    path = shutil.copyfile(published / "sample.duckdb", tmp_path / "older.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("drop table core.definition")
        found = changes(con, catalogue, "X1", COUNTY, NOW, "county")
    assert {kind: one["state"] for kind, one in found.items()} == {
        "previous": "not_held", "year": "not_held"
    }  # fmt: skip
    assert {one["change"] for one in found.values()} == {None}


def test_nothing_in_common_is_said(con, catalogue):
    con.execute("create or replace view marts.indicator_change as"
                " select * from city.marts.indicator_change where kind <> 'previous'")  # fmt: skip
    found = changes(con, catalogue, "COO01", COUNTY, NOW, "county")
    assert (found["previous"]["state"], found["year"]["state"]) == ("none_same", "compared")
