"""A list for people as a workbook of one sheet: printed on A4, handed round, written on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from pipelines.books import Book
from pipelines.workbook.confirmation import folded
from pipelines.workbook.style import FONT

A4, LINE_HIGH = 9, 14
TITLE, NOTE, HEAD, FIRST = range(4)


@dataclass(frozen=True)
class PrintedList:
    """What stands on the sheet: name of a column -> its heading and width, and texts by name."""

    sheet: str
    title: str
    note: str
    columns: Mapping[str, tuple[str, int]]
    rows: Sequence[Mapping[str, str]]


def write_list(path: Path, told: PrintedList, at: datetime) -> None:
    """Write it; the same rows at the same hour are the same file."""
    with Book(path) as book:
        book.set_properties({"created": at})
        sheet = book.add_worksheet(told.sheet)
        _head(book, sheet, told)
        cell = book.add_format(
            {"font_name": FONT, "font_size": 9, "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        for line, row in enumerate(told.rows, start=FIRST):
            for col, name in enumerate(told.columns):
                sheet.write_string(line, col, row[name], cell)
            sheet.set_row(line, LINE_HIGH * _lines(told, row))
        _page(sheet, FIRST + len(told.rows) - 1, len(told.columns) - 1)


def _head(book: Book, sheet: Worksheet, told: PrintedList) -> None:
    font = {"font_name": FONT, "valign": "vcenter"}
    title = book.add_format({**font, "bold": True, "font_size": 15, "align": "center"})
    note = book.add_format({**font, "font_size": 9, "text_wrap": True})
    look = {"bold": True, "border": 1, "bg_color": "#F2DCDB", "align": "center", "text_wrap": True}
    head = book.add_format({**font, **look, "font_size": 10})
    last = len(told.columns) - 1
    sheet.merge_range(TITLE, 0, TITLE, last, told.title, title)
    sheet.merge_range(NOTE, 0, NOTE, last, told.note, note)
    sheet.set_row(TITLE, 26)
    sheet.set_row(NOTE, 30)
    for col, (heading, width) in enumerate(told.columns.values()):
        sheet.set_column(col, col, width)
        sheet.write_string(HEAD, col, heading, head)


def _lines(told: PrintedList, row: Mapping[str, str]) -> int:
    """How many lines the longest cell of a row takes."""
    return max(
        sum(folded(part, width) for part in row[name].split("\n"))
        for name, (_, width) in told.columns.items()
    )


def _page(sheet: Worksheet, last_row: int, last_col: int) -> None:
    sheet.freeze_panes(FIRST, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.autofilter(HEAD, 0, max(last_row, HEAD), last_col)
