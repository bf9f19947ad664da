"""The one expression language of the catalogue: read once, said in SQL, in a sheet, in Chinese."""

from models.expression.blanks import hidden_blanks
from models.expression.chinese import Words, to_chinese
from models.expression.errors import (
    ExpressionError,
    NotAnExpressionError,
    NotInSqlError,
    NotInWorkbookError,
    UnknownNameError,
    WrongTypeError,
)
from models.expression.excel import to_sheet_rows, to_sheet_test, to_sheet_value
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
from models.expression.formula import Column, Rows, SheetNames, Truth, Value
from models.expression.kinds import Type, TypeOf, check
from models.expression.sql import SqlNames, correlated, to_sql
from models.expression.tree import Expression, compare, parse

__all__ = [
    "Column",
    "Expression",
    "ExpressionError",
    "NotAnExpressionError",
    "NotInSqlError",
    "NotInWorkbookError",
    "Rows",
    "SheetNames",
    "SqlNames",
    "Truth",
    "Type",
    "TypeOf",
    "UnknownNameError",
    "Value",
    "Words",
    "WrongTypeError",
    "check",
    "compare",
    "constant",
    "correlated",
    "enum_cell",
    "enum_column",
    "hidden_blanks",
    "number_cell",
    "number_column",
    "parse",
    "rows_where_filled",
    "text_cell",
    "text_column",
    "to_chinese",
    "to_sheet_rows",
    "to_sheet_test",
    "to_sheet_value",
    "to_sql",
]
