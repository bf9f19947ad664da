"""The directory as a workbook a clerk can edit: instructions, units, events, drop-downs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from models.events import UnitEvent
from models.units import Directory, UnitVersion
from pipelines.books import Book
from pipelines.directory.columns import (
    DATE_COLUMNS,
    EVENT_COLUMNS,
    OPTIONAL,
    SHARE_COLUMNS,
    SHOWN_ONLY,
    UNIT_COLUMNS,
    choices,
    header,
    shown,
)

TITLE_ROW, NOTE_ROW, HEADER_ROW = 0, 1, 2
BLANK_ROWS = 500
"""Rows below the last one that have drop-downs too."""
FONT = "宋体"
WIDTHS = {
    "unit_name": 32,
    "short_name": 20,
    "coord_parent_code": 17,
    "party_parent_code": 22,
    "coord_parent_name": 26,
    "party_parent_name": 26,
    "contact_office": 20,
    "county_code": 18,
    "unit_kind": 18,
    "party_org_type": 24,
    "document_no": 22,
    "why": 30,
}
WIDTH = 15
EVENT_NEEDS = frozenset({"kind", "effective_date"})
GUIDE_WIDTHS = (26, 8, 88)
LINE_HEIGHT, HINT_LINE = 16, 42
"""Points of a line, and the characters that fit in one of the widest column."""


@dataclass(frozen=True)
class _Book:
    """The workbook being written, with its formats."""

    catalogue: Catalogue
    book: Book
    formats: Mapping[str, Any]

    def say(self, key: str, **fills: object) -> str:
        return self.catalogue.say(f"directory.{key}", **fills)


def write_book(
    path: Path,
    catalogue: Catalogue,
    versions: Sequence[UnitVersion],
    events: Sequence[UnitEvent],
    day: date | None,
    made_at: datetime,
) -> None:
    """Write the workbook; without versions it is the blank template.

    Args:
        path: where.
        catalogue: words and lists.
        versions: one row each.
        events: those in force, one row a leg.
        day: when given, the versions are only those in force on that day, and the file says so.
        made_at: when the file is made.
    """
    book = Book(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": made_at})
    made = _Book(catalogue, book, _formats(book))
    _write_guide(made)
    units = Directory(versions)
    rows = (_unit_row(catalogue, units, version) for version in versions)
    key = "note_units" if day is None else "note_units_at"
    note = made.say(key, day=day, count=len(units.by_code))
    columns = (*UNIT_COLUMNS, *SHOWN_ONLY)
    needed = set(UNIT_COLUMNS) - OPTIONAL
    _write_sheet(made, "sheet_units", note, columns, needed, list(rows))
    legs = [row for event in events for row in _event_rows(catalogue, event)]
    note = made.say("note_events")
    _write_sheet(made, "sheet_events", note, EVENT_COLUMNS, EVENT_NEEDS, legs)
    _write_choices(made)
    book.get_worksheet_by_name(made.say("sheet_units")).activate()
    book.close()


def _formats(book: Book) -> dict[str, Any]:
    base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    cell = {**base, "border": 1, "border_color": "#BFBFBF"}
    head = {**base, "border": 1, "bold": True, "align": "center", "text_wrap": True}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 16}),
        "note": book.add_format({**base, "font_color": "#595959"}),
        "needed": book.add_format({**head, "bg_color": "#F2DCDB"}),
        "optional": book.add_format({**head, "bg_color": "#EDEDED"}),
        "shown": book.add_format({**head, "bg_color": "#FFFFFF", "font_color": "#7F7F7F"}),
        "text": book.add_format({**cell, "num_format": "@"}),
        "date": book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "center"}),
        "share": book.add_format({**cell, "num_format": "0.0###"}),
        "grey": book.add_format({**cell, "num_format": "@", "font_color": "#7F7F7F"}),
        "plain": book.add_format({**cell, "text_wrap": True, "valign": "top"}),
    }


def _style(column: str) -> str:
    if column in SHOWN_ONLY:
        return "grey"
    if column in SHARE_COLUMNS:
        return "share"
    return "date" if column in DATE_COLUMNS else "text"


def _write_sheet(
    made: _Book,
    name: str,
    note: str,
    columns: Sequence[str],
    needed: Iterable[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    sheet = made.book.add_worksheet(made.say(name))
    sheet.write_string(TITLE_ROW, 0, made.say(f"{name}_title"), made.formats["title"])
    # Their own formats keep the lines of the columns out of the rows above the header.
    sheet.set_row(TITLE_ROW, 28, made.formats["title"])
    sheet.set_row(NOTE_ROW, None, made.formats["note"])
    sheet.write_string(NOTE_ROW, 0, note, made.formats["note"])
    sheet.set_row(HEADER_ROW, 34)
    for col, column in enumerate(columns):
        sheet.set_column(col, col, WIDTHS.get(column, WIDTH), made.formats[_style(column)])
        is_needed = column in set(needed)
        look = "shown" if column in SHOWN_ONLY else "needed" if is_needed else "optional"
        word = header(made.catalogue, column) + ("*" if is_needed else "")
        sheet.write_string(HEADER_ROW, col, word, made.formats[look])
    for number, row in enumerate(rows, start=HEADER_ROW + 1):
        for col, column in enumerate(columns):
            _write_cell(sheet, number, col, row.get(column), made.formats[_style(column)])
    last = HEADER_ROW + len(rows) + BLANK_ROWS
    for col, column in enumerate(columns):
        _validate(made, sheet, col, column, last)
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(rows), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(8 if len(columns) > len(UNIT_COLUMNS) else 9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _write_cell(sheet: Worksheet, row: int, col: int, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, col, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, col, value, style)
    elif isinstance(value, float):
        sheet.write_number(row, col, value, style)
    else:
        sheet.write_string(row, col, str(value), style)


def _validate(made: _Book, sheet: Worksheet, col: int, column: str, last: int) -> None:
    """A drop-down, or a limit to days; what is in the list is said in one place."""
    if choices(made.catalogue, column):
        rule: dict[str, Any] = {"validate": "list", "source": f"=options__{column}"}
    elif column in DATE_COLUMNS:
        rule = {"validate": "date", "criteria": ">=", "value": date(1949, 10, 1)}
    else:
        return
    title = header(made.catalogue, column)[:32]
    stop = made.say("stop_list" if "source" in rule else "stop_date")
    rule |= {"error_title": title, "error_message": stop}
    sheet.data_validation(HEADER_ROW + 1, col, last, col, rule)


def _unit_row(catalogue: Catalogue, units: Directory, version: UnitVersion) -> dict[str, Any]:
    row = {column: shown(catalogue, column, getattr(version, column)) for column in UNIT_COLUMNS}
    for column in SHOWN_ONLY:
        code = getattr(version, column.replace("_name", "_code"))
        parent = next(reversed(units.by_code.get(code, [])), None)
        row[column] = parent.unit_name if parent else None
    return row


def _event_rows(catalogue: Catalogue, event: UnitEvent) -> Iterable[dict[str, Any]]:
    names = {version.unit_code: version for version in event.effect.after}
    for leg in event.legs:
        into = names.get(leg.to_code or "")
        yield {
            "event_id": event.event_id,
            "kind": shown(catalogue, "kind", event.kind.value),
            "effective_date": event.effective_date,
            **vars(leg),
            "unit_name": into.unit_name if into else None,
            "document_no": event.document_no,
            "why": event.why,
        }


def _write_guide(made: _Book) -> None:
    sheet = made.book.add_worksheet(made.say("sheet_guide"))
    for col, width in enumerate(GUIDE_WIDTHS):
        sheet.set_column(col, col, width)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, made.say("guide_title"), made.formats["title"])
    lines = made.say("guide").splitlines()
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, made.formats["note"])
    row = len(lines) + 2
    for col, key in enumerate(("guide_column", "guide_needed", "guide_how")):
        sheet.write_string(row, col, made.say(key), made.formats["needed"])
    for name, columns in (("sheet_units", UNIT_COLUMNS), ("sheet_events", EVENT_COLUMNS)):
        needed = set(UNIT_COLUMNS) - OPTIONAL if name == "sheet_units" else EVENT_NEEDS
        for column in columns:
            row += 1
            mark = made.say("yes") if column in needed else ""
            hint = _hint(made, name, column)
            words = (f"{made.say(name)}·{header(made.catalogue, column)}", mark, hint)
            sheet.set_row(row, LINE_HEIGHT * (1 + len(hint) // HINT_LINE))
            for col, word in enumerate(words):
                sheet.write_string(row, col, word, made.formats["plain"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _hint(made: _Book, sheet: str, column: str) -> str:
    texts = made.catalogue.wording["directory"]
    own = f"hint_{column}_in_events" if sheet == "sheet_events" else f"hint_{column}"
    return texts.get(own) or texts.get(f"hint_{column}", "")


def _write_choices(made: _Book) -> None:
    """The lists behind the drop-downs, hidden; each has a name."""
    sheet = made.book.add_worksheet(made.say("sheet_options"))
    lists = {
        column: list(choices(made.catalogue, column))
        for column in dict.fromkeys((*UNIT_COLUMNS, *EVENT_COLUMNS))
        if choices(made.catalogue, column)
    }
    for row in range(max(len(words) for words in lists.values())):
        for col, words in enumerate(lists.values()):
            if row < len(words):
                sheet.write_string(row, col, words[row])
    for col, (column, words) in enumerate(lists.items()):
        letter, name = xl_col_to_name(col), made.say("sheet_options")
        made.book.define_name(f"options__{column}", f"='{name}'!${letter}$1:${letter}${len(words)}")
    sheet.hide()
