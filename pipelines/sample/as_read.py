"""A workbook of the sample as its cells would be read: for work that needs no file on the disk."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.form import Field
from pipelines.issue import Planned
from pipelines.sample.writing import as_text
from pipelines.workbook.content import Raw
from pipelines.workbook.layout import Place, plan

ReadCell = tuple[str, str, str, str, int | None, str | None, str, str | None]
"""Sheet, cell, form, field, line, typed text, kind, formula."""


def cells_of(catalogue: Catalogue, planned: Planned) -> Iterator[ReadCell]:
    """Every declared cell of the workbook; of lists, the rows in which the unit filled a cell."""
    rows = {alias: len(some) for alias, some in planned.prefill.rows.items()}
    quarter = Period.parse(planned.issue.period).quarter
    layout = plan(catalogue, planned.unit.unit_kind, quarter, rows)
    for name, place in layout.fixed.items():
        yield _cell(catalogue.fields[name], place, None, planned.shown.values.get(name))
    for alias, listed in layout.lists.items():
        for line, row in enumerate(planned.shown.rows.get(alias, ()), start=1):
            if any(row.get(item.name) is not None for item in listed.fields if _is_filled(item)):
                for item in listed.fields:
                    yield _cell(item, listed.place(item, line), line, row.get(item.name))


def _is_filled(item: Field) -> bool:
    return not item.is_system_owned and item.formula is None


def _cell(item: Field, place: Place, line: int | None, value: Any) -> ReadCell:
    if isinstance(value, Raw):
        typed: str | None = value.text
        kind: str = value.kind
    else:
        typed = None if value is None else as_text(value)
        kind = _kind(value)
    return place.sheet, place.cell, item.form, item.qualified, line, typed, kind, None


def _kind(value: Any) -> str:
    if value is None:
        return "blank"
    if isinstance(value, date):
        return "date"
    return "text" if isinstance(value, str) else "number"
