"""Where every cell stands, decided from the catalogue alone: kind of unit, quarter, list rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_rowcol_to_cell

from models.catalogue_model import Catalogue
from models.spec.form import Field, Form

TITLE_ROW, NOTE_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2, 3
CODE_COL, LABEL_COL, VALUE_COL, UOM_COL, HINT_COL, STATE_COL = range(6)
LIST_CODE_ROW, LIST_HEADER_ROW, LIST_FIRST_ROW = 2, 3, 4

META_SHEET = "_meta"
CODES_SHEET = "字典"
CHECKS_SHEET = "_checks"
EXIST_COL = 12
"""The first of the hidden columns that say which rows of each list exist, beside those rows."""
META_KEYS = ("issue_id", "unit_code", "period", "template_version", "layout", "token")


@dataclass(frozen=True)
class Place:
    """A cell: sheet, and row and column counted from 0."""

    sheet: str
    row: int
    col: int

    @property
    def cell(self) -> str:
        """The address as people read it: C5."""
        return str(xl_rowcol_to_cell(self.row, self.col))

    @property
    def absolute(self) -> str:
        """The address as a defined name wants it, sheet included."""
        address = xl_rowcol_to_cell(self.row, self.col, row_abs=True, col_abs=True)
        return f"'{self.sheet}'!{address}"


@dataclass(frozen=True)
class ListPlan:
    """A list sheet: its columns and the rows that are there to be filled."""

    form: Form
    fields: tuple[Field, ...]
    rows: int

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column name -> its place from 0."""
        return {field.name: number for number, field in enumerate(self.fields)}

    def place(self, field: Field, line: int) -> Place:
        """The cell of a column in a line counted from 1."""
        return Place(self.form.sheet, LIST_FIRST_ROW + line - 1, self.columns[field.name])

    def column(self, field: Field) -> str:
        """The column's data rows as an absolute range, sheet included."""
        first, last = self.place(field, 1), self.place(field, self.rows)
        start = xl_rowcol_to_cell(first.row, first.col, row_abs=True, col_abs=True)
        end = xl_rowcol_to_cell(last.row, last.col, row_abs=True, col_abs=True)
        return f"'{self.form.sheet}'!{start}:{end}"


@dataclass(frozen=True)
class Layout:
    """The sheets of one unit's workbook in one quarter."""

    kind: str
    quarter: int
    forms: tuple[tuple[Form, tuple[Field, ...]], ...]
    rows: Mapping[str, int]

    @cached_property
    def fixed(self) -> dict[str, Place]:
        """Field name -> cell, for the fixed sheets."""
        return {
            field.name: Place(form.sheet, FIRST_ROW + number, VALUE_COL)
            for form, fields in self.forms
            if form.kind == "fixed"
            for number, field in enumerate(fields)
        }

    @cached_property
    def lists(self) -> dict[str, ListPlan]:
        """Alias -> plan, for the list sheets."""
        return {
            form.alias: ListPlan(form, fields, self.rows.get(form.alias, 0))
            for form, fields in self.forms
            if form.alias
        }

    def exist_col(self, alias: str) -> int:
        """The hidden column that says which rows of a list exist."""
        return EXIST_COL + list(self.lists).index(alias)

    @cached_property
    def checksum(self) -> str:
        """A fingerprint of which cell stands where, list lengths left out."""
        text = "|".join(f"{name}@{place.sheet}!{place.cell}" for name, place in self.fixed.items())
        for plan in self.lists.values():
            text += "|" + ",".join(field.qualified for field in plan.fields)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def area_of(field: Field) -> str:
    """The name of a list column's rows: `l3_closed_date_rows`."""
    return f"{field.alias}_{field.name}_rows"


def exist_area(alias: str) -> str:
    """The name of the hidden column that says by 1 and 0 which rows of a list exist."""
    return f"{alias}_rows"


def plan(catalogue: Catalogue, kind: str, quarter: int, rows: Mapping[str, int]) -> Layout:
    """Lay out the workbook of a kind of unit in a quarter; `rows` counts the lines of lists."""
    due = {field.qualified for field in catalogue.fields_for(kind, quarter)}
    forms = tuple(
        (form, fields)
        for form in catalogue.forms.values()
        if (fields := tuple(field for field in form.fields if field.qualified in due))
    )
    return Layout(kind=kind, quarter=quarter, forms=forms, rows=dict(rows))
