"""The structure views must fit one another: units make up groups, and equal groups equal values."""

from collections.abc import Sequence

import duckdb

from models.catalogue_model import Catalogue
from pipelines.build.compiled import computed_indicators
from pipelines.proof import Proof, joined

UNITS = "units_make_groups"
VIEWS = "views_agree"

OF_UNITS = """
with summed as (
    select scope.period, scope.scope_level, scope.scope_code, unit.indicator,
        sum(unit.numerator) as numerator, sum(unit.denominator) as denominator,
        sum(unit.units_used) as units_used
    from core.scope as scope
    inner join {table} as unit
        on scope.period = unit.period and scope.unit_code = unit.scope_code
    where unit.view = 'as_reported' and unit.scope_level = 'unit' and unit.period = any($periods)
        and scope.scope_level <> 'unit' and scope.period = any($periods)
    group by all
)
select value.period, value.scope_level, value.scope_code, value.indicator,
    value.numerator is distinct from summed.numerator
    or value.denominator is distinct from summed.denominator
    or value.units_used is distinct from summed.units_used
from {table} as value
left join summed using (period, scope_level, scope_code, indicator)
where value.view = 'as_reported' and value.scope_level <> 'unit'
    and value.period = any($periods) and value.indicator = any($indicators)
"""

TODAY = """
with members as (
    select period, view, scope_level, scope_code, unit_code,
        sum(coalesce(share_to - share_from, 1)) as part
    from core.view_scope
    where scope_level <> 'unit' and period = any($periods)
    group by all
),
moved as (
    select distinct coalesce(now.period, past.period) as period,
        coalesce(now.scope_level, past.scope_level) as scope_level,
        coalesce(now.scope_code, past.scope_code) as scope_code
    from (select * from members where view = 'as_reported') as past
    full join (select * from members where view = 'today') as now
        using (period, scope_level, scope_code, unit_code)
    where now.part is distinct from past.part
)
select period, scope_level, scope_code, {name},
    past.numbers is distinct from now.numbers
from (select *, ({numbers}) as numbers from {table} where view = 'as_reported'
    and period = any($periods) and scope_level <> 'unit') as past
full join (select *, ({numbers}) as numbers from {table} where view = 'today'
    and period = any($periods) and scope_level <> 'unit') as now
    using (period, scope_level, scope_code, {keys})
anti join moved using (period, scope_level, scope_code)
"""

SAME = """
select same.period, same.scope_level, same.scope_code, same.indicator,
    (same.numerator, same.denominator) is distinct from (whole.numerator, whole.denominator)
from {table} as same
inner join {table} as whole using (period, scope_level, scope_code, indicator, units_used)
where same.view = 'same_units' and whole.view = 'as_reported'
    and same.period = any($periods) and same.indicator = any($indicators)
"""
"""A part of the units with as many units is all of them."""


def units_make_groups(
    con: duckdb.DuckDBPyConnection, table: str, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Prove that every group is the sum of its units, numerator, denominator and units used.

    A matter of two units counts once for their group, so indicators of matters are left out.
    """
    return _proof(con, UNITS, OF_UNITS.format(table=table), _known(catalogue, periods))


def views_agree(
    con: duckdb.DuckDBPyConnection, table: str, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Prove that a group has one value in all views in which it has the same units."""
    asked = _known(catalogue, periods)
    sides = "numerator, denominator, value, units_expected, units_used"
    today = _today(con, table, "indicator", sides, periods)
    return joined((today, _proof(con, VIEWS, SAME.format(table=table), asked)))


def totals_agree(
    con: duckdb.DuckDBPyConnection, table: str, _: Catalogue, periods: Sequence[str]
) -> Proof:
    """The same of the totals of fields."""
    numbers = "total, units_expected, units_used, units_positive"
    return _today(con, table, "field", numbers, periods)


def counts_agree(
    con: duckdb.DuckDBPyConnection, table: str, _: Catalogue, periods: Sequence[str]
) -> Proof:
    """The same of the counts of codes."""
    return _today(con, table, "field, code", "units, units_expected, units_used", periods)


def _today(
    con: duckdb.DuckDBPyConnection, table: str, keys: str, numbers: str, periods: Sequence[str]
) -> Proof:
    name = f"concat_ws('=', {keys})"
    select = TODAY.format(table=table, keys=keys, name=name, numbers=numbers)
    return _proof(con, VIEWS, select, {"periods": list(periods)})


def _known(catalogue: Catalogue, periods: Sequence[str]) -> dict[str, list[str]]:
    ids = [each.id for each in computed_indicators(catalogue) if each.rollup != "distinct_matters"]
    return {"periods": list(periods), "indicators": ids}


def _proof(
    con: duckdb.DuckDBPyConnection, name: str, select: str, asked: dict[str, list[str]]
) -> Proof:
    compared = con.execute(select, asked).fetchall()
    wrong = [" ".join(map(str, row[:4])) for row in compared if row[4]]
    return Proof(
        name, not wrong, {"compared": len(compared), "wrong": "、".join(sorted(set(wrong))[:10])}
    )
