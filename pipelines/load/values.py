"""The values of a batch as stored: computed cells recomputed, unread ones empty, names left out."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import Row

from models.catalogue_model import Catalogue
from models.hidden import hidden
from models.spec.form import FieldType
from pipelines.frames import build_frames, recomputed_sql
from pipelines.judging.batch import UNREAD_BY, Batch, with_facts

COVER = "F0"
MANY_DIGITS = "[0-9]{11}"
"""No shorter number is an identity number or a telephone."""
COLUMNS = (
    *("submission_id", "unit_code", "period", "form", "field", "line"),
    *("number", "text", "date", "how", "sheet", "cell", "typed"),
)


def stored_values(
    batch: Batch, rows: Sequence[Row[Any]], findings: Sequence[Row[Any]]
) -> pl.DataFrame:
    """Return core.reported_value: one row a cell that holds something, with `how` it was read."""
    catalogue = batch.catalogue
    values = _without_unread(batch.values, findings, catalogue)
    computed = [name for name, field in catalogue.fields.items() if field.formula]
    typed = values.filter(~pl.col("field").is_in(computed))
    frames = build_frames(catalogue, with_facts(batch), typed, batch.listed)
    ours = frames.con.sql(recomputed_sql(catalogue)).pl()
    kept = pl.concat(
        [
            typed.select(
                *("submission_id", "field", "line", "number", "text", "date"),
                *("how", "sheet", "cell", "typed"),
            ),
            _recomputed(ours, values),
        ],
        how="diagonal_relaxed",
    )
    return _finished(kept, rows, batch)


def _without_unread(
    values: pl.DataFrame, findings: Sequence[Row[Any]], catalogue: Catalogue
) -> pl.DataFrame:
    """Empty the cells that could not be read as their type: their text never becomes a value."""
    unread = pl.DataFrame(
        [
            (row.submission_id, row.field, row.line)
            for row in findings
            # A reviewer's remark is a finding of no rule.
            if row.rule in catalogue.rules
            and catalogue.rules[row.rule].each in UNREAD_BY - {"required"}
        ],
        schema={"submission_id": pl.String, "field": pl.String, "line": pl.Int32},
        orient="row",
    ).unique()
    keys = ["submission_id", "field", "line"]
    marked = values.join(unread.with_columns(bad=True), on=keys, how="left", nulls_equal=True)
    bad = pl.col("bad").fill_null(value=False)
    readings = ("number", "text", "date", "typed")
    emptied = [pl.when(~bad).then(pl.col(name)).alias(name) for name in readings]
    how = pl.when(bad).then(pl.lit("clean.unreadable")).otherwise(pl.col("how")).alias("how")
    return marked.with_columns(*emptied, how).drop("bad")


def _recomputed(ours: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Our results, with a note where the file said otherwise or nothing."""
    keys = ["submission_id", "field", "line"]
    theirs = values.select(
        *keys, "sheet", "cell", "typed", their_number="number", their_date="date"
    )
    joined = ours.join(theirs, on=keys, how="inner", nulls_equal=True)
    same = pl.col("number").eq_missing(pl.col("their_number")) & pl.col("date").eq_missing(
        pl.col("their_date")
    )
    how = pl.when(~same).then(pl.lit("clean.recomputed")).alias("how")
    return joined.with_columns(how).drop("their_number", "their_date")


def _finished(kept: pl.DataFrame, rows: Sequence[Row[Any]], batch: Batch) -> pl.DataFrame:
    units = pl.DataFrame(
        [(row.submission_id, row.unit_code) for row in rows],
        schema={"submission_id": pl.String, "unit_code": pl.String},
        orient="row",
    )
    forms = pl.DataFrame(
        [(name, field.form) for name, field in batch.catalogue.fields.items()],
        schema={"field": pl.String, "form": pl.String},
        orient="row",
    )
    filled = pl.any_horizontal(pl.col("number", "text", "date").is_not_null())
    return (
        _without_numbers(kept, batch.catalogue)
        .filter((filled | pl.col("how").is_not_null()) & ~pl.col("field").is_in(_private(batch)))
        .join(units, on="submission_id")
        .join(forms, on="field")
        .with_columns(period=pl.lit(str(batch.period)), typed=_as_typed())
        .with_columns(how=_said(batch.catalogue))
        .select(COLUMNS)
        .sort("submission_id", "field", "line", nulls_last=False)
    )


def _without_numbers(kept: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Hide identity numbers and telephones in what people write; codes stay as they are."""
    written = [
        name for name, field in catalogue.fields.items()
        if field.type is FieldType.TEXT and field.length
    ]  # fmt: skip
    free = pl.col("field").is_in(written)
    for column in ("text", "typed"):
        told = kept.filter(free & pl.col(column).str.contains(MANY_DIGITS))[column].unique()
        shown = {text: hidden(catalogue, text) for text in told}
        masked = pl.col(column).replace(shown)
        kept = kept.with_columns(pl.when(free).then(masked).otherwise(pl.col(column)).alias(column))
    return kept


def _as_typed() -> pl.Expr:
    """The text of the cell, where it was read as something else than it says."""
    return pl.when(pl.col("how").is_not_null()).then(pl.col("typed"))


def _private(batch: Batch) -> list[str]:
    """Names and telephones of the cover stay in archive and registry."""
    return [
        name
        for name, field in batch.catalogue.fields.items()
        if field.form == COVER and field.sensitivity == "personal_or_small_group"
    ]


def _said(catalogue: Catalogue) -> pl.Expr:
    """What was done, in the words people read."""
    words = {f"clean.{name}": text for name, text in catalogue.wording["clean"].items()}
    return pl.col("how").replace_strict(words, default=None, return_dtype=pl.String)
