"""Text on slides, and the values of a chart as a table beside it."""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from dashboards.briefings.chart_forms import Native
from dashboards.briefings.native_charts import rgb

INK, HEAD, BAND, PAPER = "262626", "E3E0D9", "F6F5F2", "FFFFFF"
PADDING = 40000
FEW_ROWS = 13
SIZE, SMALL = 12.0, 10.0


def add_run(
    paragraph: Any, text: str, face: str, size: float, colour: str, *, bold: bool = False
) -> None:
    """A run that names its East-Asian face, which `font.name` does not."""
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = rgb(colour)
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 it has no other door
    properties.set("lang", "zh-CN")
    for tag in ("a:latin", "a:ea"):
        etree.SubElement(properties, qn(tag)).set("typeface", face)


def value_table(
    slide: Any,
    native: Native,
    box: tuple[int, int, int, int],
    face: str,
    words: Mapping[str, str],
) -> None:
    """The values of a chart, its places down; `box` is left, top, width, height in EMU."""
    lines = [[words["uom_line"].format(uom=native.uom), *(name for name, _ in native.series)]]
    for row, category in enumerate(native.categories):
        facts = (facts[row] for _, facts in native.series)
        lines.append([category, *(one.printed if one else words["cell_missing"] for one in facts)])
    shape = (len(lines), len(lines[0]))
    table = slide.shapes.add_table(*shape, *(Emu(each) for each in box)).table
    size = SIZE if len(lines) <= FEW_ROWS else SMALL
    for row, texts in enumerate(lines):
        for column, text in enumerate(texts):
            cell = table.cell(row, column)
            _paint(cell, HEAD if row == 0 else BAND if row % 2 else PAPER)
            _fill(cell, text, face, size, is_head=row == 0, is_name=column == 0)


def _paint(cell: Any, colour: str) -> None:
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = rgb(colour)
    for side in ("margin_top", "margin_bottom"):
        setattr(cell, side, Emu(PADDING))


def _fill(cell: Any, text: str, face: str, size: float, *, is_head: bool, is_name: bool) -> None:
    paragraph = cell.text_frame.paragraphs[0]
    paragraph._p.get_or_add_pPr().set("algn", "l" if is_name else "r")  # noqa: SLF001
    add_run(paragraph, text, face, size, INK, bold=is_head)
