"""通报 as a Word file after GB/T 9704-2012: 22 lines of 28 characters, editable charts.

The measures were taken from LibreOffice's pages: a grid of lines only, and runs a quarter of a
point tighter, give 28 characters; the grid of the textbook does not.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm
from PIL import Image

from dashboards.briefings.chart_forms import Native
from dashboards.briefings.facts import Facts
from dashboards.briefings.figure_texts import alt_text, source_text
from dashboards.briefings.frozen import frozen
from dashboards.briefings.imprint import HALVES, imprint, imprint_lines
from dashboards.briefings.native_charts import FRAME, chart_parts
from dashboards.briefings.paper import Drawn, Paper
from dashboards.briefings.paper import Part as PaperPart
from dashboards.briefings.styles import GRID_PITCH, add_styles, element
from dashboards.briefings.wordml import TAG, Marks, page_field, paragraph, run, table

EMU_MM = 36000
FIGURE_WIDTH = 156 * EMU_MM
ROW_HEIGHT = 6 * EMU_MM
TALLEST = 190 * EMU_MM  # a page, with the chart's title and source
BAR_HEIGHT = 3.3 * EMU_MM  # a bar among others, with its label; so two figures fit on a page
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INLINE = """<w:drawing {spaces}>
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>
<wp:docPr id="{number}" name="{name}"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{relation}"/>
</a:graphicData></a:graphic></wp:inline></w:drawing>"""


def word_file(paper: Paper, facts: Facts, pictures: Mapping[str, bytes]) -> bytes:
    """The paper as a Word file; `pictures` are PNG files of charts without a native form."""
    return _Writer(paper, facts, pictures).file()


def unedited(paper: Paper, facts: Facts) -> bytes:
    """The paper's words as they were written, whatever stood for its pictures."""
    stream = BytesIO()
    Image.new("RGB", (1, 1)).save(stream, format="PNG")
    return word_file(
        paper, facts, {one.prepared.entry.id: stream.getvalue() for one in paper.figures}
    )


class _Writer:
    """One file being written."""

    def __init__(self, paper: Paper, facts: Facts, pictures: Mapping[str, bytes]) -> None:
        self.paper, self.facts, self.pictures = paper, facts, pictures
        self.briefing = facts.catalogue.briefing
        self.words = self.briefing.words
        self.document, self.marks = Document(), Marks()
        self.body = self.document.element.body

    def file(self) -> bytes:
        add_styles(self.document, self.briefing.fonts, self.words)
        self._page()
        self._properties()
        for block in self._blocks():
            self._put(block)
        if self.paper.kind == "city":
            self._imprint()
        stream = BytesIO()
        self.document.save(stream)
        return frozen(stream.getvalue(), self.paper.published_at)

    def _put(self, block: Any) -> None:
        self.body.insert(len(self.body) - 1, block)

    def _imprint(self) -> None:
        """版记, on the next even page and without a number; `imprint.py` says how."""
        self._end_section()
        section = self.document.sections[-1]
        section.footer_distance = section.bottom_margin
        lines = imprint_lines(self.paper, self.facts)
        self._replace(section.footer, self._line("end", ""))
        self._replace(section.even_page_footer, imprint(lines, self.marks), self._line("end", ""))
        self._marked(section.header, self._line("spacer", ""))
        self._marked(section.even_page_header)
        for _ in range(HALVES):
            self._put(self._line("half", ""))

    def _end_section(self) -> None:
        """End what stands above with its last paragraph: one more could need a page of its own."""
        last, own = self.body[-2], self.body[-1]
        last.find(qn("w:pPr")).append(deepcopy(own))
        for reference in own.xpath("w:headerReference | w:footerReference"):
            own.remove(reference)

    def _page(self) -> None:
        section = self.document.sections[0]
        section.start_type = WD_SECTION.NEW_PAGE
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(20), Mm(25)
        for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 it has no other door
            section._sectPr.remove(old)  # noqa: SLF001
        section._sectPr.append(element("docGrid", type="lines", linePitch=GRID_PITCH))  # noqa: SLF001
        self.document.settings.odd_and_even_pages_header_footer = True
        before, _, after = self.words["page"].partition("{page}")
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            self._replace(footer, _at(side, page_field("foot", (before, after))))
        for header in (section.header, section.even_page_header):
            self._marked(header)

    def _marked(self, header: Any, *below: Any) -> None:
        mark = _at("right", paragraph("uom", [self._mark()], self.marks))
        self._replace(header, mark, *below)

    def _replace(self, holder: Any, *made: Any) -> None:
        holder.is_linked_to_previous = False
        root = holder._element  # noqa: SLF001 it has no other door
        for old in list(root):
            root.remove(old)
        root.extend(made)

    def _mark(self) -> str:
        marks = [self.words["draft"]] if self.paper.is_draft else []
        marks += [self.words["sample"]] if self.paper.is_sample else []
        return "  ".join(marks)

    def _properties(self) -> None:
        told, at = self.document.core_properties, self.paper.published_at
        told.title, told.author, told.last_modified_by = self.paper.title, "", ""
        told.comments, told.language, told.revision = "", "zh-CN", 1
        told.created = told.modified = at
        told.subject = " ".join(
            (self.paper.snapshot, self.paper.period, self.paper.kind, self.paper.code)
        )

    def _blocks(self) -> Iterator[Any]:
        yield from self._head()
        for chapter in self.paper.chapters:  # a figure between words often leaves half a page
            for part in chapter:
                yield from self._told(part)
            for part in chapter:
                yield from self._shown(part)
        if self.paper.kind in {"city", "correction"}:
            yield from self._signed()
        yield from self._annexes()

    def _head(self) -> Iterator[Any]:
        if self.paper.kind == "overdue":
            return
        if self.paper.kind == "city":
            if self.paper.is_draft:
                yield self._line("mark", self.words["draft"])
            yield self._line("mast", self.paper.signed)
            year = self.paper.period[:4]
            number = self._line("ruled", self.words["issued_number"].format(year=year))
            yield number
            yield self._line("flush", "")
            yield self._line("flush", "")
        yield self._line("title", self.paper.title)
        yield from (self._line("flush", "") for _ in range(self.paper.kind == "city"))
        if self.paper.addressee:
            yield self._line("flush", self.paper.addressee)
        if self.paper.opening:
            yield self._line("body", self.paper.opening)

    def _line(self, style: str, text: str, *, new_page: bool = False, keep: bool = False) -> Any:
        pieces = [text] if text else []
        return paragraph(style, pieces, self.marks, new_page=new_page, keep=keep)

    def _told(self, part: PaperPart) -> Iterator[Any]:
        yield self._line("first" if part.section.level == 1 else "second", part.heading)
        if part.section.by_hand:
            yield self._line("body", self.words["by_hand_mark"].format(text=part.section.by_hand))
        pieces = [piece for sentence in part.sentences for piece in sentence.pieces]
        if pieces:
            yield paragraph("body", pieces, self.marks)

    def _shown(self, part: PaperPart) -> Iterator[Any]:
        for grid in part.grids:
            yield from self._grid(grid)
        for drawn in part.figures:
            yield from self._figure(drawn)

    def _grid(self, grid: Any) -> Iterator[Any]:
        if grid.title:
            yield self._line("caption", grid.title)
        yield self._line("uom", self.words["uom_line"].format(uom=grid.uom))
        yield table(grid, self.marks)
        yield self._line("note", grid.note or "")

    def _figure(self, drawn: Drawn) -> Iterator[Any]:
        native, picture = drawn.native, self.pictures.get(drawn.prepared.entry.id)
        if native is None and picture is None:
            return
        holder = self._line("figure", "")
        inner = run("")
        inner.remove(inner[0])
        inner.append(self._chart(drawn, native) if native else self._picture(drawn, picture or b""))
        holder.append(inner)
        yield holder
        yield self._line("caption", drawn.title)
        yield self._line("note", source_text(drawn, self.words))

    def _chart(self, drawn: Drawn, native: Native) -> Any:
        height = figure_height(native)
        chart, book = chart_parts(native, FIGURE_WIDTH, height, self.briefing.fonts.sans)
        package, number = self.document.part.package, self.marks.next()
        # The only relation of the chart is its workbook: it has the same id in both packages.
        part = Part(PackURI(f"/word/charts/chart{drawn.number}.xml"), CHART_TYPE, chart, package)
        name = PackURI(f"/word/embeddings/chart{drawn.number}.xlsx")
        part.relate_to(Part(name, BOOK_TYPE, book, package), RT.PACKAGE)
        drawing = parse_xml(
            INLINE.format(
                spaces=nsdecls("w", "wp", "a", "r"),
                width=FIGURE_WIDTH,
                height=height,
                number=number,
                name=TAG + drawn.prepared.entry.id,
                relation=self.document.part.relate_to(part, RT.CHART),
            )
        )
        drawing.xpath(".//wp:docPr")[0].set("descr", alt_text(drawn, native, self.words))
        return drawing

    def _picture(self, drawn: Drawn, picture: bytes) -> Any:
        with Image.open(BytesIO(picture)) as image:
            height = Emu(FIGURE_WIDTH * image.height // image.width)
        inline = self.document.part.new_pic_inline(BytesIO(picture), FIGURE_WIDTH, height)
        number = str(self.marks.next())
        inline.docPr.set("id", number)
        inline.xpath(".//pic:cNvPr")[0].set("id", number)  # else 0 for every picture
        inline.docPr.set("descr", alt_text(drawn, None, self.words))
        made = element("drawing")
        made.append(inline)
        return made

    def _signed(self) -> Iterator[Any]:
        """Annexes and who signs, on a page that has words of the text too, as the standard asks."""
        last = self.body[-2].find(qn("w:pPr"))
        if last is not None:
            last.insert(1, element("keepNext"))
        if self.paper.annexes:
            yield self._line("flush", "", keep=True)
        label = self.words["annexes_label"]
        for place, annex in enumerate(self.paper.annexes):
            text = self.words["annex_line"].format(number=annex.number, title=annex.title)
            away = f"（{annex.elsewhere}）" if annex.elsewhere else ""
            lead = label if place == 0 else "\u3000" * len(label)
            yield self._line("body", lead + text + away, keep=True)
        yield from (self._line("flush", "", keep=True) for _ in range(2))
        yield self._line("right", self.paper.signed, keep=True)
        year = self.paper.period[:4]
        yield self._line("right", self.words["signed_date"].format(year=year))

    def _annexes(self) -> Iterator[Any]:
        for annex in self.paper.annexes:
            if annex.elsewhere:
                continue
            label = self.words["annex_label"].format(number=annex.number)
            yield self._line("annex", label, new_page=self.paper.kind != "overdue")
            yield self._line("title", annex.title)
            for grid in annex.grids:
                yield from self._grid(grid)
            for line in annex.lines:
                yield self._line("small", line)


def _at(side: str, made: Any) -> Any:
    """A paragraph on one side of the page, a character in from its edge."""
    told = made.find(qn("w:pPr"))
    told.append(element("ind", **{f"{side}Chars": 100, side: 280}))
    told.append(element("jc", val=side))
    return made


def figure_height(native: Native) -> int:
    """Bars need room by their number; other charts have one height."""
    rows = len(native.categories) * max(1, len(native.series) if native.kind == "bar" else 1)
    if native.kind not in {"bar", "stacked"}:
        return 70 * EMU_MM
    needed = max(len(native.categories) * ROW_HEIGHT, round(rows * BAR_HEIGHT))
    return min(TALLEST, FRAME + needed)
