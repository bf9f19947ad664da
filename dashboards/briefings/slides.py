"""Slides for the meeting: 16:9, one message a slide as its title, one editable chart, its source.

The codes of the numbers stand in the notes.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from dashboards.briefings.chart_forms import Native
from dashboards.briefings.facts import Facts
from dashboards.briefings.figure_texts import alt_text, source_text
from dashboards.briefings.found import Fact
from dashboards.briefings.frozen import frozen
from dashboards.briefings.native_charts import add_chart, is_labelled
from dashboards.briefings.paper import Drawn, Paper
from dashboards.briefings.sentences import Piece, Written, text_of
from dashboards.briefings.slide_texts import add_run, value_table

WIDTH, HEIGHT = 12192000, 6858000
MARGIN = 560000
TITLE_BOX = (MARGIN, 380000, WIDTH - 2 * MARGIN, 1000000)
CHART_BOX = (MARGIN, 1450000, WIDTH - 2 * MARGIN, 4650000)
FOOT_BOX = (MARGIN, 6250000, WIDTH - 2 * MARGIN, 380000)
INK, RED, SOFT = "262626", "A61B29", "6B6B6B"
CHART_PART, GUTTER = 0.56, 200000
SMALLEST = 10.0
"""In points: what is smaller cannot be read across a room."""
TITLE_ONLY = 5
FEW = 3


def slide_file(paper: Paper, facts: Facts, pictures: Mapping[str, bytes]) -> bytes:
    """The deck; a chart without native form is shown as its picture, or left out without one."""
    return _Deck(paper, facts, pictures).file()


class _Deck:
    def __init__(self, paper: Paper, facts: Facts, pictures: Mapping[str, bytes]) -> None:
        self.paper, self.facts, self.pictures = paper, facts, pictures
        self.words, self.fonts = facts.catalogue.briefing.words, facts.catalogue.briefing.fonts
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Emu(WIDTH), Emu(HEIGHT)

    def file(self) -> bytes:
        self._cover()
        for part in self.paper.parts:
            for drawn in part.figures:
                if drawn.on_slide:
                    self._figure(drawn)
        self._problems()
        told, at = self.deck.core_properties, self.paper.published_at
        told.title, told.author, told.last_modified_by, told.revision = self.paper.title, "", "", 1
        told.created = told.modified = at
        told.subject = f"{self.paper.snapshot} {self.paper.period}"
        stream = BytesIO()
        self.deck.save(stream)
        return frozen(stream.getvalue(), at)

    def _slide(self, title: str, size: float = 28) -> Any:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[TITLE_ONLY])
        shape = slide.shapes.title
        _place(shape, TITLE_BOX)
        self._write(shape.text_frame, [title], size, INK, bold=True)
        marks = [self.words["draft"]] if self.paper.is_draft else []
        marks += [self.words["sample"]] if self.paper.is_sample else []
        if marks:
            box = slide.shapes.add_textbox(*_emu((WIDTH - 3000000, 120000, 2600000, 300000)))
            self._write(box.text_frame, ["  ".join(marks)], 12, RED, align="r")
        return slide

    def _cover(self) -> None:
        slide = self._slide(self.paper.title.replace("\n", ""), 32)
        _place(slide.shapes.title, (MARGIN, 2200000, WIDTH - 2 * MARGIN, 1400000))
        box = slide.shapes.add_textbox(*_emu((MARGIN, 3800000, WIDTH - 2 * MARGIN, 900000)))
        self._write(box.text_frame, [self.paper.signed], 20, SOFT)
        self._notes(slide, [])

    def _figure(self, drawn: Drawn) -> None:
        native, picture = drawn.native, self.pictures.get(drawn.prepared.entry.id)
        if native is None and picture is None:
            return
        message = self._message(drawn)
        slide = self._slide(message.text.rstrip("。") if message else drawn.prepared.entry.title)
        shown = self._chart(slide, native) if native else _pictured(slide, picture or b"")
        named = shown._element.find(f".//{qn('p:cNvPr')}")  # noqa: SLF001 it has no other door
        named.set("descr", alt_text(drawn, native, self.words))
        foot = slide.shapes.add_textbox(*_emu(FOOT_BOX))
        source = f"{drawn.prepared.entry.title}  {source_text(drawn, self.words)}"
        self._write(foot.text_frame, [source], 12, SOFT)
        self._notes(slide, [message] if message else [])

    def _chart(self, slide: Any, native: Native) -> Any:
        """The chart; with a table at its side where its bars are too thin for their values."""
        box = CHART_BOX
        if not is_labelled(native, box[3], SMALLEST):
            left, top, width, height = box
            box = (left, top, round(width * CHART_PART) - GUTTER, height)
            beside = (left + round(width * CHART_PART), top, round(width * (1 - CHART_PART)))
            value_table(slide, native, (*beside, height), self.fonts.sans, self.words)
        return add_chart(slide, native, box, self.fonts.sans, 14, SMALLEST)

    def _message(self, drawn: Drawn) -> Written | None:
        return next(
            (one for key, one in self.paper.messages if key == drawn.prepared.entry.id), None
        )

    def _problems(self) -> None:
        found = [
            s for part in self.paper.parts for s in part.sentences if part.section.id == "problems"
        ]
        if not found:
            return
        slide = self._slide(self.words["slide_end"])
        box = slide.shapes.add_textbox(*_emu(CHART_BOX))
        self._write(
            box.text_frame, [one.text for one in found], 20 if len(found) > FEW else 24, INK
        )
        self._notes(slide, found)

    def _notes(self, slide: Any, sentences: Iterable[Written]) -> None:
        lines = [self.words["slide_notes"]]
        for sentence in sentences:
            lines.append(text_of(sentence.pieces))
            lines += [f"{fact.printed} {fact.code}" for fact in _facts(sentence.pieces)]
        self._write(slide.notes_slide.notes_text_frame, lines, 12, INK)

    def _write(
        self,
        frame: Any,
        lines: list[str],
        size: float,
        colour: str,
        *,
        bold: bool = False,
        align: str = "l",
    ) -> None:
        """Fill a frame, a paragraph a line."""
        frame.word_wrap = True
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph._p.get_or_add_pPr().set("algn", align)  # noqa: SLF001 it has no other door
            paragraph.space_after = Pt(8)
            add_run(paragraph, line, self.fonts.sans, size, colour, bold=bold)


def _facts(pieces: Iterable[Piece]) -> Iterator[Fact]:
    return (piece for piece in pieces if isinstance(piece, Fact))


def _emu(box: Iterable[int]) -> list[Emu]:
    return [Emu(each) for each in box]


def _pictured(slide: Any, picture: bytes) -> Any:
    """A picture as large as its box allows, in the middle of it."""
    left, top, width, height = CHART_BOX
    with Image.open(BytesIO(picture)) as image:
        scale = min(width / image.width, height / image.height)
        size = (round(image.width * scale), round(image.height * scale))
    at = (left + (width - size[0]) // 2, top + (height - size[1]) // 2)
    return slide.shapes.add_picture(BytesIO(picture), *_emu((*at, *size)))


def _place(shape: Any, box: tuple[int, int, int, int]) -> None:
    shape.left, shape.top, shape.width, shape.height = _emu(box)
