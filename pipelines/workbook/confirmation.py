"""互认单: the short sheet on which a partner confirms what others have registered, or objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from pipelines.workbook.book import Book
from pipelines.workbook.layout import META_SHEET
from pipelines.workbook.marks import ANSWER_COL, NOTE_COL, ROW_MARK
from pipelines.workbook.style import Styles

TITLE, NOTE, HEAD, FIRST = range(4)
COLUMNS = (
    ("number", 5),
    ("what", 9),
    ("row_key", 12),
    ("direction", 11),
    ("claimed_by", 19),
    ("title", 21),
    ("begun", 11),
    ("due", 11),
    ("said", 22),
    ("answer", 8),
    ("note", 24),
)
"""From the second column on; the first, hidden one holds the mark of the row."""

ANSWER_ENUM = "partner_answer"
LINE_HEIGHT, NOTE_HEIGHT, MARGIN = 15, 78, 2


@dataclass(frozen=True)
class Claimed:
    """A line of the sheet: what another unit has registered with this one, in words."""

    number: int
    what: str
    row_key: str
    direction: str
    claimed_by: str
    title: str
    begun: str
    due: str
    said: str


@dataclass(frozen=True)
class Slip:
    """A whole sheet."""

    meta: Mapping[str, str]
    unit_name: str
    period: str
    until: str
    made_at: datetime
    rows: Sequence[Claimed]


def write_confirmation(path: Path, catalogue: Catalogue, slip: Slip) -> None:
    """Write it; the same sheet gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Book(path)
    book.set_properties({"created": slip.made_at})
    styles = Styles(book)
    sheet = book.add_worksheet(catalogue.say("sides.sheet"))
    _head(sheet, catalogue, styles, slip)
    for row, claimed in enumerate(slip.rows, start=FIRST):
        _line(sheet, styles, row, claimed)
    _answers(sheet, catalogue, FIRST + len(slip.rows) - 1)
    _page(sheet, FIRST + len(slip.rows) - 1)
    _meta(book, slip.meta)
    book.close()


def _head(sheet: Worksheet, catalogue: Catalogue, styles: Styles, slip: Slip) -> None:
    fills = {"unit": slip.unit_name, "period": slip.period, "until": slip.until}
    title = catalogue.say("sides.sheet_title", **fills)
    note = catalogue.say("sides.sheet_note", count=len(slip.rows), **fills).rstrip("\n")
    sheet.merge_range(TITLE, 1, TITLE, NOTE_COL, title, styles.title)
    sheet.merge_range(NOTE, 1, NOTE, NOTE_COL, note, styles.plain)
    sheet.set_row(TITLE, 28)
    sheet.set_row(NOTE, NOTE_HEIGHT)
    sheet.set_row(HEAD, 32)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for col, (key, width) in enumerate(COLUMNS, start=1):
        sheet.set_column(col, col, width)
        sheet.write_string(HEAD, col, catalogue.say(f"sides.column_{key}"), styles.header)


def _line(sheet: Worksheet, styles: Styles, row: int, claimed: Claimed) -> None:
    sheet.write_string(row, 0, f"{ROW_MARK}{claimed.number}")
    sheet.write_number(row, 1, claimed.number, styles.locked)
    texts = [getattr(claimed, key) for key, _ in COLUMNS[1:-2]]
    for col, text in enumerate(texts, start=2):
        sheet.write_string(row, col, text, styles.locked)
    for col in (ANSWER_COL, NOTE_COL):
        sheet.write_blank(row, col, None, styles.answer)
    widths = [width for _, width in COLUMNS[1:-2]]
    lines = max(folded(text, width) for text, width in zip(texts, widths, strict=True))
    sheet.set_row(row, LINE_HEIGHT * max(2, lines))


def folded(text: str, width: int) -> int:
    """Lines of a text in a column; a Chinese letter is two wide."""
    wide = sum(1 if letter.isascii() else 2 for letter in text)
    return ceil(wide / (width - MARGIN))


def _answers(sheet: Worksheet, catalogue: Catalogue, last: int) -> None:
    longest = catalogue.parameters["confirmation"]["longest_note"]
    labels = list(catalogue.codes[ANSWER_ENUM].values())
    sheet.data_validation(FIRST, ANSWER_COL, last, ANSWER_COL, {
        "validate": "list",
        "source": labels,
        "input_title": catalogue.say("sides.column_answer"),
        "input_message": catalogue.say("sides.answer_prompt"),
        "error_title": catalogue.say("sides.column_answer"),
        "error_message": catalogue.say("sides.answer_wrong"),
    })  # fmt: skip
    sheet.data_validation(FIRST, NOTE_COL, last, NOTE_COL, {
        "validate": "length",
        "criteria": "<=",
        "value": longest,
        "input_title": catalogue.say("sides.column_note"),
        "input_message": catalogue.say("sides.note_prompt"),
        "error_title": catalogue.say("sides.column_note"),
        "error_message": catalogue.say("sides.note_wrong", longest=longest),
    })  # fmt: skip


def _page(sheet: Worksheet, last: int) -> None:
    sheet.freeze_panes(FIRST, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.print_area(0, 0, last, NOTE_COL)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.set_selection(FIRST, ANSWER_COL, FIRST, ANSWER_COL)
    sheet.activate()


def _meta(book: Workbook, meta: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(META_SHEET)
    for row, (key, value) in enumerate(meta.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
        book.define_name(f"meta__{key}", f"='{META_SHEET}'!$B${row + 1}")
    sheet.very_hidden()
