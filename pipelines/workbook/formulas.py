"""The formulas of computed cells, compiled from the catalogue once for each kind of workbook."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from xlsxwriter.utility import xl_col_to_name

from models.catalogue_model import Catalogue
from models.expression import parse
from models.expression.excel import to_sheet_value
from models.expression.excel_cells import (
    constant,
    enum_cell,
    enum_column,
    number_cell,
    number_column,
    rows_where_filled,
    text_cell,
    text_column,
)
from models.expression.formula import Column, Rows, SheetNames, Value
from models.names import Names
from models.period import Period
from models.spec.form import Field, FieldType
from pipelines.workbook.layout import LIST_FIRST_ROW, Layout, ListPlan, plan

# Formulas are compiled with these marks, then told the row and the length of each list.
ROW_MARK = "\u00abrow\u00bb"
END_MARK = "\u00abend of {alias}\u00bb"


@dataclass(frozen=True)
class FormulaWriter:
    """Knows the formula of every computed cell of one workbook."""

    catalogue: Catalogue
    layout: Layout
    period: str

    def text(self, field: Field, line: int | None) -> str:
        """The formula with its `=`; for a list field, the one of a line counted from 1."""
        marked = _compiled(self.catalogue, self.layout.kind, self.layout.quarter, self.period)
        text = marked[field.qualified].replace(ROW_MARK, str(LIST_FIRST_ROW + (line or 0)))
        for alias, listed in self.layout.lists.items():
            text = text.replace(END_MARK.format(alias=alias), str(LIST_FIRST_ROW + listed.rows))
        return f"={text}"


@cache
def _compiled(catalogue: Catalogue, kind: str, quarter: int, period: str) -> dict[str, str]:
    layout = plan(catalogue, kind, quarter, {})
    names, sheet = Names(catalogue), _sheet_names(catalogue, layout, period)
    return {
        field.qualified: to_sheet_value(parse(field.formula), names.type_of, sheet).or_blank
        for field in catalogue.fields_for(kind, quarter)
        if field.formula
    }


def _sheet_names(catalogue: Catalogue, layout: Layout, period: str) -> SheetNames:
    def cell(name: str) -> Value | None:
        if name.startswith("sys."):
            return constant(_facts(Period.parse(period))[name])
        field = catalogue.fields[name]
        if field.alias is None:
            # A cell that this kind of unit does not have is NULL, as in the warehouse.
            return _cell(field, name) if name in layout.fixed else Value('""', ("TRUE",))
        letter = xl_col_to_name(layout.lists[field.alias].columns[field.name])
        return _cell(field, f"${letter}{ROW_MARK}")

    def column(name: str) -> Column | None:
        field = catalogue.fields[name]
        return _column(field, _area(layout.lists[field.alias or ""], field))

    def rows(alias: str) -> Rows | None:
        plan_ = layout.lists[alias]
        filled = [_area(plan_, f) for f in plan_.fields if _makes_a_row(f)]
        return rows_where_filled(*filled, count=1)

    return SheetNames(cell=cell, column=column, rows=rows)


def _makes_a_row(field: Field) -> bool:
    return not field.is_system_owned and field.formula is None and field.required == "yes"


def _area(plan_: ListPlan, field: Field) -> str:
    letter = xl_col_to_name(plan_.columns[field.name])
    end = END_MARK.format(alias=field.alias)
    return f"'{plan_.form.sheet}'!${letter}${LIST_FIRST_ROW + 1}:${letter}${end}"


def _facts(period: Period) -> dict[str, date | int]:
    return {
        "sys.period_start": period.first_day,
        "sys.period_end": period.last_day,
        "sys.quarter": period.quarter,
        "sys.year": period.year,
    }


def _cell(field: Field, reference: str) -> Value:
    if field.type is FieldType.ENUM:
        return enum_cell(reference)
    return text_cell(reference) if field.type is FieldType.TEXT else number_cell(reference)


def _column(field: Field, area: str) -> Column:
    if field.type is FieldType.ENUM:
        return enum_column(area)
    return text_column(area) if field.type is FieldType.TEXT else number_column(area)
