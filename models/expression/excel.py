"""Expression -> worksheet formulas that old programs compute and that agree with the SQL.

Used are only functions of Excel 97 and WPS, no array formulas; see `formula` for how NULL is
carried. Numbers are compared by their difference, rounded to six decimals, as in `sql`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

from sqlglot import exp

from models.expression.errors import NotInWorkbookError
from models.expression.excel_lists import aggregate
from models.expression.excel_rows import Lists, truth
from models.expression.excel_steps import OPPOSITE, TESTS, decimals, rounded, years_later
from models.expression.excel_typed import CELLS
from models.expression.formula import (
    NO,
    YES,
    SheetNames,
    Truth,
    Value,
    all_of,
    any_of,
    fitting,
    merged,
    sheet_text,
    when_known,
)
from models.expression.kinds import Type, TypeOf, check, kind
from models.expression.tree import (
    AGGREGATES,
    ARITHMETIC,
    COMPARISONS,
    Expression,
    Node,
    arguments,
    key,
    name_of,
)

FAR_BELOW, FAR_ABOVE = "-1E+300", "1E+300"


@dataclass(frozen=True)
class _Context:
    names: SheetNames
    type_of: TypeOf


def to_sheet_test(expression: Expression, type_of: TypeOf, names: SheetNames) -> Truth:
    """Return the formulas, without `=`, that are TRUE when the expression holds, and when it fails.

    Raises:
        UnknownNameError, WrongTypeError: as `check` does.
        NotInWorkbookError: a formula cannot say it.
    """
    check(expression, type_of)
    truth = _truth(expression.tree, _Context(names, type_of))
    return Truth(fitting(truth.true), fitting(truth.false))


def to_sheet_rows(expression: Expression, type_of: TypeOf, names: SheetNames) -> Truth:
    """Return the same for every row of a list at once: arrays of 0 and 1 for SUMPRODUCT.

    Raises:
        UnknownNameError, WrongTypeError, NotInWorkbookError: as `to_sheet_test` does.
    """
    check(expression, type_of)
    return truth(expression.tree, _lists(_Context(names, type_of)))


def to_sheet_value(expression: Expression, type_of: TypeOf, names: SheetNames) -> Value:
    """Return the formula, without `=`, of a number, text or date, and when it is NULL.

    Raises:
        UnknownNameError, WrongTypeError: as `check` does.
        NotInWorkbookError: a formula cannot say it.
    """
    check(expression, type_of)
    value = _value(expression.tree, _Context(names, type_of))
    fitting(value.or_blank)
    return value


def _value(node: Node, at: _Context) -> Value:
    value: Value = _rule(VALUES, node)(node, at)
    return value


def _truth(node: Node, at: _Context) -> Truth:
    truth: Truth = _rule(TRUTHS, node)(node, at)
    return truth


def _rule(rules: dict[type[Node] | str, Callable[[Any, _Context], Any]], node: Node) -> Any:
    if key(node) not in rules:
        raise NotInWorkbookError(node.sql(), "no basic worksheet function says this")
    return rules[key(node)]


def _column(node: Node, at: _Context) -> Value:
    name = name_of(node)
    value = at.names.cell(name)
    if value is None:
        raise NotInWorkbookError(name, "the workbook does not hold it")
    return value


def _literal(node: Node, _: _Context) -> Value:
    return Value(sheet_text(node.name) if node.is_string else node.name)


def _date_literal(node: Node, _: _Context) -> Value:
    year, month, day = node.this.name.split("-")
    return Value(f"DATE({int(year)},{int(month)},{int(day)})")


def _arithmetic(node: Any, at: _Context) -> Value:
    left, right = _value(node.left, at), _value(node.right, at)
    return Value(f"({left.formula}{ARITHMETIC[type(node)]}{right.formula})", merged(left, right))


def _quotient(node: Any, at: _Context) -> Value:
    value, divisor = _arithmetic(node, at), _value(node.right, at)
    if isinstance(node.right, exp.Literal) and float(node.right.name):
        return value
    is_zero = when_known(divisor.nulls, f"ROUND({divisor.formula},6)=0", YES)
    return Value(value.formula, (*value.nulls, is_zero))


def _applied(step: Callable[[str], str]) -> Callable[[Node, _Context], Value]:
    """Make a rule for a function of one value."""

    def apply(node: Node, at: _Context) -> Value:
        value = _value(arguments(node)[0], at)
        return Value(step(value.formula), value.nulls)

    return apply


def _round(node: Node, at: _Context) -> Value:
    places = node.args.get("decimals")
    return _applied(lambda number: rounded(number, int(places.name) if places else 0))(node, at)


def _coalesce(node: Node, at: _Context) -> Value:
    def first_known(later: Value, earlier: Value) -> Value:
        formula = when_known(earlier.nulls, earlier.formula, later.formula)
        return Value(formula, (all_of(earlier.null, later.null),))

    return reduce(first_known, [_value(each, at) for each in reversed(arguments(node))])


def _extreme(function: str, unreached: str) -> Callable[[Node, _Context], Value]:
    """Make a rule for GREATEST or LEAST, which leave NULLs out."""

    def rule(node: Node, at: _Context) -> Value:
        values = [_value(each, at) for each in arguments(node)]
        known = ",".join(when_known(each.nulls, each.formula, unreached) for each in values)
        return Value(f"{function}({known})", (all_of(*(each.null for each in values)),))

    return rule


def _case(node: Node, at: _Context) -> Value:
    default = node.args.get("default")
    last = Value('""', (YES,)) if default is None else _value(default, at)
    formula, null = last.formula, last.null
    for branch in reversed(node.args["ifs"]):
        condition, value = _truth(branch.this, at).true, _value(branch.args["true"], at)
        formula = f"IF({condition},{value.formula},{formula})"
        null = null if null == value.null else f"IF({condition},{value.null},{null})"
    return Value(formula, (null,))


def _date_add(node: Node, at: _Context) -> Value:
    date, years = (_value(each, at) for each in arguments(node))
    return Value(years_later(date.formula, years.formula), merged(date, years))


def _date_diff(node: Node, at: _Context) -> Value:
    start, end = (_value(each, at) for each in arguments(node))
    return Value(f"({end.formula}-{start.formula})", merged(start, end))


def _aggregate(node: Node, at: _Context) -> Value:
    return aggregate(node, _lists(at))


def _lists(at: _Context) -> Lists:
    return Lists(at.names, at.type_of, partial(_value, at=at), partial(_truth, at=at))


def _comparison(node: Any, at: _Context) -> Truth:
    sign = COMPARISONS[type(node)]
    if kind(node.left, at.type_of) is Type.BOOLEAN:
        same = _same(_truth(node.left, at), _truth(node.right, at))
        return same if sign == "=" else same.negated
    return _compared(node.left, sign, node.right, at)


def _same(left: Truth, right: Truth) -> Truth:
    return Truth(
        any_of(all_of(left.true, right.true), all_of(left.false, right.false)),
        any_of(all_of(left.true, right.false), all_of(left.false, right.true)),
    )


def _compared(left: Node, sign: str, right: Node, at: _Context) -> Truth:
    one, other = _value(left, at), _value(right, at)
    test = TESTS[kind(left, at.type_of) or kind(right, at.type_of) or Type.NUMBER]
    nulls = merged(one, other)
    return Truth(
        when_known(nulls, test(one.formula, sign, other.formula), NO),
        when_known(nulls, test(one.formula, OPPOSITE[sign], other.formula), NO),
    )


def _in(node: Node, at: _Context) -> Truth:
    value = _value(node.this, at)
    if not node.expressions:
        raise NotInWorkbookError(node.sql(), "the set is to be bound to its values first")
    test = TESTS[kind(node.this, at.type_of) or Type.NUMBER]
    listed = [_value(each, at) for each in node.expressions]
    known = [each.formula for each in listed if each.null == NO]
    found = any_of(*(test(value.formula, "=", each) for each in known))
    missed = all_of(*(test(value.formula, "<>", each) for each in known))
    has_null = len(known) < len(listed)  # then nothing is surely outside the list
    return Truth(
        when_known(value.nulls, found, NO),
        NO if has_null else when_known(value.nulls, missed, NO),
    )


def _between(node: Node, at: _Context) -> Truth:
    above = _compared(node.this, ">=", node.args["low"], at)
    below = _compared(node.this, "<=", node.args["high"], at)
    return Truth(all_of(above.true, below.true), any_of(above.false, below.false))


def _is_null(node: Node, at: _Context) -> Truth:
    null = _value(node.this, at).null
    return Truth(null, f"NOT({null})")


def _and(node: Any, at: _Context) -> Truth:
    left, right = _truth(node.left, at), _truth(node.right, at)
    return Truth(all_of(left.true, right.true), any_of(left.false, right.false))


def _or(node: Any, at: _Context) -> Truth:
    left, right = _truth(node.left, at), _truth(node.right, at)
    return Truth(any_of(left.true, right.true), all_of(left.false, right.false))


def _boolean(node: Node, _: _Context) -> Truth:
    return Truth(YES, NO) if node.this else Truth(NO, YES)


TRUTHS: dict[type[Node] | str, Callable[[Any, _Context], Truth]] = {
    **dict.fromkeys(COMPARISONS, _comparison),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: lambda node, at: _truth(node.this, at).negated,
    exp.Paren: lambda node, at: _truth(node.this, at),
    exp.In: _in,
    exp.Between: _between,
    exp.Is: _is_null,
    exp.Boolean: _boolean,
    **dict.fromkeys(CELLS, lambda node, at: CELLS[node.name.upper()](at.names.as_typed(node))),
}
VALUES: dict[type[Node] | str, Callable[[Any, _Context], Value]] = {
    **dict.fromkeys(ARITHMETIC, _arithmetic),
    **dict.fromkeys((*AGGREGATES, exp.Filter), _aggregate),
    exp.Div: _quotient,
    exp.Neg: _applied("(-{})".format),
    exp.Abs: _applied("ABS({})".format),
    exp.Round: _round,
    exp.Paren: lambda node, at: _value(node.this, at),
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Cast: _date_literal,
    exp.Null: lambda *_: Value('""', (YES,)),
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Greatest: _extreme("MAX", FAR_BELOW),
    exp.Least: _extreme("MIN", FAR_ABOVE),
    "DATE_ADD_YEARS": _date_add,
    "DATE_DIFF_DAYS": _date_diff,
    "DECIMALS": _applied(decimals),
    "YTD": _column,
}
