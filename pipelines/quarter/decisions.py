"""What people decide in the life of a quarter: approve, return, lock. Never a rule.

Which step is open in which state stands in `campaign.yml`; every step taken is a row that says
from what to what, under the decision that says who, when and why.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from models.loader import load_catalogue
from models.period import Period, day_of, end_of
from models.registry import decision, finding, move, submission
from models.units import Directory
from pipelines.judging.quarter_findings import answered
from pipelines.judging.remarks import Remark, add_remark
from pipelines.judging.settling import settle_findings, to_be_verified
from pipelines.records.quarters import (
    current,
    decide,
    in_force,
    is_locked,
    opened_periods,
    set_status,
)
from pipelines.records.units import directory


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
    rows = _of_county(registry, period, county)
    return _approve(registry, period, rows, ["county_approved"], by, at, why, scope=county)


def approve_city(
    registry: Connection, period: Period, by: str, at: datetime, why: str
) -> list[str]:
    """市级审核: approve what counties approved, and what the city's own units sent."""
    units, rows = directory(registry), list(current(registry, str(period)).values())
    known = [units.last_known(r.unit_code, period) for r in rows if r.unit_code in units.by_code]
    cities = {unit.unit_code for unit in known if unit.level == "city"}
    directly = [row for row in rows if row.unit_code in cities]
    others = [row for row in rows if row.unit_code not in cities]
    both = {"city_approved": others, "city_approved_directly": directly}
    return _approve_as(registry, period, both, by, at, why, scope="city")


def approve_for_county(
    registry: Connection, period: Period, county: str, by: str, at: datetime, why: str
) -> list[str]:
    """市级直接审核: approve for a county that did not in time (县级未审).

    Raises:
        NotAllowedError: the county's time is not over yet.
    """
    last = day_of("county_approval", period, load_catalogue().campaign)
    if at <= end_of(last):
        raise NotAllowedError("county_in_time", county=county, last=last)
    rows = _of_county(registry, period, county)
    actions = ["city_approved", "city_approved_directly"]
    return _approve(registry, period, rows, actions, by, at, why, scope=county)


def accept(registry: Connection, submission_id: str, by: str, at: datetime, why: str) -> None:
    """代为说明: a reviewer gives the reason for what is to be verified, in the unit's stead.

    Raises:
        NotAllowedError: the reason is too short, or nothing of the submission waits for one.
    """
    row = find_submission(registry, submission_id)
    _must_be_open(registry, row.period)
    shortest = load_catalogue().parameters["explanation"]["shortest"]
    if len(why.strip()) < shortest:
        raise NotAllowedError("reason_too_short", shortest=shortest)
    must_start(row, "accept")
    made = decide(registry, row.period, "accept", by, at, why, submission_id=submission_id)
    take(registry, made, "accept", [row])
    settle_findings(registry, made, to_be_verified(registry, submission_id), "explained")


def send_back(
    registry: Connection,
    submission_id: str,
    by: str,
    at: datetime,
    why: str,
    remark: Remark | None = None,
) -> None:
    """退回: a reviewer returns a submission with the reason, at a cell if one is named.

    Raises:
        NotAllowedError: the submission's state does not allow it, or the quarter is locked.
    """
    row = find_submission(registry, submission_id)
    _must_be_open(registry, row.period)
    must_start(row, "return")
    made = decide(registry, row.period, "return", by, at, why, submission_id=submission_id)
    take(registry, made, "return", [row])
    if remark is not None:
        add_remark(registry, load_catalogue(), submission_id, remark, why)


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
            decision.c.decision_id > last_unlock(registry, period),
            in_force(),
        )
    ).scalars()
    if by in set(first):
        raise NotAllowedError("same_person", by=by, period=period)
    made = decide(registry, str(period), "lock", by, at, why)
    if not is_locked(registry, str(period)):
        return False
    take(registry, made, "lock", current(registry, str(period)).values())
    return True


def must_be_at_work(registry: Connection, period: Period) -> None:
    """Refuse a decision on a quarter that has not begun, or is locked.

    Raises:
        NotAllowedError: it is.
    """
    if str(period) not in opened_periods(registry):
        raise NotAllowedError("not_open", period=period)
    _must_be_open(registry, str(period))


def take(registry: Connection, decision_id: int, action: str, rows: Iterable[Row[Any]]) -> None:
    """Take the step with those submissions from whose state it is open."""
    step = load_catalogue().campaign.move(action)
    ready = [row for row in rows if step.starts_from(row.status, row.verdict)]
    set_status(registry, [row.submission_id for row in ready], step.to)
    if ready:
        registry.execute(
            insert(move),
            [
                {
                    "decision_id": decision_id,
                    "submission_id": row.submission_id,
                    "action": action,
                    "from_status": row.status,
                    "to_status": step.to,
                }
                for row in ready
            ],
        )


def _approve(
    registry: Connection,
    period: Period,
    rows: list[Row[Any]],
    actions: list[str],
    by: str,
    at: datetime,
    why: str,
    scope: str,
) -> list[str]:
    both = dict.fromkeys(actions, rows)
    return _approve_as(registry, period, both, by, at, why, scope)


def _approve_as(
    registry: Connection,
    period: Period,
    rows: dict[str, list[Row[Any]]],
    by: str,
    at: datetime,
    why: str,
    scope: str,
) -> list[str]:
    """Approve rows, by action; all under one decision that is named for the state it leads to."""
    _must_be_open(registry, str(period))
    campaign = load_catalogue().campaign
    action = campaign.move(next(iter(rows))).to
    made = decide(registry, str(period), action, by, at, why, scope=scope)
    for step, some in rows.items():
        take(registry, made, step, answered(registry, some))
    ids = list(
        registry.execute(select(move.c.submission_id).where(move.c.decision_id == made)).scalars()
    )
    _set_findings(registry, ids, "explained", "accepted")
    return sorted(ids)


def _set_findings(registry: Connection, ids: list[str], before: str, after: str) -> None:
    """Take findings to be verified from one status to another."""
    registry.execute(
        update(finding)
        .where(
            finding.c.submission_id.in_(ids),
            finding.c.status == before,
            finding.c.severity == "verify",
        )
        .values(status=after)
    )


def _of_county(registry: Connection, period: Period, county: str) -> list[Row[Any]]:
    units = directory(registry)
    return [
        row
        for code, row in current(registry, str(period)).items()
        if _is_of(units, period, code, county)
    ]


def _is_of(units: Directory, period: Period, code: str, county: str) -> bool:
    if code not in units.by_code:
        return False
    unit = units.last_known(code, period)
    return unit.level != "city" and unit.county_code == county


def find_submission(registry: Connection, submission_id: str) -> Row[Any]:
    """The submission of this id.

    Raises:
        NotAllowedError: there is none.
    """
    found = registry.execute(
        select(submission).where(submission.c.submission_id == submission_id)
    ).first()
    if found is None:
        raise NotAllowedError("no_submission", submission=submission_id)
    return found


def must_start(row: Row[Any], action: str) -> None:
    """Refuse a step that the state does not allow, saying what it does allow."""
    campaign = load_catalogue().campaign
    if campaign.move(action).starts_from(row.status, row.verdict):
        return
    allowed = [each.zh for each in campaign.moves if each.starts_from(row.status, row.verdict)]
    raise NotAllowedError(
        "not_permitted",
        submission=row.submission_id,
        state=campaign.state(row.status),
        wanted=campaign.move(action).zh,
        allowed="、".join(allowed) or load_catalogue().say("campaign.nothing"),
    )


def _must_be_open(registry: Connection, period: str) -> None:
    if is_locked(registry, period):
        raise NotAllowedError("locked", period=period)


def last_unlock(registry: Connection, period: Period) -> int:
    ids = registry.execute(
        select(decision.c.decision_id).where(
            decision.c.period == str(period), decision.c.action == "unlock", in_force()
        )
    ).scalars()
    return max(ids, default=0)
