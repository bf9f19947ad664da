"""Text -> Expression: read once with sqlglot, and refused at once if it is not of the language.

What each name or function means is said elsewhere: types in `kinds`, targets in `sql`, `excel`
and `chinese`. Here is only which words the language has.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from models.expression.errors import NotAnExpressionError

Node = exp.Expr
Plain = int | float | str | dt.date | None
Bound: TypeAlias = "Plain | Sequence[Plain] | Expression"

DIALECT = sqlglot.Dialect.get_or_raise("duckdb")
COMPARISONS: dict[type[Node], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
ARITHMETIC: dict[type[Node], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
AGGREGATES: tuple[type[Node] | str, ...] = (exp.Count, exp.Sum, "COUNT_DISTINCT")
LISTS = frozenset({"l1", "l2", "l3", "child", "peer_all", "sub"})

ANY = 99
# Functions that sqlglot does not know: the fewest and the most arguments each takes.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "COUNT_DISTINCT": (1, ANY),
    "DATE_ADD_YEARS": (2, 2),
    "DATE_DIFF_DAYS": (2, 2),
    "DECIMALS": (1, 1),
    "DIRECTORY_COUNTIES": (0, 0),
    "ENUM": (1, 1),
    "IS_DATE": (1, 1),
    "IS_INT": (1, 1),
    "IS_NUM": (1, 1),
    "MATCHES": (2, 2),
    "YTD": (1, 1),
}
# These stand for a value of their own; what is between their brackets is not read.
NAMED_CALLS = frozenset({"YTD", "ENUM", "DIRECTORY_COUNTIES"})
SAME_AS: dict[str, type[exp.Greatest] | type[exp.Least]] = {
    "MAX_OF": exp.Greatest,
    "MIN_OF": exp.Least,
}
# What may stand beside an operator without brackets.
CLOSED = (
    *(exp.Column, exp.Literal, exp.Null, exp.Anonymous, exp.Paren, exp.Case, exp.Coalesce),
    *(exp.Abs, exp.Round, exp.Greatest, exp.Least, exp.Count, exp.Sum, exp.Filter),
)
NODES: tuple[type[Node], ...] = (
    *COMPARISONS,
    *ARITHMETIC,
    *(exp.Neg, exp.Paren, exp.And, exp.Or, exp.Not, exp.In, exp.Between, exp.Is),
    *(exp.Case, exp.If, exp.Coalesce, exp.Abs, exp.Greatest, exp.Least, exp.Round),
    *(exp.Count, exp.Sum, exp.Filter, exp.Where, exp.Window),
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null),
)


@dataclass(frozen=True)
class Expression:
    """One expression of the catalogue. Two with the same text are the same."""

    text: str
    tree: Node = field(compare=False, repr=False)

    def names(self) -> frozenset[str]:
        """Return the names it reads: `branch_close`, `l1.org_status`, `ytd(member_hours)`."""
        return self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for _, name in named_nodes(self.tree))

    @cached_property
    def row_alias(self) -> str | None:
        """The list whose row it is judged on: `l1` if `l1.x` stands outside every aggregate."""
        outside = (
            node.table
            for node in self.tree.walk(prune=lambda node: key(node) in (*AGGREGATES, exp.Filter))
            if isinstance(node, exp.Column) and node.table in LISTS
        )
        return next(outside, None)

    def bind(self, given: Mapping[str, Bound]) -> "Expression":
        """Return it with names replaced by values, expressions or, for a set, a list of values.

        `parse("value IN ENUM(field)").bind({"value": parse("yn"), "ENUM(field)": [1, 0]})` is
        `yn IN (1, 0)`.
        """
        tree = exp.Paren(this=self.tree.copy())  # so that the root itself can be replaced
        for node, name in list(named_nodes(tree)):
            if name in given:
                _replace(node, given[name])
        bound = tree.this
        return Expression(bound.sql(DIALECT), bound)


@cache
def parse(text: str) -> Expression:
    """Read an expression. Nothing may change the tree that comes with it: it is read once.

    Raises:
        NotAnExpressionError: the text cannot be read, or is not of the language.
    """
    try:
        tree = sqlglot.parse_one(text, dialect=DIALECT)
    except SqlglotError as error:
        raise NotAnExpressionError(text, str(error).splitlines()[0]) from error
    tree = tree.transform(_one_name_each, copy=False)
    for node in tree.walk():
        _refuse_foreign(node, text)
    return Expression(text, tree)


def compare(left: Expression, op: str, right: Expression, tolerance: float = 0) -> Expression:
    """Return `left op right`, allowing a gap of up to `tolerance` (numbers only)."""
    if not tolerance:
        return parse(f"{_side(left)} {op} {_side(right)}")
    if op in ("=", "<>"):
        gap = f"ABS({_side(left)} - {_side(right)})"
        return parse(f"{gap} {'<=' if op == '=' else '>'} {tolerance!r}")
    sign = "+" if op in ("<", "<=") else "-"
    return parse(f"{_side(left)} {op} {_side(right)} {sign} {tolerance!r}")


def key(node: Node) -> type[Node] | str:
    """Return what targets look a node up by: its class, or its name if it is our function."""
    return node.name.upper() if isinstance(node, exp.Anonymous) else type(node)


def arguments(node: Node) -> list[Node]:
    """Return the arguments of a function in the order written."""
    first = [] if isinstance(node, exp.Anonymous) or node.this is None else [node.this]
    return [*first, *node.expressions]


def named_nodes(tree: Node) -> Iterator[tuple[Node, str]]:
    """Yield every node that stands for a value from outside, with its name."""
    for node in tree.walk(prune=lambda node: key(node) in NAMED_CALLS):
        if isinstance(node, exp.Column) or key(node) in NAMED_CALLS:
            yield node, name_of(node)


def name_of(node: Node) -> str:
    """Return the full name of a column or of a named call."""
    if isinstance(node, exp.Column):
        return f"{node.table}.{node.name}" if node.table else node.name
    inner = ", ".join(name_of(argument) for argument in node.expressions)
    function = node.name.lower() if key(node) == "YTD" else node.name.upper()
    return f"{function}({inner})"


def base_of(node: Node) -> str:
    """Return the name inside a named call: `member_hours` of `ytd(member_hours)`."""
    return name_of(node.expressions[0])


def lists_in(tree: Node) -> frozenset[str]:
    """Return the lists whose columns occur in `tree`."""
    found = (node.table for node in tree.find_all(exp.Column))
    return frozenset(alias for alias in found if alias in LISTS)


def bare(node: Node) -> Node:
    """Return a node without the brackets around it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def is_date_literal(node: Node) -> bool:
    """Tell whether a node is `DATE '2026-03-31'`."""
    return isinstance(node, exp.Cast) and node.to.this == exp.DType.DATE and node.this.is_string


def _one_name_each(node: Node) -> Node:
    """MAX_OF and MIN_OF are GREATEST and LEAST by another name."""
    same = SAME_AS.get(node.name.upper()) if isinstance(node, exp.Anonymous) else None
    if same is None or not node.expressions:
        return node
    return same(this=node.expressions[0], expressions=node.expressions[1:], ignore_nulls=True)


def _refuse_foreign(node: Node, text: str) -> None:
    if isinstance(node, exp.Anonymous):
        _refuse_call(node, text)
    elif is_date_literal(node):
        _refuse_no_day(node, text)
    elif is_date_literal(node.parent or node):
        return
    elif not isinstance(node, NODES):
        raise NotAnExpressionError(text, f"the language has no {type(node).__name__}")
    elif isinstance(node, exp.In) and not (node.expressions or node.args.get("field")):
        raise NotAnExpressionError(text, "IN needs a list of values")


def _refuse_no_day(node: Node, text: str) -> None:
    try:
        dt.date.fromisoformat(node.this.name)
    except ValueError as error:
        raise NotAnExpressionError(text, str(error)) from error


def _refuse_call(node: exp.Anonymous, text: str) -> None:
    name, count = node.name.upper(), len(node.expressions)
    if name not in FUNCTIONS:
        raise NotAnExpressionError(text, f"the language has no function {node.name}")
    fewest, most = FUNCTIONS[name]
    if not fewest <= count <= most:
        raise NotAnExpressionError(text, f"{name} takes {fewest} to {most} arguments, not {count}")


def _side(expression: Expression) -> str:
    return expression.text if isinstance(expression.tree, CLOSED) else f"({expression.text})"


def _replace(node: Node, value: Bound) -> None:
    inside = node.parent
    if isinstance(value, Expression):
        tree = value.tree.copy()
        node.replace(tree if isinstance(tree, CLOSED) else exp.Paren(this=tree))
    elif isinstance(inside, exp.In) and inside.args.get("field") is node:
        inside.set("field", None)
        inside.set("expressions", [_literal(each) for each in _as_list(value)])
    else:
        node.replace(_literal(value))


def _as_list(value: Bound) -> Sequence[Plain]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise NotAnExpressionError(str(value), "a set is bound to a list of values")
    return value


def _literal(value: object) -> Node:
    if isinstance(value, dt.date):
        return exp.cast(exp.Literal.string(value.isoformat()), exp.DType.DATE)
    if isinstance(value, str):
        return exp.Literal.string(value)
    if value is None:
        return exp.Null()
    return sqlglot.parse_one(repr(value), dialect=DIALECT)
