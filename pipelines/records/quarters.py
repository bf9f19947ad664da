"""A quarter in the registry: opened, its current submissions, what was decided of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, true, update

from models.period import Period
from models.registry import decision, finding, period, submission, undone


def open_period(registry: Connection, wanted: Period, at: datetime) -> None:
    """Open a quarter for files, if it is not open yet."""
    if str(wanted) not in opened_periods(registry):
        registry.execute(insert(period).values(period=str(wanted), opened_at=at))


def opened_periods(registry: Connection) -> list[str]:
    """The quarters that have been opened, oldest first."""
    return list(registry.execute(select(period.c.period).order_by(period.c.period)).scalars())


def begun_periods(registry: Connection) -> list[str]:
    """The quarters for which at least one submission has come, oldest first."""
    return list(
        registry.execute(
            select(submission.c.period).distinct().order_by(submission.c.period)
        ).scalars()
    )


def is_locked(registry: Connection, wanted: str) -> bool:
    """Whether two different persons have locked the quarter, and nobody reopened it since."""
    rows = registry.execute(
        select(decision.c.action, decision.c.decided_by)
        .where(decision.c.period == wanted, decision.c.action.in_(["lock", "unlock"]), in_force())
        .order_by(decision.c.decision_id)
    )
    persons: set[str] = set()
    for action, person in rows:
        persons = persons | {person} if action == "lock" else set()
    return len(persons) >= 2  # noqa: PLR2004 two persons


def current(registry: Connection, wanted: str) -> Mapping[str, Row[Any]]:
    """Unit code -> its current submission of the quarter."""
    rows = registry.execute(
        select(submission).where(submission.c.period == wanted, submission.c.is_current)
    )
    return {row.unit_code: row for row in rows}


def supersede_findings(registry: Connection, wanted: str, unit_code: str | None = None) -> None:
    """Mark what was found in versions that a newer one has replaced: nobody has to mend it now."""
    replaced = select(submission.c.submission_id).where(
        submission.c.period == wanted,
        submission.c.is_current.is_(False),
        submission.c.unit_code == unit_code if unit_code else true(),
    )
    registry.execute(
        update(finding)
        .where(finding.c.submission_id.in_(replaced), finding.c.status != "waived")
        .values(status="superseded")
    )


def set_status(registry: Connection, ids: Iterable[str], status: str) -> None:
    """Set the status of submissions."""
    for submission_id in ids:
        registry.execute(
            update(submission)
            .where(submission.c.submission_id == submission_id)
            .values(status=status)
        )


def decide(
    registry: Connection, wanted: str, action: str, by: str, at: datetime, why: str, **where: str
) -> int:
    """Record what a person decided; return the number of the decision."""
    made = registry.execute(
        insert(decision)
        .values(decided_at=at, decided_by=by, action=action, period=wanted, why=why, **where)
        .returning(decision.c.decision_id)
    )
    return int(made.scalar_one())


def in_force() -> ColumnElement[bool]:
    """The condition that a decision has not been undone."""
    return decision.c.decision_id.not_in(select(undone.c.decision_id))
