"""A broken mart is caught by the suite, by the drift, and by nothing that merely warns."""

import re

import duckdb
import polars as pl
import pytest

from pipelines.build import models_in_order, suites
from pipelines.build.drift import Drifted, drift_check, drifted
from pipelines.build.expectations import stacked
from pipelines.build.run import Model
from pipelines.build.suites import shares_check, shares_of, suite_check
from pipelines.dictionary.columns import tables
from pipelines.proof import BrokenBuildError, Proof, demand

MODEL = Model("marts.m", "", "", ("period", "scope_level", "compare_to"), frozenset())
GOOD = ("2026Q2", "city", None, 10, 9, 1.0, 2.0, 0.5)


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute(
            "CREATE TABLE marts.m (period VARCHAR, scope_level VARCHAR, compare_to VARCHAR,"
            " units_expected INTEGER, units_used INTEGER, low DOUBLE, high DOUBLE, share DOUBLE)"
        )
        connection.execute("INSERT INTO marts.m VALUES (?, ?, ?, ?, ?, ?, ?, ?)", GOOD)
        yield connection


def proved(con, catalogue):
    return suite_check(con, MODEL, catalogue, ["2026Q2"])


def test_a_sound_mart_passes_and_an_empty_end_of_an_interval_is_no_fault(con, catalogue):
    con.execute("INSERT INTO marts.m VALUES ('2026Q2', 'unit', NULL, 1, 1, NULL, NULL, 0)")
    assert proved(con, catalogue).passed


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("scope_level = NULL", "scope_level不空:1行不符,如2026Q2 - -"),
        ("scope_level = 'province'", "city rule:1行不符,如2026Q2 province -"),
        ("units_used = 11", "units_expected不小于units_used:1行不符,如2026Q2 city -"),
        ("low = 3", "high不小于low:1行不符,如2026Q2 city -"),
        ("share = 1.01", "share在0—1之间:1行不符,如2026Q2 city -"),
    ],
)
def test_each_way_to_break_a_mart_is_told_with_the_row(con, catalogue, change, named):
    con.execute(f"UPDATE marts.m SET {change}")  # noqa: S608
    proof = proved(con, catalogue)
    assert not proof.passed
    assert named in proof.numbers["wrong"]
    with pytest.raises(BrokenBuildError, match=r"marts\.m"):
        demand("marts.m", proof)


def test_each_of_several_that_break_is_told_by_its_own_name(con, catalogue):
    con.execute("UPDATE marts.m SET scope_level = 'moon', low = 3, share = 2")
    told = proved(con, catalogue).numbers["wrong"].split("、")
    starts = ("scope_level只取unit", "share在0—1之间:", "high不小于low:")
    assert [said.startswith(start) for said, start in zip(told, starts, strict=True)] == [True] * 3


def test_what_is_expected_of_several_columns_is_asked_once_over_all_their_rows(con, catalogue):
    con.execute("INSERT INTO marts.m VALUES ('2026Q2', NULL, NULL, 1, NULL, NULL, 3, 0)")
    frame = con.sql("SELECT * FROM marts.m").df()
    wanted = list(suites.suite(MODEL.grain, frame.columns, catalogue.parameters["marts"]))
    below, expected = stacked(frame, wanted)
    kinds = ["not_null", "not_null", "in_set", "between", "not_below", "not_below"]
    assert [kind for kind, _ in wanted] == kinds
    assert [kind for kind, _ in expected] == ["not_null", "in_set", "between", "not_below"]
    there, one_of, _, pair = (given for _, given in expected)
    # Four keys of which one is missing; two levels; four pairs of which two are whole.
    assert below[there["column"]].isna().sum() == 1
    assert len(below) == 4
    assert below[one_of["column"]].dropna().tolist() == ["city"]
    pairs = below[[pair["column_A"], pair["column_B"]]]
    assert pairs.dropna().to_numpy().tolist() == [[10.0, 9.0], [2.0, 1.0]]


def test_other_quarters_are_not_looked_at(con, catalogue):
    con.execute("INSERT INTO marts.m VALUES ('2025Q4', 'moon', NULL, 1, 2, 2, 1, 0)")
    assert proved(con, catalogue).passed


def test_a_share_is_what_a_rule_that_must_hold_keeps_below_its_whole(catalogue):
    shares = shares_of(catalogue)
    assert {"COO02", "RES06", "RSP01"} <= shares
    # Progress against the calendar, or against a target, may pass 100.
    assert not shares & {"RES03", "RSP02", "RES10", "RES04", "CAD04"}


def test_a_share_above_100_is_told_and_stops_nothing(con, catalogue):
    con.execute(
        "CREATE TABLE marts.v AS SELECT '2026Q2' AS period, 'as_reported' AS view,"
        " NULL::VARCHAR AS compare_to,"
        " 'city' AS scope_level, '330700' AS scope_code, 'COO02' AS indicator, 90 AS value"
    )
    assert shares_check(con, "marts.v", catalogue, ["2026Q2"]).passed
    con.execute("UPDATE marts.v SET value = 140")
    proof = shares_check(con, "marts.v", catalogue, ["2026Q2"])
    assert not proof.passed
    assert "1行不符,如2026Q2 as_reported - city 330700 COO02" in proof.numbers["wrong"]
    demand("marts.v", proof)


def test_the_catalogue_expects_something_of_columns_that_marts_have(catalogue):
    told = catalogue.parameters["marts"]
    columns = [set(each.columns) for each in tables(catalogue) if each.name.startswith("marts.")]
    assert set(told["one_of"].keys() | told["between"].keys()) <= set().union(*columns)
    assert [p for p in told["never_below"] if not any(each >= set(p) for each in columns)] == []


def test_every_kind_of_scope_that_a_model_writes_is_known_to_the_suites(catalogue):
    written = {
        name
        for model in models_in_order(catalogue)
        for name in re.findall(r"'(\w+)'\s+as\s+scope_level", model.sql)
    }
    assert {"unit", "city", "rule"} <= written
    assert written <= set(catalogue.parameters["marts"]["one_of"]["scope_level"])


LIMITS = {"z": 5.0, "least_quarters": 4, "floor_part": 0.03, "floor": 0.5}


def quarters(*values):
    names = [f"202{n // 4}Q{n % 4 + 1}" for n in range(len(values))]
    data = {"period": names, "indicator": ["A"] * len(values), "value": list(values)}
    return pl.DataFrame(
        data, schema={"period": pl.String, "indicator": pl.String, "value": pl.Float64}
    )


@pytest.mark.parametrize(
    ("values", "found"),
    [
        # past 90 91 89 90: median 90, MAD 0.5, floor 0.03 x 90 = 2.7; 5 x 2.7 = 13.5
        ((90, 91, 89, 90, 103.4), []),
        ((90, 91, 89, 90, 103.6), [Drifted("A", 103.6, 90)]),
        ((90, 91, 89, 90, 76.4), [Drifted("A", 76.4, 90)]),
        ((10, 50, 90, 30, 95), []),
        ((90, 90, 20), []),
    ],
)
def test_a_number_far_from_its_own_past_has_drifted(values, found):
    rows = quarters(*map(float, values))
    assert drifted(rows, rows["period"][-1], LIMITS) == found


def test_drift_is_told_and_stops_nothing(con, catalogue):
    con.register("q", quarters(90.0, 91.0, 89.0, 90.0, 10.0))
    con.execute(
        "CREATE TABLE marts.v AS SELECT * REPLACE ('COO02' AS indicator),"
        " 'city' AS scope_level, 'as_reported' AS view,"
        " NULL::VARCHAR AS compare_to FROM q"
    )
    proof = drift_check(con, "marts.v", catalogue, ["2021Q1"])
    name = catalogue.indicators["COO02"].zh
    assert proof.numbers["wrong"] == f"2021Q1 COO02{name}:本期10,往期中位数90"
    assert proof.warns
    demand("marts.v", proof)
    assert drift_check(con, "marts.v", catalogue, ["2020Q4"]).passed


def test_only_what_does_not_merely_warn_stops():
    assert Proof("x", passed=False).stops
    assert not Proof("x", passed=False, warns=True).stops
    assert not Proof("x", passed=True).stops


def test_rows_of_every_quarter_are_looked_at_though_few_are_held_at_once(
    con, catalogue, monkeypatch
):
    monkeypatch.setattr(suites, "AT_ONCE", 1)
    con.execute("INSERT INTO marts.m VALUES ('2026Q1', 'city', NULL, 1, 1, NULL, NULL, 0)")
    con.execute("INSERT INTO marts.m VALUES ('2026Q3', 'moon', NULL, 1, 1, NULL, NULL, 0)")
    proof = suite_check(con, MODEL, catalogue, ["2026Q1", "2026Q2", "2026Q3"])
    assert proof.numbers["wrong"].endswith("1行不符,如2026Q3 moon -")
