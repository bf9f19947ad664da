"""One workbook -> its declared cells as typed, and what stands beside them. Only in the child."""

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.extract.book import MOST_ROWS, Book, Spot, address
from pipelines.extract.lists import NUMBERS, ListReader
from pipelines.extract.locate import Located, asides_of, locate
from pipelines.extract.misprints import misprints
from pipelines.extract.strays import sheets_left_out, strays
from pipelines.extract.wanted import Aside, Cell, Declared, Wanted

EXACT = 1e15
"""Whole numbers from here on have lost digits: a spreadsheet keeps fifteen."""


class Reading(NamedTuple):
    """What a workbook says: cells, names that could not be found, what stands beside."""

    cells: list[Cell]
    lost: list[str]
    asides: list[Aside]


def read_cells(book: Book, wanted: Wanted) -> Reading:
    """Read the declared cells, and set aside what else stands in their sheets."""
    found = locate(book, wanted)
    reader = _Reader(book, wanted, found)
    reader.read()
    lost = [item.name for item in wanted.cells if item.name not in found.spots]
    return Reading(reader.cells, lost, reader.asides)


class _Reader:
    """Reads one book."""

    def __init__(self, book: Book, wanted: Wanted, found: Located) -> None:
        self._book = book
        self._wanted = wanted
        self._found = found
        self.cells: list[Cell] = []
        self.asides: list[Aside] = list(asides_of(wanted, found))
        self._taken: set[Spot] = set()
        self._spans: dict[str, range] = {}

    def read(self) -> None:
        """Read forms, lists, and what is left."""
        placed = [item for item in self._wanted.cells if item.name in self._found.spots]
        forms = {self._found.spots[item.name][0]: item.form for item in placed}
        for item in placed:
            if item.alias is None:
                self._read_fixed(item)
        for alias in sorted({item.alias for item in placed if item.alias}):
            self._read_list([item for item in placed if item.alias == alias])
        self.asides += misprints(self._book, self._wanted, self._found.spots)
        self.asides += strays(self._book, self._wanted, forms, self._taken, self._spans)
        self.asides += sheets_left_out(self._book, self._wanted, forms)

    def _read_fixed(self, item: Declared) -> None:
        spot = self._found.spots[item.name]
        self._taken.add(spot)
        if spot[0] not in self._spans or spot[1] < self._spans[spot[0]].start:
            self._spans[spot[0]] = range(spot[1], MOST_ROWS)
        rival = self._found.rivals.get(item.name)
        cell = self.cell_at(item, spot, None)
        self.cells.append(cell if rival is None else self._contested(cell, rival))

    def _contested(self, cell: Cell, rival: Spot) -> Cell:
        """Two places hold two values: neither is taken."""
        other = self._book.at(rival)[0]
        place = f"{rival[0]}!{address(rival[1], rival[2])}"
        return cell._replace(typed=f"{cell.typed or ''} / {place} {other}", kind="conflict")

    def _read_list(self, columns: list[Declared]) -> None:
        spots = self._found.spots
        reader = ListReader(self._book, self._wanted, columns, spots)
        end = reader.read(self.cell_at)
        self.cells += reader.cells
        self.asides += reader.asides
        self._taken |= reader.taken
        self._spans[reader.sheet] = range(reader.header, end)
        self.asides += self._rival_lists(columns)

    def _rival_lists(self, columns: list[Declared]) -> Iterator[Aside]:
        """Other sheets that hold the same list with other values."""
        rivals = {self._found.rivals[c.name][0] for c in columns if c.name in self._found.rivals}
        for sheet in sorted(rivals):
            ours = self._found.spots[columns[0].name][0]
            yield Aside("rival", sheet, form=columns[0].form, expected=ours)

    def cell_at(self, item: Declared, spot: Spot, line: int | None) -> Cell:
        """A declared cell as it stands in the file."""
        typed, kind, formula = self._book.at(spot)
        if kind == "number":
            kind = self._number_kind(item, spot, typed or "")
        elif formula == "" and kind == "blank" and not item.owned:
            # A format that does not tell an empty result from none at all.
            typed, kind = "=", "uncached"
        return Cell(
            spot[0], address(spot[1], spot[2]), item.form, item.field, line, typed, kind, formula
        )

    def _number_kind(self, item: Declared, spot: Spot, typed: str) -> str:
        """Some numbers mean something else in their cell: a day, a percentage, lost digits."""
        if item.type == "text" and abs(float(typed)) >= EXACT:
            return "lossy"
        if item.type == "date" and self._book.is_1904:
            return "serial_1904"
        if item.type in NUMBERS and not item.owned and self._book.is_percent(spot):
            return "percent"
        return "number"
