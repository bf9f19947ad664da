"""Paragraphs, numbers and tables of a Word file.

A number stands in a content control that is named by its code: people may change what is in it,
and it still says which number it was.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from docx.oxml.ns import qn

from dashboards.briefings.found import Fact
from dashboards.briefings.sentences import Piece
from dashboards.briefings.styles import element
from dashboards.briefings.tables import Cell, Grid

TAG = "sanji-"
PERCENT = "%"
TYPE_WIDTH = 8845  # twentieths of a point: 156 mm
FIRST_PART, WIDE_FIRST_PART = 0.26, 0.27
FIRST_PARTS = {"own": 0.44, "annex2": 0.72, "numbers": 0.55}
WIDE_COLUMNS = 8
KEPT_ROWS = 15
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Marks:
    """Numbers the controls of one file, the same in every run."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


def run(text: str) -> Any:
    """A run of text; a line break where the text has one."""
    made = element("r")
    for place, line in enumerate(text.split("\n")):
        if place:
            made.append(element("br"))
        words = element("t")
        words.text = line
        words.set(SPACE, "preserve")
        made.append(words)
    return made


def control(fact: Fact, marks: Marks, after: str = "") -> Any:
    """A number in its content control, with the sign that must not be parted from it."""
    made, told = element("sdt"), element("sdtPr")
    told.append(element("alias", val=TAG + fact.code))
    told.append(element("tag", val=TAG + fact.code))
    told.append(element("id", val=marks.next()))
    told.append(element("text"))
    content = element("sdtContent")
    content.append(run(fact.printed + after))
    made.append(told)
    made.append(content)
    return made


def paragraph(
    style: str,
    pieces: Sequence[Piece],
    marks: Marks,
    *,
    new_page: bool = False,
    keep: bool = False,
) -> Any:
    """A paragraph of text and numbers; `keep` holds it on the page of the next one."""
    made, told = element("p"), element("pPr")
    told.append(element("pStyle", val=style))
    if keep:
        told.append(element("keepNext"))
    if new_page:
        told.append(element("pageBreakBefore"))
    made.append(told)
    for piece, text in _with_signs(pieces):
        made.append(run(text) if piece is None else control(piece, marks, text))
    return made


def _with_signs(pieces: Sequence[Piece]) -> Iterator[tuple[Fact | None, str]]:
    """Texts, and numbers with the per cent sign that follows: no line may end between the two."""
    signed = False
    for piece, following in zip_longest(pieces, pieces[1:]):
        if isinstance(piece, Fact):
            signed = isinstance(following, str) and following.startswith(PERCENT)
            yield piece, PERCENT if signed else ""
        else:
            rest = piece.removeprefix(PERCENT) if signed else piece
            signed = False
            if rest:
                yield None, rest


def table(grid: Grid, marks: Marks) -> Any:
    """A full grid whose head is repeated on every page."""
    made = element("tbl")
    told = element("tblPr")
    told.append(element("tblW", w=TYPE_WIDTH, type="dxa"))
    told.append(element("jc", val="center"))
    borders = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(side, val="single", sz=4, space=0, color="000000"))
    told.append(borders)
    told.append(element("tblLayout", type="fixed"))
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=40, type="dxa"))
    told.append(margins)
    made.append(told)
    widths = _widths(len(grid.heads), FIRST_PARTS.get(grid.id, FIRST_PART))
    columns = element("tblGrid")
    for width in widths:
        columns.append(element("gridCol", w=width))
    made.append(columns)
    heads = ["head"] * len(grid.heads)
    made.append(_row(grid.heads, heads, widths, marks, is_head=True, keep=True))
    styles, short = _styles(grid), len(grid.rows) <= KEPT_ROWS
    last = len(grid.rows) + bool(grid.note)  # a note stays with its table
    for place, row in enumerate(grid.rows, start=1):
        made.append(_row(row, styles, widths, marks, keep=short and place < last))
    return made


def _styles(grid: Grid) -> list[str]:
    """The style of each column: numbers to the right, names, reasons and codes to the left."""
    columns = [[row[place] for row in grid.rows] for place in range(len(grid.heads))]
    return [
        "number" if place and 2 * sum(map(_is_number, cells)) > len(cells) else "cell"
        for place, cells in enumerate(columns)
    ]


def _is_number(cell: Cell) -> bool:
    """A number, or the sign that stands for one that is not printed."""
    return isinstance(cell, Fact) or cell.strip("-.0123456789—*") == ""


def _widths(columns: int, first_part: float) -> list[int]:
    first = round(TYPE_WIDTH * (first_part if columns < WIDE_COLUMNS else WIDE_FIRST_PART))
    other = (TYPE_WIDTH - first) // max(1, columns - 1)
    return [TYPE_WIDTH - other * (columns - 1), *([other] * (columns - 1))]


def _row(
    cells: Sequence[Cell],
    styles: Sequence[str],
    widths: Sequence[int],
    marks: Marks,
    *,
    is_head: bool = False,
    keep: bool = False,
) -> Any:
    made, told = element("tr"), element("trPr")
    told.append(element("cantSplit"))
    if is_head:
        told.append(element("tblHeader"))
    made.append(told)
    for cell, style, width in zip(cells, styles, widths, strict=True):
        box, inside = element("tc"), element("tcPr")
        inside.append(element("tcW", w=width, type="dxa"))
        inside.append(element("vAlign", val="center"))
        box.append(inside)
        box.append(paragraph(style, [cell], marks, keep=keep))
        made.append(box)
    return made


def page_field(style: str, text: tuple[str, str]) -> Any:
    """A paragraph with the page's number between two texts."""
    made, told = element("p"), element("pPr")
    told.append(element("pStyle", val=style))
    made.append(told)
    field = element("fldSimple", instr="PAGE")
    field.append(run("1"))
    for each in (run(text[0]), field, run(text[1])):
        made.append(each)
    return made


def code_in(control_element: Any) -> str | None:
    """The code a content control is named by, or nothing when it is not one of ours.

    Both names are looked at: LibreOffice 7.4 keeps the title of a control and drops its tag.
    """
    for place in ("tag", "alias"):
        told = control_element.find(f"{qn('w:sdtPr')}/{qn('w:' + place)}")
        name = "" if told is None else str(told.get(qn("w:val"), ""))
        if name.startswith(TAG):
            return name.removeprefix(TAG)
    return None
