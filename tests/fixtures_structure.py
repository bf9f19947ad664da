"""A split in the synthetic city, so that the structure views differ.

On the first day of the last quarter a township of 东阳 gave two of its five parts to one of 永康.
"""

from collections.abc import Sequence
from decimal import Decimal

import duckdb
import polars as pl

from models.catalogue_model import Catalogue
from pipelines.build.run import build_model, models_in_order
from pipelines.load.standing import COMPARED, comparisons

SPLIT, HEIR = "330783310000", "330784310000"
KEPT = Decimal("0.6")
PARTS = ((SPLIT, SPLIT, 0, KEPT), (SPLIT, HEIR, KEPT, 1), (HEIR, HEIR, 0, 1))
"""Unit, who carries it on, from which share of it to which."""
SHARE = pl.Decimal(9, 8)
SCOPE = """select period, '{level}' as scope_level, {code} as scope_code, unit_code
from core.duty where {code} is not null"""
GROUPINGS = {
    "unit": "unit_code",
    "county": "case when county_code <> '330700' then county_code end",
    "county_level": "county_code || '/' || level",
    "level": "level",
    "kind": "unit_kind",
    "city": "'330700'",
}
PRESENT = """
create table core.present as
select unit_code, county_code, level, unit_kind, leading_system, '330700' as city_code
from core.duty where period = ?
"""
VERSIONS = """
create table core.unit_version as
select distinct unit_code, unit_name, county_code, level, date '2020-01-01' as valid_from
from core.duty
"""
CHANGE = """
create table marts.indicator_change as
select same.period, same.compare_to, same.kind, scope.scope_level, scope.scope_code, now.indicator,
    sum(now.numerator) filter (past.numerator is not null) as numerator_now,
    sum(now.denominator) filter (past.numerator is not null) as denominator_now,
    sum(past.numerator) filter (now.numerator is not null) as numerator_then,
    sum(past.denominator) filter (now.numerator is not null) as denominator_then,
    any_value(now.scale) * numerator_now / nullif(denominator_now, 0) as value_now,
    any_value(now.scale) * numerator_then / nullif(denominator_then, 0) as value_then,
    value_now - value_then as change, true as is_comparable,
    count(*) as units_expected,
    count(*) filter (now.numerator is not null and past.numerator is not null) as units_same
from core.same_unit as same
join core.scope as scope on same.period = scope.period and same.unit_code = scope.unit_code
join unit_value as now on same.period = now.period and same.unit_code = now.unit_code
join unit_value as past on same.compare_to = past.period and same.unit_code = past.unit_code
    and now.indicator = past.indicator
where scope.scope_level <> 'unit'
group by all
"""
SAME_UNITS = """
insert into marts.indicator_value by name
select period, 'same_units' as view, compare_to, scope_code, scope_level, indicator,
    numerator_now as numerator, denominator_now as denominator, value_now as value,
    units_expected, units_same as units_used, false as is_estimated
from marts.indicator_change
"""


def add_structures(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, periods: Sequence[str]
) -> None:
    """Add who stands where in each view, from `core.duty`."""
    scopes = [SCOPE.format(code=code, level=level) for level, code in GROUPINGS.items()]
    con.execute("create table core.scope as " + " union all by name ".join(scopes))
    con.execute(PRESENT, [periods[-1]])
    con.execute(VERSIONS)
    compared = comparisons(periods)
    rows = [
        (period, code, leg, heir, Decimal(low), Decimal(high), (low, high) != (0, 1))
        for period in periods[:-1]
        for leg, (code, heir, low, high) in enumerate(PARTS, start=1)
    ]
    names = ("period", "unit_code", "leg", "heir_code", "share_from", "share_to", "is_estimated")
    shares = {"share_from": SHARE, "share_to": SHARE}
    broken = [
        (*each, code) for each in compared if each[0] == periods[-1] for code in (SPLIT, HEIR)
    ]
    tables = {
        "core.succession": pl.DataFrame(
            rows, schema=list(names), schema_overrides=shares, orient="row"
        ),
        "core.comparison": _texts(compared, COMPARED),
        "core.broken_unit": _texts(broken, (*COMPARED, "unit_code")),
    }
    for table, frame in tables.items():
        con.register("incoming", frame)
        con.sql("select * from incoming").create(table)
    for model in models_in_order(catalogue):
        if model.table in {"core.view_scope", "core.same_unit"}:
            build_model(con, model, catalogue, periods)


def add_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Add what same units say, from `unit_value`."""
    con.execute(CHANGE)
    con.execute(SAME_UNITS)


def _texts(rows: Sequence[tuple[str, ...]], names: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
