"""What people decide in the life of a quarter: approve, return, lock, reopen. Never a rule."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from models.period import Period
from models.registry import decision, finding, submission
from models.units import Directory
from pipelines.records import current, decide, directory, is_locked, set_status


class NotAllowedError(Exception):
    """The step is not open in this state; `reason` names the text that says why."""

    def __init__(self, reason: str, **fills: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills = fills


def approve_county(
    registry: Connection, period: Period, county: str, by: str, at: datetime, why: str
) -> list[str]:
    """县级审核: approve what the county's units sent and the rules, or an explanation, allow."""
    units = directory(registry)
    own = {
        code for code, unit in units.owing(period).items() if _is_of(units, period, code, county)
    }
    ready = [
        row for code, row in current(registry, str(period)).items() if code in own and _ready(row)
    ]
    return _approve(registry, period, ready, "county_approved", by, at, why, scope=county)


def approve_city(
    registry: Connection, period: Period, by: str, at: datetime, why: str
) -> list[str]:
    """市级审核: approve what counties approved, and what the city's own units sent."""
    cities = {c for c, unit in directory(registry).owing(period).items() if unit.level == "city"}
    ready = [
        row
        for code, row in current(registry, str(period)).items()
        if row.status == "county_approved" or (code in cities and _ready(row))
    ]
    return _approve(registry, period, ready, "city_approved", by, at, why, scope="city")


def send_back(registry: Connection, submission_id: str, by: str, at: datetime, why: str) -> None:
    """退回: a reviewer returns a submission, with the reason."""
    row = _row(registry, submission_id)
    _must_be_open(registry, row.period)
    set_status(registry, [submission_id], "returned")
    decide(registry, row.period, "return", by, at, why, submission_id=submission_id)


def lock(registry: Connection, period: Period, by: str, at: datetime, why: str) -> bool:
    """锁定: needs two persons; return whether the quarter is locked now.

    Raises:
        NotAllowedError: it is locked already, or the same person asks twice.
    """
    _must_be_open(registry, str(period))
    first = registry.execute(
        select(decision.c.decided_by).where(
            decision.c.period == str(period),
            decision.c.action == "lock",
            decision.c.decision_id > _last_unlock(registry, period),
        )
    ).scalars()
    if by in set(first):
        raise NotAllowedError("same_person", by=by, period=period)
    decide(registry, str(period), "lock", by, at, why)
    if not is_locked(registry, str(period)):
        return False
    approved = [
        row.submission_id
        for row in current(registry, str(period)).values()
        if row.status == "city_approved"
    ]
    set_status(registry, approved, "locked")
    return True


def reopen(registry: Connection, submission_id: str, by: str, at: datetime, why: str) -> None:
    """批准重报: an approved or locked submission may be superseded again; its quarter too."""
    row = _row(registry, submission_id)
    if is_locked(registry, row.period):
        decide(registry, row.period, "unlock", by, at, why)
        locked = [
            each.submission_id
            for each in current(registry, row.period).values()
            if each.status == "locked"
        ]
        set_status(registry, locked, "city_approved")
    set_status(registry, [submission_id], "received")
    decide(registry, row.period, "reopen", by, at, why, submission_id=submission_id)


def _approve(
    registry: Connection,
    period: Period,
    rows: list[Row[Any]],
    status: str,
    by: str,
    at: datetime,
    why: str,
    scope: str,
) -> list[str]:
    _must_be_open(registry, str(period))
    ids = [row.submission_id for row in rows]
    set_status(registry, ids, status)
    registry.execute(
        update(finding)
        .where(finding.c.submission_id.in_(ids), finding.c.status == "explained")
        .values(status="accepted")
    )
    decide(registry, str(period), status, by, at, why, scope=scope)
    return ids


def _ready(row: Row[Any]) -> bool:
    """The rules accepted it, or a unit explained what was to be verified."""
    is_accepted = row.verdict == "accepted" and row.status == "received"
    return bool(is_accepted or row.status == "explained")


def _is_of(units: Directory, period: Period, code: str, county: str) -> bool:
    unit = units.version(code, period)
    return unit is not None and unit.level != "city" and unit.county_code == county


def _row(registry: Connection, submission_id: str) -> Row[Any]:
    found = registry.execute(
        select(submission).where(submission.c.submission_id == submission_id)
    ).first()
    if found is None:
        raise NotAllowedError("no_submission", submission=submission_id)
    return found


def _must_be_open(registry: Connection, period: str) -> None:
    if is_locked(registry, period):
        raise NotAllowedError("locked", period=period)


def _last_unlock(registry: Connection, period: Period) -> int:
    ids = registry.execute(
        select(decision.c.decision_id).where(
            decision.c.period == str(period), decision.c.action == "unlock"
        )
    ).scalars()
    return max(ids, default=0)
