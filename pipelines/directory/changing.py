"""Events entered, or undone while nothing depends on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.events import Leg, UnitEvent
from models.period import Period, day_of
from models.registry import issued
from models.units import Directory, UnitVersion, is_unit_code
from pipelines.directory.codes import Codes, SerialsUsedUpError
from pipelines.directory.effects import GOES_ON, Asked, EventDraft, Worked, work_out
from pipelines.directory.judging import judge_among, roots
from pipelines.directory.problems import Problem, RefusedError
from pipelines.directory.refusing import Standing, refusals
from pipelines.records.events import add_event, mark_undone, unit_events
from pipelines.records.quarters import is_locked, opened_periods
from pipelines.records.units import directory
from pipelines.settings import Home


class NoSuchEventError(Exception):
    """No event has this number."""


@dataclass(frozen=True)
class Signed:
    """Who enters an event, and when."""

    by: str
    at: datetime
    why: str = ""


def standing(home: Home, registry: Connection, catalogue: Catalogue) -> Standing:
    """The directory as it is, with every code that was ever given."""
    units = directory(registry)
    return Standing(
        catalogue=catalogue,
        units=units,
        codes=Codes(given_codes(registry, units)),
        locked_until=locked_until(registry),
        is_sample=home.is_sample,
    )


def given_codes(registry: Connection, units: Directory) -> set[str]:
    """Every code that is in the directory, was in an event, or got a workbook."""
    codes = set(units.by_code) | set(registry.execute(select(issued.c.unit_code)).scalars())
    return codes.union(*(event.touched for event in unit_events(registry)))


def locked_until(registry: Connection) -> date | None:
    """The last day of the last quarter that is locked."""
    periods = [each for each in opened_periods(registry) if is_locked(registry, each)]
    return max((Period.parse(each).last_day for each in periods), default=None)


def enter(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    draft: EventDraft,
    signed: Signed,
    *,
    dry_run: bool,
) -> UnitEvent:
    """Work an event out and, unless it is a dry run, put it into the directory.

    Raises:
        RefusedError: it cannot be, with every reason.
    """
    number = next_number(unit_events(registry), draft.effective_date)
    event = plan_event(standing(home, registry, catalogue), draft, number, signed)
    if not dry_run:
        add_event(registry, event)
    return event


def next_number(events: Iterable[UnitEvent], day: date) -> str:
    """The number of the next event of a year: 2026-003."""
    start = f"{day.year}-"
    used = [int(e.event_id[len(start) :]) for e in events if e.event_id.startswith(start)]
    return f"{start}{max(used, default=0) + 1:03d}"


def plan_event(known: Standing, asked: EventDraft, number: str, signed: Signed) -> UnitEvent:
    """Work out an event.

    Raises:
        RefusedError: it cannot be, with every reason.
    """
    draft, problems = _with_parents(known.units, asked)
    problems += refusals(known, draft)
    if problems:
        raise RefusedError(problems)
    try:
        worked = work_out(known.catalogue, known.units, draft, known.codes)
    except SerialsUsedUpError as error:
        raise RefusedError(
            [Problem("serials_used_up", "to_code", str(error), draft.line)]
        ) from error
    problems = list(_judged(known, draft, worked))
    if problems:
        raise RefusedError(problems)
    return UnitEvent(
        event_id=number,
        kind=draft.kind,
        effective_date=draft.effective_date,
        legs=tuple(_legs(draft, worked)),
        document_no=draft.document_no,
        by=signed.by,
        at=signed.at,
        why=draft.why or signed.why,
        effect=worked.effect,
    )


def changed_directory(units: Directory, event: UnitEvent) -> Directory:
    """The directory once an event has taken effect."""
    kept = [version for version in units.versions if version.unit_code not in event.touched]
    return Directory([*kept, *event.effect.after])


def is_after_freeze(catalogue: Catalogue, event: UnitEvent) -> bool:
    """Whether an event was entered when the directory of its quarter was frozen already."""
    quarter = Period.containing(event.effective_date)
    return event.at.date() > day_of("freeze", quarter, catalogue.campaign)


def undo(registry: Connection, event_id: str, by: str, at: datetime, why: str) -> UnitEvent:
    """Take an event back, as long as nothing has been done on the strength of it.

    Raises:
        NoSuchEventError: there is no such event.
        RefusedError: something depends on it.
    """
    events = {event.event_id: event for event in unit_events(registry)}
    if event_id not in events:
        raise NoSuchEventError(event_id)
    event = events[event_id]
    problems = list(_depending(registry, event, events.values()))
    if problems:
        raise RefusedError(problems)
    mark_undone(registry, event, by, at, why)
    return event


def _legs(draft: EventDraft, worked: Worked) -> Iterable[Leg]:
    for leg in draft.legs:
        key = leg.from_code if draft.kind in GOES_ON else leg.successor
        into = worked.codes.get(key) if key else None
        funds = leg.share_members if leg.share_funds is None else leg.share_funds
        yield Leg(leg.from_code, into, leg.share_members, funds)


def _judged(known: Standing, draft: EventDraft, worked: Worked) -> Iterable[Problem]:
    """The directory afterwards is as whole as one that is imported has to be."""
    effect = worked.effect
    touched = {version.unit_code for version in (*effect.before, *effect.after)}
    kept = [version for version in known.units.versions if version.unit_code not in touched]
    after = Directory([*kept, *effect.after])
    line = draft.line or 0
    begun = [(line, v) for v in effect.after if v.valid_from >= draft.effective_date]
    found = [*judge_among(known.catalogue, begun, after)]
    found += roots(known.catalogue, [(line, version) for version in after.versions])
    return [replace(problem, line=draft.line) for problem in found]


def _with_parents(units: Directory, draft: EventDraft) -> tuple[EventDraft, list[Problem]]:
    """Parents may be named instead of coded."""
    problems: list[Problem] = []
    legs = tuple(
        replace(leg, columns=_parent_codes(units, draft, leg, problems)) for leg in draft.legs
    )
    return replace(draft, legs=legs), problems


def _parent_codes(
    units: Directory, draft: EventDraft, leg: Asked, problems: list[Problem]
) -> dict[str, object]:
    columns = dict(leg.columns)
    for column in ("coord_parent_code", "party_parent_code"):
        name = columns.get(column)
        if name is None or is_unit_code(name):
            continue
        codes = [unit.unit_code for unit in _named(units, name, draft.effective_date)]
        if len(codes) == 1:
            columns[column] = codes[0]
        elif codes:
            fills = {"codes": "、".join(codes)}
            problems.append(Problem("ambiguous_parent", column, name, leg.line, fills=fills))
        elif column == "coord_parent_code":
            problems.append(Problem("no_such_parent", column, name, leg.line))
    return columns


def _named(units: Directory, name: str, day: date) -> Sequence[UnitVersion]:
    return [unit for unit in units.versions if unit.unit_name == name and unit.covers(day)]


def _depending(
    registry: Connection, event: UnitEvent, events: Iterable[UnitEvent]
) -> Iterable[Problem]:
    if event.undone_at is not None:
        fills: dict[str, object] = {"by": event.undone_by, "at": event.undone_at}
        yield Problem("undone_already", "event_id", event.event_id, fills=fills)
        return
    until = locked_until(registry)
    if until is not None and event.effective_date <= until:
        yield Problem(
            "locked_quarter", "effective_date", event.effective_date, fills={"until": until}
        )
    units = directory(registry)
    present = {v for code in event.touched for v in units.by_code.get(code, ())}
    if present != set(event.effect.after):
        later = _later(event, events)
        yield Problem("changed_since", "event_id", event.event_id, fills={"later": later or "—"})
    issues = _issued_since(registry, event)
    if issues:
        fills = {"issues": "、".join(sorted(issues)[:3]), "count": len(issues)}
        yield Problem("issued_since", "event_id", event.event_id, fills=fills)


def _later(event: UnitEvent, events: Iterable[UnitEvent]) -> str:
    found = [
        other.event_id
        for other in events
        if other.event_id != event.event_id
        and other.undone_at is None
        and other.at >= event.at
        and other.touched & event.touched
    ]
    return "、".join(found)


def _issued_since(registry: Connection, event: UnitEvent) -> list[str]:
    """Workbooks of quarters that the event touches, issued after it was entered."""
    codes = {*event.from_codes, *event.to_codes}
    rows = registry.execute(
        select(issued.c.issue_id, issued.c.period).where(
            issued.c.unit_code.in_(codes), issued.c.issued_at >= event.at
        )
    )
    return [
        row.issue_id for row in rows if Period.parse(row.period).last_day >= event.effective_date
    ]
