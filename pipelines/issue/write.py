"""Issuing: plan the workbook, record what was put in it, write the file."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from models.catalogue_model import Catalogue
from models.closing import as_owed
from models.loader import load_catalogue
from models.period import Period
from models.units import UnitVersion
from pipelines.records.issues import Issue
from pipelines.workbook.content import Computed, Content, Sheetful
from pipelines.workbook.layout import plan
from pipelines.workbook.prefill import encode
from pipelines.workbook.token import sign
from pipelines.workbook.writer import write_workbook


@dataclass(frozen=True)
class Planned:
    """A workbook about to be written: what is recorded of it, and what stands in it."""

    issue: Issue
    unit: UnitVersion
    prefill: Sheetful
    shown: Sheetful
    computed: Computed | None = None


def plan_issue(
    catalogue: Catalogue,
    key: bytes,
    unit: UnitVersion,
    period: Period,
    prefill: Sheetful,
    *,
    number: int,
    at: datetime,
    shown: Sheetful | None = None,
) -> Planned:
    """Decide an issue: its id, its token, its file name. `number` counts the unit's issues."""
    rows = {alias: len(some) for alias, some in prefill.rows.items()}
    layout = plan(catalogue, unit.unit_kind, period.quarter, rows)
    issue_id = f"{unit.unit_code}-{period}-{number}"
    issue = Issue(
        issue_id=issue_id,
        unit_code=unit.unit_code,
        period=str(period),
        template_version=catalogue.campaign.template_version,
        layout=layout.checksum,
        token=sign(key, issue_id, layout.checksum),
        prefill=encode(prefill),
        issued_at=at,
        file_name=f"{unit.unit_code}_{unit.unit_name}_{period}.xlsx",
        form_set=catalogue.form_set,
    )
    return Planned(issue, unit, prefill, shown or prefill)


def write_issue(path: Path, catalogue: Catalogue, planned: Planned) -> None:
    """Write the workbook of an issue."""
    issue = planned.issue
    rows = {alias: len(some) for alias, some in planned.prefill.rows.items()}
    quarter = Period.parse(issue.period).quarter
    meta = {
        "issue_id": issue.issue_id,
        "unit_code": issue.unit_code,
        "period": issue.period,
        "template_version": issue.template_version,
        "layout": issue.layout,
        "token": issue.token,
    }
    content = Content(
        meta=meta,
        unit_name=planned.unit.unit_name,
        period=issue.period,
        prefill=planned.prefill,
        shown=planned.shown,
        made_at=issue.issued_at,
        computed=planned.computed,
    )
    layout = plan(catalogue, planned.unit.unit_kind, quarter, rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, catalogue, layout, content)


def write_all(
    jobs: Iterable[tuple[Path, Planned]], root: Path, done: Callable[[int], None]
) -> None:
    """Write many workbooks, a process per core; `done` is told how many are finished."""
    waiting = list(jobs)
    chunks = [waiting[start : start + 25] for start in range(0, len(waiting), 25)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        finished = 0
        for count in pool.map(_write_chunk, chunks, [root] * len(chunks)):
            finished += count
            done(finished)


def _write_chunk(chunk: list[tuple[Path, Planned]], root: Path) -> int:
    catalogue = load_catalogue(root)
    for path, planned in chunk:
        write_issue(path, as_owed(catalogue, planned.issue.form_set), planned)
    return len(chunk)
