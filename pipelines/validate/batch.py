"""Judge a batch: tables in, findings out. The same for one file and for a whole quarter."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from models.catalogue_model import Catalogue
from models.expression import parse
from pipelines.batch import UNREAD_BY, Batch, with_facts
from pipelines.frames import Frames, build_frames
from pipelines.validate.cells import add_cells
from pipelines.validate.findings import Finding, Writer
from pipelines.validate.plan import Judged, cell_failures_sql, failures_sql, parts_of

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
    could not be read (未审): the second opinion judges all of them.
    """

    findings: list[Finding]
    failures: list[Failure]
    frames: Frames
    unread: frozenset[Spot]


def judge(batch: Batch) -> Judgement:
    """Run every rule part that one workbook answers by itself."""
    frames = build_frames(
        batch.catalogue, with_facts(batch), batch.values.filter(~_computed(batch)), batch.listed
    )
    add_cells(frames, batch.values)
    in_cells = _cell_failures(frames)
    unread = frozenset(
        (failure.submission_id, failure.field or "", failure.line)
        for failure in in_cells
        if failure.item.rule.each in UNREAD_BY
    )
    others = list(_table_failures(frames, batch.period.quarter))
    told = [each for each in others if not _needs_unread(each, unread, batch.catalogue)]
    findings = Writer(batch.catalogue, frames, batch.values).findings([*in_cells, *told])
    return Judgement(findings, [*in_cells, *others], frames, unread)


def _computed(batch: Batch) -> pl.Expr:
    names = [name for name, field in batch.catalogue.fields.items() if field.formula]
    return pl.col("field").is_in(names)


def _cell_failures(frames: Frames) -> list[Failure]:
    parts = parts_of(frames.catalogue, "c")
    rows = frames.con.execute(cell_failures_sql(frames.catalogue)).fetchall()
    return [
        Failure(parts[place], submission_id, field, line)
        for submission_id, field, line, failed in rows
        for place in failed
    ]


def _table_failures(frames: Frames, quarter: int) -> Iterable[Failure]:
    for table in ("s", *frames.catalogue.aliases):
        sql = failures_sql(frames.catalogue, table, quarter)
        if sql is None:
            continue
        parts = parts_of(frames.catalogue, table)
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


def deep_reads(names: Iterable[str], catalogue: Catalogue) -> set[str]:
    """The fields read, those that computed fields are made of included."""
    found: set[str] = set()
    waiting = [name for name in names if name in catalogue.fields]
    while waiting:
        name = waiting.pop()
        found.add(name)
        formula = catalogue.fields[name].formula
        inner = parse(formula).names() if formula else ()
        waiting.extend(each for each in inner if each in catalogue.fields and each not in found)
    return found
