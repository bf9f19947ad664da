"""COUNT, SUM and COUNT_DISTINCT over the rows of a list, as one SUMPRODUCT."""

from sqlglot import exp

from models.expression.errors import NotInWorkbookError
from models.expression.excel_rows import Lists, column, truth
from models.expression.formula import Rows, Value, product
from models.expression.kinds import aggregate_alias
from models.expression.tree import Node, arguments, key

SEPARATOR = "CHAR(31)"


def aggregate(node: Node, at: Lists) -> Value:
    """Return an aggregate over a list as a single value.

    Raises:
        NotInWorkbookError: the workbook has no such list, or rows cannot be computed so.
    """
    alias = aggregate_alias(node)
    rows = at.names.rows(alias)
    if rows is None:
        raise NotInWorkbookError(node.sql(), f"the workbook has no list {alias}")
    condition = "1"
    if isinstance(node, exp.Filter):
        condition, node = truth(node.expression.this, at).true, node.this
    if key(node) == "COUNT_DISTINCT":
        return _distinct(node, product(rows.exist, condition), rows, at)
    counted = column(arguments(node)[0], at)
    weight = product(rows.exist, condition, counted.known)
    count = f"SUMPRODUCT(1*{weight})"
    if isinstance(node, exp.Count):
        return Value(count)
    return Value(f"SUMPRODUCT({product(weight, counted.values)})", (f"{count}=0",))


def _distinct(node: Node, weight: str, rows: Rows, at: Lists) -> Value:
    """Give each row one over the number of rows like it, and add up."""
    parts = [column(each, at) for each in arguments(node)]
    keys = [f"(1*{weight})", *(f"(1*{part.known})&{part.values}" for part in parts)]
    joined = f"&{SEPARATOR}&".join(keys)
    places = f"ROW($1:${rows.last})"
    # LOOKUP lays the column down as a row, so that every row meets every other.
    across = f"LOOKUP(COLUMN($A$1:${rows.last_letter}$1),{places},{joined})"
    alike = f"MMULT(1*EXACT({joined},{across}),{places}^0)"
    return Value(f"ROUND(SUMPRODUCT({weight}/{alike}),0)")
