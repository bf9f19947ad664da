"""Workbooks that were issued: to whom, with what in them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from models.catalogue_model import CLOSING, FULL
from models.period import Period
from models.registry import issued, submission
from models.units import Directory, UnitVersion
from pipelines.judging.batch import in_chunks

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
