"""Word files read as a stranger reads them: the archive and its XML, and no code of ours."""

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


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
                if re.fullmatch(r"word/charts/chart\d+\.xml", name)
                for value in _values(archive.read(name))]  # fmt: skip


def _values(chart: bytes) -> Iterator[float]:
    for values in etree.fromstring(chart).iter(f"{C}val"):
        yield from (float(each.text) for each in values.iter(f"{C}v"))
