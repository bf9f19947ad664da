"""What goes together with what: the type of every expression, or a refusal.

Numbers, texts, dates and truths never mix. Texts have no order and no sum; the difference of two
dates is DATE_DIFF_DAYS. A target may rely on all of this: it compiles only what passed here.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from sqlglot import exp

from models.expression.errors import UnknownNameError, WrongTypeError
from models.expression.tree import (
    AGGREGATES,
    ARITHMETIC,
    COMPARISONS,
    Expression,
    Node,
    arguments,
    base_of,
    key,
    lists_in,
    name_of,
)


class Type(StrEnum):
    """What a value is."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    BOOLEAN = "boolean"


TypeOf = Callable[[str], Type]
"""Name -> its type; a KeyError means that there is no such name."""

Found = Type | None  # None: a bare NULL, which goes with everything
ORDERED = (Type.NUMBER, Type.DATE)


def check(expression: Expression, type_of: TypeOf) -> Type:
    """Return the type of an expression.

    Raises:
        UnknownNameError: it reads a name that `type_of` does not know.
        WrongTypeError: it puts together what does not go together.
    """
    found = kind(expression.tree, type_of)
    if found is None:
        raise WrongTypeError(expression.text, "nothing but NULL")
    return found


def kind(node: Node, type_of: TypeOf) -> Found:
    """Return the type of one node, after checking everything below it."""
    return KINDS[key(node)](node, type_of)


def column_type(name: str, type_of: TypeOf) -> Type:
    """Return the type of a name.

    Raises:
        UnknownNameError: there is no such name.
    """
    try:
        return type_of(name)
    except KeyError as error:
        raise UnknownNameError(name) from error


def aggregate_alias(node: Node) -> str:
    """Return the list that COUNT, SUM or COUNT_DISTINCT runs over.

    Raises:
        WrongTypeError: it runs over none, or over several.
    """
    aliases = lists_in(node)
    if len(aliases) != 1:
        raise WrongTypeError(node.sql(), "an aggregate runs over the rows of exactly one list")
    return next(iter(aliases))


def _same(node: Node, found: Iterable[Found]) -> Found:
    known = {one for one in found if one is not None}
    if len(known) > 1:
        raise WrongTypeError(node.sql(), f"{' with '.join(sorted(known))}")
    return next(iter(known), None)


def _need(node: Node, allowed: tuple[Type, ...], type_of: TypeOf) -> Found:
    found = kind(node, type_of)
    if found is not None and found not in allowed:
        raise WrongTypeError(node.sql(), f"is {found}, should be {' or '.join(allowed)}")
    return found


def _all(*allowed: Type, gives: Type) -> Callable[[Node, TypeOf], Found]:
    """Make a rule: every operand is of a type allowed, all the same, and `gives` comes out."""

    def rule(node: Node, type_of: TypeOf) -> Found:
        _same(node, [_need(operand, allowed, type_of) for operand in _operands(node)])
        return gives

    return rule


def _operands(node: Node) -> list[Node]:
    found: list[Any] = list(node.iter_expressions())
    return found


def _inner(node: Node, type_of: TypeOf) -> Found:
    return kind(node.this, type_of)


def _column(node: Node, type_of: TypeOf) -> Found:
    return column_type(name_of(node), type_of)


def _literal(node: Node, _: TypeOf) -> Found:
    return Type.TEXT if node.is_string else Type.NUMBER


def _order(node: Node, type_of: TypeOf) -> Found:
    return _all(*ORDERED, gives=Type.BOOLEAN)(node, type_of)


def _equality(node: Node, type_of: TypeOf) -> Found:
    return _all(*Type, gives=Type.BOOLEAN)(node, type_of)


def _one_of(node: Node, type_of: TypeOf) -> Found:
    field = node.args.get("field")
    if field is not None and key(field) not in ("ENUM", "DIRECTORY_COUNTIES"):
        raise WrongTypeError(node.sql(), "IN needs a list of values or a named set")
    if any(each.find(exp.Column) for each in node.expressions):
        raise WrongTypeError(node.sql(), "a list of values holds values only")
    allowed = (Type.NUMBER, Type.TEXT, Type.DATE)
    _same(node, [_need(operand, allowed, type_of) for operand in _operands(node)])
    return Type.BOOLEAN


def _is_null(node: Node, type_of: TypeOf) -> Found:
    if not isinstance(node.expression, exp.Null):
        raise WrongTypeError(node.sql(), "IS goes with NULL only")
    _need(node.this, (Type.NUMBER, Type.TEXT, Type.DATE), type_of)
    return Type.BOOLEAN


def _case(node: Node, type_of: TypeOf) -> Found:
    if node.this is not None:
        raise WrongTypeError(node.sql(), "write CASE WHEN, not CASE x WHEN")
    for branch in node.args["ifs"]:
        _need(branch.this, (Type.BOOLEAN,), type_of)
    values = [branch.args["true"] for branch in node.args["ifs"]]
    if node.args.get("default") is not None:
        values.append(node.args["default"])
    allowed = (Type.NUMBER, Type.TEXT, Type.DATE)
    return _same(node, [_need(value, allowed, type_of) for value in values])


def _choice(*allowed: Type) -> Callable[[Node, TypeOf], Found]:
    """Make a rule: one of several values of the same type comes out."""

    def rule(node: Node, type_of: TypeOf) -> Found:
        return _same(node, [_need(each, allowed, type_of) for each in arguments(node)])

    return rule


def _round(node: Node, type_of: TypeOf) -> Found:
    places = node.args.get("decimals")
    if places is not None and not (isinstance(places, exp.Literal) and places.name in "0123456"):
        raise WrongTypeError(node.sql(), "ROUND keeps 0 to 6 decimals, written as a number")
    return _need(node.this, (Type.NUMBER,), type_of)


def _aggregate(node: Node, type_of: TypeOf) -> Found:
    if any(key(below) in AGGREGATES for each in arguments(node) for below in each.walk()):
        raise WrongTypeError(node.sql(), "an aggregate within an aggregate")
    aggregate_alias(node)
    allowed = (Type.NUMBER,) if isinstance(node, exp.Sum) else (*ORDERED, Type.TEXT)
    for each in arguments(node):
        _need(each, allowed, type_of)
    return Type.NUMBER


def _filter(node: Node, type_of: TypeOf) -> Found:
    condition = node.expression.this
    if key(node.this) not in AGGREGATES:
        raise WrongTypeError(node.sql(), "FILTER belongs to an aggregate")
    found = kind(node.this, type_of)
    if any(key(below) in AGGREGATES for below in condition.walk()):
        raise WrongTypeError(node.sql(), "an aggregate within an aggregate")
    aggregate_alias(node)
    _need(condition, (Type.BOOLEAN,), type_of)
    return found


def _window(node: Node, type_of: TypeOf) -> Found:
    if key(node.this) not in AGGREGATES or node.args.get("order") is not None:
        raise WrongTypeError(node.sql(), "OVER goes with an aggregate and PARTITION BY only")
    for column in node.args.get("partition_by") or []:
        kind(column, type_of)
    return kind(node.this, type_of)


def _date_add(node: Node, type_of: TypeOf) -> Found:
    date, years = arguments(node)
    _need(date, (Type.DATE,), type_of)
    _need(years, (Type.NUMBER,), type_of)
    return Type.DATE


def _as_typed(node: Node, type_of: TypeOf) -> Found:
    (argument,) = arguments(node)
    if not isinstance(argument, exp.Column):
        raise WrongTypeError(node.sql(), "asks how a cell was typed, so it takes a name")
    _column(argument, type_of)
    return Type.BOOLEAN


def _matches(node: Node, type_of: TypeOf) -> Found:
    text, pattern = arguments(node)
    if not pattern.is_string:
        raise WrongTypeError(node.sql(), "the pattern is named by a text")
    _need(text, (Type.TEXT,), type_of)
    return Type.BOOLEAN


def _ytd(node: Node, type_of: TypeOf) -> Found:
    if column_type(base_of(node), type_of) is not Type.NUMBER:
        raise WrongTypeError(node.sql(), "only numbers add up over the year")
    return Type.NUMBER


KINDS: dict[type[Node] | str, Callable[[Node, TypeOf], Found]] = {
    **dict.fromkeys(ARITHMETIC, _all(Type.NUMBER, gives=Type.NUMBER)),
    **dict.fromkeys(COMPARISONS, _order),
    exp.EQ: _equality,
    exp.NEQ: _equality,
    exp.And: _all(Type.BOOLEAN, gives=Type.BOOLEAN),
    exp.Or: _all(Type.BOOLEAN, gives=Type.BOOLEAN),
    exp.Not: _all(Type.BOOLEAN, gives=Type.BOOLEAN),
    exp.Neg: _all(Type.NUMBER, gives=Type.NUMBER),
    exp.Abs: _all(Type.NUMBER, gives=Type.NUMBER),
    exp.Paren: _inner,
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Null: lambda *_: None,
    exp.Boolean: lambda *_: Type.BOOLEAN,
    exp.Cast: lambda *_: Type.DATE,
    exp.In: _one_of,
    exp.Between: _order,
    exp.Is: _is_null,
    exp.Case: _case,
    exp.Coalesce: _choice(Type.NUMBER, Type.TEXT, Type.DATE),
    exp.Greatest: _choice(*ORDERED),
    exp.Least: _choice(*ORDERED),
    exp.Round: _round,
    exp.Count: _aggregate,
    exp.Sum: _aggregate,
    exp.Filter: _filter,
    exp.Window: _window,
    "COUNT_DISTINCT": _aggregate,
    "DATE_ADD_YEARS": _date_add,
    "DATE_DIFF_DAYS": _all(Type.DATE, gives=Type.NUMBER),
    "DECIMALS": _all(Type.NUMBER, gives=Type.NUMBER),
    "IS_INT": _as_typed,
    "IS_NUM": _as_typed,
    "IS_DATE": _as_typed,
    "MATCHES": _matches,
    "YTD": _ytd,
    "ENUM": lambda *_: Type.NUMBER,
    "DIRECTORY_COUNTIES": lambda *_: Type.TEXT,
}
