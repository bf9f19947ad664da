"""What the system owns is taken as issued, whatever the file says; the difference is noted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl
from polars.datatypes import DataTypeClass

from models.catalogue_model import Catalogue
from pipelines.workbook.content import Sheetful, Value

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


def as_issued(
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
