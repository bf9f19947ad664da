"""How far a sheet reaches: the filled cells, found by their tags as the text streams by.

What a sheet declares of itself is ignored. A single filled cell far out makes a parser fill the
whole rectangle up to it, so it is that rectangle which is limited, and that cell which is named.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.receive.refused import RefusedError

LETTERS = 26
XLSX_TAG = re.compile(rb"<(?:\w+:)?(row|c)( [^>]*?)?(/?)>")
ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)( [^>]*?)?(/?)>")
XML_TAG = re.compile(rb"<(?:\w+:)?(Worksheet|Row|Cell)( [^>]*?)?(/?)>")
REFERENCE = re.compile(rb' r ?= ?"([A-Za-z]{0,3})([0-9]{1,9})"')
INDEX = re.compile(rb'(?:ss:)?Index ?= ?"([0-9]{1,9})"')
SPAN = re.compile(rb'(?:ss:)?Span ?= ?"([0-9]{1,9})"')
ROWS = re.compile(rb'number-rows-repeated ?= ?"([0-9]{1,9})"')
COLUMNS = re.compile(rb'number-columns-repeated ?= ?"([0-9]{1,9})"')
TAIL = 4096
"""A tag that is longer than this is cut, and its cell not seen; the child has limits too."""


class Tag(NamedTuple):
    """An opening tag: which, with what attributes, and whether something is in it."""

    name: bytes
    attributes: bytes
    is_filled: bool


def tags(windows: Iterable[bytes], pattern: re.Pattern[bytes]) -> Iterator[Tag]:
    """The tags in a text that comes in pieces."""
    rest = b""
    for window in windows:
        text = rest + window
        done = 0
        for match in pattern.finditer(text):
            done = match.end()
            yield Tag(match[1], match[2] or b"", not match[3])
        rest = text[max(done, len(text) - TAIL) :]


def xlsx_cells(found: Iterable[Tag]) -> Iterator[tuple[int, int]]:
    """(row, column) from 1 of the filled cells of a sheet part, at their places said or implied."""
    row = col = 0
    for tag in found:
        at = REFERENCE.search(tag.attributes)
        if tag.name == b"row":
            row, col = int(at[2]) if at else row + 1, 0
            continue
        if at and at[1]:
            row, col = int(at[2]), number(at[1])
        else:
            col += 1
        if tag.is_filled:
            yield row, col


def ods_cells(found: Iterable[Tag]) -> Iterator[tuple[int, int]]:
    """The far end of every filled cell of `content.xml`, its repetitions counted."""
    row = last = col = 0
    for tag in found:
        if tag.name == b"table":
            row = last = 0
        elif tag.name == b"table-row":
            row, col = last + 1, 0
            last = last + _number(ROWS, tag.attributes, 1)
        else:
            col += _number(COLUMNS, tag.attributes, 1)
            if tag.is_filled or b"value-type" in tag.attributes:
                yield max(row, last), col


def xml_cells(found: Iterable[Tag]) -> Iterator[tuple[int, int]]:
    """The filled cells of a SpreadsheetML 2003 file, at their places said or implied."""
    row = last = col = 0
    for tag in found:
        if tag.name == b"Worksheet":
            last = 0
        elif tag.name == b"Row":
            row, col = _number(INDEX, tag.attributes, last + 1), 0
            last = row + _number(SPAN, tag.attributes, 0)
        else:
            col = _number(INDEX, tag.attributes, col + 1)
            if tag.is_filled:
                yield row, col


def check_extent(cells: Iterable[tuple[int, int]], most: int) -> None:
    """Refuse the cell whose rectangle from A1 has too many cells.

    Raises:
        RefusedError: `far_cell`, with its address.
    """
    for count, (row, col) in enumerate(cells):
        if row * col > most or count > most:
            raise RefusedError("far_cell", cell=address(row, col))


def number(letters: bytes) -> int:
    """Column number from 1: A is 1, AA is 27."""
    total = 0
    for letter in letters.upper():
        total = total * LETTERS + letter - 64
    return total


def address(row: int, col: int) -> str:
    """The address of a cell, row and column from 1."""
    letters = ""
    while col:
        col, last = divmod(col - 1, LETTERS)
        letters = chr(65 + last) + letters
    return f"{letters}{row}"


def _number(pattern: re.Pattern[bytes], text: bytes, otherwise: int) -> int:
    match = pattern.search(text)
    return int(match[1]) if match else otherwise
