"""Which numbers can carry no fraction, hence none of the noise of doubles."""

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from models.expression.tree import Node, arguments, key, name_of

IsWhole = Callable[[str], bool]


def is_whole(node: Node, names: IsWhole) -> bool:
    """Tell whether a number is always whole; `names` knows it of each name."""
    rule = WHOLE.get(key(node))
    return rule is not None and rule(node, names)


def _of_name(node: Node, names: IsWhole) -> bool:
    return names(name_of(node))


def _of_all(parts: Callable[[Any], list[Node]]) -> Callable[[Node, IsWhole], bool]:
    return lambda node, names: all(is_whole(part, names) for part in parts(node))


def _branches(node: Node) -> list[Node]:
    values = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
    return [value for value in values if value is not None]


WHOLE: dict[type[Node] | str, Callable[[Node, IsWhole], bool]] = {
    exp.Literal: lambda node, _: node.name.isdigit(),
    exp.Column: _of_name,
    "YTD": _of_name,
    exp.Case: _of_all(_branches),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), _of_all(lambda node: [node.left, node.right])),
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least, exp.Sum), _of_all(arguments)),
    **dict.fromkeys(
        (exp.Filter, exp.Window, exp.Paren, exp.Neg, exp.Abs), _of_all(lambda node: [node.this])
    ),
    **dict.fromkeys((exp.Count, "COUNT_DISTINCT", "DATE_DIFF_DAYS", "DECIMALS"), lambda *_: True),
}
