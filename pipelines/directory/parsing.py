"""Cells of a line -> values: codes, words of a list, dates and shares, or a problem."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unicodedata import normalize

from models.catalogue_model import Catalogue
from models.units import is_unit_code
from pipelines.directory.columns import (
    CODE_COLUMNS,
    DATE_COLUMNS,
    LONGEST,
    SHARE_COLUMNS,
    choices,
    meanings,
)
from pipelines.directory.problems import Problem
from pipelines.directory.reading import Line, Sheet, Value

DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
CODE_TEXT = re.compile(r"\d{12}")
OWN_CODES = frozenset({"unit_code", "from_code", "to_code"})


class NotReadError(Exception):
    """The cell does not hold what its column asks for; the message is the reason."""


@dataclass(frozen=True)
class Read:
    """A line with its cells read; a cell that is blank or wrong is not in `values`."""

    number: int
    values: dict[str, Any]
    wrong: frozenset[str] = field(default_factory=frozenset)


def parse(sheet: Sheet, catalogue: Catalogue) -> tuple[list[Read], list[Problem]]:
    """Read every line of a sheet; what cannot be read is a problem at its cell."""
    problems: list[Problem] = []
    lines = [_line(sheet, line, catalogue, problems) for line in sheet.lines]
    return lines, problems


def _line(sheet: Sheet, line: Line, catalogue: Catalogue, problems: list[Problem]) -> Read:
    values: dict[str, Any] = {}
    wrong: set[str] = set()
    for column, raw in line.values.items():
        if raw == "":
            continue
        try:
            values[column] = read_value(catalogue, column, raw)
        except NotReadError as error:
            wrong.add(column)
            words = "、".join(choices(catalogue, column))
            fills = {"choices": words, "longest": LONGEST.get(column, 0)}
            cell = sheet.cell(column, line.number)
            problems.append(Problem(str(error), column, raw, line.number, sheet.name, cell, fills))
    return Read(line.number, values, frozenset(wrong))


def read_value(catalogue: Catalogue, column: str, raw: Value) -> Any:
    """What a cell means."""
    if column in DATE_COLUMNS:
        return _date(raw)
    if column in SHARE_COLUMNS:
        return _share(raw)
    text = _text(raw)
    if choices(catalogue, column):
        return _choice(catalogue, column, text)
    if column in CODE_COLUMNS:
        return _code(column, text)
    if len(text) > LONGEST.get(column, len(text)):
        raise NotReadError("too_long")
    return text


def _text(raw: Value) -> str:
    """A code typed as a number comes without the .0 that programs give it."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).strip()


def _choice(catalogue: Catalogue, column: str, text: str) -> Any:
    known = meanings(catalogue, column)
    for each in (text, normalize("NFKC", text)):
        if each in known:
            return known[each]
    raise NotReadError("not_in_list")


def _code(column: str, text: str) -> str:
    """A code, or for a parent the name by which it is called."""
    plain = normalize("NFKC", text).replace(" ", "")
    if column == "event_id":
        return plain
    if is_unit_code(plain):
        return plain
    if column in OWN_CODES or CODE_TEXT.fullmatch(plain):
        raise NotReadError("bad_code")
    return text


def _date(raw: Value) -> date:
    if isinstance(raw, date):
        return raw
    found = DATE.fullmatch(normalize("NFKC", str(raw)).replace(" ", ""))
    try:
        return date(*(int(part) for part in found.groups())) if found else _no_date()
    except ValueError as error:
        raise NotReadError("bad_date") from error


def _no_date() -> date:
    raise NotReadError("bad_date")


def _share(raw: Value) -> float:
    text = normalize("NFKC", str(raw)).strip()
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError as error:
        raise NotReadError("bad_share") from error
    if not 0 <= share <= 1:
        raise NotReadError("bad_share")
    return share


def missing_columns(sheet: Sheet, wanted: Iterator[str]) -> list[Problem]:
    """Columns without which the sheet cannot be read."""
    return [
        Problem("no_column", column, "", None, sheet.name)
        for column in wanted
        if column not in sheet.letters
    ]
