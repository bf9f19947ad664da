"""Where each declared cell stands: by its name, else by the code printed beside it, or its label.

What is printed beside a cell is what its filler saw. A name that points at a cell beside which
the code of another is printed is not believed. Where two places claim a cell and hold different
values, both are reported and neither is taken.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.extract.book import Book, Spot
from pipelines.extract.printed import Beside, Printed
from pipelines.extract.wanted import Aside, Declared, Wanted


@dataclass
class Located:
    """Where cells were found, list columns by their header; `rivals` claim the same cell."""

    spots: dict[str, Spot] = field(default_factory=dict)
    rivals: dict[str, Spot] = field(default_factory=dict)
    repairs: dict[tuple[str, str], str] = field(default_factory=dict)


def locate(book: Book, wanted: Wanted) -> Located:
    """Find what can be found."""
    printed, found = Printed(book, wanted), Located()
    claims: dict[str, list[Beside]] = {}
    for codes in printed.by_code.values():
        for item, spot in codes:
            claims.setdefault(item.name, []).append((item, spot))
    for item in wanted.cells:
        named = book.names.get(item.name)
        places = [spot for _, spot in claims.get(item.name, ())]
        if named is not None and not printed.is_refuted(item, named):
            _take(book, item, [named, *places], found)
        elif places:
            _take(book, item, places, found)
            found.repairs[item.form, places[0][0]] = "by_code"
    _by_labels(book, wanted, printed, found)
    _keep_one_table(wanted, found)
    return found


def _take(book: Book, item: Declared, places: list[Spot], found: Located) -> None:
    """Take the first place; another one that holds another value is its rival."""
    chosen = found.spots.setdefault(item.name, places[0])
    for other in places:
        if not item.owned and _differs(book, item, chosen, other):
            found.rivals[item.name] = other


def _differs(book: Book, item: Declared, chosen: Spot, other: Spot) -> bool:
    if other == chosen or (item.alias and other[0] == chosen[0]):
        return False
    theirs = _values(book, item, other)
    return bool(theirs) and theirs != _values(book, item, chosen)


def _values(book: Book, item: Declared, spot: Spot) -> list[Any]:
    """What stands in a cell, or under a header down to the last value."""
    sheet, row, col = spot
    if item.alias is None:
        typed, kind, _ = book.at(spot)
        return [] if kind == "blank" else [typed]
    column = [values[col] if col < len(values) else "" for values in book.grid(sheet)[row + 1 :]]
    while column and column[-1] == "":
        column.pop()
    return column


def _by_labels(book: Book, wanted: Wanted, printed: Printed, found: Located) -> None:
    """Look for forms that print no codes anywhere: what a coded form does not print is not due."""
    coded = {codes[0][0].form for codes in printed.by_code.values()}
    lost = {item.form for item in wanted.cells if item.name not in found.spots}
    for form in sorted(lost - coded):
        for item, spot in printed.by_label(form):
            _take(book, item, [spot], found)
            found.repairs[form, spot[0]] = "by_label"


def _keep_one_table(wanted: Wanted, found: Located) -> None:
    """Drop the columns of a list that do not stand under the same row of labels as the most."""
    for alias in {item.alias for item in wanted.cells if item.alias}:
        columns = [i.name for i in wanted.cells if i.alias == alias and i.name in found.spots]
        tables = Counter(found.spots[name][:2] for name in columns)
        for name in columns:
            if found.spots[name][:2] != tables.most_common(1)[0][0]:
                del found.spots[name]


def asides_of(wanted: Wanted, found: Located) -> Iterator[Aside]:
    """How each form was found, where that was not by its names in its own sheet."""
    sheets = {
        item.form: found.spots[item.name][0] for item in wanted.cells if item.name in found.spots
    }
    for form, sheet in sheets.items():
        if sheet != wanted.titles[form]:
            yield Aside("renamed", sheet, form=form, expected=wanted.titles[form])
    for (form, sheet), how in found.repairs.items():
        yield Aside(how, sheet, form=form)
