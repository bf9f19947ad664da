"""报告期的状态: not begun, open, locked, published, under correction, corrected, archived."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from models.registry import decision, snapshot, submission
from pipelines.records.packages import Package, packages
from pipelines.records.quarters import in_force, is_locked, opened_periods

PUBLISHED = ("published", "corrected")


@dataclass(frozen=True)
class Correction:
    """更正: a return of a published quarter that two persons had sent again."""

    submission_id: str
    unit_code: str
    by: str
    at: datetime
    why: str


@dataclass(frozen=True)
class QuarterState:
    """Where a quarter stands; `campaign.quarter_*` says it in Chinese."""

    state: str
    snapshot: str | None
    made_at: datetime | None
    corrections: tuple[Correction, ...]
    packages: tuple[Package, ...] = ()

    @property
    def superseded(self) -> tuple[Package, ...]:
        """Packages that no longer hold what is in force: a newer one does, or none yet."""
        return self.packages[:-1] if self.state == "archived" else self.packages

    def as_json(self) -> dict[str, Any]:
        """What `sanji status --json` says of it."""
        return asdict(self) | {"superseded": [each.number for each in self.superseded]}


def quarter_state(registry: Connection, period: str) -> QuarterState:
    """The state of a quarter, from locks, publications and corrections."""
    finals = _finals(registry, period)
    last = finals[-1] if finals else None
    made, packed = corrections(registry, period), packages(registry, period)
    state = _state(finals, made, locked=is_locked(registry, period))
    if state == "open" and period not in opened_periods(registry):
        state = "not_begun"
    own = publication(registry, period)
    if state in PUBLISHED and own and packed and packed[-1].snapshot == own.snapshot_id:
        state = "archived"
    return QuarterState(
        state,
        last.snapshot_id if last else None,
        last.made_at if last else None,
        made,
        packed,
    )


def publication(registry: Connection, period: str) -> Row[Any] | None:
    """The publication of the quarter as it is locked and defined now, not a later one of others.

    None while there is none: it was never published, or not since it was locked again.
    """
    locked_at = registry.execute(
        select(func.max(decision.c.decided_at)).where(
            decision.c.period == period, decision.c.action == "lock", in_force()
        )
    ).scalar()
    found = None
    for row in _finals(registry, period):
        if locked_at is not None and row.made_at < locked_at:
            continue
        if found is None or _is_instead(row, found, period):
            found = row
    return found


def _is_instead(row: Row[Any], found: Row[Any], period: str) -> bool:
    """Whether a later publication tells of the quarter anew: redefined, or of the same hour."""
    return row.made_at == found.made_at or defined_by(row, period) != defined_by(found, period)


def defined_by(row: Row[Any], period: str) -> str:
    """The catalogue that a publication computed the quarter under."""
    under = json.loads(row.catalogues) if row.catalogues else {}
    return str(under.get(period, row.catalogue_hash))


def _finals(registry: Connection, period: str) -> list[Row[Any]]:
    """The final publications in which the quarter is final, oldest first."""
    rows = registry.execute(
        select(snapshot)
        .where(snapshot.c.kind == "final")
        .order_by(snapshot.c.made_at, snapshot.c.snapshot_id)
    )
    return [row for row in rows if json.loads(row.periods).get(period) == "final"]


def corrections(registry: Connection, period: str) -> tuple[Correction, ...]:
    """What was reopened since the quarter's first final publication; none if there is none."""
    finals = _finals(registry, period)
    since = finals[0].made_at if finals else None
    if since is None:
        return ()
    rows = registry.execute(
        select(decision, submission.c.unit_code)
        .join(submission, submission.c.submission_id == decision.c.submission_id)
        .where(
            decision.c.period == period,
            decision.c.action == "reopen",
            decision.c.decided_at >= since,
            in_force(),
        )
        .order_by(decision.c.decision_id)
    )
    return tuple(
        Correction(row.submission_id, row.unit_code, row.decided_by, row.decided_at, row.why)
        for row in rows
    )


def _state(finals: list[Row[Any]], made: tuple[Correction, ...], *, locked: bool) -> str:
    if not finals:
        return "locked" if locked else "open"
    if not locked:
        return "correcting"
    if not made:
        return "published"
    is_out = len(finals) > 1 and made[-1].at <= finals[-1].made_at
    return "corrected" if is_out else "relocked"
