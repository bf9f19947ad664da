"""Papers read as a stranger reads them: the archive and its XML, and no code of ours."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def numbers(folder: Path) -> list[dict[str, Any]]:
    """Every number of a set, as its list tells them."""
    found: list[dict[str, Any]] = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    return found


def controls_of(file: Path) -> list[tuple[str, str]]:
    """The code of every content control and the number in it."""
    with ZipFile(file) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    return [
        (control.find(f"{W}sdtPr/{W}tag").get(f"{W}val").removeprefix("sanji-"),
         "".join(control.find(f"{W}sdtContent").itertext()).removesuffix("%"))
        for control in body.iter(f"{W}sdt")
    ]  # fmt: skip


def tables_of(file: Path) -> list[list[list[str]]]:
    """Every table, row by row; the text in a control counts."""
    with ZipFile(file) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    return [
        [["".join(cell.itertext()) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
        for table in body.iter(f"{W}tbl")
    ]


def charts_of(file: Path) -> list[float]:
    """The value of every bar and point."""
    with ZipFile(file) as archive:
        return [value for name in sorted(archive.namelist())
                if re.fullmatch(r"(word|ppt)/charts/chart\d+\.xml", name)
                for value in _values(archive.read(name))]  # fmt: skip


def _values(chart: bytes) -> Iterator[float]:
    for values in etree.fromstring(chart).iter(f"{C}val"):
        yield from (float(each.text) for each in values.iter(f"{C}v"))


def notes_of(file: Path) -> list[tuple[str, str]]:
    """The code and the number of every line of a deck's notes that holds both."""
    with ZipFile(file) as archive:
        texts = [text for name in sorted(archive.namelist())
                 if name.startswith("ppt/notesSlides/notesSlide")
                 for text in _lines(archive.read(name))]  # fmt: skip
    found = (re.fullmatch(r"(\S+) ([0-9A-Z]{7})", text) for text in texts)
    return [(each[2], each[1]) for each in found if each]


def titles_of(file: Path) -> list[str]:
    """The first text of every slide, in order."""
    with ZipFile(file) as archive:
        names = [
            name for name in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)
        ]
        names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
        return [next(_lines(archive.read(name))) for name in names]


def _lines(slide: bytes) -> Iterator[str]:
    for paragraph in etree.fromstring(slide).iter(f"{A}p"):
        yield "".join(text.text or "" for text in paragraph.iter(f"{A}t"))


CODED = {"data", "text", "rect"}


class _Coded(HTMLParser):
    """Collects numbers of a page: <data title=code>, texts and bars of a drawing by their <title>.

    The part of a stack has a code and may be too narrow for its number.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._code, self._text, self._within = "", "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in CODED:
            self._code, self._text = dict(attrs).get("title") or "", ""
        if tag in {*CODED, "title"}:
            self._within = tag

    def handle_data(self, data: str) -> None:
        if self._within == "title":
            self._code = data
        elif self._within:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in CODED:
            if self._code:
                self.found.append((self._code, self._text))
            self._within = ""
        elif tag == "title":
            self._within = ""


def coded_on_page(file: Path) -> list[tuple[str, str]]:
    """The code and the number of everything on a page that has a code."""
    reader = _Coded()
    reader.feed(file.read_text(encoding="utf-8"))
    return reader.found
