"""The table behind a chart as an Excel file: what is drawn, no more, under a header block."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

from dashboards.answers import Question
from dashboards.charts import Prepared
from dashboards.wording import Say, period_name

COLUMNS = (
    "scope", "rule", "severity", "name", "level", "initiator_level", "counterpart_level", "period",
    "indicator_id", "indicator", "head", "column", "field", "code", "uom", "value", "low", "high",
    "tier", "previous", "low_before", "high_before", "moved", "value_now", "value_before",
    "numerator", "denominator", "gap", "status", "budget", "received_total", "received",
    "spent_total", "spent", "matters", "closed", "count", "total", "share", "offered", "used",
    "units_positive", "units_expected", "units_used",
)  # fmt: skip
Cell = str | float | int | None


def chart_workbook(prepared: Prepared, question: Question, at: datetime) -> bytes:
    """The workbook of one chart. `at` is the time of export: the clock is the caller's."""
    return rows_workbook(prepared.entry.title, prepared.answer.rows, prepared, question, at)


def rows_workbook(
    title: str, rows: pl.DataFrame, prepared: Prepared, question: Question, at: datetime
) -> bytes:
    """The same for other rows of the same view, such as the units of a county."""
    say = prepared.setting.say
    header = [
        say("export_unit", scope=scope_name(question, say)),
        say("export_period", period=period_name(say, question.view.period)),
        say("export_coverage", coverage=prepared.coverage),
        say("export_at", at=time_text(at, say)),
        say("export_method", method=prepared.entry.method or prepared.entry.question),
    ]
    table = translated(rows, prepared)
    return write(title, header, table.columns, table.rows(), say)


def scope_name(question: Question, say: Say) -> str:
    """The filters in words."""
    view = question.view
    place = say("whole_city") if view.county is None else question.whole_name
    level = say("all_levels") if view.level is None else question.level_names[view.level]
    return f"{place} {level}"


def time_text(at: datetime, say: Say) -> str:
    return say("time", year=at.year, month=at.month, day=at.day, clock=f"{at:%H:%M}")


def translated(rows: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """Chinese for codes and column names; columns in one fixed order."""
    setting = prepared.setting
    if "indicator" in rows.columns:
        entries = setting.indicators
        rows = rows.with_columns(
            indicator_id=pl.col("indicator"),
            indicator=_named(rows["indicator"], {name: e.zh for name, e in entries.items()}),
            uom=_named(rows["indicator"], {name: e.uom for name, e in entries.items()}),
        )
    names: dict[str, dict[Any, str]] = {
        "level": dict(setting.levels),
        "initiator_level": {**setting.levels, "other": setting.say("off_directory")},
        "counterpart_level": {**setting.levels, "other": setting.say("off_directory")},
        "field": dict(setting.fields),
        "severity": {key: setting.say(f"severity_{key}") for key in _values(rows, "severity")},
        "status": {key: setting.say(f"status_{key}") for key in _values(rows, "status")},
        "code": dict(setting.codes[_code_list(prepared)]),
    }
    rows = rows.with_columns(
        **{key: _named(rows[key], words) for key, words in names.items() if key in rows.columns}
    )
    shown = [name for name in COLUMNS if name in rows.columns]
    return rows.select(shown).rename({name: setting.say(f"column_{name}") for name in shown})


CODE_LISTS = {"D1": "mirror", "D6": "return_state"}


def _code_list(prepared: Prepared) -> str:
    return CODE_LISTS.get(prepared.entry.id.partition("-")[0], "fund_budget_line")


def _values(rows: pl.DataFrame, column: str) -> list[Any]:
    return rows[column].drop_nulls().unique().to_list() if column in rows.columns else []


def _named(column: pl.Series, words: dict[Any, str]) -> pl.Series:
    return pl.Series([words.get(value) for value in column], dtype=pl.String)


def write(
    title: str,
    header: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    say: Say,
) -> bytes:
    """Write one sheet: title, header block, table. Text is text, whatever it starts with."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(say("sheet_data"))
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        for number, line in enumerate(header, start=1):
            sheet.write_string(number, 0, line)
        top = len(header) + 2
        head = book.add_format({"bold": True, "bg_color": "#EFEDE8", "border": 1})
        for place, name in enumerate(columns):
            sheet.write_string(top, place, name, head)
            sheet.set_column(place, place, _width(name, rows, place))
        for number, row in enumerate(rows, start=top + 1):
            _write_row(sheet, number, row)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return stream.getvalue()


def _write_row(sheet: Any, number: int, row: Sequence[Cell]) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            # Never `write`: a name that starts with = + - or @ must not become a formula.
            sheet.write_string(number, place, cell)
        elif cell is not None:
            sheet.write_number(number, place, round(float(cell), 4))


def _width(name: str, rows: Sequence[Sequence[Cell]], place: int) -> int:
    texts = [name, *(cell for row in rows if isinstance(cell := row[place], str))]
    return min(40, 2 * max(len(text) for text in texts) + 2)
