"""An archived workbook through another reader: openpyxl and the names defined in the file.

Shares the catalogue with the program, and nothing of how it finds, reads or cleans cells.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from models.catalogue_model import Catalogue
from models.expression import parse
from models.period import Period
from models.spec.form import Field, FieldType
from tests.oracle import evaluate

PLACE = re.compile(r"'?(?P<sheet>[^'!]+)'?!\$(?P<column>[A-Z]+)\$(?P<row>\d+)")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
Values = dict[str, Any]


@dataclass
class Book:
    """What one workbook says: fixed values, list rows, and the text of every cell by its place."""

    values: Values = field(default_factory=dict)
    rows: dict[str, list[Values]] = field(default_factory=dict)
    cells: dict[tuple[str, str], Any] = field(default_factory=dict)
    places: dict[tuple[str, int | None], tuple[str, str]] = field(default_factory=dict)
    by_line: dict[tuple[str, int], Values] = field(default_factory=dict)
    codes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def said(self, name: str, line: int | None) -> Any:
        """What stands in a field, computed ones computed again."""
        alias, _, column = name.rpartition(".")
        return self.values.get(name) if line is None else self.by_line[alias, line].get(column)


def read_book(content: bytes, catalogue: Catalogue, period: Period) -> Book:
    """Read a workbook by the names in it; computed fields are computed again."""
    # By its bytes: archived files have no ending, and openpyxl goes by endings.
    sheets = openpyxl.load_workbook(BytesIO(content), data_only=True)
    book = Book(rows={alias: [] for alias in catalogue.aliases}, codes=catalogue.codes)
    named = {name: PLACE.fullmatch(each.attr_text) for name, each in sheets.defined_names.items()}
    heads: dict[str, dict[str, re.Match[str]]] = {alias: {} for alias in catalogue.aliases}
    for each in catalogue.fields.values():
        found = named.get(each.qualified.replace(".", "__"))
        if found is None:
            continue
        if each.alias:
            heads[each.alias][each.name] = found
        else:
            place = found["sheet"], f"{found['column']}{found['row']}"
            book.values[each.name] = _seen(book, sheets[place[0]], each, place, None)
    for alias, columns in heads.items():
        if columns:
            book.rows[alias] = list(_rows(book, sheets, catalogue, alias, columns))
    _compute(book, catalogue, period)
    return book


def _rows(
    book: Book,
    sheets: openpyxl.Workbook,
    catalogue: Catalogue,
    alias: str,
    columns: Mapping[str, re.Match[str]],
) -> Iterator[Values]:
    """The rows under the heads of a list that have an id."""
    key = catalogue.aliases[alias].key
    first = columns[key]
    sheet = sheets[first["sheet"]]
    for line, row in enumerate(range(int(first["row"]) + 1, sheet.max_row + 1), start=1):
        places = {name: (first["sheet"], f"{at['column']}{row}") for name, at in columns.items()}
        said = {
            name: _seen(book, sheet, catalogue.fields[f"{alias}.{name}"], place, line)
            for name, place in places.items()
        }
        if said[key] is not None:
            book.by_line[alias, line] = said
            yield said


def _seen(
    book: Book, sheet: Worksheet, each: Field, place: tuple[str, str], line: int | None
) -> Any:
    raw = sheet[place[1]].value
    book.cells[place] = raw
    book.places[each.qualified, line] = place
    labels = {label: code for code, label in book.codes.get(each.enum or "", {}).items()}
    return meant(labels.get(raw, raw), each.type)


def meant(raw: Any, kind: FieldType) -> Any:
    """What a cell says, read in the plainest way; what is not plain says nothing."""
    if isinstance(raw, dt.datetime | dt.date):
        return raw.isoformat()[:10] if kind is FieldType.DATE else None
    text = unicodedata.normalize("NFKC", str(raw if raw is not None else "")).strip()
    if kind is FieldType.TEXT:
        return text or None
    if kind is FieldType.DATE:
        parts = re.findall(r"\d+", text)
        return f"{parts[0]}-{int(parts[1]):02}-{int(parts[2]):02}" if len(parts) == 3 else None
    if kind is FieldType.ENUM:
        text = text.partition("=")[0].strip()
    text = text.replace(",", "")
    return float(text) if NUMBER.fullmatch(text) else None


def _compute(book: Book, catalogue: Catalogue, period: Period) -> None:
    """Rows first, then the form: a result in the file is never believed."""
    facts = {
        "sys.quarter": period.quarter,
        "sys.period_start": period.first_day,
        "sys.period_end": period.last_day,
    }
    computed = [each for each in catalogue.fields.values() if each.formula]
    for each in computed:
        if each.alias:
            for row in book.rows[each.alias]:
                own = {f"{each.alias}.{name}": value for name, value in row.items()}
                row[each.name] = _told(evaluate(each.formula or "", {**facts, **own}))
    waiting = [each for each in computed if not each.alias and each.name in book.values]
    for each in sorted(waiting, key=lambda one: _depth(one, catalogue)):
        given = {**book.values, **facts, **book.rows}
        book.values[each.name] = _told(evaluate(each.formula or "", given))


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _depth(each: Field, catalogue: Catalogue) -> int:
    """How many computed fields stand behind one another."""
    names = parse(each.formula or "").names() & catalogue.fields.keys()
    return max((1 + _depth(catalogue.fields[name], catalogue) for name in names
                if catalogue.fields[name].formula), default=0)  # fmt: skip
