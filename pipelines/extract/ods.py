"""ods: everything from content.xml in one pass; repeated cells are counted before they are made."""

import zipfile
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
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
from pipelines.extract.notation import from_open_formula, single_cell
from pipelines.extract.xlsx import refuse_twins

SPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
TABLE, OFFICE, TEXT, STYLE = (
    "{" + SPACE.format(name) + "}" for name in ("table", "office", "text", "style")
)
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
ENCRYPTED = b"encryption-data"
NUMBERS = frozenset({"float", "currency", "percentage"})
BLANK_ROW: list[Any] = []


class OdsBook(Book):
    """An OpenDocument spreadsheet."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        package = zipfile.ZipFile(BytesIO(data))
        listed = "META-INF/manifest.xml"
        if listed in package.namelist() and ENCRYPTED in package.read(listed):
            raise UnreadableError("password")
        reading = _Reading()
        reading.read(package.read("content.xml"))
        self._read = reading
        self.sheets = list(reading.grids)
        refuse_twins(reading.tables)
        self.hidden = reading.hidden
        self.is_1904 = reading.is_1904
        self.names = {n: spot for n, spot in reading.names.items() if spot[0] in reading.grids}

    def _read_grid(self, sheet: str) -> Grid:
        return self._read.grids[sheet]

    def _read_odd(self, sheet: str) -> Mapping[tuple[int, int], Oddity]:
        return self._read.odd[sheet]

    def _read_percents(self, sheet: str) -> Collection[tuple[int, int]]:
        return {(row, col) for name, row, col in self._read.percents if name == sheet}


class _Reading:
    """What one pass over the content leaves behind."""

    def __init__(self) -> None:
        self.grids: dict[str, list[list[Any]]] = {}
        self.odd: dict[str, dict[tuple[int, int], Oddity]] = {}
        self.names: dict[str, Spot] = {}
        self.percents: set[Spot] = set()
        self.hidden: set[str] = set()
        self.tables: list[str] = []
        self.is_1904 = False
        self._unseen: set[str] = set()  # the styles of hidden sheets
        self._cells = 0
        self._gap = 0  # blank rows that count only if something follows

    def read(self, content: bytes) -> None:
        steps = etree.iterparse(
            BytesIO(content),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )
        for event, node in steps:
            if event == "start" and node.tag == f"{TABLE}table":
                self._open_table(node)
            elif event == "end":
                self._ended(node)

    def _open_table(self, node: etree._Element) -> None:
        name = str(node.get(f"{TABLE}name"))
        self.tables.append(name)
        self.grids[name], self.odd[name] = [], {}
        self._gap = 0
        if node.get(f"{TABLE}style-name") in self._unseen:
            self.hidden.add(name)

    def _ended(self, node: etree._Element) -> None:
        match node.tag:
            case tag if tag == f"{TABLE}table-row":
                self._row(node)
                node.clear()
            case tag if tag == f"{TABLE}named-range":
                self._name(node)
            case tag if tag == f"{STYLE}style":
                shown = node.find(f"{STYLE}table-properties")
                if shown is not None and shown.get(f"{TABLE}display") == "false":
                    self._unseen.add(str(node.get(f"{STYLE}name")))
            case tag if tag == f"{TABLE}null-date":
                self.is_1904 = str(node.get(f"{TABLE}date-value")).startswith("1904")

    def _name(self, node: etree._Element) -> None:
        """A name of the whole workbook; those of a sheet stand inside its table."""
        above = node.getparent()
        owner = above.getparent() if above is not None else None
        spot = single_cell(node.get(f"{TABLE}cell-range-address") or "")
        if spot and owner is not None and owner.tag == f"{OFFICE}spreadsheet":
            self.names[str(node.get(f"{TABLE}name"))] = spot

    def _row(self, node: etree._Element) -> None:
        sheet = self.tables[-1]
        grid = self.grids[sheet]
        times = _repeated(node, "rows")
        first = len(grid) + self._gap
        cells = list(self._row_cells(sheet, first, node))
        if first + times > MOST_ROWS:
            times = max(0, MOST_ROWS - first)
        if not cells:
            self._gap += times
            return
        self._count(len(cells) * times)
        grid.extend([BLANK_ROW] * self._gap)
        self._gap = 0
        values: list[Any] = [""] * (cells[-1][0] + 1)
        for col, value in cells:
            values[col] = value
        grid.extend([values] * times)
        for again in range(1, times):
            for col in [at for row, at in self.odd[sheet] if row == first]:
                self.odd[sheet][first + again, col] = self.odd[sheet][first, col]

    def _row_cells(self, sheet: str, row: int, node: etree._Element) -> Iterator[tuple[int, Any]]:
        """(column, value) of the cells in which something stands."""
        col = 0
        for cell in node.iterchildren(*CELLS):
            times = _repeated(cell, "columns")
            value, oddity = _content(cell)
            if value != "" or oddity is not None:
                times = min(times, MOST_COLUMNS - col)
                for at in range(col, col + times):
                    if oddity is not None:
                        self.odd[sheet][row, at] = oddity
                    if cell.get(f"{OFFICE}value-type") == "percentage":
                        self.percents.add((sheet, row, at))
                    yield at, value
            col += times

    def _count(self, more: int) -> None:
        self._cells += more
        if self._cells > MOST_CELLS:
            raise UnreadableError("damaged", "repeated cells")


def _repeated(node: etree._Element, what: str) -> int:
    return max(1, int(node.get(f"{TABLE}number-{what}-repeated", "1")))


def _content(cell: etree._Element) -> tuple[Any, Oddity | None]:
    """(value, oddity) of a cell; the value of an error is its text in the oddity."""
    kind = cell.get(f"{OFFICE}value-type")
    formula = cell.get(f"{TABLE}formula")
    told = None if formula is None else from_open_formula(formula)
    if cell.get(f"{CALC}value-type") == "error":
        return "", Oddity(told, _shown(cell) or "#ERR!", has_value=True)
    value = _value(cell, kind)
    if told is None:
        return value, None
    return value, Oddity(told, None, has_value=kind is not None)


def _value(cell: etree._Element, kind: str | None) -> Any:
    if kind in NUMBERS:
        return float(cell.get(f"{OFFICE}value", "nan"))
    if kind == "date":
        return _day(cell.get(f"{OFFICE}date-value", ""))
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    return _text(cell) if kind else ""


def _day(text: str) -> date | datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _text(cell: etree._Element) -> str:
    told = cell.get(f"{OFFICE}string-value")
    return _shown(cell) if told is None else told


def _shown(cell: etree._Element) -> str:
    return "\n".join("".join(_pieces(part)) for part in cell.iterchildren(f"{TEXT}p"))


def _pieces(node: etree._Element) -> Iterator[str]:
    """The text of a paragraph; runs of blanks, tabs and breaks are elements in this format."""
    yield node.text or ""
    for child in node:
        if child.tag == f"{TEXT}s":
            yield " " * int(child.get(f"{TEXT}c", "1"))
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif child.tag != f"{OFFICE}annotation":
            yield from _pieces(child)
        yield child.tail or ""
