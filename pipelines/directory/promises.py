"""What an import must not take back: codes in use, and the units of quarters already at work."""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from sqlalchemy import Connection, select

from models.period import Period
from models.registry import issued, submission
from models.units import Directory, UnitVersion
from pipelines.directory.problems import Problem
from pipelines.records.events import unit_events
from pipelines.records.issues import issue_count
from pipelines.records.quarters import is_locked, opened_periods

LIFE = frozenset({"valid_from", "valid_to", "reports_from", "reports_to"})
"""When a version began and ends is another matter than how the unit stood on one day."""

Numbered = tuple[int, UnitVersion]


def kept_promises(
    registry: Connection, before: Directory, lines: Sequence[Numbered]
) -> Iterator[Problem]:
    """Codes that would be lost, and quarters whose units would be others than they were."""
    after = Directory(version for _, version in lines)
    rows = {version.unit_code: number for number, version in lines}
    yield from _lost_codes(registry, before, after)
    for name in opened_periods(registry):
        period = Period.parse(name)
        if is_locked(registry, name):
            yield from _rewritten(before, after, period, rows)
        else:
            yield from _withdrawn(registry, after, period, rows)


def _lost_codes(registry: Connection, before: Directory, after: Directory) -> Iterator[Problem]:
    """A code that was used once is kept, ended if need be; it is never used for another unit."""
    used = set(registry.execute(select(issued.c.unit_code)).scalars())
    used |= set(registry.execute(select(submission.c.unit_code)).scalars())
    used = used.union(*(event.touched for event in unit_events(registry) if not event.undone_at))
    for code in sorted((before.by_code.keys() & used) - after.by_code.keys()):
        fills = {"name": before.by_code[code][-1].unit_name}
        yield Problem("code_lost", "unit_code", code, fills=fills)


def _rewritten(
    before: Directory, after: Directory, period: Period, rows: dict[str, int]
) -> Iterator[Problem]:
    """A locked quarter keeps the units, names and parents it was published with."""
    for code in sorted(before.by_code.keys() | after.by_code.keys()):
        then, now = _standing(before, code, period), _standing(after, code, period)
        if then == now or code not in after.by_code:
            continue
        column = next(
            (name for name in then or {} if then and now and then[name] != now[name]), "valid_from"
        )
        fills = {"period": period, "then": (then or {}).get(column, "—")}
        seen = (now or {}).get(column, "")
        yield Problem("locked_history", column, seen, rows.get(code), fills=fills)


def _standing(units: Directory, code: str, period: Period) -> dict[str, object] | None:
    unit = units.version(code, period)
    if unit is None or not unit.owes_on(period.last_day):
        return None
    return {each.name: getattr(unit, each.name) for each in fields(unit) if each.name not in LIFE}


def _withdrawn(
    registry: Connection, after: Directory, period: Period, rows: dict[str, int]
) -> Iterator[Problem]:
    """A unit that holds a workbook of an open quarter still owes it, unless an event says why."""
    for code in sorted(issue_count(registry, period)):
        excused = code in after.owing(period) or code in after.ended_within(period)
        if not excused and code in after.by_code:
            seen = after.by_code[code][-1].valid_to or ""
            fills = {"period": period}
            yield Problem("issued_history", "valid_to", seen, rows.get(code), fills=fills)
