"""双边核对清单 as a workbook that can be printed and sent to both units and their committees."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from pipelines.books import Book
from pipelines.sides.listing import Side, counts
from pipelines.workbook.confirmation import folded
from pipelines.workbook.style import FONT

A4, LINE_HIGH = 9, 14
COLUMNS = {
    "status": 9, "form": 9, "row_key": 14, "what": 16, "claimant": 18, "partner": 18, "place": 15,
    "claimed": 18, "answered": 20, "to_do": 28,
}  # fmt: skip
TITLE, NOTE, HEAD, FIRST = range(4)


def write_sides(
    path: Path, catalogue: Catalogue, period: str, found: Sequence[Side], at: datetime
) -> None:
    """Write the list; the same rows at the same hour are the same file."""
    with Book(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": at})
        sheet = book.add_worksheet(catalogue.say("sides.list_sheet"))
        _head(book, sheet, catalogue, period, found)
        cell = book.add_format(
            {"font_name": FONT, "font_size": 9, "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        for row, side in enumerate(found, start=FIRST):
            values = {**vars(side), "row_key": side.claim.row_key}
            for col, key in enumerate(COLUMNS):
                sheet.write_string(row, col, values[key], cell)
            sheet.set_row(row, LINE_HIGH * max(folded(values[k], w) for k, w in COLUMNS.items()))
        _page(sheet, FIRST + len(found) - 1)


def _head(
    book: Book, sheet: Worksheet, catalogue: Catalogue, period: str, found: Sequence[Side]
) -> None:
    font = {"font_name": FONT, "valign": "vcenter"}
    title = book.add_format({**font, "bold": True, "font_size": 15, "align": "center"})
    note = book.add_format({**font, "font_size": 9, "text_wrap": True})
    look = {"bold": True, "border": 1, "bg_color": "#F2DCDB", "align": "center", "text_wrap": True}
    head = book.add_format({**font, **look, "font_size": 10})
    last = len(COLUMNS) - 1
    sheet.merge_range(
        TITLE, 0, TITLE, last, catalogue.say("sides.list_title", period=period), title
    )
    sheet.merge_range(NOTE, 0, NOTE, last, counted(catalogue, found), note)
    sheet.set_row(TITLE, 26)
    sheet.set_row(NOTE, 30)
    for col, (key, width) in enumerate(COLUMNS.items()):
        sheet.set_column(col, col, width)
        sheet.write_string(HEAD, col, catalogue.say(f"sides.list_{key}"), head)


def counted(catalogue: Catalogue, found: Sequence[Side]) -> str:
    """How many rows of each form there are in each status."""
    return catalogue.say("sides.count_end").join(
        catalogue.say("sides.count", form=catalogue.say(f"sides.what_{form}"), **by_status)
        for form, by_status in counts(found).items()
    )


def _page(sheet: Worksheet, last: int) -> None:
    sheet.freeze_panes(FIRST, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.autofilter(HEAD, 0, max(last, HEAD), len(COLUMNS) - 1)
