"""Labels and units of measure that stand beside the cell of another.

A cell is found by its name or code, but its filler went by the label: where the two disagree,
nobody knows which was meant.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.extract.book import Book, Spot, address
from pipelines.extract.wanted import Aside, Declared, Wanted, squeezed


def misprints(book: Book, wanted: Wanted, spots: Mapping[str, Spot]) -> Iterator[Aside]:
    """Yield what is printed beside a cell, or over a column, and belongs to another."""
    for item in wanted.cells:
        if item.name not in spots:
            continue
        sheet, row, col = spots[item.name]
        if item.alias is not None:
            yield from _label(wanted, item, book, (sheet, row, col))
            continue
        for before in range(col):
            yield from _label(wanted, item, book, (sheet, row, before))
        yield from _uom(wanted, item, book, (sheet, row, col + 1))


def _label(wanted: Wanted, item: Declared, book: Book, spot: Spot) -> Iterator[Aside]:
    text = book.value(*spot)
    if not isinstance(text, str) or squeezed(text) not in wanted.labels[item.form]:
        return
    if squeezed(text) not in item.labels:
        yield _aside(item, spot, text, item.label)


def _uom(wanted: Wanted, item: Declared, book: Book, spot: Spot) -> Iterator[Aside]:
    text = book.value(*spot)
    if item.uom and isinstance(text, str) and text in wanted.uoms and text != item.uom:
        yield _aside(item, spot, text, item.uom)


def _aside(item: Declared, spot: Spot, typed: Any, expected: str) -> Aside:
    sheet, row, col = spot
    cell = address(row, col)
    return Aside("misprint", sheet, cell, item.form, item.field, typed=typed, expected=expected)
