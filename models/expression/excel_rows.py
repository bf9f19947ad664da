"""What is computed for every row of a list at once, within SUMPRODUCT.

There every row is computed, so no array may hold an error: a number that is NULL is 0, and a
second array says by 0 and 1 what is known. IF, AND and OR do not work row by row in a formula
that is not array-entered; products and sums of conditions do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlglot import exp

from models.expression.errors import NotInWorkbookError
from models.expression.excel_steps import (
    OPPOSITE,
    TESTS,
    decimals,
    plain_test,
    rounded,
    years_later,
)
from models.expression.excel_typed import COLUMNS as TYPED
from models.expression.formula import (
    NO,
    Column,
    SheetNames,
    Truth,
    Value,
    blended,
    either,
    opposite,
    product,
    when_known,
)
from models.expression.kinds import Type, TypeOf, kind
from models.expression.tree import (
    ARITHMETIC,
    COMPARISONS,
    LISTS,
    Node,
    arguments,
    bare,
    key,
    lists_in,
    name_of,
)


@dataclass(frozen=True)
class Lists:
    """What rows are compiled with: names, types, and how single cells are compiled."""

    names: SheetNames
    type_of: TypeOf
    scalar_value: Callable[[Node], Value]
    scalar_truth: Callable[[Node], Truth]

    def kind(self, *nodes: Node) -> Type:
        """Return the type that nodes share; a bare NULL goes with everything."""
        found = (kind(node, self.type_of) for node in nodes)
        return next((each for each in found if each is not None), Type.NUMBER)


def column(node: Node, at: Lists) -> Column:
    """Return a value for every row."""
    if not lists_in(node):
        return _same_for_all(node, at)
    found: Column = _rule(COLUMNS, node)(node, at)
    return found


def truth(node: Node, at: Lists) -> Truth:
    """Return for every row whether a condition holds and whether it fails, as 0 and 1."""
    if lists_in(node):
        found: Truth = _rule(TRUTHS, node)(node, at)
        return found
    single = at.scalar_truth(node)
    return Truth(_number(single.true), _number(single.false))


def _number(condition: str) -> str:
    return f"IF({condition},1,0)"


def _rule(rules: dict[type[Node] | str, Callable[[Any, Lists], Any]], node: Node) -> Any:
    if key(node) not in rules:
        raise NotInWorkbookError(node.sql(), "not computed row by row without an array formula")
    return rules[key(node)]


def _same_for_all(node: Node, at: Lists) -> Column:
    """Let a single value stand beside every row."""
    value = at.scalar_value(node)
    nothing = '""' if at.kind(node) is Type.TEXT else "0"
    known = "1" if value.null == NO else f"IF({value.null},0,1)"
    return Column(when_known(value.nulls, value.formula, nothing), known)


def _of_list(node: Node, at: Lists) -> Column:
    found = at.names.column(name_of(node))
    if found is None:
        raise NotInWorkbookError(name_of(node), "the workbook does not hold it")
    return found


def _known(*columns: Column) -> str:
    return product(*(each.known for each in columns))


def _numeric(node: Node, at: Lists) -> Column:
    if at.kind(node) is Type.TEXT:
        raise NotInWorkbookError(node.sql(), "a text cannot be chosen row by row")
    return column(node, at)


def _arithmetic(node: Any, at: Lists) -> Column:
    left, right = column(node.left, at), column(node.right, at)
    formula = f"({left.values}{ARITHMETIC[type(node)]}{right.values})"
    return Column(formula, _known(left, right))


def _quotient(node: Any, at: Lists) -> Column:
    left, right = column(node.left, at), column(node.right, at)
    is_zero = f"(ROUND({right.values},6)=0)"
    formula = f"({left.values}/({right.values}+{is_zero}))"
    return Column(formula, product(left.known, right.known, opposite(is_zero)))


def _applied(step: Callable[[str], str]) -> Callable[[Node, Lists], Column]:
    def apply(node: Node, at: Lists) -> Column:
        found = column(arguments(node)[0], at)
        return Column(step(found.values), found.known)

    return apply


def _round(node: Node, at: Lists) -> Column:
    places = node.args.get("decimals")
    return _applied(lambda values: rounded(values, int(places.name) if places else 0))(node, at)


def _date_add(node: Node, at: Lists) -> Column:
    date, years = (column(each, at) for each in arguments(node))
    return Column(years_later(date.values, years.values), _known(date, years))


def _date_diff(node: Node, at: Lists) -> Column:
    start, end = (column(each, at) for each in arguments(node))
    return Column(f"({end.values}-{start.values})", _known(start, end))


def _coalesce(node: Node, at: Lists) -> Column:
    def first_known(later: Column, earlier: Column) -> Column:
        values = blended(earlier.known, earlier.values, later.values)
        return Column(values, either(earlier.known, later.known))

    return reduce(first_known, [_numeric(each, at) for each in reversed(arguments(node))])


def _extreme(sign: str) -> Callable[[Node, Lists], Column]:
    """Make a rule for GREATEST or LEAST, which leave NULLs out."""

    def better(best: Column, other: Column) -> Column:
        beats = product(other.known, f"({other.values}{sign}{best.values})")
        values = blended(either(opposite(best.known), beats), other.values, best.values)
        return Column(values, either(best.known, other.known))

    return lambda node, at: reduce(better, [column(each, at) for each in arguments(node)])


def _case(node: Node, at: Lists) -> Column:
    default = node.args.get("default")
    rest = Column("0", "0") if default is None else _numeric(default, at)
    for branch in reversed(node.args["ifs"]):
        condition, found = truth(branch.this, at).true, _numeric(branch.args["true"], at)
        rest = Column(
            blended(condition, found.values, rest.values),
            blended(condition, found.known, rest.known),
        )
    return rest


def _comparison(node: Any, at: Lists) -> Truth:
    sign = COMPARISONS[type(node)]
    if at.kind(node.left) is Type.BOOLEAN:
        same = _same(truth(node.left, at), truth(node.right, at))
        return same if sign == "=" else same.negated
    return _compared(node.left, sign, node.right, at)


def _same(left: Truth, right: Truth) -> Truth:
    return Truth(
        either(product(left.true, right.true), product(left.false, right.false)),
        either(product(left.true, right.false), product(left.false, right.true)),
    )


def _compared(left: Node, sign: str, right: Node, at: Lists) -> Truth:
    one, other = column(left, at), column(right, at)
    # Columns are read to six decimals, so that they carry no noise and need no rounding.
    shared, plain = at.kind(left, right), _is_read_off(left) and _is_read_off(right)
    test = plain_test if plain and shared is Type.NUMBER else TESTS[shared]
    known = _known(one, other)
    return Truth(
        product(known, test(one.values, sign, other.values)),
        product(known, test(one.values, OPPOSITE[sign], other.values)),
    )


def _is_read_off(node: Node) -> bool:
    inner = bare(node)
    return isinstance(inner, exp.Literal) or (
        isinstance(inner, exp.Column) and inner.table in LISTS
    )


def _in(node: Node, at: Lists) -> Truth:
    if not node.expressions:
        raise NotInWorkbookError(node.sql(), "the set is to be bound to its values first")
    values = [each for each in node.expressions if not isinstance(each, exp.Null)]
    found = [_compared(node.this, "=", each, at) for each in values]
    missed = product(*(each.false for each in found))
    has_null = len(values) < len(node.expressions)  # then nothing is surely outside the list
    return Truth(either(*(each.true for each in found)), "0" if has_null else missed)


def _between(node: Node, at: Lists) -> Truth:
    above = _compared(node.this, ">=", node.args["low"], at)
    below = _compared(node.this, "<=", node.args["high"], at)
    return Truth(product(above.true, below.true), either(above.false, below.false))


def _is_null(node: Node, at: Lists) -> Truth:
    known = column(node.this, at).known
    return Truth(opposite(known), known)


def _and(node: Any, at: Lists) -> Truth:
    left, right = truth(node.left, at), truth(node.right, at)
    return Truth(product(left.true, right.true), either(left.false, right.false))


def _or(node: Any, at: Lists) -> Truth:
    left, right = truth(node.left, at), truth(node.right, at)
    return Truth(either(left.true, right.true), product(left.false, right.false))


TRUTHS: dict[type[Node] | str, Callable[[Any, Lists], Truth]] = {
    **dict.fromkeys(COMPARISONS, _comparison),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: lambda node, at: truth(node.this, at).negated,
    exp.Paren: lambda node, at: truth(node.this, at),
    exp.In: _in,
    exp.Between: _between,
    exp.Is: _is_null,
    **dict.fromkeys(TYPED, lambda node, at: TYPED[node.name.upper()](at.names.as_typed(node))),
}
COLUMNS: dict[type[Node] | str, Callable[[Any, Lists], Column]] = {
    **dict.fromkeys(ARITHMETIC, _arithmetic),
    exp.Div: _quotient,
    exp.Neg: _applied("(-{})".format),
    exp.Abs: _applied("ABS({})".format),
    exp.Round: _round,
    exp.Paren: lambda node, at: column(node.this, at),
    exp.Column: _of_list,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Greatest: _extreme(">"),
    exp.Least: _extreme("<"),
    "DATE_ADD_YEARS": _date_add,
    "DATE_DIFF_DAYS": _date_diff,
    "DECIMALS": _applied(decimals),
}
