"""The rows of a list: what the unit filled; rows of sums and notes are set aside."""

from collections.abc import Callable, Iterator, Sequence
from math import fsum
from typing import Any

from pipelines.extract.book import Book, Spot, address
from pipelines.extract.wanted import Aside, Cell, Declared, Wanted, squeezed

MAX_LINES = 2000
BLANK_RUN = 200
NUMBERS = frozenset({"int", "decimal"})
CellReader = Callable[[Declared, Spot, int], Cell]


class ListReader:
    """Reads one list of a book."""

    def __init__(
        self, book: Book, wanted: Wanted, columns: Sequence[Declared], spots: dict[str, Spot]
    ) -> None:
        self._book = book
        self._wanted = wanted
        self._columns = [(item, spots[item.name][2]) for item in columns]
        self._filled = [pair for pair in self._columns if not pair[0].owned]
        self.sheet, self.header, _ = spots[columns[0].name]
        self._grid, self._odd = book.grid(self.sheet), book.odd(self.sheet)
        self.cells: list[Cell] = []
        self.asides: list[Aside] = []
        self.taken: set[Spot] = set()

    def read(self, cell_at: CellReader) -> int:
        """Read the rows; return the row after the last that was looked at."""
        blanks = 0
        for row in range(self.header + 1, len(self._grid)):
            if row - self.header > MAX_LINES or blanks > BLANK_RUN:
                self._say_unread(row)
                return row
            kind = self._kind(row)
            blanks = blanks + 1 if kind == "blank" else 0
            if kind == "line":
                self._take_line(row, cell_at)
            elif kind == "total":
                self._set_total_aside(row)
            elif kind == "note":
                self._set_note_aside(row)
            else:
                self._take_printed(row)
        return len(self._grid)

    def _take_line(self, row: int, cell_at: CellReader) -> None:
        spots = [(item, (self.sheet, row, col)) for item, col in self._columns]
        self.taken.update(spot for _, spot in spots)
        self.cells += [cell_at(item, spot, row - self.header) for item, spot in spots]

    def _take_printed(self, row: int) -> None:
        """In a row that nobody filled, ids are ours; words in their columns are not."""
        for _, col in self._columns:
            value = self._book.value(self.sheet, row, col)
            if not isinstance(value, str) or value.isascii():
                self.taken.add((self.sheet, row, col))

    def _take_row(self, row: int) -> None:
        self.taken.update((self.sheet, row, col) for col in range(len(self._grid[row])))

    def _kind(self, row: int) -> str:
        """What a row is: `line`, `total`, `note`, or `blank` where only we printed something."""
        texts = [each for each in self._grid[row] if isinstance(each, str) and each]
        if any(squeezed(text) in self._wanted.totals for text in texts):
            return "total"
        if self._is_note(row, texts):
            return "note"
        return "line" if any(self._holds(row, col) for _, col in self._filled) else "blank"

    def _is_note(self, row: int, texts: Sequence[str]) -> bool:
        """One text and nothing else in the row, which begins as notes do."""
        if len(texts) != 1 or not squeezed(texts[0]).startswith(self._wanted.notes):
            return False
        return sum(1 for each in self._grid[row] if each != "") == 1

    def _holds(self, row: int, col: int) -> bool:
        return (row, col) in self._odd or self._book.value(self.sheet, row, col) != ""

    def _set_note_aside(self, row: int) -> None:
        self._take_row(row)
        col = next(at for at, each in enumerate(self._grid[row]) if each != "")
        self.asides.append(self._aside("note", row, col, self._grid[row][col]))

    def _set_total_aside(self, row: int) -> None:
        """A sum is checked against the rows above it, then left out."""
        self._take_row(row)
        words = [at for at, each in enumerate(self._grid[row]) if isinstance(each, str) and each]
        self.asides.append(self._aside("total", row, words[0], self._grid[row][words[0]]))
        for item, col in self._filled:
            told = self._book.value(self.sheet, row, col)
            if item.type not in NUMBERS or not isinstance(told, int | float):
                continue
            ours = fsum(self._numbers(item))
            if abs(ours - told) > 5e-5:  # noqa: PLR2004 what is stored has four decimals
                self.asides.append(
                    self._aside("total_differs", row, col, f"{told:g}")._replace(
                        field=item.field, line=row - self.header, expected=f"{ours:g}"
                    )
                )

    def _numbers(self, item: Declared) -> Iterator[float]:
        for cell in self.cells:
            if cell.field == item.field and cell.kind == "number" and cell.typed:
                yield float(cell.typed)

    def _say_unread(self, row: int) -> None:
        """Say where reading stopped, if anything stands below."""
        for below in range(row, len(self._grid)):
            for _, col in self._filled:
                if self._holds(below, col):
                    typed = str(self._book.value(self.sheet, below, col))
                    self.asides.append(self._aside("rows_unread", below, col, typed))
                    return

    def _aside(self, what: str, row: int, col: int, typed: Any) -> Aside:
        form = self._columns[0][0].form
        return Aside(what, self.sheet, address(row, col), form=form, typed=str(typed))
