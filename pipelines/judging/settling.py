"""What reviewers settle (代为说明、消除): kept by its subject, so that it outlives a resent file.

A settlement is about a subject, as an explanation is: a part of a rule, at a field, in a row known
by its id, with the value seen, the value expected and the rule as it was. It holds for every later
version in which the same is found, until its decision is undone; every finding says whose it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from models.registry import decision, finding, submission
from models.registry_judging import SUBJECT, settlement
from pipelines.records.quarters import in_force, set_status

SETTLES = ("accept", "settle")
MENDABLE = ("received", "explained", "returned")
"""Statuses in which nobody has built on what was settled of a submission."""
ANSWERED = ("explained", "accepted")
VERIFY = "verify"

Settled = Mapping[tuple[str, tuple[Any, ...]], int]
"""Unit and subject -> the decision that settled it."""


def settle_findings(
    registry: Connection, decision_id: int, ids: Sequence[int], status: str
) -> None:
    """Give findings their status by a decision, and keep what it was about."""
    rows = registry.execute(
        select(finding, submission.c.unit_code, submission.c.period)
        .join(submission, submission.c.submission_id == finding.c.submission_id)
        .where(finding.c.finding_id.in_(ids))
    ).mappings()
    names = (*SUBJECT, "submission_id", "unit_code", "period")
    # A finding of an older version of this program has no mark: it is settled where it stands.
    about = [
        {"decision_id": decision_id, **{name: row[name] for name in names}}
        for row in rows
        if row["rule_mark"] is not None
    ]
    if about:
        registry.execute(insert(settlement), about)
    registry.execute(
        update(finding)
        .where(finding.c.finding_id.in_(ids))
        .values(status=status, settled_by=decision_id)
    )


def to_be_verified(registry: Connection, submission_id: str) -> list[int]:
    """The findings of a submission that wait for a reason."""
    return list(
        registry.execute(
            select(finding.c.finding_id).where(
                finding.c.submission_id == submission_id,
                finding.c.status == "open",
                finding.c.severity == VERIFY,
            )
        ).scalars()
    )


def settled(registry: Connection, period: str) -> Settled:
    """What stands settled in a quarter; the newest decision in force about a subject."""
    rows = registry.execute(
        select(settlement)
        .join(decision, decision.c.decision_id == settlement.c.decision_id)
        .where(settlement.c.period == period, in_force())
        .order_by(settlement.c.settlement_id)
    ).mappings()
    return {
        (row["unit_code"], tuple(row[name] for name in SUBJECT)): row["decision_id"] for row in rows
    }


def resting_on(registry: Connection, decision_id: int) -> list[Row[Any]]:
    """The current submissions with a finding that a decision settled."""
    ids = select(finding.c.submission_id).where(finding.c.settled_by == decision_id)
    return list(
        registry.execute(
            select(submission).where(submission.c.submission_id.in_(ids), submission.c.is_current)
        )
    )


def unsettle(registry: Connection, decision_id: int) -> None:
    """Open again what a decision settled, in whichever version it stands now."""
    rows = resting_on(registry, decision_id)
    registry.execute(
        update(finding)
        .where(finding.c.settled_by == decision_id, finding.c.status.in_(ANSWERED))
        .values(status="open")
    )
    registry.execute(
        update(finding).where(finding.c.settled_by == decision_id).values(settled_by=None)
    )
    for row in rows:
        waits = row.verdict == "explain" and row.status == "explained"
        if waits and any(_of_receipt(registry, row.submission_id)):
            set_status(registry, [row.submission_id], "received")


def _of_receipt(registry: Connection, submission_id: str) -> list[int]:
    return list(
        registry.execute(
            select(finding.c.finding_id).where(
                finding.c.finding_id.in_(to_be_verified(registry, submission_id)),
                finding.c.moment == "receipt",
            )
        ).scalars()
    )
