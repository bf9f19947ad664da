"""What an edited Word file holds beside its coded numbers: chart values, and numbers typed in."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from dashboards.briefings.numerals import Speller
from dashboards.briefings.wordml import TAG, code_in

DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
Point = tuple[int, int]
"""The series of a chart and the place in it."""


def text_of(element: Any) -> str:
    return "".join(words.text or "" for words in element.iter(qn("w:t")))


def plotted_in(document: Document, titles: Mapping[str, str]) -> dict[str, dict[Point, float]]:
    """The values of every chart of ours, by the chart's id.

    Its drawing is named by it; LibreOffice 7.4 drops the name, and the title underneath tells.
    """
    found = {}
    for drawing in document.element.body.iter(qn("w:drawing")):
        chart = drawing.find(f".//{C}chart")
        if chart is not None:
            name = drawing.find(f".//{qn('wp:docPr')}").get("name", "")
            own = name.removeprefix(TAG) if name.startswith(TAG) else titles.get(_below(drawing))
            part = document.part.related_parts[chart.get(qn("r:id"))]
            found[own or name] = dict(_points(parse_xml(part.blob)))
    return found


def _below(drawing: Any) -> str:
    """The paragraph under the one in which a drawing stands."""
    following = next(drawing.iterancestors(qn("w:p"))).getnext()
    return "" if following is None else text_of(following)


def _points(chart: Any) -> Iterator[tuple[Point, float]]:
    for line, series in enumerate(chart.iter(f"{C}ser")):
        for point in series.iterfind(f"{C}val//{C}pt"):
            text = point.findtext(f"{C}v")
            if text:
                yield (line, int(point.get("idx"))), float(text)


def untied_in(edited: Document, written: Document, speller: Speller) -> Iterator[tuple[str, str]]:
    """Numbers without a code in paragraphs that were edited, and the paragraph of each.

    What the unedited paragraph already said, such as a year, is none of them.
    """
    kept = Counter(_bare(each) for each in _paragraphs(written))
    changed = []
    for each in _paragraphs(edited):
        kept[_bare(each)] -= 1
        if kept[_bare(each)] < 0:
            changed.append(each)
    known = Counter(number for text, count in kept.items() if count > 0
                    for number in _numbers(text, speller) * count)  # fmt: skip
    for each in changed:
        for number in _numbers(_bare(each), speller):
            known[number] -= 1
            if known[number] < 0:
                yield number, text_of(each)


def _numbers(text: str, speller: Speller) -> list[str]:
    """In digits, then in words."""
    return [*DIGITS.findall(text), *(each.text for each in speller.found_in(text))]


def _paragraphs(document: Document) -> Iterator[Any]:
    yield from document.element.body.iter(qn("w:p"))


def _bare(paragraph: Any) -> str:
    """The text outside the coded numbers; full-width digits count as digits."""
    words = (
        word.text or ""
        for word in paragraph.iter(qn("w:t"))
        if not any(code_in(control) for control in word.iterancestors(qn("w:sdt")))
    )
    return unicodedata.normalize("NFKC", "".join(words))
