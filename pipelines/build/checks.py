"""What must hold of a built table: its grain, its coverage, and that its parts add up."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import duckdb

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.indicator import Indicator
from pipelines.build.compiled import computed_indicators
from pipelines.build.drift import DRIFT, drift_check
from pipelines.build.run import Model
from pipelines.build.suites import SHARES, SUITE, has_suite, shares_check, suite_check
from pipelines.build.views import (
    UNITS,
    VIEWS,
    counts_agree,
    totals_agree,
    units_make_groups,
    views_agree,
)
from pipelines.proof import Proof, joined

GRAIN = "keeps_its_grain"
COVERAGE = "covers_its_units"
RECONCILIATION = "adds_up"

NAMED = 10
"""So many things that are wrong are named."""
NAMING = ("period", "view", "scope_level", "scope_code", "indicator", "field", "code")

Connection = duckdb.DuckDBPyConnection
Check = Callable[[Connection, str, Catalogue, Sequence[str]], Proof]
"""A check of one table for the given quarters."""


def check_names(model: Model) -> list[str]:
    """The checks of a model, by name."""
    suites = [SUITE] if has_suite(model) else []
    return [GRAIN, *suites, *CHECKS.get(model.table, {})]


def prove(
    con: Connection, model: Model, catalogue: Catalogue, periods: Sequence[str], today: Catalogue
) -> Iterator[Proof]:
    """Run every check of a model for the quarters that were built.

    Suite and words are today's: the catalogue of an earlier quarter may not have them yet.
    """
    worded = replace(catalogue, wording=today.wording)
    yield grain_check(con, model.table, model.grain, periods if model.by_period else None)
    if has_suite(model):
        yield suite_check(con, model, today, periods)
    for check in CHECKS.get(model.table, {}).values():
        yield check(con, model.table, worded, periods)


def grain_check(
    con: Connection, table: str, grain: Sequence[str], periods: Sequence[str] | None
) -> Proof:
    """Prove that the grain, as the SQL header declares it, identifies a row; NULL is a value."""
    keys = ", ".join(grain)
    where = f"{table} WHERE period = ANY($periods)" if periods else table
    rows, distinct = con.execute(
        f"SELECT (SELECT count(*) FROM {where}),"  # noqa: S608
        f" (SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {where}))",
        {"periods": list(periods)} if periods else {},
    ).fetchall()[0]
    twice = [] if rows == distinct else _twice(con, table, keys, periods)
    numbers = {"rows": rows, "keys": distinct, "wrong": "、".join(twice)}
    return Proof(GRAIN, rows == distinct, numbers)


def _twice(con: Connection, table: str, keys: str, periods: Sequence[str] | None) -> list[str]:
    """Some of the rows that are there more than once, by their keys."""
    where = "WHERE period = ANY($periods)" if periods else ""
    rows = con.execute(
        f"SELECT concat_ws(' ', {keys}) FROM {table} {where}"  # noqa: S608
        f" GROUP BY {keys} HAVING count(*) > 1 ORDER BY ALL LIMIT {NAMED}",
        {"periods": list(periods)} if periods else {},
    ).fetchall()
    return [name for (name,) in rows]


def used_within_expected(
    con: Connection, table: str, _: Catalogue, periods: Sequence[str]
) -> Proof:
    """Prove that nowhere more units were used than were expected."""
    names = ", ".join(_naming(con, table))
    rows, over, some = con.execute(
        "SELECT count(*), count(*) FILTER (units_used > units_expected),"  # noqa: S608
        f" list(concat_ws(' ', {names}) ORDER BY {names}) FILTER (units_used > units_expected)"
        f" FROM {table} WHERE period = ANY(?)",
        [list(periods)],
    ).fetchall()[0]
    numbers = {"rows": rows, "broken": over, "wrong": "、".join((some or [])[:NAMED])}
    return Proof(COVERAGE, over == 0, numbers)


def _naming(con: Connection, table: str) -> list[str]:
    """The columns that name a row of counted units."""
    held = {name for name, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
    return [name for name in NAMING if name in held]


def indicator_coverage(
    con: Connection, table: str, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Prove, beyond that, that the city expects every unit that owes and that it concerns."""
    within = used_within_expected(con, table, catalogue, periods)
    city = con.execute(
        "SELECT period, indicator, units_expected"  # noqa: S608
        f" FROM {table} WHERE scope_level = 'city' AND view = 'as_reported' AND period = ANY(?)",
        [list(periods)],
    ).fetchall()
    found = {(period, indicator): expected for period, indicator, expected in city}
    wanted = expected_units(_owing(con, periods), catalogue)
    wrong = sorted(f"{p} {i}" for p, i in found.keys() | wanted.keys()
                   if found.get((p, i)) != wanted.get((p, i)))  # fmt: skip
    named = [str(within.numbers["wrong"]), *wrong[:NAMED]]
    told = "、".join(each for each in named if each)
    numbers = {**within.numbers, "indicators": len(wanted), "wrong": told}
    return Proof(COVERAGE, within.passed and not wrong, numbers)


def expected_units(
    owing: Mapping[str, Counter[str]], catalogue: Catalogue
) -> dict[tuple[str, str], int]:
    """(period, indicator) -> how many owing units it concerns, by the catalogue alone."""
    counted = {
        (period, each.id): sum(kinds[kind] for kind in _kinds(each, catalogue))
        for period, kinds in owing.items()
        for each in computed_indicators(catalogue)
        if Period.parse(period).quarter in each.quarters
    }
    return {place: count for place, count in counted.items() if count}


def _kinds(indicator: Indicator, catalogue: Catalogue) -> list[str]:
    return [
        kind
        for kind, (level, _) in catalogue.unit_kinds.items()
        if level in indicator.levels and (indicator.only is None or kind in indicator.only)
    ]


def _owing(con: Connection, periods: Sequence[str]) -> dict[str, Counter[str]]:
    rows = con.execute(
        "SELECT period, unit_kind, count(*) FROM core.duty"
        " WHERE owes AND period = ANY(?) GROUP BY ALL",
        [list(periods)],
    ).fetchall()
    owing: dict[str, Counter[str]] = {}
    for period, kind, count in rows:
        owing.setdefault(period, Counter())[kind] = count
    return owing


def indicators_add_up(
    con: Connection, table: str, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Prove that counties and the city's own units make up the city, in every view.

    A matter between two counties counts once for the city, so indicators of matters are left out.
    """
    ids = [each.id for each in computed_indicators(catalogue) if each.rollup != "distinct_matters"]
    each = ("indicator", "view", "compare_to")
    sums = Sums(each, ("numerator", "denominator"), f"indicator = ANY({ids})")
    return _adds_up(con, table, sums, periods)


def totals_add_up(con: Connection, table: str, _: Catalogue, periods: Sequence[str]) -> Proof:
    """Prove that counties and the city's own units make up the city's totals, in every view.

    A unit that was split is a unit in each county that has a part of it, so units are counted up
    as they reported only.
    """
    totals = _adds_up(con, table, Sums(("field", "view"), ("total",), "true"), periods)
    reported = Sums(("field",), ("units_used",), "view = 'as_reported'")
    return joined((totals, _adds_up(con, table, reported, periods)))


class Sums(NamedTuple):
    """What must add up: the columns, for each what, in which rows."""

    each: tuple[str, ...]
    columns: tuple[str, ...]
    where: str


def _adds_up(con: Connection, table: str, sums: Sums, periods: Sequence[str]) -> Proof:
    is_city = "scope_level = 'city'"
    is_part = "(scope_level = 'county' OR (scope_level = 'level' AND scope_code = 'city'))"
    differs = " OR ".join(
        f"sum({name}) FILTER ({is_city}) IS DISTINCT FROM sum({name}) FILTER ({is_part})"
        for name in sums.columns
    )
    each = ", ".join(sums.each)
    compared = con.execute(
        f"SELECT concat_ws(' ', period, {each}), {differs} FROM {table}"  # noqa: S608
        f" WHERE {sums.where} AND period = ANY(?) GROUP BY period, {each} ORDER BY 1",
        [list(periods)],
    ).fetchall()
    wrong = [name for name, is_wrong in compared if is_wrong]
    numbers: dict[str, int | str] = {"compared": len(compared), "wrong": "、".join(wrong[:NAMED])}
    return Proof(RECONCILIATION, not wrong, numbers)


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "marts.indicator_value": {
        COVERAGE: indicator_coverage,
        RECONCILIATION: indicators_add_up,
        UNITS: units_make_groups,
        VIEWS: views_agree,
        DRIFT: drift_check,
        SHARES: shares_check,
    },
    "marts.field_total": {
        COVERAGE: used_within_expected,
        RECONCILIATION: totals_add_up,
        VIEWS: totals_agree,
    },
    "marts.code_count": {COVERAGE: used_within_expected, VIEWS: counts_agree},
}
"""What a table must keep beside its grain."""
WARNINGS = frozenset({DRIFT, SHARES})
"""Checks that are told and stop nothing."""
