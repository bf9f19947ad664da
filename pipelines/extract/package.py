"""The parts of an xlsx package that a value reader does not show: names, formulas, errors."""

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO

from lxml import etree

from pipelines.extract.book import Oddity, Spot, column
from pipelines.extract.notation import single_cell

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
# What a formula element or an error cell looks like in any prefix, quoting or UTF-16: only where
# one of these is found is the sheet worth parsing a second time.
FORMULA = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b"<f\n", b"<f\r", b"<f\t", b"\x00")
ERROR = (b'"e"', b"'e'", b"\x00")
CELL = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
# A cell with something in it, at an address; what the package reader skips is not looked at here.
FILLED = re.compile(
    rb"""<(?:\w+:)?c\b[^<>]*?\sr\s*=\s*["']([A-Z]{1,3}[0-9]{1,7})["'](?![^<>]*/>)"""
)
PERCENT_FORMATS = frozenset({"9", "10"})
STYLES = "xl/styles.xml"
TRUE = frozenset({"1", "true", "on"})


class Package:
    """Read-only view of the XML of a workbook; entities and the network are off."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(BytesIO(data))
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        self.book = self._parse("xl/workbook.xml")
        self.ns = STRICT if str(self.book.tag).startswith(STRICT) else MAIN

    def _parse(self, part: str) -> etree._Element:
        return etree.fromstring(self._zip.read(part), self._parser)

    def sheets(self) -> list[tuple[str, str, bool]]:
        """(name, part that holds it, whether it is hidden) of every worksheet, in order."""
        links = self._parse("xl/_rels/workbook.xml.rels")
        targets = {str(link.get("Id")): str(link.get("Target")) for link in links}
        return [
            (
                str(sheet.get("name")),
                _part(targets[_relation(sheet)]),
                sheet.get("state", "visible") != "visible",
            )
            for sheet in self.book.iter(f"{self.ns}sheet")
            if _relation(sheet) in targets
        ]

    def names(self) -> dict[str, Spot]:
        """Defined name -> cell, for names of the whole workbook that mean a single cell."""
        found = {}
        for entry in self.book.iter(f"{self.ns}definedName"):
            spot = single_cell(entry.text or "")
            if spot and entry.get("localSheetId") is None:
                found[str(entry.get("name"))] = spot
        return found

    @property
    def is_1904(self) -> bool:
        """Whether days count from 1904, as on early Macintosh computers."""
        told = self.book.find(f"{self.ns}workbookPr")
        return told is not None and told.get("date1904") in TRUE

    def oddities(self, part: str) -> dict[tuple[int, int], Oddity]:
        """Formula and error cells of a sheet part by (row, column) from 0."""
        body = self._zip.read(part)
        has_error = any(mark in body for mark in ERROR)
        if not has_error and not any(mark in body for mark in FORMULA):
            return {}
        found = {}
        tree = etree.fromstring(body, self._parser)
        for node in self._odd_cells(tree, with_errors=has_error):
            match = CELL.match(str(node.get("r")))
            if match:
                found[int(match[2]) - 1, column(match[1])] = self._oddity(node)
        return found

    def _odd_cells(self, tree: etree._Element, *, with_errors: bool) -> Iterator[etree._Element]:
        for formula in tree.iter(f"{self.ns}f"):
            cell = formula.getparent()
            if cell is not None:
                yield cell
        if with_errors:
            yield from (cell for cell in tree.iter(f"{self.ns}c") if cell.get("t") == "e")

    def _oddity(self, node: etree._Element) -> Oddity:
        formula, value = node.find(f"{self.ns}f"), node.find(f"{self.ns}v")
        text = value.text if value is not None else None
        return Oddity(
            formula=None if formula is None else (formula.text or ""),
            error=text if node.get("t") == "e" else None,
            has_value=text is not None and (text != "" or node.get("t") == "str"),
        )

    def repeated(self, part: str) -> str | None:
        """An address at which two filled cells of a sheet part stand, if there is one."""
        places = FILLED.findall(self._zip.read(part))
        if len(set(places)) == len(places):
            return None
        place: bytes = Counter(places).most_common(1)[0][0]
        return place.decode("ascii")

    def percents(self, part: str) -> set[tuple[int, int]]:
        """Cells of a sheet part, by (row, column) from 0, whose number format is a percentage."""
        styles = self._percent_styles
        if not styles:
            return set()
        tree = etree.fromstring(self._zip.read(part), self._parser)
        shown = (c.get("r") for c in tree.iter(f"{self.ns}c") if c.get("s", "0") in styles)
        places = (CELL.match(str(cell)) for cell in shown)
        return {(int(at[2]) - 1, column(at[1])) for at in places if at}

    @cached_property
    def _percent_styles(self) -> frozenset[str]:
        """Numbers of the cell styles that show a percentage; a package may have no styles."""
        if STYLES not in self._zip.namelist():
            return frozenset()
        styles = self._parse(STYLES)
        custom = {
            str(each.get("numFmtId")): str(each.get("formatCode"))
            for each in styles.iter(f"{self.ns}numFmt")
        }
        formats = (each.get("numFmtId", "0") for each in styles.iterfind(f"{self.ns}cellXfs/*"))
        return frozenset(
            str(style)
            for style, number in enumerate(formats)
            if "%" in custom.get(number, "") or number in PERCENT_FORMATS
        )


def _relation(sheet: etree._Element) -> str:
    return str(sheet.get(RELATION) or sheet.get(STRICT_RELATION))


def _part(target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join("xl", target))
