"""Writing a workbook: forms, lists, instructions, code lists and the hidden identity."""

from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from models.catalogue_model import Catalogue
from pipelines.workbook.book import Book
from pipelines.workbook.cells import Pen
from pipelines.workbook.content import Content
from pipelines.workbook.forms import write_form
from pipelines.workbook.formulas import FormulaWriter
from pipelines.workbook.instructions import write_instructions
from pipelines.workbook.layout import CODES_SHEET, META_SHEET, Layout
from pipelines.workbook.live_sheet import Live
from pipelines.workbook.results import write_results
from pipelines.workbook.returned import write_returned
from pipelines.workbook.style import Styles


def write_workbook(path: Path, catalogue: Catalogue, layout: Layout, content: Content) -> None:
    """Write one unit's workbook; the same content gives the same cells."""
    book = Book(path)
    # The hour of issue, not of writing: the same issue gives the same bytes.
    book.set_properties({"created": content.made_at})
    pen = Pen(catalogue, Styles(book), FormulaWriter(catalogue, layout, content.period), content)
    live = Live(pen, layout)
    if content.listed:
        write_returned(book, pen, layout)
    for form, fields in layout.forms:
        write_form(book, pen, live, layout, form, fields)
    write_results(book, pen, live)
    write_instructions(book, pen.styles, catalogue, layout)
    live.write(book)
    _write_codes(book, catalogue)
    _write_meta(book, content)
    book.close()


def _write_codes(book: Workbook, catalogue: Catalogue) -> None:
    sheet = book.add_worksheet(CODES_SHEET)
    for col, (enum, labels) in enumerate(catalogue.codes.items()):
        sheet.write_string(0, col, enum)
        for row, (code, label) in enumerate(labels.items(), start=1):
            sheet.write_string(row, col, f"{code}={label}")
        letter = xl_col_to_name(col)
        area = f"='{CODES_SHEET}'!${letter}$2:${letter}${len(labels) + 1}"
        book.define_name(f"codes__{enum}", area)
    sheet.hide()


def _write_meta(book: Workbook, content: Content) -> None:
    sheet = book.add_worksheet(META_SHEET)
    for row, (key, value) in enumerate(content.meta.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
        book.define_name(f"meta__{key}", f"='{META_SHEET}'!$B${row + 1}")
    sheet.very_hidden()
