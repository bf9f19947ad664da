"""A batch of cells -> values; each distinct typed text is read once."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from polars.datatypes import DataTypeClass

from models.catalogue_model import Catalogue
from models.spec.form import EntryMode
from pipelines.clean.reading import read

SCHEMA: dict[str, pl.DataType | DataTypeClass] = {
    "field": pl.String,
    "typed": pl.String,
    "kind": pl.String,
    "plain": pl.String,
    "number": pl.Decimal(18, 4),
    "text": pl.String,
    "date": pl.Date,
    "how": pl.String,
}
LARGEST = 10**12


def clean_cells(cells: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Add plain, number, text, date and how to cells that have field, typed, kind and formula."""
    distinct = cells.select("field", "typed", "kind").unique()
    rows = [_row(item, catalogue) for item in distinct.iter_rows(named=True)]
    meanings = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    joined = cells.join(meanings, on=["field", "typed", "kind"], how="left", nulls_equal=True)
    return joined.with_columns(how=_with_formula(catalogue))


def _row(item: Mapping[str, Any], catalogue: Catalogue) -> tuple[Any, ...]:
    field = catalogue.fields[item["field"]]
    meant = read(item["typed"], item["kind"], field, catalogue.codes.get(field.enum or "", {}))
    number = meant.number
    how = f"clean.{meant.how}" if meant.how else None
    values: tuple[Any, ...] = (meant.plain, number, meant.text, meant.date, how)
    if number is not None and abs(number) >= LARGEST:
        # No count and no amount is so large; its exponent form is what R002 and R003 refuse.
        values = (f"{number:.6e}", None, None, None, None)
    elif number is not None:
        values = (meant.plain, round(number, 4), None, None, how)
    return item["field"], item["typed"], item["kind"], *values


def _with_formula(catalogue: Catalogue) -> pl.Expr:
    """A typed cell that holds a formula is read by its result, and that is recorded."""
    computed = [name for name, f in catalogue.fields.items() if f.entry is EntryMode.FORMULA]
    typed_formula = (
        pl.col("formula").is_not_null()
        & pl.col("kind").is_in(["number", "text", "date", "percent", "serial_1904"])
        & ~pl.col("field").is_in(computed)
    )
    return (
        pl.when(typed_formula & pl.col("how").is_null())
        .then(pl.lit("clean.formula_result"))
        .otherwise(pl.col("how"))
    )
