"""Questions to the marts of coordination, resources and duties. The first argument is who asks."""

from collections.abc import Sequence

import polars as pl

from dashboards.queries import scope_table
from dashboards.reader import Reader
from dashboards.scopes import Scope
from dashboards.snapshots import Snapshot

ENDS = """
    starting.county_code as initiator_county, starting.level as initiator_level,
    receiving.county_code as counterpart_county, receiving.level as counterpart_level
"""
MATTERS = f"""
select matter.initiator_code, matter.counterpart_code, matter.direction, matter.shared_resource,
    matter.mirror_confirmed, {ENDS},
    date_diff('day', matter.raised_date, matter.replied_date) as response_days,
    date_diff('day', matter.raised_date,
        case when matter.closed_date <= period.period_end then matter.closed_date end
    ) as closing_days
from marts.matter as matter
join core.period as period on matter.period = period.period
left join core.duty as starting
    on matter.period = starting.period and matter.initiator_code = starting.unit_code
left join core.duty as receiving
    on matter.period = receiving.period and matter.counterpart_code = receiving.unit_code
where matter.period = ? and matter.matter_status is distinct from 5
"""  # noqa: S608
TIES = f"""
select tie.unit_code as initiator_code, tie.partner_unit_code as counterpart_code,
    tie.pair_type, tie.main_resource, coalesce(tie.is_confirmed, false) as is_confirmed, {ENDS}
from marts.tie as tie
join core.duty as starting
    on tie.period = starting.period and tie.unit_code = starting.unit_code
join core.duty as receiving
    on tie.period = receiving.period and tie.partner_unit_code = receiving.unit_code
where tie.period = ? and tie.is_active and tie.pair_type in (4, 5)
"""  # noqa: S608
ELECTIONS = """
select scope_code as scope, scope_level, falls_in, organisations, units
from marts.election_calendar where period = ? and list_contains(?, scope_level)
"""
RESOURCES = """
select scope_code as scope, scope_level, resource, role, amount::double as amount,
    per_hundred::double as per_hundred, units_expected, units_used
from marts.resource where period = ? and list_contains(?, scope_level)
"""
NEEDED = {
    MATTERS: ("marts.matter", "direction", "shared_resource", "raised_date", "closed_date"),
    TIES: ("marts.tie", "partner_unit_code", "is_confirmed"),
    ELECTIONS: ("marts.election_calendar",),
    RESOURCES: ("marts.resource",),
}
"""The table, and its columns, that a question needs; older snapshots may lack them."""


def _asked(snapshot: Snapshot, question: str, *params: object) -> pl.DataFrame | None:
    return snapshot.ask(question, *params) if snapshot.holds(*NEEDED[question]) else None


def matters(reader: Reader, snapshot: Snapshot, period: str) -> pl.DataFrame | None:
    """Matters with both ends, where the reader may see one of them; no titles."""
    return _seen(reader, _asked(snapshot, MATTERS, period))


def ties(reader: Reader, snapshot: Snapshot, period: str) -> pl.DataFrame | None:
    """Joint building in force between units of the directory, one row for each that lists it."""
    return _seen(reader, _asked(snapshot, TIES, period))


def _seen(reader: Reader, rows: pl.DataFrame | None) -> pl.DataFrame | None:
    if rows is None:
        return None
    seen = [
        any(
            row[f"{end}_county"] is not None
            and reader.may_see_unit(row[f"{end}_code"], row[f"{end}_county"])
            for end in ("initiator", "counterpart")
        )
        for row in rows.iter_rows(named=True)
    ]
    return rows.filter(pl.Series(seen, dtype=pl.Boolean))


def elections(
    reader: Reader, snapshot: Snapshot, period: str, scopes: Sequence[Scope]
) -> pl.DataFrame | None:
    """Elections overdue and to come, of the scopes."""
    levels = sorted({scope.level for scope in scopes})
    return _of_scopes(reader, scopes, _asked(snapshot, ELECTIONS, period, levels))


def resources(
    reader: Reader, snapshot: Snapshot, period: str, scopes: Sequence[Scope]
) -> pl.DataFrame | None:
    """What the scopes hold, share, use and leave idle."""
    levels = sorted({scope.level for scope in scopes})
    return _of_scopes(reader, scopes, _asked(snapshot, RESOURCES, period, levels))


def _of_scopes(
    reader: Reader, scopes: Sequence[Scope], found: pl.DataFrame | None
) -> pl.DataFrame | None:
    if found is None:
        return None
    return scope_table(reader, scopes).join(
        found, on=["scope", "scope_level"], how="inner", maintain_order="left"
    )
