"""The sheets that are filled: fixed cells with their marks, and lists."""

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from models.spec.form import Field, FieldType, Form
from models.spec.rule import Severity
from pipelines.workbook.cells import Pen
from pipelines.workbook.layout import (
    CHECKS_SHEET,
    FIRST_ROW,
    HEADER_ROW,
    LIST_CODE_ROW,
    LIST_FIRST_ROW,
    LIST_HEADER_ROW,
    NOTE_ROW,
    STATE_COL,
    TITLE_ROW,
    VALUE_COL,
    Layout,
    ListPlan,
    area_of,
    exist_area,
)
from pipelines.workbook.limits import limit
from pipelines.workbook.live_sheet import Live
from pipelines.workbook.results import banner

ROW_HEIGHT, LIST_HEIGHT, NOTE_HEIGHT = 19, 28, 80
LONG_TEXT = 60
COVER = "F0"
WIDTHS = {"code": 8, "label": 44, "value": 22, "uom": 9, "how": 46, "state": 6}
LIST_WIDTHS = {FieldType.TEXT: 24, FieldType.ENUM: 15, FieldType.DATE: 12}
NARROW = 10
TABS = {"cover": "#A61B29", "fixed": "#1F7A8C", "list": "#E3A72F"}
FREE = {"format_columns": True, "format_rows": True, "select_locked_cells": True}


def write_form(
    book: Workbook, pen: Pen, live: Live, layout: Layout, form: Form, fields: tuple[Field, ...]
) -> None:
    """Write one form on a sheet of its own."""
    sheet = book.add_worksheet(form.sheet)
    sheet.set_tab_color(TABS["cover" if form.id == COVER else form.kind])
    if form.alias:
        _write_list(book, sheet, pen, layout.lists[form.alias])
    else:
        _write_fixed(book, sheet, pen, live, form, fields)


def _head(sheet: Worksheet, pen: Pen, form: Form, last_col: int) -> None:
    title = pen.say("title", code=form.id, form=form.zh)
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last_col, title, pen.styles.title)
    note = pen.say("note", unit=pen.content.unit_name, period=pen.content.period)
    sheet.merge_range(NOTE_ROW, 0, NOTE_ROW, last_col, f"{note} {form.purpose}", pen.styles.note)
    sheet.set_row(TITLE_ROW, 28)
    sheet.set_row(NOTE_ROW, 30)


def _print_setup(sheet: Worksheet, pen: Pen, form: Form, header_row: int) -> None:
    sheet.set_default_row(LIST_HEIGHT if form.alias else ROW_HEIGHT)
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TITLE_ROW, header_row)
    sheet.set_footer(pen.say("footer", unit=pen.content.unit_name, sheet=form.sheet))
    sheet.protect("", FREE)


def _write_fixed(
    book: Workbook,
    sheet: Worksheet,
    pen: Pen,
    live: Live,
    form: Form,
    fields: tuple[Field, ...],
) -> None:
    _head(sheet, pen, form, len(WIDTHS) - 1)
    for col, (key, width) in enumerate(WIDTHS.items()):
        sheet.set_column(col, col, width)
        sheet.write_string(HEADER_ROW, col, pen.say(f"column_{key}"), pen.styles.header)
    for number, field in enumerate(fields):
        row = FIRST_ROW + number
        pen.describe(sheet, row, field)
        place = pen.formulas.layout.fixed[field.name]
        pen.write(sheet, place, field, None)
        limit(sheet, pen, field, place, place)
        _write_state(sheet, pen, live, row, field)
        if field.length and field.length[1] > LONG_TEXT:
            sheet.set_row(row, NOTE_HEIGHT)
        book.define_name(field.name, f"={place.absolute}")
    last = FIRST_ROW + len(fields) - 1
    _show_states(sheet, pen, last)
    if form.id == COVER:
        formula, now = banner(pen, live)
        sheet.merge_range(last + 2, 0, last + 2, len(WIDTHS) - 1, "", pen.styles.banner)
        sheet.write_formula(last + 2, 0, formula, pen.styles.banner, now)
        sheet.set_row(last + 2, 28)
    sheet.freeze_panes(FIRST_ROW, 0)
    _print_setup(sheet, pen, form, HEADER_ROW)


def _write_state(sheet: Worksheet, pen: Pen, live: Live, row: int, field: Field) -> None:
    """Beside the cell: what is open there, gravest first."""
    groups: dict[str, list[int]] = {"must": [], "verify": [], "blank": []}
    now = dict.fromkeys(groups, 0)
    for at, line in live.by_target.get(field.name, ()):
        kind = "blank" if line.due else "must" if line.is_must else "verify"
        groups[kind].append(at)
        now[kind] += live.found(line).count
    formula, value = '""', ""
    for kind in ("blank", "verify", "must"):
        if groups[kind]:
            sign = pen.say(f"sign_{kind}")
            found = "+".join(f"'{CHECKS_SHEET}'!A{at}" for at in groups[kind])
            formula = f'IF({found}>0,"{sign}",{formula})'
            value = sign if now[kind] else value
    if formula != '""':
        sheet.write_formula(row, STATE_COL, f"={formula}", pen.styles.state, value)


def _show_states(sheet: Worksheet, pen: Pen, last: int) -> None:
    """Colour the cell by what is said beside it."""
    state = f"${xl_col_to_name(STATE_COL)}{FIRST_ROW + 1}"
    for severity, style in pen.styles.alarms.items():
        criteria = f'={state}="{pen.say(f"sign_{severity}")}"'
        rule = {"type": "formula", "criteria": criteria, "format": style}
        sheet.conditional_format(FIRST_ROW, VALUE_COL, last, VALUE_COL, rule)


def _write_list(book: Workbook, sheet: Worksheet, pen: Pen, listed: ListPlan) -> None:
    form = listed.form
    _head(sheet, pen, form, len(listed.fields) - 1)
    for col, field in enumerate(listed.fields):
        sheet.set_column(col, col, LIST_WIDTHS.get(field.type, NARROW))
        sheet.write_string(LIST_CODE_ROW, col, field.code, pen.styles.code)
        sheet.write_string(LIST_HEADER_ROW, col, pen.label(field), pen.styles.header)
        header = listed.place(field, 0)
        book.define_name(f"{form.alias}__{field.name}", f"={header.absolute}")
        book.define_name(area_of(field), f"={listed.column(field)}")
        for line in range(1, listed.rows + 1):
            pen.write(sheet, listed.place(field, line), field, line)
        if listed.rows:
            limit(sheet, pen, field, listed.place(field, 1), listed.place(field, listed.rows))
            _show_wrong(sheet, pen, listed, field)
    sheet.set_row(LIST_HEADER_ROW, 48)
    sheet.freeze_panes(LIST_FIRST_ROW, 2)
    sheet.set_landscape()
    _print_setup(sheet, pen, form, LIST_HEADER_ROW)


def _show_wrong(sheet: Worksheet, pen: Pen, listed: ListPlan, field: Field) -> None:
    """Colour cells of a list that hold no value of their type, or none in a row that exists."""
    first, last = listed.place(field, 1), listed.place(field, listed.rows)
    cell, tests = first.cell, []
    if field.type in {FieldType.INT, FieldType.DECIMAL, FieldType.DATE}:
        tests.append(f"AND(LEN({cell})>0,NOT(ISNUMBER({cell})))")
    if field.required == "yes" and not field.is_system_owned and field.formula is None:
        exists = f"INDEX({exist_area(field.alias or '')},ROW()-{LIST_FIRST_ROW})=1"
        tests.append(f"AND(LEN({cell})=0,{exists})")
    if tests and field.formula is None:
        criteria = f"=OR({','.join(tests)})"
        rule = {"type": "formula", "criteria": criteria, "format": pen.styles.alarms[Severity.MUST]}
        sheet.conditional_format(first.row, first.col, last.row, last.col, rule)
