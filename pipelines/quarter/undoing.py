"""撤销: taking a decision back while nothing has come after it that depends on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from models.loader import load_catalogue
from models.period import Period
from models.proposal import STATUS_OF
from models.registry import decision, finding, move, snapshot, submission, undone
from pipelines.judging.remarks import remove_remarks
from pipelines.judging.settling import MENDABLE, SETTLES, resting_on, unsettle
from pipelines.quarter.decisions import NotAllowedError
from pipelines.records.matches import MATCHES
from pipelines.records.quarters import decide, in_force, is_locked, set_status

APPROVALS = ("county_approved", "city_approved")
UNDOABLE = (
    *SETTLES,
    *APPROVALS,
    *STATUS_OF,
    *MATCHES,
    "return",
    "lock",
    "unlock",
    "reopen",
    "reopen_asked",
    "redefine",
    "explain_affected",
    "archive",
)
LOCKS = ("lock", "unlock")
ALREADY = {**dict.fromkeys(LOCKS, "published_already"), "redefine": "redefined_already"}
"""What a final publication makes lasting -> what is then said."""


def undo(
    registry: Connection, period: Period, by: str, at: datetime, why: str, number: int | None = None
) -> Row[Any]:
    """Undo the last decision of the quarter, or the one with this number; return it.

    Raises:
        NotAllowedError: there is none, or something depends on it.
    """
    row = _decision(registry, period, number)
    moves = registry.execute(select(move).where(move.c.decision_id == row.decision_id)).all()
    _nothing_depends(registry, row, moves)
    kept = [each for each in moves if _is_current(registry, each.submission_id)]
    for each in kept:
        set_status(registry, [each.submission_id], each.from_status)
        _restore_findings(registry, row.action, each)
    if row.action in SETTLES:
        unsettle(registry, row.decision_id)
    made = decide(registry, str(period), "undo", by, at, why, scope=str(row.decision_id))
    registry.execute(insert(undone).values(decision_id=row.decision_id, undone_by=made))
    return row


def decisions(registry: Connection, period: Period) -> list[dict[str, Any]]:
    """What people decided for a quarter, oldest first, with who, when and why."""
    rows = registry.execute(
        select(decision, undone.c.undone_by)
        .outerjoin(undone, undone.c.decision_id == decision.c.decision_id)
        .where(decision.c.period == str(period))
        .order_by(decision.c.decision_id)
    )
    return [dict(row) for row in rows.mappings()]


def _decision(registry: Connection, period: Period, number: int | None) -> Row[Any]:
    rows = registry.execute(
        select(decision)
        .where(
            decision.c.period == str(period),
            decision.c.action.in_(UNDOABLE),
            in_force(),
            decision.c.decision_id == number if number else decision.c.decision_id > 0,
        )
        .order_by(decision.c.decision_id.desc())
    )
    found = rows.first()
    if found is None:
        raise NotAllowedError("nothing_to_undo", period=period)
    return found


def _nothing_depends(registry: Connection, row: Row[Any], moves: Sequence[Row[Any]]) -> None:
    if row.action in MATCHES:
        _is_not_locked(registry, row)
    if row.action in LOCKS:
        _is_last_lock(registry, row)
    if row.action in ALREADY:
        _is_not_published(registry, row)
    _nothing_moved_on(registry, row, moves)
    if row.action in SETTLES:
        for now in resting_on(registry, row.decision_id):
            if now.status not in MENDABLE:
                raise _depends(row, now)


def _is_not_locked(registry: Connection, row: Row[Any]) -> None:
    """What was matched stands once the quarter is locked: its figures rest on it."""
    if is_locked(registry, row.period):
        raise NotAllowedError("match_locked", period=row.period)


def _nothing_moved_on(registry: Connection, row: Row[Any], moves: Sequence[Row[Any]]) -> None:
    for each in moves:
        now = _submission(registry, each.submission_id)
        # A reason that was given goes on in later versions, and is taken back in them.
        if row.action in SETTLES and not now.is_current:
            continue
        if now.status != each.to_status or not now.is_current:
            raise _depends(row, now)


def _depends(row: Row[Any], now: Row[Any]) -> NotAllowedError:
    state = load_catalogue().campaign.state(now.status)
    return NotAllowedError(
        "depends", number=row.decision_id, submission=now.submission_id, state=state
    )


def _submission(registry: Connection, submission_id: str) -> Row[Any]:
    return registry.execute(
        select(submission).where(submission.c.submission_id == submission_id)
    ).one()


def _is_current(registry: Connection, submission_id: str) -> bool:
    return bool(_submission(registry, submission_id).is_current)


def _is_last_lock(registry: Connection, row: Row[Any]) -> None:
    """A lock is undone from the last signature back."""
    later = select(decision.c.decision_id).where(
        decision.c.period == row.period,
        decision.c.action.in_(LOCKS),
        decision.c.decision_id > row.decision_id,
        in_force(),
    )
    if (after := registry.execute(later).scalars().first()) is not None:
        raise NotAllowedError("later_lock", number=row.decision_id, later=after)


def _is_not_published(registry: Connection, row: Row[Any]) -> None:
    """What the quarter was published with stands: taking it back would change nothing of it."""
    published = select(snapshot.c.snapshot_id).where(
        snapshot.c.kind == "final",
        snapshot.c.made_at >= row.decided_at,
        snapshot.c.periods.contains(f'"{row.period}": "final"'),
    )
    if (found := registry.execute(published).scalars().first()) is not None:
        raise NotAllowedError(ALREADY[row.action], period=row.period, snapshot=found)


def _restore_findings(registry: Connection, action: str, each: Row[Any]) -> None:
    if action == "return":
        remove_remarks(registry, load_catalogue(), each.submission_id)
    if action in APPROVALS and each.from_status == "explained":
        registry.execute(
            update(finding)
            .where(finding.c.submission_id == each.submission_id, finding.c.status == "accepted")
            .values(status="explained")
        )
