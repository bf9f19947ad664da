"""A second opinion on what an expression means: slow, plain, and sharing no code with the targets.

It walks the tree over Python values: Decimal for numbers, None for NULL, True, False and None for
statements. Used wherever a test needs to know the right answer by other means than the program's.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from sqlglot import exp

from models.expression import parse

Given = Mapping[str, Any]
Judged = tuple[str | None, Given | None]
LISTS = ("l1", "l2", "l3", "child", "peer_all", "sub")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)"


def evaluate(
    text: str, given: Given, patterns: Given | None = None, judged: Judged = (None, None)
) -> Any:
    """Return what an expression comes to.

    `given` holds values by name (`branch_close`, `sys.quarter`, `ytd(x)`, `prev.x`, and `l1.x`
    for the row judged) and lists of rows by alias (`{"l3": [{"matter_id": "A1"}]}`). A name that
    is not given is NULL, a list that is not given is empty, an ISO date as text is a date. `judged`
    is the row judged, with its alias, where the expression looks over all rows.
    """
    with localcontext() as context:
        context.prec = 50
        result = _Scope(given, patterns or {}, *judged).value(parse(text).tree)
    if isinstance(result, Decimal):
        return int(result) if result == result.to_integral_value() else float(result)
    return result


@dataclass(frozen=True)
class _Scope:
    given: Given
    patterns: Mapping[str, str]
    alias: str | None = None
    row: Given | None = None

    def value(self, node: exp.Expr) -> Any:
        name = node.name.upper() if isinstance(node, exp.Anonymous) else type(node).__name__
        return MEANINGS[name](self, node)

    def values(self, nodes: Sequence[exp.Expr]) -> list[Any]:
        return [self.value(node) for node in nodes]

    def name(self, node: exp.Column) -> Any:
        if self.row is not None and node.table == self.alias:
            return _read(self.row.get(node.name))
        return _read(self.given.get(f"{node.table}.{node.name}" if node.table else node.name))

    def rows(self, alias: str) -> list["_Scope"]:
        rows = self.given.get(alias, [])
        return [_Scope(self.given, self.patterns, alias, row) for row in rows]


def _read(raw: Any) -> Any:
    if isinstance(raw, str) and ISO_DATE.fullmatch(raw) and _is_date(raw):
        return dt.date.fromisoformat(raw)
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return Decimal(str(raw)) if is_number else raw


def _half_up(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _as_number(value: Any) -> Any:
    """Read a cell under test, which may be given as it was typed."""
    if isinstance(value, str):
        return Decimal(value.strip()) if re.fullmatch(NUMBER, value.strip()) else None
    return value


def _alike(*values: Any) -> list[Any]:
    is_number = any(isinstance(value, Decimal) for value in values)
    return [_as_number(value) for value in values] if is_number else list(values)


def _strict(step: Callable[..., Any]) -> Callable[[_Scope, Any], Any]:
    """Make a meaning for a node of two sides that is NULL when one of them is."""

    def meaning(scope: _Scope, node: Any) -> Any:
        left, right = _alike(scope.value(node.this), scope.value(node.expression))
        return None if left is None or right is None else step(left, right)

    return meaning


def _order(left: Any, right: Any) -> int:
    if isinstance(left, Decimal):
        gap = _half_up(left - right, 6)
        return int(gap > 0) - int(gap < 0)
    return int(left > right) - int(left < right)


def _quotient(left: Decimal, right: Decimal) -> Decimal | None:
    return left / right if _half_up(right, 6) else None


def _not(statement: Any) -> bool | None:
    return None if statement is None else not statement


def _all(statements: Sequence[bool | None]) -> bool | None:
    if False in statements:
        return False
    return None if None in statements else True


def _any(statements: Sequence[bool | None]) -> bool | None:
    return _not(_all([_not(statement) for statement in statements]))


def _in(scope: _Scope, node: exp.In) -> bool | None:
    field = node.args.get("field")
    if field is not None:
        listed = [_read(each) for each in scope.given[field.sql().replace('"', "")]]
    else:
        listed = scope.values(node.expressions)
    value = scope.value(node.this)
    known = [None if None in (value, each) else _order(value, each) == 0 for each in listed]
    return _any(known)


def _between(scope: _Scope, node: exp.Between) -> bool | None:
    value, low, high = _alike(*scope.values([node.this, node.args["low"], node.args["high"]]))
    above = None if value is None or low is None else _order(value, low) >= 0
    below = None if value is None or high is None else _order(value, high) <= 0
    return _all([above, below])


def _case(scope: _Scope, node: exp.Case) -> Any:
    for branch in node.args["ifs"]:
        if scope.value(branch.this) is True:
            return scope.value(branch.args["true"])
    default = node.args.get("default")
    return None if default is None else scope.value(default)


def _arguments(scope: _Scope, node: exp.Expr) -> list[Any]:
    if isinstance(node, exp.Anonymous):
        return scope.values(node.expressions)
    return scope.values([node.this, *node.expressions])


def _chosen(choose: Callable[[list[Any]], Any]) -> Callable[[_Scope, exp.Expr], Any]:
    def meaning(scope: _Scope, node: exp.Expr) -> Any:
        known = [value for value in _arguments(scope, node) if value is not None]
        return choose(known) if known else None

    return meaning


def _of_one(step: Callable[[Any], Any]) -> Callable[[_Scope, exp.Expr], Any]:
    def meaning(scope: _Scope, node: exp.Expr) -> Any:
        value = _arguments(scope, node)[0]
        return None if value is None else step(value)

    return meaning


def _round(scope: _Scope, node: exp.Round) -> Decimal | None:
    value, places = scope.value(node.this), node.args.get("decimals")
    return None if value is None else _half_up(value, int(places.name) if places else 0)


def _counted(scope: _Scope, node: exp.Expr) -> list[list[Any]]:
    """Return the arguments of an aggregate for every row that its FILTER lets through."""
    call, condition = (
        (node.this, node.expression.this) if isinstance(node, exp.Filter) else (node, None)
    )
    alias = next(column.table for column in node.find_all(exp.Column) if column.table in LISTS)
    rows = scope.rows(alias)
    kept = [row for row in rows if condition is None or row.value(condition) is True]
    return [_arguments(row, call) for row in kept]


def _aggregate(scope: _Scope, node: exp.Expr) -> Decimal | None:
    call = node.this if isinstance(node, exp.Filter) else node
    rows = _counted(scope, node)
    if isinstance(call, exp.Anonymous):
        return Decimal(len({tuple(row) for row in rows}))
    known = [row[0] for row in rows if row[0] is not None]
    if isinstance(call, exp.Count):
        return Decimal(len(known))
    return sum(known, Decimal(0)) if known else None


def _window(scope: _Scope, node: exp.Window) -> Decimal | None:
    """The aggregate over the rows that share the keys of the row judged."""
    keys, alias = node.args["partition_by"], str(scope.alias)
    mine = scope.values(keys)
    rows = [row.row for row in scope.rows(alias) if row.values(keys) == mine]
    return _aggregate(_Scope({**scope.given, alias: rows}, scope.patterns), node.this)


def _years_later(scope: _Scope, node: exp.Expr) -> dt.date | None:
    date, years = _arguments(scope, node)
    if date is None or years is None:
        return None
    year = date.year + int(years)
    try:
        later: dt.date = date.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)
    return later


def _days(scope: _Scope, node: exp.Expr) -> Decimal | None:
    start, end = _arguments(scope, node)
    return None if start is None or end is None else Decimal((end - start).days)


def _decimals(value: Any) -> Decimal | None:
    number = _as_number(value)
    if number is None:
        return None
    digits = f"{_half_up(number, 6):f}".rstrip("0")
    return Decimal(len(digits.partition(".")[2]))


def _typed(pattern: str) -> Callable[[_Scope, exp.Expr], bool | None]:
    return _of_one(lambda value: re.fullmatch(pattern, str(value).strip()) is not None)


def _is_date(typed: Any) -> bool:
    if isinstance(typed, dt.date):
        return True
    try:
        dt.date.fromisoformat(str(typed).strip())
    except ValueError:
        return False
    return True


def _matches(scope: _Scope, node: exp.Expr) -> bool:
    text, name = _arguments(scope, node)
    return text is not None and re.search(scope.patterns[name], text) is not None


def _ytd(scope: _Scope, node: exp.Expr) -> Any:
    return _read(scope.given.get(f"ytd({node.expressions[0].name})"))


MEANINGS: dict[str, Callable[[_Scope, Any], Any]] = {
    "Column": _Scope.name,
    "Literal": lambda _, node: node.name if node.is_string else Decimal(node.name),
    "Null": lambda *_: None,
    "Boolean": lambda _, node: node.this,
    "Cast": lambda _, node: dt.date.fromisoformat(node.this.name),
    "Paren": lambda scope, node: scope.value(node.this),
    "Neg": _of_one(lambda value: -value),
    "Abs": _of_one(abs),
    "Add": _strict(lambda left, right: left + right),
    "Sub": _strict(lambda left, right: left - right),
    "Mul": _strict(lambda left, right: left * right),
    "Div": _strict(_quotient),
    "EQ": _strict(lambda left, right: _order(left, right) == 0),
    "NEQ": _strict(lambda left, right: _order(left, right) != 0),
    "LT": _strict(lambda left, right: _order(left, right) < 0),
    "LTE": _strict(lambda left, right: _order(left, right) <= 0),
    "GT": _strict(lambda left, right: _order(left, right) > 0),
    "GTE": _strict(lambda left, right: _order(left, right) >= 0),
    "And": lambda scope, node: _all(scope.values([node.this, node.expression])),
    "Or": lambda scope, node: _any(scope.values([node.this, node.expression])),
    "Not": lambda scope, node: _not(scope.value(node.this)),
    "In": _in,
    "Between": _between,
    "Is": lambda scope, node: scope.value(node.this) is None,
    "Case": _case,
    "Coalesce": _chosen(lambda known: known[0]),
    "Greatest": _chosen(max),
    "Least": _chosen(min),
    "Round": _round,
    "Count": _aggregate,
    "Sum": _aggregate,
    "COUNT_DISTINCT": _aggregate,
    "Filter": _aggregate,
    "Window": _window,
    "DATE_ADD_YEARS": _years_later,
    "DATE_DIFF_DAYS": _days,
    "DECIMALS": _of_one(_decimals),
    "IS_NUM": _typed(NUMBER),
    "IS_INT": _typed(r"[+-]?\d+(\.0*)?"),
    "IS_DATE": _of_one(_is_date),
    "MATCHES": _matches,
    "YTD": _ytd,
}
