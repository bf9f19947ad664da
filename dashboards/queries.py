"""Every question put to a snapshot. The first argument is always who asks."""

from collections.abc import Iterable, Sequence

import polars as pl

from dashboards.reader import Reader
from dashboards.scopes import Scope
from dashboards.snapshots import Snapshot

DUTY = """
select unit_code, unit_name, level, unit_kind, county_code, owes, is_used, verdict,
    submission_id is not null as is_received
from core.duty
where period = ? and owes
order by unit_code
"""

INDICATORS = """
select period, scope_code as scope, scope_level, indicator,
    numerator::double as numerator, denominator::double as denominator, value::double as value,
    units_expected, units_used
from marts.indicator_value
where view = 'as_reported' and compare_to is null
    and list_contains(?, period) and list_contains(?, indicator) and list_contains(?, scope_level)
"""

TOTALS = """
select scope_code as scope, scope_level, field, total::double as total,
    units_expected, units_used, units_positive
from marts.field_total
where period = ? and list_contains(?, field) and list_contains(?, scope_level)
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
where period = ? and field = ? and list_contains(?, scope_level)
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
from marts.composite_value
where view = 'as_reported' and compare_to is null
    and period = ? and list_contains(?, composite) and list_contains(?, scope_level)
"""

DIMENSIONS = """
select scope_code as scope, scope_level, dimension, value, indicators_scored, indicators_carried
from marts.dimension_value
where view = 'as_reported' and compare_to is null
    and period = ? and composite = ? and list_contains(?, scope_level)
"""

SCORES = """
select scope_code as scope, scope_level, indicator, score as value, value as value_now, taken_from,
    score
from marts.indicator_score
where view = 'as_reported' and compare_to is null and score is not null
    and period = ? and list_contains(?, scope_level)
order by indicator
"""


def duty(reader: Reader, snapshot: Snapshot, period: str, names: dict[str, str]) -> pl.DataFrame:
    """Who owes a return in the quarter, as far as the reader may know; one row a unit."""
    rows = snapshot.ask(DUTY, period)
    allowed = [
        reader.may_see_unit(unit, county)
        for unit, county in zip(rows["unit_code"], rows["county_code"], strict=True)
    ]
    return rows.filter(pl.Series(allowed, dtype=pl.Boolean)).with_columns(
        level_name=pl.col("level").replace_strict(names, default=None, return_dtype=pl.String)
    )


def indicator_rows(
    reader: Reader,
    snapshot: Snapshot,
    periods: Sequence[str],
    indicators: Sequence[str],
    scopes: Sequence[Scope],
) -> pl.DataFrame:
    """Indicator values of the scopes, in their order; a pair without a value keeps its row."""
    found = snapshot.ask(INDICATORS, list(periods), list(indicators), _scope_levels(scopes))
    wanted = scope_table(reader, scopes).join(
        pl.DataFrame({"indicator": list(indicators)}, schema={"indicator": pl.String}), how="cross"
    )
    quarters = pl.DataFrame({"period": list(periods)}, schema={"period": pl.String})
    keys = ["period", "scope", "scope_level", "indicator"]
    return wanted.join(quarters, how="cross").join(
        found, on=keys, how="left", maintain_order="left"
    )


def field_totals(
    reader: Reader, snapshot: Snapshot, period: str, fields: Sequence[str], scopes: Sequence[Scope]
) -> pl.DataFrame:
    """Sums of fields over the scopes, one row a scope and field; a unit's sum is what it said."""
    sums = snapshot.ask(TOTALS, period, list(fields), _scope_levels(scopes))
    codes = [scope.code for scope in scopes if scope.level == "unit"]
    said = snapshot.ask(UNIT_TOTALS, period, list(fields), codes) if codes else sums.clear()
    found = pl.concat([sums, said], how="vertical_relaxed")
    return scope_table(reader, scopes).join(
        found, on=["scope", "scope_level"], how="inner", maintain_order="left"
    )


def code_counts(
    reader: Reader, snapshot: Snapshot, period: str, field: str, scopes: Sequence[Scope]
) -> pl.DataFrame:
    """How many units of the scopes said which code."""
    found = snapshot.ask(CODES, period, field, _scope_levels(scopes))
    return scope_table(reader, scopes).join(
        found, on=["scope", "scope_level"], how="inner", maintain_order="left"
    )


def unit_sides(
    snapshot: Snapshot, period: str, fields: Sequence[str], sides: Sequence[tuple[str, str]]
) -> pl.DataFrame:
    """What each unit held and owed, for every pair of formulas; units that lack a side left out.

    For adding up over scopes that were checked against the reader's rights; open fields only.
    """
    said = UNIT_FIELDS.format(fields=", ".join(UNIT_FIELD.format(name=name) for name in fields))
    parts = [
        UNIT_SIDE.format(number=number, held=held, owed=owed)
        for number, (held, owed) in enumerate(sides)
    ]
    return snapshot.ask(f"with said as ({said}) {' union all '.join(parts)}", period)


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
) -> pl.DataFrame:
    """Indices of the scopes with interval and tier."""
    return _of_scopes(
        reader, scopes, snapshot.ask(COMPOSITES, period, list(composites), _scope_levels(scopes))
    )


def dimension_rows(
    reader: Reader, snapshot: Snapshot, period: str, owner: str, scopes: Sequence[Scope]
) -> pl.DataFrame:
    """Dimensions of an index, or axes of a profile, of the scopes: 0 to 100."""
    found = snapshot.ask(DIMENSIONS, period, owner, _scope_levels(scopes))
    return _of_scopes(reader, scopes, found)


def score_rows(
    reader: Reader, snapshot: Snapshot, period: str, scopes: Sequence[Scope]
) -> pl.DataFrame:
    """Scores of all indicators of the scopes that have one: 0 to 100."""
    return _of_scopes(reader, scopes, snapshot.ask(SCORES, period, _scope_levels(scopes)))


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
    return not scope.county or reader.may_see_county(scope.county)
