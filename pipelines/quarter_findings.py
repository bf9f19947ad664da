"""Findings that need other units: kept apart from a receipt, in the way of approval till answered.

They are worked out anew whenever the files of a quarter change. What was said of a finding stays
with it as long as the unit, the rule, the cell and what was seen and expected are the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, delete, insert, select, update

from models.registry import finding, submission
from models.spec.rule import Moment, Severity
from pipelines.records import decide
from pipelines.validate.findings import Finding

OPEN = "open"
KEPT = ("explained", "accepted")
BLOCKING = (Severity.MUST.value, Severity.VERIFY.value)

Told = tuple[Any, ...]
"""What makes two findings the same: unit, rule, part, field, line, value, expected."""


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


def store(
    registry: Connection,
    period: str,
    units: dict[str, str],
    findings: Sequence[Finding],
    explained: frozenset[Finding] = frozenset(),
) -> None:
    """Put the findings in place of those of the quarter; `units`: submission -> unit code."""
    before = _before(registry, period)
    registry.execute(
        delete(finding).where(finding.c.finding_id.in_(select(_of_quarter(period).c.finding_id)))
    )
    rows = []
    for each in findings:
        told = (units[each.submission_id], *_told(each))
        status = "explained" if each in explained else before.get(told, OPEN)
        rows.append(
            {
                **{name: value for name, value in vars(each).items() if name != "related"},
                "severity": each.severity.value,
                "related": " ".join(each.related),
                "status": status,
                "moment": Moment.QUARTER.value,
            }
        )
    if rows:
        registry.execute(insert(finding), rows)


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
        decide(registry, period, "settle", by, at, why, scope=rule or unit_code or "all")
        registry.execute(
            update(finding)
            .where(finding.c.finding_id.in_([row["finding_id"] for row in chosen]))
            .values(status="accepted")
        )
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
    rows = registry.execute(
        select(finding, submission.c.unit_code)
        .join(submission, submission.c.submission_id == finding.c.submission_id)
        .where(submission.c.period == period, finding.c.moment == Moment.QUARTER.value)
    )
    return {(row.unit_code, *_told(row)): row.status for row in rows if row.status in KEPT}


def _told(each: Any) -> Told:
    return each.rule, each.part, each.field, each.line, each.value, each.expected
