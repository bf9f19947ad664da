"""The three structure views, on a few units to which everything happens; worked by hand.

On 2026-04-01 A and B merge into C, S is split into T (0.6) and U (0.4, in another county), M moves
to the other county, X is abolished, N is set up, R is renamed. P goes on and is late.
"""

from datetime import date, datetime
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from models.events import Effect, EventKind, Leg, UnitEvent
from models.period import Period
from pipelines.build.checks import grain_check, indicators_add_up
from pipelines.build.compiled import computed_sql
from pipelines.build.run import SQL_DIR, build_model, read_model
from pipelines.build.views import units_make_groups, views_agree
from pipelines.load.definitions import definition_table
from pipelines.load.standing import standing_tables
from pipelines.load.tables import load_catalogue_tables
from pipelines.records.events import add_event
from pipelines.records.units import replace_directory
from pipelines.registry import open_registry
from pipelines.warehouse import put
from tests.unit.models.test_units import version

DAY = date(2026, 4, 1)
PERIODS = ("2025Q2", "2026Q1", "2026Q2")
Q1, Q2 = PERIODS[1:]
HERE, THERE = "330702", "330703"
TABLES = (
    *("core.scope", "core.view_scope", "core.same_unit", "core.same_part"),
    *("marts.indicator_change", "marts.indicator_value"),
)
ATTENDED, MATTERS = "LIF02", "COO01"
PARTS = {
    "2025Q2": {"R": (6, 10), "X": (1, 2), "M": None},
    Q1: {
        "A": (10, 20), "B": (5, 10), "S": (7, 10), "M": (3, 4), "X": (1, 2), "R": (8, 10),
        "P": (9, 10),
    },
    Q2: {
        "C": (18, 30), "T": (4, 6), "U": (2, 4), "M": (2, 4), "N": (5, 5), "R": (9, 10), "P": None,
    },
}  # fmt: skip
"""Numerator and denominator of the units that owe a return; None has not reported."""


def town(code, start=date(2020, 1, 1), end=None, county=HERE):
    return version(
        code, start, end, level="township", unit_kind="township", county_code=county,
        leading_system="乡镇街道",
    )  # fmt: skip


def directory():
    ended = [town(code, end=DAY) for code in "ABSX"]
    born = [town("C", DAY), town("T", DAY), town("U", DAY, county=THERE), town("N", DAY)]
    moved = [town("M", end=DAY), town("M", DAY, county=THERE)]
    return [*ended, *born, *moved, town("R", end=DAY), town("R", DAY), town("P")]


def event(number, kind, *legs):
    made = tuple(Leg(*leg) for leg in legs)
    at = datetime(2026, 4, 1)
    return UnitEvent(number, kind, DAY, made, "文1", "甲", at, "改革", Effect((), ()))


EVENTS = [
    event("1", EventKind.MERGE, ("A", "C"), ("B", "C")),
    event("2", EventKind.SPLIT, ("S", "T", 0.6), ("S", "U", 0.4)),
    event("3", EventKind.MOVE, ("M", "M")),
    event("4", EventKind.ABOLISH, ("X", None)),
    event("5", EventKind.NEW, (None, "N")),
    event("6", EventKind.RENAME, ("R", "R")),
]


@pytest.fixture
def city(catalogue, tmp_path):
    return made(catalogue, tmp_path, EVENTS, PARTS)


def made(catalogue, folder, events, parts):
    """A warehouse in memory with these events and parts, its views built."""
    con = duckdb.connect()
    con.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
    engine = open_registry(folder / "registry.sqlite")
    with engine.begin() as registry:
        replace_directory(registry, directory())
        for each in events:
            add_event(registry, each)
        load_catalogue_tables(con, registry, catalogue)
        for table, frame in standing_tables(registry, catalogue, PERIODS).items():
            put(con, table, frame, None)
    engine.dispose()
    put(con, "core.period", pl.DataFrame(list(quarters())), None)
    put(con, "core.duty", pl.DataFrame(list(duties(parts))), None)
    for period in PERIODS:
        put(con, "core.definition", definition_table(catalogue, Period.parse(period)), period)
    rows = list(unit_parts(parts))
    put(con, "marts.indicator_part", pl.DataFrame(rows, PART, orient="row"), None)
    con.execute(MATTERS_TOLD)
    con.execute(f"CREATE TABLE core.indicator_computed AS {computed_sql(catalogue)}")
    for table in TABLES:
        path = SQL_DIR / f"{table.replace('.', '/')}.sql"
        model = read_model(table, path.read_text(encoding="utf-8"))
        build_model(con, model, catalogue, PERIODS)
        assert grain_check(con, model.table, model.grain, None).passed, model.table
    return con


PART = {
    **dict.fromkeys(("period", "unit_code", "indicator"), pl.String),
    **dict.fromkeys(("numerator", "denominator"), pl.Decimal(28, 6)),
}


def quarters():
    for period in map(Period.parse, PERIODS):
        yield {"period": str(period), "year": period.year, "quarter": period.quarter}


def duties(parts):
    for period, units in parts.items():
        day = Period.parse(period).last_day
        known = {unit.unit_code: unit for unit in directory() if unit.covers(day)}
        for code, part in units.items():
            yield {
                "period": period, "unit_code": code, "owes": True, "is_used": part is not None,
                "level": "township", "unit_kind": "township", "leading_system": "乡镇街道",
                "county_code": known[code].county_code, "city_code": "330700",
            }  # fmt: skip


def unit_parts(parts):
    for period, units in parts.items():
        for code, part in units.items():
            if part is not None:
                yield (period, code, ATTENDED, *map(Decimal, part))
    for code, top in {"A": 1, "R": 1, "M": 0, "P": 0}.items():
        yield Q1, code, MATTERS, Decimal(top), Decimal(1)


MATTERS_TOLD = """
    CREATE TABLE core.unit_matter AS SELECT '2026Q1' AS period, unit_code, matter_id
    FROM (VALUES ('A', 'm1'), ('R', 'm1'), ('M', 'm2'), ('P', 'm2')) AS t (unit_code, matter_id);
    CREATE TABLE marts.matter_part AS
    SELECT '2026Q1' AS period, matter_id, 'COO01' AS indicator, numerator, 1 AS denominator
    FROM (VALUES ('m1', 1), ('m2', 0)) AS t (matter_id, numerator)
"""
"""m1 between A and R is closed in time, m2 between M and P is not."""


def value(con, view, level, code, period=Q1, indicator=ATTENDED):
    """(numerator, denominator, value, units expected, units used, is estimated) of a scope."""
    found = con.execute(
        "SELECT numerator, denominator, value, units_expected, units_used, is_estimated"
        " FROM marts.indicator_value WHERE view = ? AND scope_level = ? AND scope_code = ?"
        " AND period = ? AND indicator = ?",
        [view, level, code, period, indicator],
    ).fetchall()
    return tuple(map(plain, found[0])) if found else None


def plain(number):
    return float(number) if isinstance(number, Decimal) else number


def change(con, code, kind="previous"):
    """(now, then, change, units expected, units same) of a scope in 2026Q2."""
    found = con.execute(
        "SELECT value_now, value_then, change, units_expected, units_same"
        " FROM marts.indicator_change"
        " WHERE scope_code = ? AND kind = ? AND period = ? AND indicator = ?",
        [code, kind, Q2, ATTENDED],
    ).fetchall()
    return tuple(map(plain, found[0])) if found else None


def test_as_reported_a_quarter_stands_as_it_was(city):
    whole = (43, 66, 65.151515, 7, 7, False)
    assert value(city, "as_reported", "county", HERE) == whole
    assert value(city, "as_reported", "county", THERE) is None
    assert value(city, "as_reported", "city", "330700") == whole


def test_today_merged_units_are_added_up_under_their_successor(city):
    assert value(city, "today", "unit", "C") == (15, 30, 50, 2, 2, False)


def test_today_a_split_unit_goes_with_its_members_and_is_marked(city):
    """HERE: C 15/30, T 4.2/6, R 8/10, P 9/10; THERE: U 2.8/4, M 3/4. X is nowhere."""
    assert value(city, "today", "county", HERE) == (36.2, 56, 64.642857, 5, 5, True)
    assert value(city, "today", "county", THERE) == (5.8, 8, 72.5, 2, 2, True)
    assert value(city, "today", "city", "330700") == (42, 64, 65.625, 6, 6, True)


def test_the_ratio_of_a_split_unit_is_not_split(city):
    assert value(city, "today", "unit", "T") == (None, None, None, 1, 0, True)


def test_today_a_moved_unit_takes_its_past_along_and_an_abolished_one_is_left_behind(city):
    assert value(city, "today", "county", THERE, "2025Q2") == (None, None, None, 1, 0, False)
    assert value(city, "today", "county", HERE, "2025Q2") == (6, 10, 60, 1, 1, False)
    assert value(city, "as_reported", "county", HERE, "2025Q2") == (7, 12, 58.333333, 3, 2, False)


def test_a_single_unit_is_repeated_today_only_where_its_past_is_not_its_own(city):
    found = city.execute(
        "SELECT DISTINCT scope_code FROM marts.indicator_value"
        " WHERE view = 'today' AND scope_level = 'unit' ORDER BY 1"
    ).fetchall()
    assert [code for (code,) in found] == ["C", "T", "U"]


def test_a_matter_counts_once_for_every_group_its_parties_stand_in_today(city):
    def pair(view, level, code):
        return value(city, view, level, code, indicator=MATTERS)[:2]

    assert pair("as_reported", "county", HERE) == (1, 2)
    assert pair("today", "county", HERE) == (1, 2)
    assert pair("today", "county", THERE) == (0, 1)
    assert pair("today", "city", "330700") == (1, 2)
    assert pair("today", "unit", "C") == (1, 1)


def test_change_is_taken_from_units_that_went_on_and_are_used_in_both_quarters(city):
    """Only R and M: C, T and U are others than they were, N is new, P has not reported."""
    assert change(city, HERE) == (90, 80, 10, 2, 1)
    assert change(city, THERE) == (50, 75, -25, 1, 1)
    assert change(city, "330700") == (78.571429, 78.571429, 0, 3, 2)


def test_the_same_quarter_of_last_year_is_compared_apart(city):
    assert change(city, HERE, "year") == (90, 60, 30, 1, 1)
    assert change(city, THERE, "year") == (None, None, None, 1, 0)


def test_the_view_of_same_units_names_what_it_is_compared_with_and_others_do_not(city):
    found = city.execute(
        "SELECT DISTINCT period, view, compare_to FROM marts.indicator_value"
        " WHERE compare_to IS NOT NULL OR view = 'same_units' ORDER BY ALL"
    ).fetchall()
    assert found == [(Q2, "same_units", "2025Q2"), (Q2, "same_units", Q1)]


def test_the_parts_of_a_split_add_up_whatever_is_rounded(catalogue, tmp_path):
    thirds = [event("2", EventKind.SPLIT, *(("S", code, 0.3333) for code in "TUC"))]
    parts = {**PARTS, Q1: {"S": ("0.000001", 10), "M": (1, 3)}}
    con = made(catalogue, tmp_path, thirds, parts)
    here = value(con, "today", "county", HERE)
    there = value(con, "today", "county", THERE)
    assert here[0] + there[0] == pytest.approx(1.000001, abs=1e-9)
    assert indicators_add_up(con, "marts.indicator_value", catalogue, PERIODS).passed


@pytest.mark.parametrize("check", [indicators_add_up, units_make_groups, views_agree])
def test_views_that_fit_one_another_pass(city, catalogue, check):
    proof = check(city, "marts.indicator_value", catalogue, PERIODS)
    assert (proof.passed, proof.numbers["wrong"]) == (True, "")
    assert proof.numbers["compared"] > 5


@pytest.mark.parametrize(
    ("check", "where", "wrong"),
    [
        (units_make_groups, ("as_reported", "unit"), f"{Q1} city 330700"),
        (units_make_groups, ("as_reported", "level"), f"{Q1} level township"),
        (indicators_add_up, ("today", "county"), f"{Q1} LIF02 today"),
        (indicators_add_up, ("same_units", "city"), f"{Q2} LIF02 same_units"),
        (views_agree, ("today", "city"), f"{Q2} city 330700"),
    ],
)
def test_a_view_that_was_tampered_with_is_noticed(city, catalogue, check, where, wrong):
    city.execute(
        "UPDATE marts.indicator_value SET numerator = numerator + 1"
        " WHERE view = ? AND scope_level = ? AND indicator = ?",
        [*where, ATTENDED],
    )
    proof = check(city, "marts.indicator_value", catalogue, PERIODS)
    assert not proof.passed
    assert wrong in str(proof.numbers["wrong"])


def test_where_all_units_are_the_same_their_view_must_say_what_was_reported(catalogue, tmp_path):
    con = made(catalogue, tmp_path, [], {Q1: {"R": (8, 10)}, Q2: {"R": (9, 10)}})
    assert views_agree(con, "marts.indicator_value", catalogue, PERIODS).passed
    con.execute("UPDATE marts.indicator_value SET denominator = 9 WHERE view = 'same_units'")
    assert not views_agree(con, "marts.indicator_value", catalogue, PERIODS).passed
