"""A directory workbook -> the lines of its two sheets, found by the words of their headers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from unicodedata import normalize

from python_calamine import CalamineError, CalamineWorkbook

from models.catalogue_model import Catalogue
from pipelines.directory.columns import EVENT_COLUMNS, SHOWN_ONLY, UNIT_COLUMNS, header

HEADER_WITHIN = 20
"""The header stands in one of the first rows; a title and notes may stand above it."""
HEADERS_THAT_TELL = 3

Value = str | float | bool | date | time | timedelta
MARKS = str.maketrans("", "", " *\n\r\t\u3000\u00a0\u200b")


class NotDirectoryBookError(Exception):
    """The file holds neither sheet of a directory workbook; `reason` says what it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its number as people count, and what stands under each known column."""

    number: int
    values: dict[str, Value]


@dataclass(frozen=True)
class Sheet:
    """A sheet as read: known columns with their letters, lines, and what was not understood."""

    name: str
    letters: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    header_row: int = 0

    def cell(self, column: str, number: int | None) -> str:
        """The address of a cell, or the empty text where the sheet has no such column."""
        letter = self.letters.get(column)
        return f"{letter}{number or self.header_row}" if letter else ""


def read_book(path: Path, catalogue: Catalogue) -> tuple[Sheet | None, Sheet | None]:
    """Return the sheets of units and of events; either may be missing, not both.

    Raises:
        NotDirectoryBookError: it is no workbook, or neither sheet is in it.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = {name.translate(MARKS): name for name in book.sheet_names}
        units = _sheet(book, names, catalogue, "sheet_units", UNIT_COLUMNS)
        events = _sheet(book, names, catalogue, "sheet_events", EVENT_COLUMNS)
    except CalamineError as error:
        raise NotDirectoryBookError("not_a_workbook") from error
    if units is None and events is None:
        raise NotDirectoryBookError("no_directory_sheet")
    return units, events


def _sheet(
    book: CalamineWorkbook,
    names: dict[str, str],
    catalogue: Catalogue,
    word: str,
    columns: Sequence[str],
) -> Sheet | None:
    wanted = catalogue.say(f"directory.{word}")
    if wanted not in names:
        return None
    rows = book.get_sheet_by_name(names[wanted]).to_python(skip_empty_area=False)
    known = {_plain(header(catalogue, column)): column for column in columns}
    place = _header_place(rows, known)
    if place is None:
        return Sheet(wanted, {})
    head = [str(value).strip() for value in rows[place]]
    found = {known[_plain(word)]: at for at, word in enumerate(head) if _plain(word) in known}
    passed = {_plain(header(catalogue, column)) for column in SHOWN_ONLY} | known.keys()
    return Sheet(
        name=wanted,
        letters={column: _letter(at) for column, at in found.items()},
        lines=list(_lines(rows, place, found)),
        ignored=[word for word in head if word and _plain(word) not in passed],
        header_row=place + 1,
    )


def _header_place(rows: Sequence[Sequence[Value]], known: dict[str, str]) -> int | None:
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        if sum(_plain(str(value)) in known for value in row) >= HEADERS_THAT_TELL:
            return at
    return None


def _lines(rows: Sequence[Sequence[Value]], place: int, found: dict[str, int]) -> Iterable[Line]:
    for number, row in enumerate(rows[place + 1 :], start=place + 2):
        values = {column: _whole(row[at]) for column, at in found.items() if at < len(row)}
        if any(value != "" for value in values.values()):
            yield Line(number, values)


def _whole(value: Value) -> Value:
    """Without what is around a text, and without the hour that programs give to a day."""
    if isinstance(value, str):
        return value.strip().strip("\u200b\u00a0\u3000")
    if isinstance(value, datetime):
        return value.date()
    return value


def _plain(word: str) -> str:
    """A header without blanks and marks, full-width letters as half-width ones."""
    return normalize("NFKC", word).translate(MARKS)


def _letter(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
