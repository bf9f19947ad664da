"""Expression -> Chinese text for people: the words are the catalogue's (`wording/expression.yml`).

Codes are printed as their labels where they stand beside a field with a code list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlglot import exp

from models.expression.kinds import aggregate_alias
from models.expression.tree import (
    AGGREGATES,
    ARITHMETIC,
    COMPARISONS,
    Expression,
    Node,
    arguments,
    bare,
    base_of,
    key,
    name_of,
)


class Say(Protocol):
    """Gives the text under a key of the wording, its placeholders filled: `Catalogue.say`."""

    def __call__(self, key: str, /, **fills: object) -> str:
        """Return the text."""


@dataclass(frozen=True)
class Words:
    """How names are called.

    Attributes:
        label: name -> Chinese label; also of a list by its alias, `l1`. For `prev.x`, `child.x`,
            `peer_all.x` and `ytd(x)` it is asked for `x`. A KeyError means: no such name.
        codes: name, asked for likewise -> its code list, or None.
        say: text of the wording.
    """

    label: Callable[[str], str]
    codes: Callable[[str], Mapping[int, str] | None]
    say: Say


def to_chinese(expression: Expression, words: Words) -> str:
    """Return the expression as people read it."""
    return _with_inner_quotes(_text(expression.tree, words), _say(words, "quotes"))


def _text(node: Node, words: Words) -> str:
    return TEXTS[key(node)](node, words)


def _with_inner_quotes(text: str, quotes: str) -> str:
    """Write quotes within quotes with the second pair of marks."""
    opening, closing = quotes[0], quotes[1]
    depth, signs = 0, []
    for sign in text:
        depth -= sign == closing
        is_inner = sign in (opening, closing) and depth % 2
        signs.append(quotes[2 + (sign == closing)] if is_inner else sign)
        depth += sign == opening
    return "".join(signs)


def _say(words: Words, text: str, /, **fills: str) -> str:
    return words.say(f"expression.{text}", **fills)


def _joined(words: Words, comma: str, texts: list[str]) -> str:
    return _say(words, comma).join(texts)


def _closed(node: Node, words: Words) -> str:
    """Put brackets around what would run into the words that follow."""
    text = _text(node, words)
    is_open = isinstance(node, (*ARITHMETIC, exp.Case))
    return _say(words, "brackets", inner=text) if is_open else text


def _binary(text: str) -> Callable[[Any, Words], str]:
    return lambda node, words: _say(
        words, text, left=_operand(node.left, words), right=_operand(node.right, words)
    )


def _operand(node: Node, words: Words) -> str:
    return _closed(node, words) if isinstance(node, exp.Case) else _text(node, words)


def _of_one(text: str) -> Callable[[Node, Words], str]:
    return lambda node, words: _say(words, text, value=_closed(arguments(node)[0], words))


def _own_name(column: exp.Column) -> str:
    """Return the name of the field that a column of another unit or quarter holds."""
    return column.name if column.table in FIELDS_ELSEWHERE else name_of(column)


def _column(node: exp.Column, words: Words) -> str:
    name = words.label(_own_name(node))
    return _say(words, "previous", name=name) if node.table == "prev" else name


def _literal(node: Node, words: Words) -> str:
    return _say(words, "quoted", text=node.name) if node.is_string else node.name


def _date(node: Node, words: Words) -> str:
    year, month, day = (part.lstrip("0") for part in node.this.name.split("-"))
    return _say(words, "date", year=year, month=month, day=day)


def _word(node: Node, beside: Node, words: Words) -> str | None:
    """Return the label of a code, or a text, that stands beside a field; else None."""
    literal, field = bare(node), bare(beside)
    if not isinstance(literal, exp.Literal):
        return None
    if literal.is_string:
        return _literal(literal, words)
    codes = words.codes(_own_name(field)) if isinstance(field, exp.Column) else None
    label = (codes or {}).get(int(literal.name)) if literal.name.isdigit() else None
    return None if label is None else _say(words, "quoted", text=label)


def _comparison(node: Any, words: Words) -> str:
    is_equality = isinstance(node, exp.EQ | exp.NEQ)
    if is_equality and key(bare(node.left)) in STATEMENTS:
        sides = {"left": _text(bare(node.left), words), "right": _text(bare(node.right), words)}
        return _say(words, "same_truth" if isinstance(node, exp.EQ) else "other_truth", **sides)
    word = _word(node.right, node.left, words)
    if is_equality and word is not None:
        text = "is_word" if isinstance(node, exp.EQ) else "is_not_word"
        return _say(words, text, value=_text(node.left, words), word=word)
    left = _operand(node.left, words)
    right = word or _operand(node.right, words)
    return _say(words, SIGNS[COMPARISONS[type(node)]], left=left, right=right)


def _in(node: Node, words: Words, text: str = "one_of") -> str:
    if node.args.get("field") is not None:
        listed = _text(node.args["field"], words)
    else:
        found = [_word(each, node.this, words) or _text(each, words) for each in node.expressions]
        listed = _joined(words, "or_word", found)
    return _say(words, text, value=_text(node.this, words), words=listed)


def _between(node: Node, words: Words, text: str = "within") -> str:
    low, high = (_closed(node.args[side], words) for side in ("low", "high"))
    return _say(words, text, value=_text(node.this, words), low=low, high=high)


def _not(node: Node, words: Words) -> str:
    inner = bare(node.this)
    if isinstance(inner, exp.In):
        return _in(inner, words, "none_of")
    if isinstance(inner, exp.Between):
        return _between(inner, words, "outside")
    if isinstance(inner, exp.Is):
        return _say(words, "is_filled", value=_text(inner.this, words))
    return _say(words, "fails", statement=_text(inner, words))


def _coalesce(node: Node, words: Words) -> str:
    *earlier, last = arguments(node)
    text = _text(last, words)
    for each in reversed(earlier):
        text = _say(words, "when_empty", value=_closed(each, words), other=text)
    return text


def _choice(text: str) -> Callable[[Node, Words], str]:
    return lambda node, words: _say(
        words,
        text,
        values=_joined(words, "list_comma", [_closed(each, words) for each in arguments(node)]),
    )


def _round(node: Node, words: Words) -> str:
    places = node.args.get("decimals")
    value = _closed(node.this, words)
    return _say(words, "rounded", value=value, places=places.name if places else "0")


def _case(node: Node, words: Words) -> str:
    branches = [
        _say(
            words,
            "case_branch",
            condition=_text(branch.this, words),
            value=_text(branch.args["true"], words),
        )
        for branch in node.args["ifs"]
    ]
    if node.args.get("default") is not None:
        default = _text(node.args["default"], words)
        branches.append(_say(words, "case_default", value=default))
    return _joined(words, "case_comma", branches)


def _aggregate(node: Node, words: Words) -> str:
    alias = aggregate_alias(node)
    own = f"rows_{alias}"
    rows = _say(words, own) if alias in COUNTED else words.label(alias)
    if isinstance(node, exp.Filter):
        condition = _text(node.expression.this, words)
        return _over(node.this, _say(words, "rows_where", rows=rows, condition=condition), words)
    return _over(node, _say(words, "rows_all", rows=rows), words)


def _over(node: Node, rows: str, words: Words) -> str:
    if isinstance(node, exp.Count):
        return _say(words, COUNTED.get(aggregate_alias(node), "count_rows"), rows=rows)
    values = _joined(words, "list_comma", [_closed(each, words) for each in arguments(node)])
    if isinstance(node, exp.Sum):
        return _say(words, "total", rows=rows, value=values)
    return _say(words, "distinct", rows=rows, values=values)


def _window(node: Node, words: Words) -> str:
    columns = [_text(column, words) for column in node.args.get("partition_by") or []]
    value = _text(node.this, words)
    return _say(words, "grouped", value=value, columns=_joined(words, "list_comma", columns))


def _date_add(node: Node, words: Words) -> str:
    date, years = (_closed(each, words) for each in arguments(node))
    return _say(words, "years_later", date=date, years=years)


def _date_diff(node: Node, words: Words) -> str:
    start, end = (_closed(each, words) for each in arguments(node))
    return _say(words, "days_between", start=start, end=end)


def _matches(node: Node, words: Words) -> str:
    text, name = arguments(node)
    pattern = _say(words, f"pattern_{name.name}")
    return _say(words, "contains", value=_text(text, words), pattern=pattern)


FIELDS_ELSEWHERE = ("prev", "child", "peer_all")
COUNTED = {"child": "count_units", "peer_all": "count_units", "sub": "count_submissions"}
SIGNS = {
    "=": "equal",
    "<>": "unequal",
    "<": "less",
    "<=": "at_most",
    ">": "more",
    ">=": "at_least",
}
STATEMENTS = (*COMPARISONS, exp.And, exp.Or, exp.Not, exp.In, exp.Between, exp.Is, exp.Boolean)
TEXTS: dict[type[Node] | str, Callable[[Any, Words], str]] = {
    **dict.fromkeys(COMPARISONS, _comparison),
    **dict.fromkeys((*AGGREGATES, exp.Filter), _aggregate),
    exp.Window: _window,
    exp.Add: _binary("plus"),
    exp.Sub: _binary("minus"),
    exp.Mul: _binary("times"),
    exp.Div: _binary("divided"),
    exp.And: _binary("both"),
    exp.Or: _binary("either"),
    exp.Not: _not,
    exp.In: _in,
    exp.Between: _between,
    exp.Is: lambda node, words: _say(words, "is_empty", value=_text(node.this, words)),
    exp.Neg: _of_one("negative"),
    exp.Abs: _of_one("absolute"),
    exp.Paren: lambda node, words: _say(words, "brackets", inner=_text(node.this, words)),
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Cast: _date,
    exp.Null: lambda _, words: _say(words, "empty"),
    exp.Boolean: lambda node, words: _say(words, "always" if node.this else "never"),
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Greatest: _choice("largest"),
    exp.Least: _choice("smallest"),
    exp.Round: _round,
    "DATE_ADD_YEARS": _date_add,
    "DATE_DIFF_DAYS": _date_diff,
    "DECIMALS": _of_one("decimals"),
    "IS_INT": _of_one("reads_as_int"),
    "IS_NUM": _of_one("reads_as_number"),
    "IS_DATE": _of_one("reads_as_date"),
    "MATCHES": _matches,
    "YTD": lambda node, words: _say(words, "year_to_date", name=words.label(base_of(node))),
    "ENUM": lambda _, words: _say(words, "set_of_codes"),
    "DIRECTORY_COUNTIES": lambda _, words: _say(words, "set_of_counties"),
}
