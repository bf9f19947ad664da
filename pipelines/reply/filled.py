"""A unit's own values put back into the workbook that was issued to it: nothing is lost.

What the system owns stands as issued, computed cells have their formula again, everything else
stands as the unit filled it: read where it could be read, as typed where it could not.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple

from models.catalogue_model import Catalogue
from models.spec.form import Field, FieldType, Form
from pipelines.workbook.content import Raw, Row, Sheetful, Value

ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})

Spot = tuple[str, int | None]
Cell = Mapping[str, Any]


class Filled(NamedTuple):
    """What the system put in, line by line as the unit has its rows, and what stands there."""

    prefill: Sheetful
    shown: Sheetful


def refill(catalogue: Catalogue, issued: Sheetful, cells: Iterable[Cell]) -> Filled:
    """Put together the workbook.

    Args:
        catalogue: what the fields are.
        issued: what was put in when it was issued.
        cells: the unit's cells: field, line, typed, kind, plain, number, text, date.
    """
    held = {(cell["field"], cell["line"]): cell for cell in cells}
    values: dict[str, Value] = {}
    for field in catalogue.fields.values():
        if field.alias is None:
            owned = issued.values.get(field.name) if field.is_system_owned else None
            values[field.name] = _value(field, owned, held.get((field.name, None)))
    lists = {
        alias: _rows(form, issued.rows.get(alias, ()), held)
        for alias, form in catalogue.aliases.items()
    }
    return Filled(
        Sheetful(issued.values, {alias: pair[0] for alias, pair in lists.items()}),
        Sheetful(values, {alias: pair[1] for alias, pair in lists.items()}),
    )


def _rows(
    form: Form, issued: Iterable[Row], held: Mapping[Spot, Cell]
) -> tuple[list[Row], list[Row]]:
    """The issued rows and the shown ones, each in the line in which the unit has it."""
    lines = _lines(form, list(issued), held)
    shown: list[Row] = [
        {
            field.name: _value(
                field,
                row.get(field.name) if field.is_system_owned else None,
                held.get((field.qualified, line)),
            )
            for field in form.fields
        }
        for line, row in enumerate(lines, start=1)
    ]
    return lines, shown


def _lines(form: Form, issued: list[Row], held: Mapping[Spot, Cell]) -> list[Row]:
    """What was issued for each line: by the row's id; rows left blank keep free lines."""
    filled = {line for name, line in held if line and name.startswith(f"{form.alias}.")}
    key = f"{form.alias}.{form.key}"
    ids = {line: _text(held.get((key, line))) for line in filled}
    by_id = {str(row.get(form.key or "")): row for row in issued}
    rest = [row for id_, row in by_id.items() if id_ not in set(ids.values())]
    lines: list[Row] = []
    while rest or len(lines) < max(filled, default=0):
        line = len(lines) + 1
        if line in filled:
            lines.append(by_id.get(ids[line] or "", {}))
        else:
            lines.append(rest.pop(0) if rest else {})
    return lines


def _text(cell: Cell | None) -> str | None:
    return cell["text"] if cell else None


def _value(field: Field, owned: Value, cell: Cell | None) -> Value:
    if owned is not None:
        return owned
    return as_filled(field, cell) if cell and field.formula is None else None


def as_filled(field: Field, cell: Cell) -> Value:
    """What the unit has in a cell; a formula of its own comes back as text, never to run."""
    typed, kind = cell["typed"], cell["kind"]
    if typed is None or cell["plain"] is None:
        return None
    if kind == "error":
        return Raw("error" if typed in ERRORS else "text", typed)
    if kind == "uncached":
        # As text it would be the answer of a text cell; there the comment shows it.
        return None if field.type is FieldType.TEXT else Raw("text", typed)
    return _read(field, cell, typed, kind)


def _read(field: Field, cell: Cell, typed: str, kind: str) -> Value:
    if cell["text"] is not None:
        return str(cell["text"])
    if cell["date"] is not None:
        return cell["date"]  # type: ignore[no-any-return]
    if field.type is FieldType.ENUM and cell["number"] is not None:
        return int(cell["number"])
    if kind == "number" and isfinite(float(typed)):
        # Every digit that was typed: a rounded one would be another value.
        return Raw("number", typed)
    return Raw("text", typed) if cell["number"] is None else Decimal(cell["number"])
