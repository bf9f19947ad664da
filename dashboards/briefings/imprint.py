"""版记: copies, printing organ and date at the foot of the last even page, after GB/T 9704-2012.

It is the foot of the even pages of a section of its own, raised to the last line of the type area:
a floating table would be left at the top by LibreOffice. The section is two halves of a page; on
an odd page its head is so deep that only one of them fits. Where the text above ends on an even
page, however it is edited, the first half makes the blank page that the standard foresees: a page
like others, with the mark of a draft or a sample in its head, and like the next without a number.
"""

from collections.abc import Sequence
from typing import Any

from dashboards.briefings.facts import Facts
from dashboards.briefings.paper import Paper
from dashboards.briefings.styles import element
from dashboards.briefings.wordml import TYPE_WIDTH, Marks, paragraph

THICK, THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm
OFFICE_PART = 0.62
HALVES = 2


def imprint_lines(paper: Paper, facts: Facts) -> tuple[str, str, str]:
    """Who gets a copy, who printed it, on which day."""
    briefing, city = facts.catalogue.briefing, facts.catalogue.structure.city.zh
    words, told = briefing.words, briefing.imprint
    return (
        words["copies_line"].format(copies=told.copies.format(city=city)),
        told.printed_by.format(city=city),
        words["printed_on"].format(year=paper.period[:4]),
    )


def imprint(lines: tuple[str, str, str], marks: Marks) -> Any:
    """The lines as a table: thick above and below, thin between."""
    copies, office, day = lines
    made, told = element("tbl"), element("tblPr")
    told.append(element("tblW", w=TYPE_WIDTH, type="dxa"))
    told.append(_borders())
    told.append(element("tblLayout", type="fixed"))
    made.append(told)
    left = round(TYPE_WIDTH * OFFICE_PART)
    widths = (left, TYPE_WIDTH - left)
    grid = element("tblGrid")
    for width in widths:
        grid.append(element("gridCol", w=width))
    made.append(grid)
    made.append(_row([("copies", copies, TYPE_WIDTH)], marks, span=len(widths)))
    made.append(_row([("printed", office, widths[0]), ("printed_on", day, widths[1])], marks))
    return made


def _borders() -> Any:
    made = element("tblBorders")
    for side, size in (("top", THICK), ("bottom", THICK), ("insideH", THIN)):
        made.append(element(side, val="single", sz=size, space=0, color="000000"))
    return made


def _row(cells: Sequence[tuple[str, str, int]], marks: Marks, span: int = 1) -> Any:
    made, told = element("tr"), element("trPr")
    told.append(element("cantSplit"))
    made.append(told)
    for style, text, width in cells:
        box, inside = element("tc"), element("tcPr")
        inside.append(element("tcW", w=width, type="dxa"))
        if span > 1:
            inside.append(element("gridSpan", val=span))
        box.append(inside)
        box.append(paragraph(style, [text], marks))
        made.append(box)
    return made
