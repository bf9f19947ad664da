"""xls and et: the binary format in an OLE file, read by xlrd; formulas have no text here."""

import io
import struct
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from pipelines.extract.book import Book, Grid, Oddity, Spot, UnreadableError
from pipelines.extract.notation import single_cell
from pipelines.extract.xlsx import refuse_twins

BOUND_SHEET, END_OF_STREAM, START = 0x0085, 0x000A, (0x0009, 0x0209, 0x0409, 0x0809)
FORMULAS = (0x0006, 0x0206, 0x0406)
HEADER = struct.Struct("<HH")
FORMULA = struct.Struct("<HHH6sH")  # row, column, style, result
NOT_A_NUMBER = 0xFFFF
NO_RESULT = 3
"""The mark of a formula whose result is an empty text, or that no program has computed."""
FIRST_REAL_DAY = 61  # 1900-02-29 never was: days before it are ambiguous


class XlsBook(Book):
    """A workbook as Excel 97 to 2003, and WPS under its own extension, write it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data
        self._book = _open(data, with_styles=False)
        self.sheets = self._book.sheet_names()
        refuse_twins(list(self.sheets))
        self._starts = dict(zip(self.sheets, _sheet_starts(self._book), strict=False))
        shown = self._book._sheet_visibility  # noqa: SLF001 else it would load every sheet
        self.hidden = {n for n, state in zip(self.sheets, shown, strict=False) if state}
        self.names = dict(self._single_names())
        self.is_1904 = bool(self._book.datemode)

    def _single_names(self) -> Iterator[tuple[str, Spot]]:
        for entry in self._book.name_obj_list:
            text = entry.result.text if entry.result is not None else None
            spot = single_cell(text or "")
            if entry.scope == -1 and spot and spot[0] in self._starts:
                yield entry.name, spot

    def _read_grid(self, sheet: str) -> Grid:
        found = self._book.sheet_by_name(sheet)
        return [[self._plain(cell) for cell in found.row(number)] for number in range(found.nrows)]

    def _plain(self, cell: Any) -> Any:
        match cell.ctype:
            case xlrd.XL_CELL_BOOLEAN:
                return bool(cell.value)
            case xlrd.XL_CELL_DATE:
                return self._day(cell.value)
            case xlrd.XL_CELL_TEXT | xlrd.XL_CELL_NUMBER:
                return cell.value
        return ""

    def _day(self, serial: float) -> datetime | float:
        """A date; the number itself where it names no certain day."""
        if not self.is_1904 and serial < FIRST_REAL_DAY:
            return serial
        day: datetime = xlrd.xldate_as_datetime(serial, self._book.datemode)
        return day

    def _read_odd(self, sheet: str) -> Mapping[tuple[int, int], Oddity]:
        formulas = dict(_formulas(self._book.mem, self._starts[sheet]))
        found = {
            at: Oddity(formula="", error=None, has_value=has_value)
            for at, has_value in formulas.items()
        }
        for row, cells in enumerate(self._book.sheet_by_name(sheet).get_rows()):
            for col, cell in enumerate(cells):
                if cell.ctype == xlrd.XL_CELL_ERROR:
                    text = xlrd.error_text_from_code.get(cell.value, "#ERR!")
                    formula = "" if (row, col) in formulas else None
                    found[row, col] = Oddity(formula=formula, error=text, has_value=True)
        return found

    @cached_property
    def _styled(self) -> Any:
        """The workbook again, with its styles."""
        return _open(self._data, with_styles=True)

    def _read_percents(self, sheet: str) -> Collection[tuple[int, int]]:
        formats = self._styled.format_map
        percents = {
            number
            for number, style in enumerate(self._styled.xf_list)
            if style.format_key in formats and "%" in formats[style.format_key].format_str
        }
        found = self._styled.sheet_by_name(sheet)
        return {
            (row, col)
            for row in range(found.nrows if percents else 0)
            for col in range(found.row_len(row))
            if found.cell_xf_index(row, col) in percents
        }


def _open(data: bytes, *, with_styles: bool) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=data,
            logfile=io.StringIO(),  # it would write to our standard output
            formatting_info=with_styles,
            on_demand=True,
            ragged_rows=True,
        )
    except xlrd.XLRDError as error:
        raise UnreadableError(_state(str(error)), str(error)) from error
    except CompDocError as error:
        raise UnreadableError("damaged", str(error)) from error


def _state(told: str) -> str:
    if "encrypted" in told:
        return "password"
    # An OLE file of another kind: a letter, a presentation.
    return "not_a_workbook" if "OLE2" in told else "damaged"


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, start of the content, length) of the records of one part of the stream."""
    depth = 0
    while at + HEADER.size <= len(stream):
        kind, length = HEADER.unpack_from(stream, at)
        at += HEADER.size
        yield kind, at, length
        depth += kind in START
        depth -= kind == END_OF_STREAM
        if depth <= 0:
            return
        at += length


def _sheet_starts(book: Any) -> list[int]:
    """Where each sheet's records start in the stream."""
    return [
        book.base + struct.unpack_from("<I", book.mem, content)[0]
        for kind, content, length in _records(book.mem, book.base)
        if kind == BOUND_SHEET and length > NO_RESULT
    ]


def _formulas(stream: bytes, start: int) -> Iterator[tuple[tuple[int, int], bool]]:
    """((row, column), whether there is a result) of the formula cells of a sheet."""
    for kind, content, length in _records(stream, start):
        if kind in FORMULAS and length >= FORMULA.size:
            row, col, _, result, mark = FORMULA.unpack_from(stream, content)
            yield (row, col), not (mark == NOT_A_NUMBER and result[0] == NO_RESULT)
