"""退回清单: the first sheet of a returned workbook, a line for every finding.

Each line leads to its cell; beside what is to be verified there is a white cell for the
情况说明. Names and a hidden key beside it let the explanation travel back with the file.
"""

from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.workbook.cells import Pen
from pipelines.workbook.content import Listed
from pipelines.workbook.layout import Layout, Place

TITLE, NOTE, HEAD, FIRST = range(4)
COLUMNS = (
    ("number", 5),
    ("severity", 6),
    ("form", 14),
    ("label", 22),
    ("cell", 12),
    ("seen", 15),
    ("expected", 15),
    ("to_do", 46),
    ("reason", 14),
    ("explanation", 36),
)
CELL_COL, REASON_COL, TEXT_COL = 4, 8, 9
KEY_COL = len(COLUMNS)
LINE_HEIGHT, NOTE_HEIGHT = 15, 66
MOST_LINES, MARGIN = 24, 3
REASON_LIST = "=codes__explanation_reason"


def write_returned(book: Workbook, pen: Pen, layout: Layout) -> None:
    """Write the sheet; it stands before the forms."""
    name = pen.say("returned_sheet")
    sheet = book.add_worksheet(name)
    _head(sheet, pen)
    for number, listed in enumerate(pen.content.listed, start=1):
        row = FIRST + number - 1
        _line(sheet, pen, layout, row, number, listed)
        if listed.key is not None:
            _answer(book, sheet, pen, name, row, number, listed)
    sheet.set_column(KEY_COL, KEY_COL, None, None, {"hidden": True})
    sheet.freeze_panes(FIRST, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.print_area(0, 0, FIRST + len(pen.content.listed) - 1, TEXT_COL)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.activate()


def _head(sheet: Worksheet, pen: Pen) -> None:
    unit, period = pen.content.unit_name, pen.content.period
    title = pen.say("returned_title", unit=unit, period=period)
    sheet.merge_range(TITLE, 0, TITLE, TEXT_COL, title, pen.styles.title)
    counts = {
        severity: sum(1 for each in pen.content.listed if each.severity == severity)
        for severity in ("must", "verify", "hint")
    }
    shortest = pen.catalogue.parameters["explanation"]["shortest"]
    note = pen.say("returned_note", shortest=shortest, **counts).rstrip("\n")
    sheet.merge_range(NOTE, 0, NOTE, TEXT_COL, note, pen.styles.plain)
    sheet.set_row(TITLE, 28)
    sheet.set_row(NOTE, NOTE_HEIGHT)
    for col, (key, width) in enumerate(COLUMNS):
        sheet.set_column(col, col, width)
        sheet.write_string(HEAD, col, pen.say(f"returned_{key}"), pen.styles.header)


def _line(
    sheet: Worksheet, pen: Pen, layout: Layout, row: int, number: int, listed: Listed
) -> None:
    severity = pen.catalogue.say(f"validate.severity_{listed.severity}")
    texts = ("", severity, listed.form, listed.label, "", listed.seen, listed.expected)
    sheet.write_number(row, 0, number, pen.styles.code)
    for col, text in enumerate((*texts, listed.to_do)):
        if col not in {0, CELL_COL}:
            style = pen.styles.severity(listed.severity) if col == 1 else pen.styles.label
            sheet.write_string(row, col, text, style)
    _link(sheet, pen, layout, row, listed)
    if listed.key is None:
        sheet.write_string(row, REASON_COL, "", pen.styles.locked)
        sheet.write_string(
            row, TEXT_COL, pen.say(f"returned_no_answer_{listed.severity}"), pen.styles.locked
        )
    sheet.set_row(row, LINE_HEIGHT * _lines((*texts, listed.to_do), listed))


def _lines(texts: tuple[str, ...], listed: Listed) -> int:
    """How many lines the longest text of a row takes."""
    said = [*zip(texts, COLUMNS, strict=False), (listed.text, COLUMNS[TEXT_COL])]
    longest = max(_folded(text, width) for text, (_, width) in said)
    return min(max(2, longest), MOST_LINES)


def _folded(text: str, width: int) -> int:
    """Lines of a text in a column; a Chinese letter is two wide, and some room stays free."""
    return sum(ceil(2 * len(line) / (width - MARGIN)) for line in text.split("\n"))


def _link(sheet: Worksheet, pen: Pen, layout: Layout, row: int, listed: Listed) -> None:
    place = place_of(layout, listed.field, listed.line)
    if place is None:
        sheet.write_string(row, CELL_COL, pen.say("returned_no_cell"), pen.styles.code)
        return
    target = f"internal:'{place.sheet}'!{place.cell}"
    sheet.write_url(row, CELL_COL, target, pen.styles.link, f"{place.sheet[:2]} {place.cell}")


def place_of(layout: Layout, field: str | None, line: int | None) -> Place | None:
    """The cell of a field in this workbook; None where it has no such cell."""
    alias, _, column = (field or "").rpartition(".")
    if not alias:
        return layout.fixed.get(column)
    rows = layout.lists.get(alias)
    if rows is None or line is None or not 1 <= line <= rows.rows:
        return None
    item = next((each for each in rows.fields if each.name == column), None)
    return rows.place(item, line) if item else None


def _answer(
    book: Workbook, sheet: Worksheet, pen: Pen, name: str, row: int, number: int, listed: Listed
) -> None:
    """White cells for a reason and an explanation, with what is on record already."""
    labels = pen.catalogue.codes["explanation_reason"]
    reason = "" if listed.reason is None else f"{listed.reason}={labels[listed.reason]}"
    sheet.write_string(row, REASON_COL, reason, pen.styles.answer)
    sheet.write_string(row, TEXT_COL, listed.text, pen.styles.answer)
    sheet.write_string(row, KEY_COL, listed.key or "")
    sheet.data_validation(
        row, REASON_COL, row, REASON_COL, {"validate": "list", "source": REASON_LIST}
    )
    said = {
        "input_title": pen.say("returned_explanation"),
        "input_message": pen.say("returned_prompt")[:255],
    }
    sheet.data_validation(row, TEXT_COL, row, TEXT_COL, {"validate": "any", **said})
    cells = {"explain_reason": REASON_COL, "explain": TEXT_COL, "explain_key": KEY_COL}
    for prefix, col in cells.items():
        book.define_name(f"{prefix}__{number}", f"={Place(name, row, col).absolute}")
