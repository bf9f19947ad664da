"""更正: an approved submission may be sent again; in a locked quarter two persons consent."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from models.period import Period
from models.registry import decision
from pipelines.quarter.decisions import (
    NotAllowedError,
    find_submission,
    last_unlock,
    must_start,
    take,
)
from pipelines.records.quarters import current, decide, in_force, is_locked


def reopen(
    registry: Connection, submission_id: str, by: str, at: datetime, why: str
) -> Literal["asked", "reopened", "unlocked"]:
    """批准重报: an approved submission may be superseded again.

    In a locked quarter that is a correction (更正), which needs two persons: the first is asked
    for only, with the second the lock falls; the two lock what has been corrected anew.

    Raises:
        NotAllowedError: nobody has approved the submission, it is not the current one, or the same
            person asks twice.
    """
    row = find_submission(registry, submission_id)
    was_locked = is_locked(registry, row.period)
    if was_locked:
        if row.status != "locked":
            must_start(row, "reopen")
        if not _is_second(registry, row, by):
            decide(registry, row.period, "reopen_asked", by, at, why, submission_id=submission_id)
            return "asked"
        made = decide(registry, row.period, "unlock", by, at, why)
        take(registry, made, "unlock", current(registry, row.period).values())
        row = find_submission(registry, submission_id)
    must_start(row, "reopen")
    made = decide(registry, row.period, "reopen", by, at, why, submission_id=submission_id)
    take(registry, made, "reopen", [row])
    return "unlocked" if was_locked else "reopened"


def _is_second(registry: Connection, row: Row[Any], by: str) -> bool:
    """Whether another person has asked for this correction since the quarter was last unlocked."""
    asked = registry.execute(
        select(decision.c.decided_by).where(
            decision.c.submission_id == row.submission_id,
            decision.c.action == "reopen_asked",
            decision.c.decision_id > last_unlock(registry, Period.parse(row.period)),
            in_force(),
        )
    ).scalars()
    persons = set(asked)
    if by in persons:
        raise NotAllowedError("same_person_reopens", by=by, submission=row.submission_id)
    return bool(persons)
