"""The quarter judged as a whole: what its files say together, when a county is about to approve.

Nothing here changes a receipt, a verdict or a status.
"""

from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, select

from models.catalogue_model import FULL, Catalogue
from models.names import part_names
from models.period import Period, due_at
from models.registry import submission
from models.spec.rule import Moment
from models.units import Directory
from pipelines.catalogues.of_quarters import quarter_catalogues
from pipelines.extract.store import extract_missing, load_cells
from pipelines.judging.assemble import make_plain_batch
from pipelines.judging.batch import Batch, Past
from pipelines.judging.checkpoints import NO_RUN, Run, forget_evaluated, keep_checkpoint
from pipelines.judging.earlier import counted, look_back
from pipelines.judging.explanations import Known, on_record, subjects
from pipelines.judging.past import Earlier, past_of
from pipelines.judging.quarter_findings import store
from pipelines.judging.recording import finding_rows
from pipelines.judging.unchanged_rows import unchanged_rows
from pipelines.receive.archive import place
from pipelines.records.issues import form_sets, issues
from pipelines.records.quarters import is_locked
from pipelines.records.units import directory
from pipelines.records.waivers import rule_waivers, waived_rules
from pipelines.settings import Home
from pipelines.sides.two_sided import matched, on_sheets
from pipelines.validate import Judgement, Together, judge_together
from pipelines.validate.checkpoint import second_opinion
from pipelines.validate.findings import Finding
from pipelines.validate.signs import ISSUES, measures, typed_fields
from pipelines.validate.together import tables_of
from pipelines.workbook.prefill import decode

GIVEN = ("accepted", "explain")
"""Verdicts of files that take part: what was returned has not been given yet."""

DUTIES = {
    "unit_code": pl.String,
    "unit_name": pl.String,
    "county_code": pl.String,
    "level": pl.String,
    "coord_parent_code": pl.String,
    "due_at": pl.Datetime,
}
RECEIVED = {"submission_id": pl.String, "version": pl.Int32, "received_at": pl.Datetime}
MEASURES = {
    "unit_code": pl.String,
    "full_rate_count": pl.Int32,
    "rate_count": pl.Int32,
    "problem_sum": pl.Float64,
}
TYPED: dict[str, Any] = {"unit_code": pl.String, "field": pl.String, "number": pl.Decimal(18, 4)}


def judge_quarter(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, run: Run = NO_RUN
) -> Judgement | None:
    """Judge all current files of a quarter together, both ways, and record what is found."""
    rows = given_rows(registry, period)
    if not rows:
        return None
    catalogue = quarter_catalogues(home, registry, catalogue).of(str(period))
    quarter = gather(home, registry, catalogue, period, rows)
    judgement = judge_together(quarter)
    forget_evaluated(registry, str(period), Moment.QUARTER)
    keep_checkpoint(registry, quarter.batch, second_opinion(judgement, quarter.batch), run)
    units = {row.submission_id: row.unit_code for row in rows}
    known = on_record(registry, catalogue, str(period))
    explained = _explained(known, quarter.batch, judgement.findings, units)
    store(registry, str(period), finding_rows(judgement, quarter.batch, units, known, explained))
    return judgement


def judge_from(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, run: Run = NO_RUN
) -> None:
    """Judge a quarter together, and the next one, which looks back at it; none that is locked."""
    for each in (period, period.shifted(1)):
        if not is_locked(registry, str(each)):
            judge_quarter(home, registry, catalogue, each, run)


def given_rows(registry: Connection, period: Period) -> list[Row[Any]]:
    """The current whole returns of a quarter that are not with their unit again."""
    rows = registry.execute(
        select(submission)
        .where(
            submission.c.period == str(period),
            submission.c.is_current,
            submission.c.verdict.in_(GIVEN),
            submission.c.status != "returned",
        )
        .order_by(submission.c.submission_id)
    ).all()
    whole = set(form_sets(registry, [row.submission_id for row in rows]).get(FULL, []))
    return [row for row in rows if row.submission_id in whole]


def gather(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    rows: list[Row[Any]],
) -> Together:
    """Put together what the rules of a quarter ask."""
    units = directory(registry)
    codes = {row.unit_code for row in rows}
    before, known = _last_quarter(home, registry, catalogue, period, codes)
    earlier = look_back(home, registry, catalogue, period, codes, names_below(catalogue))
    batch = _batch(home, registry, catalogue, period, units, rows, earlier)
    received = [(row.submission_id, row.version, row.received_at) for row in rows]
    return Together(
        batch=batch,
        duties=duties(catalogue, units, period),
        received=pl.DataFrame(received, schema=RECEIVED, orient="row"),
        before=before,
        measures=known,
    )


def duties(catalogue: Catalogue, units: Directory, period: Period) -> pl.DataFrame:
    """Every unit that owes a return, with its deadline."""
    rows = [
        (
            *(unit.unit_code, unit.unit_name, unit.county_code, str(unit.level)),
            *(unit.coord_parent_code, due_at(period, unit.unit_kind, catalogue.campaign)),
        )
        for unit in units.owing(period).values()
    ]
    return pl.DataFrame(rows, schema=DUTIES, orient="row")


def names_below(catalogue: Catalogue) -> frozenset[str]:
    """Fields added up over units below, whose change since last quarter tells who differs."""
    names = {
        name.removeprefix("child.")
        for rule in catalogue.rules.values()
        for part in rule.parts
        for name in part_names(part)
        if name.startswith("child.")
    }
    return frozenset({ISSUES, *(names & catalogue.fields.keys())})


def _batch(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    units: Directory,
    rows: list[Row[Any]],
    earlier: Earlier,
) -> Batch:
    paths = {row.file_sha256: place(home.archive, row.file_sha256) for row in rows}
    extract_missing(home.cells, paths, catalogue)
    known = issues(registry, (row.issue_id for row in rows))
    files = [(row.submission_id, row.file_sha256, known[row.issue_id]) for row in rows]
    batch = make_plain_batch(catalogue, period, units, files, load_cells(home.cells, paths))
    issued = {sid: (issue.unit_code, decode(issue.prefill, catalogue)) for sid, _, issue in files}
    past = past_of(catalogue, issued, earlier, names_below(catalogue))
    of_unit = {row.submission_id: units.version(row.unit_code, period) for row in rows}
    return Batch(
        catalogue=catalogue,
        period=period,
        submissions=batch.submissions,
        values=batch.values,
        listed=batch.listed,
        past=Past(past.fixed),
        waived=waived_rules(rule_waivers(registry, period), of_unit),
        answers=on_sheets(registry, period, rows),
        unchanged=unchanged_rows(home, registry, catalogue, period),
        matched=matched(registry, period),
    )


def _last_quarter(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, codes: set[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What these units typed last quarter, and what was measured of it."""
    last = period.shifted(-1)
    asked = frozenset({ISSUES})
    earlier = look_back(home, registry, catalogue, last, codes, asked)
    batch = counted(home, registry, catalogue, last, codes, earlier, asked)
    if batch is None:
        return pl.DataFrame(schema=TYPED), pl.DataFrame(schema=MEASURES)
    return typed_of(batch), measures(tables_of(batch))


def typed_of(batch: Batch) -> pl.DataFrame:
    """The typed numbers of the fixed sheets by unit."""
    names = typed_fields(batch.catalogue, fixed=True)
    units = batch.submissions.select("submission_id", unit_code="dir__unit_code")
    return (
        batch.values.filter(pl.col("field").is_in(names) & pl.col("number").is_not_null())
        .join(units, on="submission_id")
        .select("unit_code", "field", "number")
    )


def _explained(
    known: Known, batch: Batch, findings: list[Finding], units: dict[str, str]
) -> frozenset[Finding]:
    """The findings of which enough is said; the cover's note was written before they were known."""
    about = subjects(batch.catalogue, batch.values, map(vars, findings))
    return frozenset(
        each
        for each, subject in zip(findings, about, strict=True)
        if each.severity == "verify" and known.explains(units[each.submission_id], subject)
    )
