"""The numbers of a figure as text: a browser finds them in the page, a screen reader reads them."""

from typing import Any

import polars as pl
from dash import html

from dashboards import workbooks
from dashboards.charts import Prepared
from dashboards.figures import labels
from dashboards.plain import Rows

DECIMALS = 2
FOR_FILES = ("scope", "period", "indicator_id")
"""Codes, and the quarter that the page has already said."""
AS_PRINTED = ("value", "previous", "gap")
"""Rounded as in the figure, so that what is read there is found here."""


def data_table(prepared: Prepared) -> html.Details | None:
    """What the figure draws, folded away under it; nothing where there is nothing.

    Browsers search what is folded away too, and unfold it where they find something.
    """
    rows, most = prepared.answer.rows, prepared.setting.limits.strip_units
    table = workbooks.translated(_rounded(rows.head(most), prepared), prepared)
    say, left = prepared.setting.say, rows.height - table.height
    codes = {say(f"column_{name}") for name in FOR_FILES}
    kept = [
        name
        for name in table.columns
        if name not in codes and table[name].null_count() < table.height
    ]
    if not kept:
        return None
    lines = [tuple(map(_text, line)) for line in table.select(kept).iter_rows()]
    note = html.P(say("lines_left", count=left)) if left > 0 else None
    parts: list[Any] = [html.Summary(say("data_table")), Rows(tuple(kept), tuple(lines)), note]
    return html.Details(parts, className="data")


def _rounded(rows: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    if "indicator" not in rows.columns:
        return rows
    entries = prepared.setting.indicators
    places = [entries[name].decimals if name in entries else None for name in rows["indicator"]]
    return rows.with_columns(
        pl.Series(name, [_printed(*pair) for pair in zip(rows[name], places, strict=True)])
        for name in AS_PRINTED
        if name in rows.columns and rows[name].null_count() < rows.height
    )


def _printed(value: float | None, places: int | None) -> str | None:
    return None if value is None else labels.brief(value, DECIMALS if places is None else places)


def _text(value: Any) -> str:
    if isinstance(value, int | float):
        return labels.brief(value, DECIMALS)
    return "" if value is None else str(value)
