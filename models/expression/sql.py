"""Expression -> SQL that DuckDB runs and Spark could.

Numbers are DOUBLE. What may carry the noise of doubles is compared by its difference, rounded to
six decimals; whole numbers are compared as they stand, which reads better. Names are taken to
carry at most six decimals themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from models.expression.errors import NotInSqlError, UnknownNameError
from models.expression.kinds import Type, TypeOf, aggregate_alias, check, kind
from models.expression.patterns import IS_INT, IS_NUM, searchable
from models.expression.tree import (
    AGGREGATES,
    ARITHMETIC,
    COMPARISONS,
    Expression,
    Node,
    arguments,
    bare,
    key,
    name_of,
)
from models.expression.whole import is_whole


@dataclass(frozen=True)
class SqlNames:
    """Where the names of an expression are found in a query.

    Attributes:
        column: name -> SQL; `l1.x` is a column of the list's rows, inside and outside aggregates.
        aggregate: (list alias, `COUNT(...) FILTER (...)`) -> SQL of the value; see `correlated`.
        typed: name -> the text as typed, for IS_INT, IS_NUM and IS_DATE.
        patterns: name -> regular expression, for MATCHES.
        is_whole: tells which names can only be whole numbers.
        casts: put CAST(... AS DOUBLE) around numbers; switch off if all columns are DOUBLE.
    """

    column: Callable[[str], str]
    aggregate: Callable[[str, str], str]
    typed: Callable[[str], str] | None = None
    patterns: Mapping[str, str] = field(default_factory=dict)
    is_whole: Callable[[str], bool] = field(default=lambda _: False)
    casts: bool = True


@dataclass(frozen=True)
class _Context:
    names: SqlNames
    type_of: TypeOf


def to_sql(expression: Expression, type_of: TypeOf, names: SqlNames) -> str:
    """Return the expression as SQL text.

    Raises:
        UnknownNameError, WrongTypeError: as `check` does.
        NotInSqlError: it holds an unbound ENUM(...), or a pattern that SQL cannot search for.
    """
    check(expression, type_of)
    return _sql(expression.tree, _Context(names, type_of))


def correlated(outer: str, *keys: str) -> Callable[[str, str], str]:
    """Make `SqlNames.aggregate`: a subquery over the rows that share `keys` with `outer`."""

    def aggregate(alias: str, select: str) -> str:
        join = " AND ".join(f"{alias}.{column} = {outer}.{column}" for column in keys)
        return f"(SELECT {select} FROM {alias} WHERE {join})"  # noqa: S608 - from our catalogue

    return aggregate


def sql_text(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _sql(node: Node, at: _Context) -> str:
    return SQL[key(node)](node, at)


def _is_noisy(at: _Context, *nodes: Node) -> bool:
    numbers = all(kind(node, at.type_of) in (Type.NUMBER, None) for node in nodes)
    return numbers and not all(is_whole(node, at.names.is_whole) for node in nodes)


def _gap(left: Node, right: Node, at: _Context) -> str:
    if isinstance(right, exp.Literal) and right.name == "0":
        return f"ROUND({_sql(left, at)}, 6)"
    subtracted = _sql(right, at)
    if isinstance(right, exp.Add | exp.Sub | exp.Neg):
        subtracted = f"({subtracted})"
    return f"ROUND({_sql(left, at)} - {subtracted}, 6)"


def _compared(left: Node, sign: str, right: Node, at: _Context) -> str:
    if _is_noisy(at, left, right):
        return f"{_gap(left, right, at)} {sign} 0"
    return f"{_sql(left, at)} {sign} {_sql(right, at)}"


def _comparison(node: Any, at: _Context) -> str:
    return _compared(node.left, COMPARISONS[type(node)], node.right, at)


def _between(node: Node, at: _Context) -> str:
    low, high = node.args["low"], node.args["high"]
    if not _is_noisy(at, node.this, low, high):
        return f"{_sql(node.this, at)} BETWEEN {_sql(low, at)} AND {_sql(high, at)}"
    above, below = _compared(node.this, ">=", low, at), _compared(node.this, "<=", high, at)
    return f"({above} AND {below})"


def _in(node: Node, at: _Context, word: str = "IN") -> str:
    if not node.expressions:
        raise NotInSqlError(node.sql(), "the set is to be bound to its values first")
    value = _gap(node.this, exp.Literal.number(0), at) if _is_noisy(at, node.this) else None
    listed = ", ".join(_sql(each, at) for each in node.expressions)
    return f"{value or _sql(node.this, at)} {word} ({listed})"


def _not(node: Node, at: _Context) -> str:
    inner = node.this
    if isinstance(inner, exp.Is):
        return f"{_sql(inner.this, at)} IS NOT NULL"
    if isinstance(inner, exp.In):
        return _in(inner, at, "NOT IN")
    return f"NOT {_sql(inner, at)}" if isinstance(inner, exp.Paren) else f"NOT ({_sql(inner, at)})"


def _infix(sign: str) -> Callable[[Any, _Context], str]:
    return lambda node, at: f"{_sql(node.left, at)} {sign} {_sql(node.right, at)}"


def _quotient(node: Any, at: _Context) -> str:
    """A divisor of zero makes NULL; zero is meant as in comparisons, to six decimals."""
    divisor = bare(node.right)
    sql = _sql(divisor, at)
    if isinstance(divisor, exp.Literal) and float(divisor.name):
        return f"{_sql(node.left, at)} / {sql}"
    if isinstance(divisor, exp.Column) or is_whole(divisor, at.names.is_whole):
        return f"{_sql(node.left, at)} / NULLIF({sql}, 0)"
    return f"{_sql(node.left, at)} / CASE WHEN ROUND({sql}, 6) <> 0 THEN {sql} END"


def _column(node: Node, at: _Context) -> str:
    column = at.names.column(name_of(node))
    is_number = kind(node, at.type_of) is Type.NUMBER
    return f"CAST({column} AS DOUBLE)" if is_number and at.names.casts else column


def _literal(node: Node, _: _Context) -> str:
    return sql_text(node.name) if node.is_string else node.name


def _case(node: Node, at: _Context) -> str:
    branches = [
        f"WHEN {_sql(branch.this, at)} THEN {_sql(branch.args['true'], at)}"
        for branch in node.args["ifs"]
    ]
    if node.args.get("default") is not None:
        branches.append(f"ELSE {_sql(node.args['default'], at)}")
    return f"CASE {' '.join(branches)} END"


def _call(function: str) -> Callable[[Node, _Context], str]:
    def call(node: Node, at: _Context) -> str:
        return f"{function}({', '.join(_sql(each, at) for each in arguments(node))})"

    return call


def _round(node: Node, at: _Context) -> str:
    """Half away from zero, of the number as people read it: 1.005 is 1.01, as in a sheet."""
    places = node.args.get("decimals")
    exact = f"CAST({_sql(node.this, at)} AS DECIMAL(38, 9))"
    return f"CAST(ROUND({exact}, {places.name if places else 0}) AS DOUBLE)"


def _select(node: Node, at: _Context) -> str:
    """Return an aggregate without the query around it."""
    if isinstance(node, exp.Filter):
        condition = _sql(node.expression.this, at)
        return f"{_select(node.this, at)} FILTER (WHERE {condition})"
    listed = [_sql(each, at) for each in arguments(node)]
    if isinstance(node, exp.Count | exp.Sum):
        return f"{'COUNT' if isinstance(node, exp.Count) else 'SUM'}({listed[0]})"
    # A row value is never NULL, so NULLs in it are counted as a value of their own.
    return f"COUNT(DISTINCT ({', '.join([*listed, '0'])}))"


def _aggregate(node: Node, at: _Context) -> str:
    return at.names.aggregate(aggregate_alias(node), _select(node, at))


def _window(node: Node, at: _Context) -> str:
    columns = ", ".join(_sql(column, at) for column in node.args.get("partition_by") or [])
    return f"{_select(node.this, at)} OVER ({'PARTITION BY ' if columns else ''}{columns})"


def _date_add(node: Node, at: _Context) -> str:
    date, years = (_sql(each, at) for each in arguments(node))
    return f"CAST({date} + INTERVAL '1' YEAR * CAST({years} AS INTEGER) AS DATE)"


def _date_diff(node: Node, at: _Context) -> str:
    start, end = (_sql(each, at) for each in arguments(node))
    return f"DATE_DIFF('day', {start}, {end})"


def _decimals(node: Node, at: _Context) -> str:
    """Count the places at which rounding still changes the number, up to six."""
    value = _sql(arguments(node)[0], at)
    changes = (f"ROUND({value} - ROUND({value}, {n}), 6) <> 0" for n in range(6))
    return "(" + " + ".join(f"CAST({change} AS INTEGER)" for change in changes) + ")"


def _typed(node: Node, at: _Context) -> str:
    name = name_of(arguments(node)[0])
    typed = at.names.typed
    return typed(name) if typed else f"CAST({at.names.column(name)} AS VARCHAR)"


def _reads_as(pattern: str) -> Callable[[Node, _Context], str]:
    return lambda node, at: f"REGEXP_MATCHES({_typed(node, at)}, {sql_text(pattern)})"


def _is_date(node: Node, at: _Context) -> str:
    typed = _typed(node, at)
    return f"CASE WHEN {typed} IS NOT NULL THEN TRY_CAST(TRIM({typed}) AS DATE) IS NOT NULL END"


def _matches(node: Node, at: _Context) -> str:
    text, name = arguments(node)
    if name.name not in at.names.patterns:
        raise UnknownNameError(name.name)
    pattern = searchable(name.name, at.names.patterns[name.name])
    return f"COALESCE(REGEXP_MATCHES({_sql(text, at)}, {sql_text(pattern)}), FALSE)"


def _unbound(node: Node, _: _Context) -> str:
    raise NotInSqlError(node.sql(), "the set is to be bound to its values first")


SQL: dict[type[Node] | str, Callable[[Any, _Context], str]] = {
    **dict.fromkeys(COMPARISONS, _comparison),
    **{node: _infix(sign) for node, sign in ARITHMETIC.items()},
    **dict.fromkeys(AGGREGATES, _aggregate),
    exp.Filter: _aggregate,
    exp.Window: _window,
    exp.Div: _quotient,
    exp.And: _infix("AND"),
    exp.Or: _infix("OR"),
    exp.Not: _not,
    exp.In: _in,
    exp.Between: _between,
    exp.Is: lambda node, at: f"{_sql(node.this, at)} IS NULL",
    exp.Paren: lambda node, at: f"({_sql(node.this, at)})",
    exp.Neg: lambda node, at: f"-({_sql(node.this, at)})",
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Null: lambda *_: "NULL",
    exp.Boolean: lambda node, _: str(node.this).upper(),
    exp.Cast: lambda node, _: f"DATE {sql_text(node.this.name)}",
    exp.Case: _case,
    exp.Coalesce: _call("COALESCE"),
    exp.Greatest: _call("GREATEST"),
    exp.Least: _call("LEAST"),
    exp.Abs: _call("ABS"),
    exp.Round: _round,
    "DATE_ADD_YEARS": _date_add,
    "DATE_DIFF_DAYS": _date_diff,
    "DECIMALS": _decimals,
    "IS_INT": _reads_as(IS_INT),
    "IS_NUM": _reads_as(IS_NUM),
    "IS_DATE": _is_date,
    "MATCHES": _matches,
    "YTD": _column,
    "ENUM": _unbound,
    "DIRECTORY_COUNTIES": _unbound,
}
