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
    letters,
    number_cell,
    number_column,
    text_cell,
    text_column,
)
from models.expression.formula import Column, Rows, SheetNames, Value
from models.names import Names
from models.period import Period
from models.spec.form import Field, FieldType
from pipelines.workbook.layout import LIST_FIRST_ROW, Layout, area_of, exist_area, plan

# Formulas are compiled with these marks, then told the row and the length of each list.
ROW_MARK = "\u00abrow\u00bb"
MARK = "\u00ab"
COUNT_MARK = "\u00abrows of {alias}\u00bb"
LETTER_MARK = "\u00abletter of {alias}\u00bb"


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
        if field.alias:
            # A row that nobody has filled has nothing to compute.
            text = f'IF(INDEX({exist_area(field.alias)},{line})=1,{text},"")'
        return f"={unmarked(text, self.layout)}"


def unmarked(text: str, layout: Layout) -> str:
    """A formula told how long the lists of this workbook are."""
    if MARK in text:
        for alias, listed in layout.lists.items():
            text = text.replace(COUNT_MARK.format(alias=alias), str(listed.rows))
            text = text.replace(LETTER_MARK.format(alias=alias), letters(max(listed.rows, 1)))
    return text


@cache
def _compiled(catalogue: Catalogue, kind: str, quarter: int, period: str) -> dict[str, str]:
    layout = plan(catalogue, kind, quarter, {})
    names, sheet = Names(catalogue), sheet_names(catalogue, layout, period)
    return {
        field.qualified: to_sheet_value(parse(field.formula), names.type_of, sheet).or_blank
        for field in catalogue.fields_for(kind, quarter)
        if field.formula
    }


def sheet_names(catalogue: Catalogue, layout: Layout, period: str) -> SheetNames:
    """Where formulas of a kind of workbook find what they name."""
    facts = _facts(catalogue, Period.parse(period))

    def cell(name: str) -> Value | None:
        if name in facts:
            return constant(facts[name])
        field = catalogue.fields.get(name)
        if field is None:
            return None
        if field.alias is None:
            # A cell that this kind of unit does not have is NULL, as in the warehouse.
            return _cell(field, name) if name in layout.fixed else Value('""', ("TRUE",))
        letter = xl_col_to_name(layout.lists[field.alias].columns[field.name])
        return _cell(field, f"${letter}{ROW_MARK}")

    def column(name: str) -> Column | None:
        field = catalogue.fields.get(name)
        return None if field is None else _column(field, area_of(field))

    def rows(alias: str) -> Rows | None:
        marks = (mark.format(alias=alias) for mark in (COUNT_MARK, LETTER_MARK))
        return Rows(exist_area(alias), *marks) if alias in layout.lists else None

    return SheetNames(cell=cell, column=column, rows=rows)


def _facts(catalogue: Catalogue, period: Period) -> dict[str, date | int | str]:
    return {
        "sys.period_code": str(period),
        "sys.period_start": period.first_day,
        "sys.period_end": period.last_day,
        "sys.quarter": period.quarter,
        "sys.template_version": catalogue.campaign.template_version,
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
