"""One workbook -> its declared cells as typed. Runs only inside the child.

Values come from the value reader; formulas, errors and names from the package itself, because
the value reader returns an error, an uncached formula and a blank alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_rowcol_to_cell

from pipelines.extract.package import Oddity, Package

MAX_LINES = 2000
BLANK_RUN = 200
CODE_LENGTH = 5
Spot = tuple[str, int, int]


@dataclass(frozen=True)
class Declared:
    """A cell that the catalogue declares: how it is named in the workbook, and what it is."""

    name: str
    code: str
    form: str
    field: str
    alias: str | None
    owned: bool


@dataclass(frozen=True)
class Cell:
    """A cell as typed, with its address."""

    sheet: str
    cell: str
    form: str
    field: str
    line: int | None
    typed: str | None
    kind: str
    formula: str | None


class Book:
    """A workbook opened for reading: values, names, oddities."""

    def __init__(self, path: str) -> None:
        self.package = Package(path)
        self.names = self.package.names()
        self.parts = self.package.sheet_parts()
        self._values = CalamineWorkbook.from_path(path)
        self._grids: dict[str, list[list[Any]]] = {}
        self._odd: dict[str, dict[tuple[int, int], Oddity]] = {}

    def grid(self, sheet: str) -> list[list[Any]]:
        """The sheet's values from A1 on."""
        if sheet not in self._grids:
            found = self._values.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            self._grids[sheet] = found
        return self._grids[sheet]

    def odd(self, sheet: str) -> dict[tuple[int, int], Oddity]:
        """The sheet's formula and error cells."""
        if sheet not in self._odd:
            self._odd[sheet] = self.package.oddities(self.parts[sheet])
        return self._odd[sheet]

    def value(self, sheet: str, row: int, col: int) -> Any:
        """The value in a cell, '' where there is none."""
        grid = self.grid(sheet)
        return grid[row][col] if row < len(grid) and col < len(grid[row]) else ""

    def at(self, spot: Spot) -> tuple[str | None, str, str | None]:
        """(typed, kind, formula) of a cell."""
        sheet, row, col = spot
        odd = self.odd(sheet).get((row, col))
        if odd and odd.error:
            return odd.error, "error", odd.formula
        if odd and odd.formula is not None and not odd.has_value:
            return f"={odd.formula}", "uncached", odd.formula
        typed, kind = as_typed(self.value(sheet, row, col))
        return typed, kind, odd.formula if odd else None

    def locate(self, declared: Sequence[Declared]) -> dict[str, Spot]:
        """Declared name -> its cell; by defined name, else by the codes printed in the sheet."""
        found = {
            item.name: self.names[item.name]
            for item in declared
            if item.name in self.names and self.names[item.name][0] in self.parts
        }
        # A name that is missing beside others of its form is a cell this unit does not have; a
        # form without any name has lost its sheet, and is looked for by what is printed in it.
        named = {item.form for item in declared if item.name in found}
        lost = [item for item in declared if item.form not in named]
        if lost:
            printed = self._printed_codes()
            found |= {item.name: printed[item.code] for item in lost if item.code in printed}
        return found

    def _printed_codes(self) -> dict[str, Spot]:
        """Field code -> input cell (fixed sheets) or header cell (lists)."""
        found: dict[str, Spot] = {}
        for sheet in self.parts:
            printed = self._codes_in(sheet)
            # The instructions list the codes of every form; a form's sheet has its own only.
            if len({code[:2] for code in printed}) == 1:
                found = {**printed, **found}
        return found

    def _codes_in(self, sheet: str) -> dict[str, Spot]:
        return {
            value: (sheet, row, 2) if value[0] == "F" else (sheet, row + 1, col)
            for row, values in enumerate(self.grid(sheet))
            for col, value in enumerate(values)
            if _is_code(value)
        }


def _is_code(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != CODE_LENGTH:
        return False
    return value[0] in "FL" and value[2] == "-"


def as_typed(value: Any) -> tuple[str | None, str]:
    """A value as text without loss, and its kind: blank, number, text, date or bool."""
    match value:
        case "" | None:
            return None, "blank"
        case bool():
            return str(value).upper(), "bool"
        case int() | float():
            return (str(int(value)) if float(value).is_integer() else repr(value)), "number"
        case date():  # with or without a time of day
            return value.isoformat(), "date"
        case time() | timedelta():
            return str(value), "text"
        case _:
            return str(value), "text"


def read_cells(book: Book, declared: Sequence[Declared]) -> tuple[list[Cell], list[str]]:
    """Return the declared cells and the names of those that could not be found."""
    spots = book.locate(declared)
    fixed = [item for item in declared if item.alias is None and item.name in spots]
    cells = [_cell(book, item, spots[item.name], None) for item in fixed]
    for alias in sorted({item.alias for item in declared if item.alias}):
        columns = [item for item in declared if item.alias == alias and item.name in spots]
        cells.extend(_list_cells(book, columns, spots))
    return cells, [item.name for item in declared if item.name not in spots]


def _cell(book: Book, item: Declared, spot: Spot, line: int | None) -> Cell:
    typed, kind, formula = book.at(spot)
    address = str(xl_rowcol_to_cell(spot[1], spot[2]))
    return Cell(spot[0], address, item.form, item.field, line, typed, kind, formula)


def _list_cells(
    book: Book, columns: Sequence[Declared], spots: Mapping[str, Spot]
) -> Iterator[Cell]:
    """The lines in which something is filled that the system did not print."""
    if not columns:
        return
    sheet, header, _ = spots[columns[0].name]
    blanks = 0
    for line in range(1, min(MAX_LINES, len(book.grid(sheet)) - header) + 1):
        row = [
            _cell(book, item, (sheet, header + line, spots[item.name][2]), line) for item in columns
        ]
        if any(
            cell.kind != "blank" and not item.owned for cell, item in zip(row, columns, strict=True)
        ):
            yield from row
            blanks = 0
        elif (blanks := blanks + 1) > BLANK_RUN:
            return
