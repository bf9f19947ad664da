"""What stands in the sheets of forms where nothing is to be typed."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from pipelines.extract.book import Book, Oddity, Spot, address, as_typed
from pipelines.extract.wanted import Aside, Wanted, squeezed

LONGEST = 100
Oddities = Mapping[tuple[int, int], Oddity]


def strays(
    book: Book, wanted: Wanted, forms: dict[str, str], taken: Set[Spot], spans: dict[str, range]
) -> Iterator[Aside]:
    """Yield the cells that hold neither a declared value nor a text of the template.

    `forms` says which form a sheet holds, `spans` in which rows: above them stand title and
    guidance, below them what could not be read. Neighbours in a column are one aside.
    """
    for sheet, form in forms.items():
        found = sorted(_unprinted(book, wanted, sheet, spans[sheet], taken))
        for first, last in _runs(found):
            yield _aside(book, wanted, sheet, form, first, last)


def _unprinted(
    book: Book, wanted: Wanted, sheet: str, span: range, taken: Set[Spot]
) -> Iterator[tuple[int, int]]:
    """(column, row) of the cells that nobody declared and no template prints."""
    printed = wanted.printed
    width, odd = _width(book, wanted, sheet, span), book.odd(sheet)
    for row, values in enumerate(book.grid(sheet)):
        if row not in span or printed.issuperset(values):
            continue
        for col, value in enumerate(values):
            if value in printed or (sheet, row, col) in taken or _is_ours(odd, row, col, width):
                continue
            if not _is_reflowed(value, wanted):
                yield col, row
    for row, col in _without_value(odd):
        is_known = (sheet, row, col) in taken or _is_ours(odd, row, col, width)
        if row in span and not is_known:
            yield col, row


def _without_value(odd: Oddities) -> Iterator[tuple[int, int]]:
    """Errors and formulas without a result, which the values do not show."""
    return (at for at, each in odd.items() if each.error or not each.has_value)


def _is_reflowed(value: Any, wanted: Wanted) -> bool:
    """Whether it is a text of the template in which somebody changed blanks or line breaks."""
    return isinstance(value, str) and squeezed(value) in wanted.printed_squeezed


def _width(book: Book, wanted: Wanted, sheet: str, span: range) -> int:
    """How many columns the template heads: formulas there, without a name, are its own checks."""
    grid = book.grid(sheet)
    heads = [values for values in grid if wanted.heading in values] or grid[
        span.start : span.start + 1
    ]
    typed = (col + 1 for values in heads[:1] for col, value in enumerate(values) if value)
    return max(typed, default=0)


def _is_ours(odd: Oddities, row: int, col: int, width: int) -> bool:
    oddity = odd.get((row, col))
    return oddity is not None and oddity.formula is not None and col < width


def _runs(cells: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """(first, last) of each run of cells below one another."""
    if not cells:
        return
    first = last = cells[0]
    for cell in cells[1:]:
        if cell != (last[0], last[1] + 1):
            yield first, last
            first = cell
        last = cell
    yield first, last


def _aside(
    book: Book, wanted: Wanted, sheet: str, form: str, first: tuple[int, int], last: tuple[int, int]
) -> Aside:
    col, row = first
    typed, _, _ = book.at((sheet, row, col))
    cell = address(row, col)
    if last != first:
        cell += f":{address(last[1], last[0])}"
    what = "note" if _is_note(typed, wanted) and first == last else "stray"
    return Aside(what, sheet, cell, form=form, typed=(typed or "")[:LONGEST])


def _is_note(typed: str | None, wanted: Wanted) -> bool:
    return squeezed(typed or "").startswith(wanted.notes)


def sheets_left_out(book: Book, wanted: Wanted, forms: dict[str, str]) -> Iterator[Aside]:
    """Sheets with something in them that are no form's."""
    for sheet in book.sheets:
        if sheet in forms or sheet in wanted.printed:
            continue
        if sheet in book.hidden or any(_holds(value) for row in book.grid(sheet) for value in row):
            yield Aside("left_out", sheet)


def _holds(value: Any) -> bool:
    return as_typed(value)[1] != "blank"
