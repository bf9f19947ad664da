"""Rows of the registry as values: directory, issues, submissions; asked and added by stages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, true, update

from models.catalogue_model import CLOSING, FULL
from models.period import Period
from models.registry import decision, finding, issued, period, submission, undone, unit_version
from models.units import Directory, UnitVersion
from pipelines.batch import in_chunks

ASKED = 500
"""A statement may name so many rows; more are asked for in several."""


@dataclass(frozen=True)
class Issue:
    """下发: one workbook given to a unit for a quarter, with what was put in it (JSON)."""

    issue_id: str
    unit_code: str
    period: str
    template_version: str
    layout: str
    token: str
    prefill: str
    issued_at: datetime
    file_name: str
    form_set: str = FULL


def directory(registry: Connection) -> Directory:
    """The unit directory with all its versions."""
    rows = registry.execute(select(unit_version)).mappings()
    return Directory(UnitVersion(**row) for row in rows)


def replace_directory(registry: Connection, versions: Iterable[UnitVersion]) -> None:
    """Put the given versions in place of the directory."""
    registry.execute(delete(unit_version))
    registry.execute(insert(unit_version), [asdict(version) for version in versions])


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


def add_issues(registry: Connection, issues: Sequence[Issue]) -> None:
    """Record what was issued."""
    if issues:
        registry.execute(insert(issued), [asdict(issue) for issue in issues])


def issue_count(registry: Connection, wanted: Period) -> dict[str, int]:
    """Unit code -> how many workbooks it was issued for the quarter."""
    rows = registry.execute(
        select(issued.c.unit_code, func.count().label("workbooks"))
        .where(issued.c.period == str(wanted))
        .group_by(issued.c.unit_code)
    )
    return {row.unit_code: row.workbooks for row in rows}


def issues(registry: Connection, ids: Iterable[str]) -> dict[str, Issue]:
    """Issue id -> what was issued, for those that exist."""
    some = in_chunks(sorted(set(ids)), ASKED)
    asked = (select(issued).where(issued.c.issue_id.in_(each)) for each in some)
    return {row["issue_id"]: Issue(**row) for q in asked for row in registry.execute(q).mappings()}


def unit_of(units: Directory, issue: Issue, period: Period) -> UnitVersion | None:
    """The unit at the end of the quarter; what closes a unit is of the unit as it was last."""
    if issue.form_set == CLOSING:
        return units.last_known(issue.unit_code, period)
    return units.version(issue.unit_code, period)


def form_sets(registry: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Form set -> which of the submissions answer to it; in the order of the ids."""
    asked = (
        select(submission.c.submission_id, issued.c.form_set)
        .join(issued, issued.c.issue_id == submission.c.issue_id)
        .where(submission.c.submission_id.in_(some), issued.c.form_set != FULL)
        for some in in_chunks(sorted(set(ids)), ASKED)
    )
    others = {row.submission_id: row.form_set for q in asked for row in registry.execute(q)}
    found: dict[str, list[str]] = {}
    for each in ids:
        found.setdefault(others.get(each, FULL), []).append(each)
    return found


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
