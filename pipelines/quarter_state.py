"""报告期的状态: open, locked, published, under correction, published again as corrected."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from models.registry import decision, snapshot, submission
from pipelines.records import in_force, is_locked


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

    def as_json(self) -> dict[str, Any]:
        """What `sanji status --json` says of it."""
        return asdict(self)


def quarter_state(registry: Connection, period: str) -> QuarterState:
    """The state of a quarter, from locks, publications and corrections."""
    finals = [
        (row.snapshot_id, row.made_at)
        for row in registry.execute(
            select(snapshot)
            .where(snapshot.c.kind == "final")
            .order_by(snapshot.c.made_at, snapshot.c.snapshot_id)
        )
        if json.loads(row.periods).get(period) == "final"
    ]
    name, made_at = finals[-1] if finals else (None, None)
    made = corrections(registry, period)
    state = _state(finals, made, locked=is_locked(registry, period))
    return QuarterState(state, name, made_at, made)


def corrections(registry: Connection, period: str) -> tuple[Correction, ...]:
    """What was reopened since the quarter's first final publication; none if there is none."""
    first = registry.execute(
        select(snapshot.c.made_at, snapshot.c.periods)
        .where(snapshot.c.kind == "final")
        .order_by(snapshot.c.made_at)
    )
    since = next((r.made_at for r in first if json.loads(r.periods).get(period) == "final"), None)
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


def _state(
    finals: list[tuple[str, datetime]], made: tuple[Correction, ...], *, locked: bool
) -> str:
    if not finals:
        return "locked" if locked else "open"
    if not locked:
        return "correcting"
    if not made:
        return "published"
    is_out = len(finals) > 1 and made[-1].at <= finals[-1][1]
    return "corrected" if is_out else "relocked"
