"""Judge a batch: tables in, findings out. The same for one file and for a whole quarter."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from models.catalogue_model import Catalogue
from models.names import deep_reads
from models.period import Period
from models.spec.rule import Moment
from pipelines.frames import Frames, build_frames
from pipelines.judging.batch import UNREAD_BY, Batch, with_facts
from pipelines.validate.cells import add_cells
from pipelines.validate.findings import Finding, Writer
from pipelines.validate.plan import (
    SUBMISSIONS,
    Judged,
    cell_failures_sql,
    failures_sql,
    parts_of,
)
from pipelines.validate.strays import reading_findings
from pipelines.validate.unseen import follows_from_others

Spot = tuple[str, str, int | None]
"""Submission, field, line."""


@dataclass(frozen=True)
class Failure:
    """One part that failed for one submission, at a row of a list or at a cell if it has one."""

    item: Judged
    submission_id: str
    field: str | None
    line: int | None


@dataclass(frozen=True)
class Judgement:
    """What was found, the tables it was found in, and the cells that could not be read.

    `failures` holds every failed part, those too that are not told because a cell they need
    could not be read (未审) or because the rule is waived: the second opinion judges all of them.
    `waived` holds what would be found if the rules were not waived; nobody is told of it.
    """

    moment: Moment
    findings: list[Finding]
    failures: list[Failure]
    frames: Frames
    unread: frozenset[Spot]
    waived: Sequence[Finding] = ()


def judge(batch: Batch) -> Judgement:
    """Run every rule part that one workbook and its own past answer."""
    values = batch.values.filter(~_computed(batch))
    frames = build_frames(batch.catalogue, with_facts(batch), values, batch.listed, batch.past)
    add_cells(frames, batch.values)
    in_cells = _cell_failures(frames, batch.period)
    unread = frozenset(
        (failure.submission_id, failure.field or "", failure.line)
        for failure in in_cells
        if failure.item.rule.each in UNREAD_BY
    )
    others = list(table_failures(frames, Moment.RECEIPT, batch.period))
    follows = follows_from_others(batch, in_cells)
    told = [
        *(each for each in in_cells if not (_is_said_already(each, unread) or follows(each))),
        *(each for each in others if not _needs_unread(each, unread, batch.catalogue)),
    ]
    found = Writer(batch.catalogue, frames, batch.values).findings(told)
    findings, waived = parted(batch, found)
    beside, waived_beside = parted(batch, reading_findings(batch, findings))
    return Judgement(
        moment=Moment.RECEIPT,
        findings=findings + beside,
        failures=[*in_cells, *others],
        frames=frames,
        unread=unread,
        waived=waived + waived_beside,
    )


def parted(batch: Batch, found: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """What is told, and what is not because the rule is waived for the unit."""
    told: list[Finding] = []
    waived: list[Finding] = []
    for each in found:
        is_waived = (each.submission_id, each.rule) in batch.waived
        (waived if is_waived else told).append(each)
    return told, waived


def _is_said_already(failure: Failure, unread: frozenset[Spot]) -> bool:
    """A cell that cannot be read as its type is told of that, and of nothing that follows."""
    spot = (failure.submission_id, failure.field or "", failure.line)
    return spot in unread and failure.item.rule.each not in UNREAD_BY


def _computed(batch: Batch) -> pl.Expr:
    names = [name for name, field in batch.catalogue.fields.items() if field.formula]
    return pl.col("field").is_in(names)


def _cell_failures(frames: Frames, period: Period) -> list[Failure]:
    parts = parts_of(frames.catalogue, "c", Moment.RECEIPT, period)
    rows = frames.con.execute(cell_failures_sql(frames.catalogue, period)).fetchall()
    return [
        Failure(parts[place], submission_id, field, line)
        for submission_id, field, line, failed in rows
        for place in failed
    ]


def table_failures(frames: Frames, moment: Moment, period: Period) -> Iterable[Failure]:
    """The parts about submissions and rows that fail at a moment."""
    for table in ("s", *frames.catalogue.aliases, SUBMISSIONS):
        for parts, sql in failures_sql(frames.catalogue, table, moment, period):
            for submission_id, line, failed in frames.con.execute(sql).fetchall():
                for place in failed:
                    yield Failure(parts[place], submission_id, None, line)


def _needs_unread(failure: Failure, unread: frozenset[Spot], catalogue: Catalogue) -> bool:
    lines = defaultdict(set)
    for submission_id, field, line in unread:
        if submission_id == failure.submission_id:
            lines[field].add(line)
    # A row is judged on its own cells; a statement about a whole list needs every row of it.
    by_row = failure.item.table != "s"
    return any(
        failure.line in lines[name] or None in lines[name] if by_row else bool(lines[name])
        for name in deep_reads(failure.item.reads, catalogue)
        if name in lines
    )
