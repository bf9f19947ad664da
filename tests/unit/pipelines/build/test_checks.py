"""What a built table must keep, and that a table that does not is noticed."""

from collections import Counter

import duckdb
import pytest

from pipelines.build.checks import (
    expected_units,
    grain_check,
    indicator_coverage,
    indicators_add_up,
    totals_add_up,
    used_within_expected,
)

Q = "2026Q2"
COLUMNS = (
    "period, view, compare_to, scope_level, scope_code, indicator,"
    " numerator, denominator, units_expected, units_used"
)


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
        yield connection


@pytest.fixture
def values(con, catalogue):
    """One city unit and one county unit, and the indicators that concern them."""
    con.execute(
        "CREATE TABLE core.duty AS SELECT * FROM (VALUES"
        " ('2026Q2', 'city_organ', true), ('2026Q2', 'county_organ', true),"
        " ('2026Q2', 'township', false)"
        ") AS duty (period, unit_kind, owes)"
    )
    owing = {Q: Counter({"city_organ": 1, "county_organ": 1})}
    con.execute(f"CREATE TABLE marts.v ({_typed(COLUMNS)})")
    for (period, indicator), expected in expected_units(owing, catalogue).items():
        for level, code, top in (
            ("city", "330700", 3),
            ("county", "330702", 1),
            ("level", "city", 2),
        ):
            row = [period, "as_reported", None, level, code, indicator, top, 10 * top, expected, 1]
            con.execute("INSERT INTO marts.v VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    return con


def _typed(columns):
    numbers = {"numerator", "denominator", "units_expected", "units_used"}
    names = [name.strip() for name in columns.split(",")]
    return ", ".join(f"{name} {'INTEGER' if name in numbers else 'VARCHAR'}" for name in names)


def test_the_grain_holds_where_null_is_a_value_like_others(con):
    con.execute(
        "CREATE TABLE t AS SELECT * FROM (VALUES (1, NULL), (1, 'a'), (2, NULL)) AS t (a, b)"
    )
    assert grain_check(con, "t", ["a", "b"], None).passed


def test_a_row_that_is_there_twice_breaks_the_grain(con):
    con.execute("CREATE TABLE t AS SELECT * FROM (VALUES (1, NULL), (1, NULL)) AS t (a, b)")
    proof = grain_check(con, "t", ["a", "b"], None)
    assert not proof.passed
    assert proof.numbers == {"rows": 2, "keys": 1, "wrong": "1"}


def test_only_the_quarters_built_are_looked_at(con):
    con.execute(
        "CREATE TABLE t AS SELECT * FROM (VALUES ('2026Q1', 1), ('2026Q1', 1), ('2026Q2', 1))"
        " AS t (period, a)"
    )
    assert grain_check(con, "t", ["period", "a"], [Q]).passed
    assert not grain_check(con, "t", ["period", "a"], ["2026Q1", Q]).passed


def test_a_sound_table_passes_coverage_and_reconciliation(values, catalogue):
    assert indicator_coverage(values, "marts.v", catalogue, [Q]).passed
    assert indicators_add_up(values, "marts.v", catalogue, [Q]).passed


def test_more_used_than_expected_is_noticed(values, catalogue):
    values.execute("UPDATE marts.v SET units_used = units_expected + 1 WHERE indicator = 'ORG01'")
    proof = used_within_expected(values, "marts.v", catalogue, [Q])
    assert (proof.passed, proof.numbers["broken"]) == (False, 3)
    assert proof.numbers["wrong"].startswith(f"{Q} as_reported city 330700 ORG01、")
    assert not indicator_coverage(values, "marts.v", catalogue, [Q]).passed


def test_a_unit_too_few_in_the_city_is_noticed(values, catalogue):
    values.execute(
        "UPDATE marts.v SET units_expected = units_expected + 1"
        " WHERE indicator = 'ORG01' AND scope_level = 'city'"
    )
    proof = indicator_coverage(values, "marts.v", catalogue, [Q])
    assert (proof.passed, proof.numbers["wrong"]) == (False, f"{Q} ORG01")


def test_an_indicator_that_is_missing_from_the_city_is_noticed(values, catalogue):
    values.execute("DELETE FROM marts.v WHERE indicator = 'ORG01'")
    assert not indicator_coverage(values, "marts.v", catalogue, [Q]).passed


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE marts.v SET numerator = 99 WHERE indicator = 'ORG01' AND scope_code = '330702'",
        "UPDATE marts.v SET denominator = 99 WHERE indicator = 'ORG01' AND scope_code = 'city'",
        "DELETE FROM marts.v WHERE indicator = 'ORG01' AND scope_level = 'county'",
    ],
)
def test_parts_that_do_not_reach_the_city_are_noticed(values, catalogue, change):
    values.execute(change)
    proof = indicators_add_up(values, "marts.v", catalogue, [Q])
    assert (proof.passed, proof.numbers["wrong"]) == (False, f"{Q} ORG01 as_reported")


def test_indicators_of_matters_need_not_add_up(values, catalogue):
    shared = next(i.id for i in catalogue.indicators.values() if i.rollup == "distinct_matters")
    values.execute("UPDATE marts.v SET numerator = 99 WHERE indicator = ?", [shared])
    assert indicators_add_up(values, "marts.v", catalogue, [Q]).passed


def test_totals_of_counties_and_city_units_make_the_city(con, catalogue):
    con.execute(
        "CREATE TABLE marts.field_total AS SELECT * FROM (VALUES"
        " ('2026Q2', 'city', '330700', 'branch_close', 5, 2),"
        " ('2026Q2', 'county', '330702', 'branch_close', 3, 1),"
        " ('2026Q2', 'level', 'county', 'branch_close', 3, 1),"
        " ('2026Q2', 'level', 'city', 'branch_close', 2, 1)"
        ") AS t (period, scope_level, scope_code, field, total, units_used),"
        " (VALUES ('as_reported'), ('today')) AS v (view)"
    )
    assert totals_add_up(con, "marts.field_total", catalogue, [Q]).passed
    con.execute("UPDATE marts.field_total SET total = 4 WHERE scope_level = 'county'")
    assert not totals_add_up(con, "marts.field_total", catalogue, [Q]).passed
