"""The values of a batch of submissions: cells read, cleaned, system-owned cells as issued."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from polars.datatypes import DataTypeClass
from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.period import Period
from models.registry import submission
from models.spec.form import Field
from models.units import Directory, UnitVersion
from pipelines.batch import Batch
from pipelines.clean import clean_cells
from pipelines.extract import extract_missing, load_cells
from pipelines.receive.archive import place
from pipelines.records import Issue, directory, issues
from pipelines.settings import Home
from pipelines.workbook.content import Sheetful, Value
from pipelines.workbook.formulas import FormulaWriter
from pipelines.workbook.layout import plan
from pipelines.workbook.prefill import decode

COVER = "F0"
"""The cover is judged as typed (R007 to R011), then stored as issued."""

ISSUED_SCHEMA: dict[str, pl.DataType | DataTypeClass] = {
    "submission_id": pl.String,
    "field": pl.String,
    "key": pl.String,
    "issued_number": pl.Decimal(18, 4),
    "issued_text": pl.String,
    "issued_date": pl.Date,
}
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
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, ids: Sequence[str]
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
    return make_batch(
        catalogue,
        period,
        units,
        [(row.submission_id, row.file_sha256, known[row.issue_id]) for row in rows],
        load_cells(home.cells, paths),
    )


def assemble_period(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period
) -> Batch:
    """Put together every submission of one quarter, returned ones too."""
    ids = registry.execute(
        select(submission.c.submission_id).where(submission.c.period == str(period))
    ).scalars()
    return assemble(home, registry, catalogue, period, list(ids))


def make_batch(
    catalogue: Catalogue,
    period: Period,
    units: Directory,
    files: Sequence[tuple[str, str, Issue]],
    cells: pl.DataFrame,
) -> Batch:
    """The batch of (submission id, file hash, issue), from cells already read."""
    owing = units.owing(period)
    base = pl.DataFrame(
        [_facts(sid, units.version(issue.unit_code, period)) for sid, _, issue in files],
        schema=_facts_schema(),
        orient="row",
    )
    hashes = pl.DataFrame(
        [(sid, sha256) for sid, sha256, _ in files],
        schema={"submission_id": pl.String, "file_sha256": pl.String},
        orient="row",
    )
    prefills = {sid: decode(issue.prefill, catalogue) for sid, _, issue in files}
    values = cells.join(hashes, on="file_sha256").drop("file_sha256")
    values = _only_due(values, base, catalogue, period)
    values = _with_same_formula(values, base, catalogue, period, prefills)
    values = clean_cells(values, catalogue)
    return Batch(
        catalogue=catalogue,
        period=period,
        submissions=base,
        values=_as_issued(values, catalogue, prefills),
        listed=frozenset(owing),
    )


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
    """A formula without what programs change when they save: blanks, $, quotes, case, `=`."""
    kept = formula.translate(str.maketrans("", "", " $'\n"))
    return kept.removeprefix("=").upper()


def _as_issued(
    values: pl.DataFrame, catalogue: Catalogue, prefills: Mapping[str, Sheetful]
) -> pl.DataFrame:
    """Put what was issued in place of what the file says in cells that the system owns."""
    issued = pl.DataFrame(
        [(sid, *row) for sid, prefill in prefills.items() for row in _owned(prefill, catalogue)],
        schema=ISSUED_SCHEMA,
        orient="row",
    )
    keyed = _with_row_key(values, catalogue)
    joined = keyed.join(issued, on=["submission_id", "field", "key"], how="left", nulls_equal=True)
    present = pl.any_horizontal(pl.col("issued_number", "issued_text", "issued_date").is_not_null())
    differs = present & ~(
        pl.col("number").eq_missing(pl.col("issued_number"))
        & pl.col("text").eq_missing(pl.col("issued_text"))
        & pl.col("date").eq_missing(pl.col("issued_date"))
    )
    return joined.with_columns(
        *(
            pl.when(present).then(pl.col(f"issued_{m}")).otherwise(pl.col(m)).alias(m)
            for m in ("number", "text", "date")
        ),
        how=pl.when(differs).then(pl.lit("clean.as_issued")).otherwise(pl.col("how")),
        plain=pl.when(differs).then(_plain()).otherwise(pl.col("plain")),
    ).drop("key", "issued_number", "issued_text", "issued_date")


def _plain() -> pl.Expr:
    number = pl.col("issued_number").cast(pl.String).str.replace(r"\.?0+$", "")
    return pl.coalesce(number, pl.col("issued_text"), pl.col("issued_date").cast(pl.String))


def _with_row_key(values: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Give list cells the id of their row, so that a row keeps its identity when it moves."""
    keys = [f"{alias}.{form.key}" for alias, form in catalogue.aliases.items()]
    ids = values.filter(pl.col("field").is_in(keys)).select(
        "submission_id",
        pl.col("field").str.head(2).alias("alias"),
        "line",
        pl.col("text").alias("key"),
    )
    return (
        values.with_columns(
            alias=pl.when(pl.col("line").is_not_null()).then(pl.col("field").str.head(2))
        )
        .join(ids, on=["submission_id", "alias", "line"], how="left", nulls_equal=False)
        .drop("alias")
    )


def _owned(prefill: Sheetful, catalogue: Catalogue) -> Iterable[tuple[Any, ...]]:
    for name, value in prefill.values.items():
        field = catalogue.fields[name]
        if field.is_system_owned and field.form != COVER and value is not None:
            yield (name, None, *_measures(value))
    for alias, rows in prefill.rows.items():
        key = catalogue.aliases[alias].key or ""
        for row in rows:
            for name, value in row.items():
                field = catalogue.fields[f"{alias}.{name}"]
                if field.is_system_owned and value is not None and name != key:
                    yield (field.qualified, str(row[key]), *_measures(value))


def _measures(value: Value) -> tuple[Any, Any, Any]:
    if isinstance(value, date):
        return None, None, value
    if isinstance(value, str):
        return None, value, None
    return value, None, None
