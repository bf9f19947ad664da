"""Rows of the registry about the directory's changes: events as values, one row a leg."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from models.events import Effect, EventKind, Leg, UnitEvent
from models.registry import unit_event, unit_version
from models.units import UnitVersion

DATES = ("valid_from", "valid_to", "reports_from", "reports_to")


def unit_events(registry: Connection) -> list[UnitEvent]:
    """Every event ever registered, undone ones too, in the order of their numbers."""
    rows = registry.execute(
        select(unit_event).order_by(unit_event.c.event_id, unit_event.c.leg)
    ).mappings()
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row["event_id"], []).append(row)
    return [_event(some) for some in grouped.values()]


def add_event(registry: Connection, event: UnitEvent) -> None:
    """Record an event and put its effect into the directory."""
    registry.execute(insert(unit_event), list(_rows(event)))
    put_versions(registry, event.touched, event.effect.after)


def mark_undone(registry: Connection, event: UnitEvent, by: str, at: datetime, why: str) -> None:
    """Take the effect of an event out of the directory; the event stays on record."""
    registry.execute(
        update(unit_event)
        .where(unit_event.c.event_id == event.event_id)
        .values(undone_by=by, undone_at=at, undone_why=why)
    )
    put_versions(registry, event.touched, event.effect.before)


def put_versions(
    registry: Connection, codes: Iterable[str], versions: Iterable[UnitVersion]
) -> None:
    """Put the given versions in place of all versions of these units."""
    for code in codes:
        registry.execute(delete(unit_version).where(unit_version.c.unit_code == code))
    rows = [asdict(version) for version in versions]
    if rows:
        registry.execute(insert(unit_version), rows)


def _event(rows: list[Any]) -> UnitEvent:
    first = rows[0]
    effect = json.loads(first["effect"])
    return UnitEvent(
        event_id=first["event_id"],
        kind=EventKind(first["type"]),
        effective_date=first["effective_date"],
        legs=tuple(
            Leg(row["from_code"], row["to_code"], row["share_members"], row["share_funds"])
            for row in rows
        ),
        document_no=first["document_no"],
        by=first["by"],
        at=first["at"],
        why=first["why"],
        effect=Effect(*(tuple(map(_version, effect[side])) for side in ("before", "after"))),
        undone_by=first["undone_by"],
        undone_at=first["undone_at"],
        undone_why=first["undone_why"],
    )


def _rows(event: UnitEvent) -> Iterable[dict[str, Any]]:
    effect = json.dumps(asdict(event.effect), ensure_ascii=False, default=date.isoformat)
    for number, leg in enumerate(event.legs, start=1):
        yield {
            "event_id": event.event_id,
            "leg": number,
            "effective_date": event.effective_date,
            "type": event.kind.value,
            **asdict(leg),
            "document_no": event.document_no,
            "by": event.by,
            "at": event.at,
            "why": event.why,
            # What it did is one thing, so it stands once.
            "effect": effect if number == 1 else "",
        }


def _version(stored: dict[str, Any]) -> UnitVersion:
    days = {name: date.fromisoformat(stored[name]) for name in DATES if stored[name]}
    return UnitVersion(**{**stored, **days})
