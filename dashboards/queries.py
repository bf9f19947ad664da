"""Every question put to a snapshot. The first argument is always who asks."""

from collections.abc import Iterable, Sequence

import polars as pl

from dashboards.reader import Reader
from dashboards.scopes import Scope
from dashboards.snapshots import Snapshot
from dashboards.structures import INDICATORS, Structure, duty_rows

TOTALS = """
select scope_code as scope, scope_level, field, total::double as total,
    units_expected, units_used, units_positive
from marts.field_total
where {view} and period = ? and list_contains(?, field) and list_contains(?, scope_level)
"""

UNIT_TOTALS = """
select value.unit_code as scope, 'unit' as scope_level, value.field,
    value.number::double as total,
    1 as units_expected, 1 as units_used, (value.number > 0)::integer as units_positive
from core.value as value
join core.duty as duty on value.submission_id = duty.submission_id
where duty.period = ? and duty.is_used and value.line is null and value.number is not null
    and list_contains(?, value.field) and list_contains(?, value.unit_code)
"""

CODES = """
select scope_code as scope, scope_level, field, code, units, units_expected, units_used
from marts.code_count
where {view} and period = ? and field = ? and list_contains(?, scope_level)
"""

UNIT_FIELDS = """
select duty.unit_code, duty.county_code, duty.level, {fields}
from core.duty as duty
inner join core.value as value on duty.submission_id = value.submission_id
where duty.period = ? and duty.is_used and value.line is null
group by duty.unit_code, duty.county_code, duty.level
"""
UNIT_FIELD = "max(value.number::double) filter (where value.field = '{name}') as {name}"
UNIT_SIDE = """
select unit_code, county_code, level, {number} as side, {held} as held, {owed} as owed
from said
where ({held}) is not null and ({owed}) is not null
"""

MATTERS = """
select matter_id, initiator_code, initiator_level, initiator_county,
    counterpart_code, counterpart_level, counterpart_county, matter_status, mirror_confirmed
from marts.matter
where period = ?
"""

COMPOSITES = """
select scope_code as scope, scope_level, composite, value, low, high, tier, groups
from ({rows})
where list_contains($5, composite) and list_contains($6, scope_level)
"""

WEIGHTINGS = """
select scope_code as scope, scope_level, weighting, value
from ({rows})
where composite = $5 and weighting <> 'equal' and list_contains($6, scope_level)
"""

DIMENSIONS = """
select scope_code as scope, scope_level, dimension, value, indicators_scored, indicators_carried
from ({rows})
where composite = $5 and list_contains($6, scope_level)
"""

SCORES = """
select scope_code as scope, scope_level, indicator, score as value, value as value_now, taken_from,
    score
from ({rows})
where score is not null and list_contains($5, scope_level)
order by indicator
"""
REPORTED = Structure()


def duty(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    names: dict[str, str],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """Who owes a return in the quarter, as far as the reader may know; one row a unit."""
    rows = duty_rows(snapshot, period, under)
    return rows.filter(_of_units(reader, rows)).with_columns(
        level_name=pl.col("level").replace_strict(names, default=None, return_dtype=pl.String)
    )


def indicator_rows(
    reader: Reader,
    snapshot: Snapshot,
    periods: Sequence[str],
    indicators: Sequence[str],
    scopes: Sequence[Scope],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """Indicator values of the scopes, in their order; a pair without a value keeps its row."""
    asked = (list(periods), list(indicators), _scope_levels(scopes), *under.pair)
    found = snapshot.ask(INDICATORS[under.name], *asked)
    wanted = scope_table(reader, scopes).join(
        pl.DataFrame({"indicator": list(indicators)}, schema={"indicator": pl.String}), how="cross"
    )
    quarters = pl.DataFrame({"period": list(periods)}, schema={"period": pl.String})
    keys = ["period", "scope", "scope_level", "indicator"]
    return wanted.join(quarters, how="cross").join(
        found, on=keys, how="left", maintain_order="left"
    )


def field_totals(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    fields: Sequence[str],
    scopes: Sequence[Scope],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """Sums of fields over the scopes, one row a scope and field; a unit's sum is what it said.

    A unit whose past is not its own has a sum of what it took over instead.
    """
    totals = TOTALS.format(view=_viewed(snapshot, "marts.field_total", under))
    sums = snapshot.ask(totals, period, list(fields), _scope_levels(scopes))
    heirs = {code for code, level in sums.select("scope", "scope_level").iter_rows()
             if level == "unit"}  # fmt: skip
    codes = [each.code for each in scopes if each.level == "unit" and each.code not in heirs]
    said = snapshot.ask(UNIT_TOTALS, period, list(fields), codes) if codes else sums.clear()
    found = pl.concat([sums, said], how="vertical_relaxed")
    return scope_table(reader, scopes).join(
        found, on=["scope", "scope_level"], how="inner", maintain_order="left"
    )


def code_counts(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    field: str,
    scopes: Sequence[Scope],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """How many units of the scopes said which code."""
    counts = CODES.format(view=_viewed(snapshot, "marts.code_count", under))
    found = snapshot.ask(counts, period, field, _scope_levels(scopes))
    return scope_table(reader, scopes).join(
        found.sort("code"), on=["scope", "scope_level"], how="inner", maintain_order="left_right"
    )


def _viewed(snapshot: Snapshot, table: str, under: Structure) -> str:
    """The rows of a structure view; an older snapshot has the one as reported only."""
    return f"view = '{under.name}'" if snapshot.holds(table, "view") else "true"


def unit_sides(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    fields: Sequence[str],
    sides: Sequence[tuple[str, str]],
) -> pl.DataFrame:
    """What each unit the reader may see held and owed, for every pair of formulas.

    Units that lack a side are left out. Open fields only.
    """
    said = UNIT_FIELDS.format(fields=", ".join(UNIT_FIELD.format(name=name) for name in fields))
    parts = [
        UNIT_SIDE.format(number=number, held=held, owed=owed)
        for number, (held, owed) in enumerate(sides)
    ]
    rows = snapshot.ask(f"with said as ({said}) {' union all '.join(parts)}", period)
    return rows.filter(_of_units(reader, rows))


def other_names(reader: Reader, snapshot: Snapshot, period: str) -> list[str]:
    """Names and codes of the units that the reader must not be told of."""
    if not reader.has_limits:
        return []
    rows = snapshot.ask(
        "select unit_code, unit_name, county_code from core.duty where period = ?", period
    )
    others = rows.filter(~_of_units(reader, rows))
    return [*others["unit_name"], *others["unit_code"]]


def _of_units(reader: Reader, rows: pl.DataFrame) -> pl.Series:
    pairs = zip(rows["unit_code"], rows["county_code"], strict=True)
    return pl.Series([reader.may_see_unit(*pair) for pair in pairs], dtype=pl.Boolean)


def matters(reader: Reader, snapshot: Snapshot, period: str) -> pl.DataFrame:
    """The matters of the quarter that touch a county (and unit) of the reader; no titles."""
    rows = snapshot.ask(MATTERS, period)
    seen = [
        reader.may_see_unit(row["initiator_code"], row["initiator_county"])
        or reader.may_see_unit(row["counterpart_code"], row["counterpart_county"])
        for row in rows.iter_rows(named=True)
    ]
    return rows.filter(pl.Series(seen, dtype=pl.Boolean))


def composite_rows(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    composites: Sequence[str],
    scopes: Sequence[Scope],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """Indices of the scopes with interval and tier."""
    sql = COMPOSITES.format(rows=under.rows("marts.composite_value"))
    asked = (*under.at(period), list(composites), _scope_levels(scopes))
    return _of_scopes(reader, scopes, snapshot.ask(sql, *asked))


def dimension_rows(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    owner: str,
    scopes: Sequence[Scope],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """Dimensions of an index, or axes of a profile, of the scopes: 0 to 100."""
    sql = DIMENSIONS.format(rows=under.rows("marts.dimension_value"))
    found = snapshot.ask(sql, *under.at(period), owner, _scope_levels(scopes))
    return _of_scopes(reader, scopes, found)


def weighting_rows(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    composite: str,
    scopes: Sequence[Scope],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """An index of the scopes under each named alternative of its weights."""
    sql = WEIGHTINGS.format(rows=under.rows("marts.composite_index"))
    found = snapshot.ask(sql, *under.at(period), composite, _scope_levels(scopes))
    return _of_scopes(reader, scopes, found)


def score_rows(
    reader: Reader,
    snapshot: Snapshot,
    period: str,
    scopes: Sequence[Scope],
    under: Structure = REPORTED,
) -> pl.DataFrame:
    """Scores of all indicators of the scopes that have one: 0 to 100."""
    sql = SCORES.format(rows=under.rows("marts.indicator_score"))
    return _of_scopes(reader, scopes, snapshot.ask(sql, *under.at(period), _scope_levels(scopes)))


def _of_scopes(reader: Reader, scopes: Sequence[Scope], found: pl.DataFrame) -> pl.DataFrame:
    return scope_table(reader, scopes).join(
        found, on=["scope", "scope_level"], how="inner", maintain_order="left"
    )


def _scope_levels(scopes: Iterable[Scope]) -> list[str]:
    return sorted({scope.level for scope in scopes})


def scope_table(reader: Reader, scopes: Sequence[Scope]) -> pl.DataFrame:
    """The scopes as a table, checked once more against the reader's rights."""
    rows = seen(reader, scopes)
    return pl.DataFrame(
        {
            "scope": [scope.code for scope in rows],
            "scope_level": [scope.level for scope in rows],
            "name": [scope.name for scope in rows],
            "county": [scope.county for scope in rows],
        },
        schema=dict.fromkeys(("scope", "scope_level", "name", "county"), pl.String),
    )


def seen(reader: Reader, scopes: Sequence[Scope]) -> list[Scope]:
    """The scopes that the reader may see."""
    return [scope for scope in scopes if _may_see(reader, scope)]


def _may_see(reader: Reader, scope: Scope) -> bool:
    if scope.level == "unit":
        return reader.may_see_unit(scope.code, scope.county)
    return not scope.county or reader.may_see_total(scope.county)
