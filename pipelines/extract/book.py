"""A workbook opened for reading, whatever its format: sheets, names, values, oddities."""

import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache
from math import isfinite
from typing import Any, NamedTuple

from lxml import etree
from python_calamine import CalamineError

Spot = tuple[str, int, int]
"""Sheet, row, column; rows and columns from 0."""

Grid = Sequence[Sequence[Any]]
"""The values of a sheet from A1 on; rows may be of different length."""

MIDNIGHT = time()
MOST_CELLS = 2_000_000
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576


FAULTS = (
    *(CalamineError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, struct.error),
    *(LookupError, ValueError, AssertionError, EOFError, NotImplementedError, ArithmeticError),
    *(TypeError, AttributeError, OSError, RuntimeError),
)
"""What readers raise on a damaged file; around a reader only, so that ours stay our own."""


class UnreadableError(Exception):
    """The file cannot be read; `state` names the text told to the sender (`receive.*`)."""

    def __init__(self, state: str, detail: str = "") -> None:
        super().__init__(f"{state}: {detail}")
        self.state = state


class Oddity(NamedTuple):
    """A cell that is more than a plain value: a formula, an error, or both.

    `formula` is None where there is none, and empty where the format does not tell its text.
    """

    formula: str | None
    error: str | None
    has_value: bool


@contextmanager
def damage_is_told() -> Iterator[None]:
    """Say of a file that its reader stumbles over that it is damaged."""
    try:
        yield
    except FAULTS as error:
        raise UnreadableError("damaged", f"{type(error).__name__}: {error}") from error


class Book(ABC):
    """What the reader asks of a workbook.

    `names` are defined names of single cells in sheets that are there; `hidden` are sheets that
    a filler does not see; `is_1904` says from which day bare serial numbers count.
    """

    names: Mapping[str, Spot]
    sheets: Sequence[str]
    hidden: Collection[str] = ()
    is_1904: bool = False

    def __init__(self) -> None:
        self._grids: dict[str, Grid] = {}
        self._odd: dict[str, Mapping[tuple[int, int], Oddity]] = {}
        self._percents: dict[str, Collection[tuple[int, int]]] = {}

    @abstractmethod
    def _read_grid(self, sheet: str) -> Grid: ...

    @abstractmethod
    def _read_odd(self, sheet: str) -> Mapping[tuple[int, int], Oddity]: ...

    @abstractmethod
    def _read_percents(self, sheet: str) -> Collection[tuple[int, int]]: ...

    def is_percent(self, spot: Spot) -> bool:
        """Whether the cell shows its number as a percentage."""
        sheet, row, col = spot
        found = self._percents.get(sheet)
        if found is None:
            with damage_is_told():
                found = self._percents[sheet] = self._read_percents(sheet)
        return (row, col) in found

    def grid(self, sheet: str) -> Grid:
        """The sheet's values from A1 on."""
        found = self._grids.get(sheet)
        if found is None:
            with damage_is_told():
                found = self._grids[sheet] = self._read_grid(sheet)
        return found

    def odd(self, sheet: str) -> Mapping[tuple[int, int], Oddity]:
        """The sheet's formula and error cells by (row, column)."""
        found = self._odd.get(sheet)
        if found is None:
            with damage_is_told():
                found = self._odd[sheet] = self._read_odd(sheet)
        return found

    def value(self, sheet: str, row: int, col: int) -> Any:
        """The value in a cell, '' where there is none."""
        grid = self.grid(sheet)
        return grid[row][col] if row < len(grid) and col < len(grid[row]) else ""

    def at(self, spot: Spot) -> tuple[str | None, str, str | None]:
        """(typed, kind, formula) of a cell; kind is as `as_typed` says, or error or uncached."""
        sheet, row, col = spot
        grid = self._grids.get(sheet) or self.grid(sheet)
        value = grid[row][col] if row < len(grid) and col < len(grid[row]) else ""
        odd = self.odd(sheet).get((row, col))
        if odd is None:
            return *as_typed(value), None
        if odd.error:
            return odd.error, "error", odd.formula
        if odd.formula is not None and not odd.has_value:
            return f"={odd.formula}", "uncached", odd.formula
        return *as_typed(value), odd.formula


def as_typed(value: Any) -> tuple[str | None, str]:
    """A value as text without loss, and its kind: blank, number, text, date, bool or error."""
    match value:
        case str():
            return (value, "text") if value else (None, "blank")
        case None:
            return None, "blank"
        case bool():
            return str(value).upper(), "bool"
        case int() | float():
            return _number(value)
        case date():
            return _day(value), "date"
    return str(value), "text"  # a time of day


def _number(value: float) -> tuple[str, str]:
    if not isfinite(value):
        return str(value), "error"
    return (str(int(value)) if float(value).is_integer() else repr(value)), "number"


def _day(value: date) -> str:
    """A date; with its time of day where it has one."""
    if isinstance(value, datetime) and value.time() == MIDNIGHT:
        return value.date().isoformat()
    return value.isoformat()


@cache
def letters(col: int) -> str:
    """A column counted from 0 as people write it: 0 is A, 26 is AA."""
    name = ""
    number = col + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def column(name: str) -> int:
    """Column number from 0: A is 0, AA is 26."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def address(row: int, col: int) -> str:
    """A cell as people write it: (4, 2) is C5."""
    return f"{letters(col)}{row + 1}"
