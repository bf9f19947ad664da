"""The values of a batch of submissions: cells read, cleaned, system-owned cells as issued."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from sqlalchemy import Connection, select

from models.catalogue_model import FULL, Catalogue
from models.period import Period
from models.registry import submission
from models.spec.form import Field
from models.units import Directory, UnitVersion
from pipelines.clean import clean_cells
from pipelines.extract.store import extract_missing, load_asides, load_cells
from pipelines.judging.as_issued import as_issued
from pipelines.judging.asides import asides_of
from pipelines.judging.batch import Batch, in_chunks
from pipelines.judging.past import Earlier, locked_openings, past_of
from pipelines.receive.archive import place
from pipelines.records.issues import Issue, form_sets, issues, unit_of
from pipelines.records.units import directory
from pipelines.records.waivers import rule_waivers, waived_rules
from pipelines.settings import Home
from pipelines.sides.partners import Partners
from pipelines.workbook.content import Sheetful
from pipelines.workbook.formulas import FormulaWriter
from pipelines.workbook.layout import plan
from pipelines.workbook.prefill import decode

RANGE_END = re.compile(r":([A-Z]{1,3})[0-9]+")
DIRECTORY_COLUMNS = (
    "unit_code",
    "unit_name",
    "county_code",
    "unit_kind",
    "party_org_type",
    "coord_parent_code",
    "party_parent_code",
)


def assemble(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    ids: Sequence[str],
    earlier: Earlier | None = None,
) -> Batch:
    """Put together what validation and load need of the given submissions of one quarter."""
    wanted = set(ids)
    rows = [
        row
        for row in registry.execute(select(submission).order_by(submission.c.submission_id))
        if row.submission_id in wanted
    ]
    paths = {row.file_sha256: place(home.archive, row.file_sha256) for row in rows}
    extract_missing(home.cells, paths, catalogue)
    units = directory(registry)
    known = issues(registry, (row.issue_id for row in rows))
    batch = make_batch(
        catalogue,
        period,
        units,
        [(row.submission_id, row.file_sha256, known[row.issue_id]) for row in rows],
        load_cells(home.cells, paths),
        earlier,
        load_asides(home.cells, paths),
    )
    of_unit = {row.submission_id: units.version(row.unit_code, period) for row in rows}
    return replace(batch, waived=waived_rules(rule_waivers(registry, period), of_unit))


def assemble_period(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period
) -> Iterator[Batch]:
    """Put together every whole return of one quarter, returned ones too, some at a time."""
    ids = registry.execute(
        select(submission.c.submission_id)
        .where(submission.c.period == str(period))
        .order_by(submission.c.submission_id)
    ).scalars()
    whole = form_sets(registry, list(ids)).get(FULL, [])
    for some in in_chunks(whole):
        yield assemble(home, registry, catalogue, period, some)


def make_batch(
    catalogue: Catalogue,
    period: Period,
    units: Directory,
    files: Sequence[tuple[str, str, Issue]],
    cells: pl.DataFrame,
    earlier: Earlier | None = None,
    asides: pl.DataFrame | None = None,
) -> Batch:
    """The batch of (submission id, file hash, issue), from cells already read."""
    base = _submissions(units, period, files)
    prefills = {sid: decode(issue.prefill, catalogue) for sid, _, issue in files}
    values = _only_due(_of_files(cells, files), base, catalogue, period)
    values = _with_same_formula(values, base, catalogue, period, prefills)
    values = clean_cells(values, catalogue)
    issued = {sid: (issue.unit_code, prefills[sid]) for sid, _, issue in files}
    beside = asides_of(asides, _hashes(files), values, prefills, catalogue)
    return Batch(
        catalogue=catalogue,
        period=period,
        submissions=_with_typed(base, values, catalogue),
        values=as_issued(values, catalogue, prefills),
        listed=frozenset(units.owing(period)),
        past=past_of(catalogue, issued, earlier or Earlier()),
        partners=Partners(units, units.owing(period), catalogue.parameters["matching"]),
        asides=beside,
    )


def make_plain_batch(
    catalogue: Catalogue,
    period: Period,
    units: Directory,
    files: Sequence[tuple[str, str, Issue]],
    cells: pl.DataFrame,
) -> Batch:
    """The same of files judged before: their values, and nothing of how they were written."""
    base = _submissions(units, period, files)
    values = _only_due(_of_files(cells, files), base, catalogue, period)
    values = clean_cells(values.with_columns(same_formula=pl.lit(value=True)), catalogue)
    prefills = {sid: decode(issue.prefill, catalogue) for sid, _, issue in files}
    return Batch(
        catalogue=catalogue,
        period=period,
        submissions=base,
        values=as_issued(values, catalogue, prefills),
        listed=frozenset(units.owing(period)),
    )


def _submissions(
    units: Directory, period: Period, files: Sequence[tuple[str, str, Issue]]
) -> pl.DataFrame:
    rows = [_facts(sid, unit_of(units, issue, period)) for sid, _, issue in files]
    return pl.DataFrame(rows, schema=_facts_schema(), orient="row")


def _of_files(cells: pl.DataFrame, files: Sequence[tuple[str, str, Issue]]) -> pl.DataFrame:
    return cells.join(_hashes(files), on="file_sha256").drop("file_sha256")


def _hashes(files: Sequence[tuple[str, str, Issue]]) -> pl.DataFrame:
    rows = [(sid, sha256) for sid, sha256, _ in files]
    schema = {"submission_id": pl.String, "file_sha256": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _with_typed(base: pl.DataFrame, values: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Put locked openings beside the submissions as the file has them, as `typed__x`."""
    names = locked_openings(catalogue)
    typed = values.filter(pl.col("field").is_in(names)).pivot(
        on="field",
        on_columns=names,
        index="submission_id",
        values="number",
        aggregate_function="first",
    )
    typed = typed.rename({name: f"typed__{name}" for name in names})
    return base.join(typed, on="submission_id", how="left")


def _facts_schema() -> dict[str, Any]:
    numbers = {"dir__party_org_type": pl.Int32, "dir__valid": pl.Int32}
    names = ["submission_id", "unit_kind", "dir__valid", *(f"dir__{n}" for n in DIRECTORY_COLUMNS)]
    return {name: numbers.get(name, pl.String) for name in names}


def _facts(submission_id: str, unit: UnitVersion | None) -> tuple[Any, ...]:
    """What the directory says of the unit to which the workbook was issued."""
    if unit is None:
        return (submission_id, None, None, *(None for _ in DIRECTORY_COLUMNS))
    columns = (getattr(unit, name) for name in DIRECTORY_COLUMNS)
    return (submission_id, unit.unit_kind, 1, *columns)


def _only_due(
    values: pl.DataFrame, base: pl.DataFrame, catalogue: Catalogue, period: Period
) -> pl.DataFrame:
    due = pl.DataFrame(
        [
            (kind, field.qualified)
            for kind in catalogue.unit_kinds
            for field in catalogue.fields_for(kind, period.quarter)
        ],
        schema={"unit_kind": pl.String, "field": pl.String},
        orient="row",
    )
    kinds = base.select("submission_id", "unit_kind")
    return values.join(kinds, on="submission_id").join(due, on=["unit_kind", "field"], how="semi")


def _with_same_formula(
    values: pl.DataFrame,
    base: pl.DataFrame,
    catalogue: Catalogue,
    period: Period,
    prefills: Mapping[str, Sheetful],
) -> pl.DataFrame:
    """Mark computed cells whose formula is still the one that was issued."""
    kinds = dict(base.select("submission_id", "unit_kind").iter_rows())
    writers = {
        sid: FormulaWriter(catalogue, _layout(catalogue, kinds[sid], period, prefill), str(period))
        for sid, prefill in prefills.items()
        if kinds[sid]
    }
    held = values.filter(pl.col("formula").is_not_null())
    same = [
        _same(row["formula"], writers[row["submission_id"]], catalogue.fields[row["field"]], row)
        for row in held.iter_rows(named=True)
    ]
    marks = held.select("submission_id", "field", "line").with_columns(
        same_formula=pl.Series(same, dtype=pl.Boolean)
    )
    keys = ["submission_id", "field", "line"]
    return values.join(marks, on=keys, how="left", nulls_equal=True).with_columns(
        pl.col("same_formula").fill_null(value=False)
    )


def _layout(catalogue: Catalogue, kind: str, period: Period, prefill: Sheetful) -> Any:
    rows = {alias: len(some) for alias, some in prefill.rows.items()}
    return plan(catalogue, kind, period.quarter, rows)


def _same(formula: str, writer: FormulaWriter, field: Field, row: Mapping[str, Any]) -> bool:
    if field.formula is None:
        return False
    return _bare(formula) == _bare(writer.text(field, row["line"]))


def _bare(formula: str) -> str:
    """A formula without what programs change when they save: blanks, $, quotes, case, `=`.

    Nor does it matter where a list ends: one with rows added is longer than it was issued.
    """
    kept = formula.translate(str.maketrans("", "", " $'\n"))
    bare = kept.removeprefix("=").upper().replace("FALSE()", "FALSE").replace("TRUE()", "TRUE")
    return RANGE_END.sub(":\\1", bare)
