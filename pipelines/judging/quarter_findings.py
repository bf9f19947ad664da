"""Findings that need other units: kept apart from a receipt, in the way of approval till answered.

They are worked out anew whenever the files of a quarter change. What was said or settled of a
finding stays with it as long as its subject is the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, delete, insert, select

from models.registry import finding, submission
from models.spec.rule import Moment, Severity
from pipelines.judging.settling import settle_findings
from pipelines.records.quarters import decide

OPEN = "open"
KEPT = ("explained", "accepted")
BLOCKING = (Severity.MUST.value, Severity.VERIFY.value)

Told = tuple[Any, ...]
SAME = ("submission_id", "rule", "part", "field", "line", "value", "expected")
"""What makes two findings of a version the same."""


def answered(registry: Connection, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The submissions in whose way no finding of the quarter stands."""
    blocked = set(
        registry.execute(
            select(finding.c.submission_id).where(
                finding.c.moment == Moment.QUARTER.value,
                finding.c.status == OPEN,
                finding.c.severity.in_(BLOCKING),
            )
        ).scalars()
    )
    return [row for row in rows if row.submission_id not in blocked]


def told_to_unit(row: RowMapping) -> dict[str, Any]:
    """A finding as its unit may see it: what it is asked, not whom it resembles nor the cells."""
    told: dict[str, Any] = {str(name): value for name, value in row.items()}
    if row["moment"] == Moment.RECEIPT.value:
        return told
    return {**told, "message": row["asked"] or row["message"], "related": ""}


def store(registry: Connection, period: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the findings, rows of the registry, in place of those of the quarter."""
    before = _before(registry, period)
    registry.execute(
        delete(finding).where(finding.c.finding_id.in_(select(_of_quarter(period).c.finding_id)))
    )
    kept = [
        {**row, "status": before.get(_told(row), row["status"])} if row["status"] == OPEN else row
        for row in rows
    ]
    if kept:
        registry.execute(insert(finding), kept)


def settle(
    registry: Connection,
    period: str,
    by: str,
    at: datetime,
    why: str,
    *,
    rule: str | None = None,
    unit_code: str | None = None,
) -> int:
    """消除: a reviewer accepts what is to be verified, with the reason; return how many findings.

    What must be corrected stays: it ends with a correction, or with a waiver of the rule.
    """
    chosen = [
        row
        for row in open_findings(registry, period)
        if row["severity"] == Severity.VERIFY.value
        and rule in {None, row["rule"]}
        and unit_code in {None, row["unit_code"]}
    ]
    if chosen:
        made = decide(registry, period, "settle", by, at, why, scope=rule or unit_code or "all")
        settle_findings(registry, made, [row["finding_id"] for row in chosen], "accepted")
    return len(chosen)


def open_findings(registry: Connection, period: str) -> list[RowMapping]:
    """The findings of the quarter that nobody has answered, with their unit."""
    return list(
        registry.execute(
            select(finding, submission.c.unit_code)
            .join(submission, submission.c.submission_id == finding.c.submission_id)
            .where(
                submission.c.period == period,
                finding.c.moment == Moment.QUARTER.value,
                finding.c.status == OPEN,
            )
            .order_by(finding.c.rule, submission.c.unit_code)
        ).mappings()
    )


def _of_quarter(period: str) -> Any:
    return (
        select(finding.c.finding_id)
        .join(submission, submission.c.submission_id == finding.c.submission_id)
        .where(submission.c.period == period, finding.c.moment == Moment.QUARTER.value)
        .subquery()
    )


def _before(registry: Connection, period: str) -> dict[Told, str]:
    """What was answered under a version of this program that kept no subjects."""
    rows = registry.execute(
        select(finding)
        .join(submission, submission.c.submission_id == finding.c.submission_id)
        .where(
            submission.c.period == period,
            finding.c.moment == Moment.QUARTER.value,
            finding.c.status.in_(KEPT),
            finding.c.rule_mark.is_(None),
        )
    ).mappings()
    return {_told(row): row["status"] for row in rows}


def _told(row: Mapping[Any, Any]) -> Told:
    return tuple(row[name] for name in SAME)
