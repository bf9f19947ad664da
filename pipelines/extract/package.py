"""The parts of an xlsx package that a value reader does not show: names, formulas, errors."""

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import Any, cast

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
REFERENCE = re.compile(r"^'?(?P<sheet>(?:[^']|'')+?)'?!\$?(?P<col>[A-Z]{1,3})\$?(?P<row>[0-9]+)$")
# A formula element or an error cell, in any prefix, quoting or UTF-16: only where this matches
# is the sheet worth parsing a second time.
ODD = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]|t\s*=\s*[\"']e[\"']|\x00", re.ASCII)
CELL = re.compile(r"^([A-Z]{1,3})([0-9]+)$")


@dataclass(frozen=True)
class Oddity:
    """A cell that is more than a plain value: a formula, an error, or both."""

    formula: str | None
    error: str | None
    has_value: bool


class Package:
    """Read-only view of the XML of a workbook; entities and the network are off."""

    def __init__(self, path: str) -> None:
        self._zip = zipfile.ZipFile(path)
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        self.book = self._parse("xl/workbook.xml")
        self.ns = STRICT if self.book.tag.startswith(STRICT) else MAIN

    def _parse(self, part: str) -> etree._Element:
        return etree.fromstring(self._zip.read(part), self._parser)

    def sheet_parts(self) -> dict[str, str]:
        """Sheet name -> the part that holds it."""
        links = self._parse("xl/_rels/workbook.xml.rels")
        targets = {str(link.get("Id")): str(link.get("Target")) for link in links}
        return {
            str(sheet.get("name")): _part(targets[_relation(sheet)])
            for sheet in self.book.iter(f"{self.ns}sheet")
            if _relation(sheet) in targets
        }

    def names(self) -> dict[str, tuple[str, int, int]]:
        """Defined name -> (sheet, row, column), rows and columns from 0, for single cells."""
        found = {}
        for entry in self.book.iter(f"{self.ns}definedName"):
            match = REFERENCE.match(entry.text or "")
            if match and entry.get("localSheetId") is None:
                sheet = match["sheet"].replace("''", "'")
                found[str(entry.get("name"))] = (sheet, int(match["row"]) - 1, column(match["col"]))
        return found

    def oddities(self, part: str) -> dict[tuple[int, int], Oddity]:
        """Formula and error cells of a sheet part by (row, column) from 0."""
        body = self._zip.read(part)
        if not ODD.search(body):
            return {}
        tree = etree.fromstring(body, self._parser)
        path = "//*[local-name()='c'][*[local-name()='f'] or @t='e']"
        found = {}
        # An XPath may also give texts and numbers; this one gives elements.
        nodes: list[etree._Element] = cast(Any, tree.xpath(path))
        for node in nodes:
            match = CELL.match(str(node.get("r")))
            if match:
                found[int(match[2]) - 1, column(match[1])] = self._oddity(node)
        return found

    def _oddity(self, node: etree._Element) -> Oddity:
        formula, value = node.find(f"{self.ns}f"), node.find(f"{self.ns}v")
        text = value.text if value is not None else None
        return Oddity(
            formula=None if formula is None else (formula.text or ""),
            error=text if node.get("t") == "e" else None,
            has_value=text is not None and (text != "" or node.get("t") == "str"),
        )


def column(letters: str) -> int:
    """Column number from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _relation(sheet: etree._Element) -> str:
    return str(sheet.get(RELATION) or sheet.get(STRICT_RELATION))


def _part(target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join("xl", target))
