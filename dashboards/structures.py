"""建制口径: the structure view of a question, and which rows of a mart tell of it.

A single unit has a row of its own in `today` only where its past is not what it reported, and none
in `same_units`: everywhere else it is read as it reported.
"""

from dataclasses import dataclass

import polars as pl

from dashboards.snapshots import Snapshot
from dashboards.view import AS_REPORTED, SAME_UNITS, TODAY

REPORTED = frozenset({AS_REPORTED})
PLACED = frozenset({AS_REPORTED, TODAY})
EVERY = frozenset({AS_REPORTED, TODAY, SAME_UNITS})
THEN = "same_units_then"
"""Same units in the quarter that is compared."""
NEEDED = {
    TODAY: ("core.view_scope", "core.present"),
    SAME_UNITS: ("core.same_unit", "marts.indicator_change"),
}
"""Tables that a snapshot made by an earlier program may lack."""

IN_TODAY = """scope_code not in (select past.scope_code from {table} as past
    where past.view = 'today' and past.scope_level = 'unit' and past.period = $4)"""
IN_BOTH = """scope_code in (select same.unit_code from core.same_unit as same
    where same.period = $2 and same.compare_to = $3)"""
OWN = {AS_REPORTED: "false", TODAY: IN_TODAY, SAME_UNITS: IN_BOTH}
ROWS = """
select * from {table}
where view = $1 and period = $2 and compare_to is not distinct from $3
union all
select * from {table}
where view = 'as_reported' and scope_level = 'unit' and period = $4 and {own}
"""
INDICATORS = {
    AS_REPORTED: """
select period, scope_code as scope, scope_level, indicator,
    numerator::double as numerator, denominator::double as denominator, value::double as value,
    units_expected, units_used
from marts.indicator_value
where view = 'as_reported' and compare_to is null
    and list_contains($1, period) and list_contains($2, indicator)
    and list_contains($3, scope_level)
""",
    TODAY: """
select period, scope_code as scope, scope_level, indicator,
    numerator::double as numerator, denominator::double as denominator, value::double as value,
    units_expected, units_used
from marts.indicator_value
where (view = 'today' or (view = 'as_reported' and scope_level = 'unit'))
    and list_contains($1, period) and list_contains($2, indicator)
    and list_contains($3, scope_level)
qualify row_number() over (
    partition by period, scope_level, scope_code, indicator order by view desc) = 1
""",
    SAME_UNITS: """
with both_sides as (
    select period, scope_level, scope_code, indicator, numerator, denominator, value,
        units_expected, units_used
    from marts.indicator_value
    where view = 'same_units' and period = $4 and compare_to = $5
    union all
    select compare_to, scope_level, scope_code, indicator, numerator_then, denominator_then,
        value_then, units_expected, units_same
    from marts.indicator_change
    where period = $4 and compare_to = $5
    union all
    select period, scope_level, scope_code, indicator, numerator, denominator, value,
        units_expected, units_used
    from marts.indicator_value
    where view = 'as_reported' and scope_level = 'unit' and period in ($4, $5)
        and scope_code in (select unit_code from core.same_unit where period = $4
            and compare_to = $5)
)
select period, scope_code as scope, scope_level, indicator,
    numerator::double as numerator, denominator::double as denominator, value::double as value,
    units_expected, units_used
from both_sides
where list_contains($1, period) and list_contains($2, indicator)
    and list_contains($3, scope_level)
""",
}
DUTY = {
    AS_REPORTED: """
select unit_code, unit_name, level, unit_kind, county_code, owes, is_used, verdict,
    submission_id is not null as is_received
from core.duty
where period = $1 and owes
order by unit_code
""",
    TODAY: """
with named as (
    select unit_code, max_by(unit_name, valid_from) as unit_name
    from core.unit_version group by unit_code
)
select scope.heir_code as unit_code, any_value(named.unit_name) as unit_name,
    any_value(present.level) as level, any_value(present.unit_kind) as unit_kind,
    any_value(present.county_code) as county_code, true as owes,
    bool_or(duty.is_used) as is_used, any_value(duty.verdict) as verdict,
    bool_or(duty.submission_id is not null) as is_received,
    list(duty.unit_code) as returns,
    coalesce(list(duty.unit_code) filter (duty.is_used), []) as returns_used
from core.view_scope as scope
join core.duty as duty on scope.period = duty.period and scope.unit_code = duty.unit_code
join core.present as present on scope.heir_code = present.unit_code
left join named on scope.heir_code = named.unit_code
where scope.view = 'today' and scope.scope_level = 'city' and scope.period = $1
group by scope.heir_code
order by scope.heir_code
""",
    SAME_UNITS: """
select duty.unit_code, duty.unit_name, duty.level, duty.unit_kind, duty.county_code, duty.owes,
    duty.is_used and past.is_used as is_used, duty.verdict,
    duty.submission_id is not null as is_received
from core.same_unit as same
join core.duty as duty on same.period = duty.period and same.unit_code = duty.unit_code
join core.duty as past on same.compare_to = past.period and same.unit_code = past.unit_code
where same.period = $1 and same.compare_to = $2
order by duty.unit_code
""",
}
ESTIMATED = """
select count(*) from core.view_scope
where view = 'today' and is_estimated and period = $1 and scope_level = $2 and scope_code = $3
"""


@dataclass(frozen=True)
class Structure:
    """A structure view of one quarter; `compare_to` is set for same units only."""

    name: str = AS_REPORTED
    period: str = ""
    compare_to: str | None = None

    def rows(self, table: str) -> str:
        """A SELECT of the rows of a mart, to be asked with `at`."""
        own = OWN[self.name].format(table=table)
        return ROWS.format(table=table, own=own)

    def at(self, period: str) -> list[str | None]:
        """The parameters of `rows` for what is told of a quarter."""
        if self.name != SAME_UNITS:
            return [self.name, period, None, period]
        view = SAME_UNITS if period == self.period else THEN
        return [view, self.period, self.compare_to, period]

    @property
    def pair(self) -> list[str | None]:
        """The two quarters of same units, where a question needs them."""
        return [self.period, self.compare_to] if self.name == SAME_UNITS else []


def answered(snapshot: Snapshot, compared: str | None) -> frozenset[str]:
    """The structure views in which a snapshot can be asked."""
    held = {name for name, tables in NEEDED.items() if all(map(snapshot.holds, tables))}
    return REPORTED | (held if compared else held - {SAME_UNITS})


def duty_rows(snapshot: Snapshot, period: str, under: Structure) -> pl.DataFrame:
    """Who owes a return; in `today` one row for each unit that carries on, with its returns."""
    compared = [under.compare_to] if under.name == SAME_UNITS else []
    return snapshot.ask(DUTY[under.name], period, *compared)


def returns_of(inside: pl.DataFrame) -> tuple[int, int]:
    """How many returns the units of a duty list stand for, and how many of these are used."""
    if "returns" not in inside.columns:
        return inside.height, int(inside["is_used"].sum())
    counts = [
        inside[name].explode().drop_nulls().n_unique() for name in ("returns", "returns_used")
    ]
    return counts[0], counts[1]


def is_estimated(snapshot: Snapshot, period: str, scope_level: str, scope: str) -> bool:
    """Whether a part of what is told of the scope was cut by members, of a unit split since."""
    return bool(snapshot.ask(ESTIMATED, period, scope_level, scope).item())
