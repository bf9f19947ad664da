"""What corrections made false in later returns, as it stands in the registry; who explained it."""

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, select

from models.registry import decision
from models.registry_judging import aftereffect
from pipelines.records.quarters import decide, in_force

EXPLAINS = "explain_affected"
OPEN, EXPLAINED = "open", "explained"
TEXTS = (
    *("period", "unit_code", "submission_id", "rule", "severity", "field", "sheet", "cell"),
    *("value", "expected", "message", "caused_by", "corrected_by", "why", "status"),
    *("explained_by", "reason"),
)
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(TEXTS, pl.String),
    "part": pl.Int32,
    "line": pl.Int32,
    "is_ours": pl.Boolean,
    "corrected_at": pl.Datetime,
}


def affected(registry: Connection, period: str) -> list[dict[str, Any]]:
    """What of a quarter is affected by corrections, with who explained it and why, if anybody."""
    rows = registry.execute(
        select(aftereffect).where(aftereffect.c.period == period)
    ).mappings()  # fmt: skip
    said = registry.execute(
        select(decision)
        .where(decision.c.period == period, decision.c.action == EXPLAINS, in_force())
        .order_by(decision.c.decision_id)
    ).all()
    order = ("unit_code", "submission_id", "rule", "part", "line", "field")
    found = []
    for row in sorted(rows, key=lambda row: [str(row[name]) for name in order]):
        # What was said before the correction that is the cause now says nothing of it.
        about = [
            each for each in said
            if each.submission_id == row["submission_id"] and each.scope == row["rule"]
            and each.decision_id > row["approval"]
        ]  # fmt: skip
        last = about[-1] if about else None
        found.append(
            {name: row[name] for name in SCHEMA if name in row}
            | {"status": EXPLAINED if last else OPEN}
            | {"explained_by": last and last.decided_by, "reason": last and last.why}
        )
    return found


def explain_affected(
    registry: Connection,
    period: str,
    submission_id: str,
    by: str,
    at: datetime,
    why: str,
    rule: str | None = None,
) -> int:
    """Say why what is affected in a return may stand; return how many rules that is about."""
    rules = sorted(
        {
            each["rule"]
            for each in affected(registry, period)
            if each["submission_id"] == submission_id
            and each["status"] == OPEN
            and rule in {None, each["rule"]}
        }
    )
    for each in rules:
        decide(registry, period, EXPLAINS, by, at, why, submission_id=submission_id, scope=each)
    return len(rules)


def affected_table(registry: Connection, period: str) -> pl.DataFrame:
    """`core.aftereffect`: the same as a table."""
    return pl.DataFrame(affected(registry, period), schema=SCHEMA, orient="row")
