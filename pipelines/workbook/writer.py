"""Writing a workbook: forms, lists, instructions, code lists and the hidden identity."""

from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from models.spec.form import Field, Form
from pipelines.workbook.cells import Pen
from pipelines.workbook.content import Content
from pipelines.workbook.formulas import FormulaWriter
from pipelines.workbook.instructions import write_instructions
from pipelines.workbook.layout import (
    CODES_SHEET,
    FIRST_ROW,
    HEADER_ROW,
    LIST_CODE_ROW,
    LIST_FIRST_ROW,
    LIST_HEADER_ROW,
    META_SHEET,
    NOTE_ROW,
    TITLE_ROW,
    Layout,
)
from pipelines.workbook.style import Styles

ROW_HEIGHT = 19


def write_workbook(path: Path, catalogue: Catalogue, layout: Layout, content: Content) -> None:
    """Write one unit's workbook; the same content gives the same cells."""
    book = Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "in_memory": True})
    # The hour of issue, not of writing: the same issue gives the same bytes.
    book.set_properties({"created": content.made_at})
    pen = Pen(catalogue, Styles(book), FormulaWriter(catalogue, layout, content.period), content)
    for form, fields in layout.forms:
        sheet = book.add_worksheet(form.sheet)
        if form.alias:
            _write_list(book, sheet, pen, layout, form)
        else:
            _write_fixed(book, sheet, pen, form, fields)
    write_instructions(book, pen.styles, catalogue, layout)
    _write_codes(book, catalogue)
    _write_meta(book, content)
    book.close()


def _head(sheet: Worksheet, pen: Pen, form: Form, last_col: int) -> None:
    title = pen.say("title", code=form.id, form=form.zh)
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last_col, title, pen.styles.title)
    note = pen.say("note", unit=pen.content.unit_name, period=pen.content.period)
    sheet.merge_range(NOTE_ROW, 0, NOTE_ROW, last_col, f"{note} {form.purpose}", pen.styles.note)
    sheet.set_row(TITLE_ROW, 28)
    sheet.set_row(NOTE_ROW, 30)


def _print_setup(sheet: Worksheet, header_row: int) -> None:
    sheet.set_default_row(ROW_HEIGHT)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _write_fixed(
    book: Workbook, sheet: Worksheet, pen: Pen, form: Form, fields: tuple[Field, ...]
) -> None:
    _head(sheet, pen, form, 4)
    for col, (key, width) in enumerate(
        (("code", 8), ("label", 44), ("value", 22), ("uom", 9), ("how", 46))
    ):
        sheet.set_column(col, col, width)
        sheet.write_string(HEADER_ROW, col, pen.say(f"column_{key}"), pen.styles.header)
    for number, field in enumerate(fields):
        row = FIRST_ROW + number
        pen.describe(sheet, row, field)
        place = pen.formulas.layout.fixed[field.name]
        pen.write(sheet, place, field, None)
        pen.validate(sheet, field, place, place)
        book.define_name(field.name, f"={place.absolute}")
    sheet.freeze_panes(FIRST_ROW, 0)
    _print_setup(sheet, HEADER_ROW)


def _write_list(book: Workbook, sheet: Worksheet, pen: Pen, layout: Layout, form: Form) -> None:
    plan = layout.lists[form.alias or ""]
    _head(sheet, pen, form, len(plan.fields) - 1)
    for col, field in enumerate(plan.fields):
        sheet.set_column(col, col, 22 if field.type == "text" else 13)
        sheet.write_string(LIST_CODE_ROW, col, field.code, pen.styles.code)
        sheet.write_string(LIST_HEADER_ROW, col, pen.label(field), pen.styles.header)
        header = plan.place(field, 0)
        book.define_name(f"{form.alias}__{field.name}", f"={header.absolute}")
        for line in range(1, plan.rows + 1):
            pen.write(sheet, plan.place(field, line), field, line)
        if plan.rows:
            pen.validate(sheet, field, plan.place(field, 1), plan.place(field, plan.rows))
    sheet.set_row(LIST_HEADER_ROW, 45)
    sheet.freeze_panes(LIST_FIRST_ROW, 2)
    sheet.set_landscape()
    _print_setup(sheet, LIST_HEADER_ROW)


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
