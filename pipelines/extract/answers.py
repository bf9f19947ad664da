"""What was typed in confirmation and check sheets, row by row. Only in the child."""

from collections.abc import Iterator
from itertools import islice

from pipelines.extract.book import Book, Spot, address, as_typed
from pipelines.workbook.marks import (
    ANSWER_COL,
    CHECK_MARK,
    EVIDENCE_COL,
    FOUND_COL,
    LONGEST,
    MOST_ROWS,
    NOTE_COL,
    ROW_MARK,
)

READABLE = ("text", "number", "date")


def typed_answers(book: Book) -> list[dict[str, str]]:
    """对方答复: every answered row by its number: line, what was typed as answer and as note.

    One row more than may be read is told, so that nobody takes what was cut for all there is.
    """
    rows = (_answer(book, spot) for spot in _marked(book, ROW_MARK))
    return list(islice((each for each in rows if each["answer"] or each["note"]), MOST_ROWS + 1))


def typed_checks(book: Book) -> list[dict[str, str]]:
    """核实: every row by its number: what was found and on what evidence, with their cells."""
    return [_check(book, spot) for spot in islice(_marked(book, CHECK_MARK), MOST_ROWS + 1)]


def _marked(book: Book, mark: str) -> Iterator[Spot]:
    """Where rows carry a mark.

    They are found by what stands in them, so a file that went through another program, was sorted
    or has lost its names is read all the same.
    """
    for sheet in (name for name in book.sheets if name not in book.hidden):
        for row, cells in enumerate(book.grid(sheet)):
            marks = (c for c, v in enumerate(cells) if isinstance(v, str) and v.startswith(mark))
            for col in islice(marks, 1):
                yield sheet, row, col


def _answer(book: Book, spot: Spot) -> dict[str, str]:
    sheet, row, col = spot
    answer, note = (_text(book, sheet, row, col + offset) for offset in (ANSWER_COL, NOTE_COL))
    number = _number(book, spot, ROW_MARK)
    return {"row": number, "line": str(row + 1), "answer": answer, "note": note}


def _text(book: Book, sheet: str, row: int, col: int) -> str:
    typed, kind = as_typed(book.value(sheet, row, col))
    return (typed or "").strip()[:LONGEST] if kind in READABLE else ""


def _check(book: Book, spot: Spot) -> dict[str, str]:
    """A formula without a value or an error is told as it stands, not taken for a blank."""
    told = {"row": _number(book, spot, CHECK_MARK)}
    sheet, row, col = spot
    for name, at in (("found", col + FOUND_COL), ("evidence", col + EVIDENCE_COL)):
        typed = book.at((sheet, row, at))[0]
        told |= {name: (typed or "").strip()[:LONGEST], f"{name}_cell": address(row, at)}
    return told


def _number(book: Book, spot: Spot, mark: str) -> str:
    return str(book.value(*spot)).removeprefix(mark)[:20]
