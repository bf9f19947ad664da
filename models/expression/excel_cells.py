"""How cells of each type are read: as a value, or, for a list column, as an array.

A cell is NULL when it is blank, holds "" or holds what cannot be read as its type.
"""

import datetime as dt

from models.expression.formula import Column, Rows, Value, sheet_text

# TEXT has a fourth form for what is no number; IF would not do it for every row of an array.
NUMBER_OR_ZERO = '"0.000000;-0.000000;0;""0"""'


def number_cell(ref: str) -> Value:
    """Read a cell that holds a number or a date."""
    return Value(ref, (f"NOT(ISNUMBER({ref}))",))


def text_cell(ref: str) -> Value:
    """Read a cell that holds a text."""
    return Value(ref, (f"LEN({ref})=0",))


def enum_cell(ref: str) -> Value:
    """Read the code of a cell that holds `1=是`."""
    code = f"VALUE({_code(ref)})"
    return Value(code, (f"ISERROR({code})",))


def constant(value: float | str | dt.date) -> Value:
    """Write a value that is known when the workbook is made."""
    if isinstance(value, dt.date):
        return Value(f"DATE({value.year},{value.month},{value.day})")
    return Value(sheet_text(value) if isinstance(value, str) else f"({value!r})")


def number_column(area: str) -> Column:
    """Read a column of numbers or dates."""
    return Column(f"VALUE(TEXT({area},{NUMBER_OR_ZERO}))", f"ISNUMBER({area})")


def text_column(area: str) -> Column:
    """Read a column of texts."""
    return Column(area, f"(LEN({area})>0)")


def enum_column(area: str) -> Column:
    """Read the codes of a column that holds `1=是`."""
    code = _code(area)
    return Column(f"VALUE(TEXT({code},{NUMBER_OR_ZERO}))", f"ISNUMBER(VALUE({code}))")


def rows_where_filled(*areas: str, count: int) -> Rows:
    """Say that a row exists where one of the columns is filled."""
    filled = "+".join(f"(LEN({area})>0)" for area in areas)
    return Rows(f"(({filled})>0)", str(count), letters(count))


def letters(number: int) -> str:
    """Return the name of a sheet column: 1 is A, 27 is AA."""
    before, last = divmod(number - 1, 26)
    return f"{letters(before) if before else ''}{chr(ord('A') + last)}"


def _code(ref: str) -> str:
    return f'LEFT({ref}&"=",FIND("=",{ref}&"=")-1)'
