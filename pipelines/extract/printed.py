"""What the sheets of a book print around their cells: codes, labels, the column to be filled."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from pipelines.extract.book import Book, Spot
from pipelines.extract.wanted import Declared, Wanted, squeezed

MOSTLY = 0.8
"""The share of what is printed in a sheet that must be of one form for it to be that form's."""

AT_LEAST = 0.5
"""The share of a form that a sheet without names must print to be taken for a copy of it."""

Beside = tuple[Declared, Spot]
"""A declared cell, and where it stands as far as its code or its label tells."""


class Printed:
    """Reads a book as a filler does."""

    def __init__(self, book: Book, wanted: Wanted) -> None:
        self._book = book
        self._wanted = wanted
        names = book.names
        self._named = {names[item.name][0] for item in wanted.cells if item.name in names}

    @cached_property
    def by_code(self) -> dict[str, list[Beside]]:
        """Form sheet -> the cells whose codes it prints."""
        found = {
            sheet: codes
            for sheet in self._book.sheets
            if (sheet in self._named or self._is_open(sheet)) and (codes := self._coded(sheet))
        }
        most = Counter[str]()
        for codes in found.values():
            most[codes[0][0].form] = max(most[codes[0][0].form], len(codes))
        return {
            sheet: codes
            for sheet, codes in found.items()
            if sheet in self._named or len(codes) >= AT_LEAST * most[codes[0][0].form]
        }

    @cached_property
    def beside(self) -> dict[tuple[str, str, int], str]:
        """(`row` or `col`, sheet, its number) -> the one cell whose code is printed there."""
        return {
            _line(item, spot): item.name for codes in self.by_code.values() for item, spot in codes
        }

    def is_refuted(self, item: Declared, spot: Spot) -> bool:
        """Whether the code of another cell is printed beside a cell."""
        return self.beside.get(_line(item, spot), item.name) != item.name

    def by_label(self, form: str) -> Iterator[Beside]:
        """The cells of a form whose labels stand in a visible sheet that prints no codes."""
        for sheet in self._book.sheets:
            if sheet in self.by_code or not self._is_open(sheet):
                continue
            counts = {each: len(self._labelled(sheet, each)) for each in self._wanted.by_label}
            if counts[form] > 1 and counts[form] >= MOSTLY * sum(counts.values()):
                yield from self._labelled(sheet, form)

    def _is_open(self, sheet: str) -> bool:
        """Whether a filler sees the sheet, and it is none that the template adds to the forms."""
        return sheet not in self._book.hidden and sheet not in self._wanted.printed

    def _coded(self, sheet: str) -> list[Beside]:
        """What a sheet prints the codes of; nothing for one that lists the codes of many forms."""
        codes = self._wanted.by_code
        places = [
            (codes[value], row, col)
            for row, values in enumerate(self._book.grid(sheet))
            if not codes.keys().isdisjoint(values)
            for col, value in enumerate(values)
            if value in codes
        ]
        forms = Counter(item.form for item, *_ in places).most_common(1)
        if not places or forms[0][1] < MOSTLY * len(places):
            return []
        ours = [place for place in places if place[0].form == forms[0][0]]
        filled = self._filled_col(sheet)
        if filled is None and sheet not in self._named and ours[0][0].alias is None:
            return []  # a list of codes, but no form to be filled
        return [
            (item, (sheet, row + 1, col) if item.alias else (sheet, row, filled or col + 2))
            for item, row, col in _in_line(ours)
        ]

    def _labelled(self, sheet: str, form: str) -> list[Beside]:
        labels = self._wanted.by_label[form]
        filled = self._filled_col(sheet)
        return [
            (item, (sheet, row, col if item.alias else filled or col + 1))
            for row, values in enumerate(self._book.grid(sheet))
            for col, value in enumerate(values)
            if isinstance(value, str) and (item := labels.get(squeezed(value)))
        ]

    def _filled_col(self, sheet: str) -> int | None:
        """The column headed as the one to be filled."""
        heading = self._wanted.heading
        for values in self._book.grid(sheet):
            if heading in values:
                return list(values).index(heading)
        return None


def _in_line(places: list[tuple[Declared, int, int]]) -> list[tuple[Declared, int, int]]:
    """The codes of the column, for a list of the row, in which most of them stand."""
    axis = 1 if places[0][0].alias else 2
    most = Counter(place[axis] for place in places).most_common(1)[0][0]
    return [place for place in places if place[axis] == most]


def _line(item: Declared, spot: Spot) -> tuple[str, str, int]:
    """Where the code of a cell is printed: in its row; for a list, over its column."""
    return ("col", spot[0], spot[2]) if item.alias else ("row", spot[0], spot[1])
