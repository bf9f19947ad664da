"""XML of Excel 2003 (SpreadsheetML), which WPS and old exports save under the name .xls."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from lxml import etree

from pipelines.extract.book import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Book,
    Grid,
    Oddity,
    Spot,
    UnreadableError,
)
from pipelines.extract.notation import from_r1c1, single_cell_r1c1
from pipelines.extract.xlsx import refuse_twins

SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
X = "{urn:schemas-microsoft-com:office:excel}"
BLANK_ROW: list[Any] = []


class SpreadsheetMLBook(Book):
    """A workbook as one XML file, read strictly."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableError("doctype")
        if root.tag != f"{SS}Workbook":
            raise UnreadableError("markup", str(root.tag))
        found = list(root.iterchildren(f"{SS}Worksheet"))
        self.sheets = [str(sheet.get(f"{SS}Name")) for sheet in found]
        refuse_twins(list(self.sheets))
        self._sheets = dict(zip(self.sheets, found, strict=True))
        self.hidden = {name for name, sheet in self._sheets.items() if _is_hidden(sheet)}
        self.is_1904 = root.find(f"{X}ExcelWorkbook/{X}Date1904") is not None
        self.names = dict(self._single_names(root))

    def _single_names(self, root: etree._Element) -> Iterator[tuple[str, Spot]]:
        for entry in root.iterfind(f"{SS}Names/{SS}NamedRange"):
            spot = single_cell_r1c1(entry.get(f"{SS}RefersTo") or "")
            if spot and spot[0] in self._sheets:
                yield str(entry.get(f"{SS}Name")), spot

    def _read_grid(self, sheet: str) -> Grid:
        grid: list[list[Any]] = []
        for row, col, cell in _cells(self._sheets[sheet]):
            grid.extend([BLANK_ROW] * (row - len(grid)))
            if row == len(grid):
                grid.append([])
            grid[row].extend([""] * (col - len(grid[row])))
            grid[row].append(_value(cell.find(f"{SS}Data")))
        return grid

    def _read_odd(self, sheet: str) -> Mapping[tuple[int, int], Oddity]:
        found = {}
        for row, col, cell in _cells(self._sheets[sheet]):
            formula, data = cell.get(f"{SS}Formula"), cell.find(f"{SS}Data")
            error = None
            if data is not None and data.get(f"{SS}Type") == "Error":
                error = "".join(map(str, data.itertext())) or "#ERR!"
            if formula is not None or error:
                told = None if formula is None else from_r1c1(formula, row, col)
                found[row, col] = Oddity(told, error, has_value=data is not None)
        return found

    def _read_percents(self, sheet: str) -> Collection[tuple[int, int]]:
        found = self._sheets[sheet]
        styles = found.getparent().iterfind(f"{SS}Styles/{SS}Style")
        shown = {each.get(f"{SS}ID") for each in styles if _is_percent(each)}
        return {(row, col) for row, col, cell in _cells(found) if cell.get(f"{SS}StyleID") in shown}


def _is_percent(style: etree._Element) -> bool:
    number = style.find(f"{SS}NumberFormat")
    told = "" if number is None else number.get(f"{SS}Format", "")
    return "%" in told or told == "Percent"


def _is_hidden(sheet: etree._Element) -> bool:
    told = sheet.find(f"{X}WorksheetOptions/{X}Visible")
    return told is not None and told.text != "SheetVisible"


def _cells(sheet: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """Yield (row, column, cell): a place is told by an index, else it is the next one."""
    row, count = -1, 0
    for line in sheet.iterfind(f"{SS}Table/{SS}Row"):
        row = int(line.get(f"{SS}Index", row + 2)) - 1
        col = -1
        for cell in line.iterchildren(f"{SS}Cell"):
            before, col = col, int(cell.get(f"{SS}Index", col + 2)) - 1
            count += 1
            if not (before < col < MOST_COLUMNS and 0 <= row < MOST_ROWS and count < MOST_CELLS):
                raise UnreadableError("damaged", "cells out of order")
            yield row, col, cell
            col += int(cell.get(f"{SS}MergeAcross", "0"))
        row += int(line.get(f"{SS}Span", "0"))


def _value(data: etree._Element | None) -> Any:
    if data is None:
        return ""
    text = "".join(map(str, data.itertext()))
    match data.get(f"{SS}Type"):
        case "Number":
            return float(text)
        case "DateTime":
            return _day(text)
        case "Boolean":
            return text == "1"
        case "Error":
            return ""
    return text


def _day(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
