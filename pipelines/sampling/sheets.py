"""核实单: one page for each unit with a drawn cell, to be filled with a pen or typed."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from models.catalogue_model import Catalogue
from pipelines.sampling.records import Cell
from pipelines.sampling.shown import shown
from pipelines.workbook.book import Book
from pipelines.workbook.marks import CHECK_MARK, EVIDENCE_COL, FOUND_COL
from pipelines.workbook.style import Styles

COLUMNS = (
    ("number", 5),
    ("place", 16),
    ("label", 26),
    ("uom", 7),
    ("reported", 11),
    ("found", 11),
    ("evidence", 24),
)
"""From the second column on; the first, hidden one holds the mark of the row."""
TITLE, UNIT, NOTE, HEAD, FIRST = range(5)
ROW_HEIGHT, A4 = 34, 9


def write_sheets(
    folder: Path, catalogue: Catalogue, cells: Sequence[Cell], names: dict[str, str], period: str
) -> list[Path]:
    """Write a file for each unit; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for unit, some in groupby(cells, key=lambda cell: cell.unit_code):
        file = catalogue.say("sampling.file", unit=unit, name=names[unit], period=period)
        path = folder / file
        _write(path, catalogue, list(some), f"{names[unit]}({unit})", period)
        paths.append(path)
    return paths


def _write(path: Path, catalogue: Catalogue, cells: Sequence[Cell], unit: str, period: str) -> None:
    book = Book(path)
    styles = Styles(book)
    sheet = book.add_worksheet(catalogue.say("sampling.sheet"))
    last = FIRST + len(cells)
    sheet.merge_range(TITLE, 1, TITLE, EVIDENCE_COL, catalogue.say("sampling.title"), styles.title)
    said = catalogue.say("sampling.unit", unit=unit, period=period)
    sheet.merge_range(UNIT, 1, UNIT, EVIDENCE_COL, said, styles.banner)
    sheet.merge_range(NOTE, 1, NOTE, EVIDENCE_COL, catalogue.say("sampling.note"), styles.note)
    for col, (name, width) in enumerate(COLUMNS, start=1):
        sheet.set_column(col, col, width)
        sheet.write_string(HEAD, col, catalogue.say(f"sampling.column_{name}"), styles.header)
    sheet.set_column(0, 0, 0, None, {"hidden": True})
    for row, cell in enumerate(cells, start=FIRST):
        _line(sheet, styles, catalogue, row, cell)
    signed = catalogue.say("sampling.signed")
    sheet.merge_range(last, 1, last, EVIDENCE_COL, signed, styles.plain)
    _page(sheet, last)
    book.close()


def _line(sheet: Any, styles: Styles, catalogue: Catalogue, row: int, cell: Cell) -> None:
    field = catalogue.fields[cell.field]
    label, uom = f"{field.code} {field.zh}", field.uom or ""
    if cell.row_key:
        label = catalogue.say("sampling.of_row", label=label, row=cell.row_key)
    sheet.write_string(row, 0, f"{CHECK_MARK}{cell.sampling_cell_id}")
    sheet.write_number(row, 1, row - FIRST + 1, styles.locked)
    for col, text in enumerate((f"{cell.sheet}!{cell.cell}", label, uom), start=2):
        sheet.write_string(row, col, text, styles.locked)
    said = shown(catalogue, field, cell.reported)
    if field.is_number:
        sheet.write_number(row, FOUND_COL - 1, float(said), styles.locked)
    else:
        sheet.write_string(row, FOUND_COL - 1, said, styles.locked)
    for col in (FOUND_COL, EVIDENCE_COL):
        sheet.write_blank(row, col, None, styles.answer)
    sheet.set_row(row, ROW_HEIGHT)


def _page(sheet: Any, last: int) -> None:
    sheet.set_row(TITLE, 30)
    sheet.set_row(NOTE, 44)
    sheet.set_row(last, 60)
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.center_horizontally()
    sheet.print_area(0, 0, last, EVIDENCE_COL)
    sheet.fit_to_pages(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_selection(FIRST, FOUND_COL, FIRST, FOUND_COL)
