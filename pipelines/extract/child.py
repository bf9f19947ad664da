"""The disposable child: reads workbooks under limits and without network.

Standard input: one JSON job a line. Standard output: one JSON line per file. Nothing is written.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from pipelines.extract.answers import typed_answers, typed_checks
from pipelines.extract.book import Book, UnreadableError
from pipelines.extract.explanations import typed_explanations
from pipelines.extract.forks import serve
from pipelines.extract.locate import locate
from pipelines.extract.opening import open_book
from pipelines.extract.reader import read_cells
from pipelines.extract.wanted import Cell, Wanted
from pipelines.workbook.marks import CONFIRMATION, KIND_KEY

META, TOKEN = "meta__", "token"


def answer(path: str, wanted: Wanted) -> dict[str, Any]:
    """What one file says: identity, cells, names not found; or why it could not be read.

    A file without identity is not read; only whose it claims to be is told, or what a check sheet
    (核实单), which has none, says.
    """
    try:
        book = open_book(path)
        meta = identity(book)
        if not meta:
            if checks := typed_checks(book):
                return {**_nothing(), "claimed": {}, "checks": checks}
            return {**_nothing(), "claimed": _claimed(book, wanted)}
        if meta.get(KIND_KEY) == CONFIRMATION:
            return {**_nothing(), "meta": meta, "claimed": {}, "explanations": typed_answers(book)}
        cells, lost, asides = read_cells(book, wanted)
        explanations = typed_explanations(book)
    except UnreadableError as error:
        return {"failure": str(error)[:300], "state": error.state}
    return {
        "meta": meta,
        "claimed": _cover(cells, wanted),
        "cells": cells,
        "lost": lost,
        "asides": asides,
        "explanations": explanations,
    }


def _nothing() -> dict[str, Any]:
    return {"meta": {}, "cells": [], "lost": [], "asides": [], "explanations": []}


def identity(book: Book) -> dict[str, str]:
    """What the hidden sheet says: whose workbook it is, with the token that proves it."""
    named = {
        name.removeprefix(META): book.at(spot)[0] or ""
        for name, spot in book.names.items()
        if name.startswith(META)
    }
    return named or next(filter(None, map(partial(_pairs, book), book.hidden)), {})


def _pairs(book: Book, sheet: str) -> dict[str, str]:
    """The hidden sheet as it is written, key beside value, where a program dropped the names."""
    pairs = {str(row[0]): str(row[1]) for row in book.grid(sheet) if len(row) > 1}
    return pairs if TOKEN in pairs else {}


def _claimed(book: Book, wanted: Wanted) -> dict[str, str]:
    """What the cover says of unit and quarter, in a workbook that cannot prove it."""
    spots = locate(book, wanted).spots
    told = {name: book.at(spots[name])[0] for name in wanted.claimed if name in spots}
    return {name: typed.strip() for name, typed in told.items() if typed and typed.strip()}


def _cover(cells: Iterable[Cell], wanted: Wanted) -> dict[str, str]:
    """What the cover says of unit and quarter, beside what the hidden sheet says."""
    told = {cell.field: cell.typed for cell in cells if cell.field in wanted.claimed}
    return {name: typed.strip() for name, typed in told.items() if typed and typed.strip()}


def main() -> None:
    """Serve whoever started us."""
    serve(answer, Wanted.from_json)
