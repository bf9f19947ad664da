"""What the catalogue's formulas come to on one workbook: plain Python, one value at a time.

The rules that judge a return run in SQL. What a planted slip entails is reckoned here instead, so
that the sample's truth never leans on the program it is there to test.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp

from models.catalogue_model import Catalogue
from models.expression import parse
from models.expression.tree import Node, arguments, key, lists_in, name_of
from models.spec.form import EntryMode
from pipelines.sample.remembered import Remembered

Given = Mapping[str, Any]
Spot = tuple[str, int | None]
"""A field, and the line of a list counted from 1."""


@dataclass
class Sheet:
    """The values of one workbook under the names that formulas use.

    `rows` holds every printed row, spare ones included; a row counts once its unit has filled a
    cell of it. Computed cells are reckoned from the others, whatever `values` may say of them.
    `overtyped` are locked cells that somebody wrote into: only what compares with the past sees it.
    """

    catalogue: Catalogue
    facts: Given
    listed: frozenset[str]
    values: dict[str, Any]
    rows: Mapping[str, Sequence[dict[str, Any]]]
    past: Remembered = field(default_factory=Remembered)
    overtyped: Mapping[str, Any] = field(default_factory=dict)
    _known: dict[Spot, Any] = field(default_factory=dict)

    def with_values(self, changes: Mapping[Spot, Any]) -> "Sheet":
        """The same workbook with other values in some cells."""
        fixed = {name: value for (name, line), value in changes.items() if not line}
        locked = {name for name in fixed if self._is_locked(name)}
        values = {**self.values, **{n: v for n, v in fixed.items() if n not in locked}}
        overtyped = {**self.overtyped, **{n: v for n, v in fixed.items() if n in locked}}
        rows = {alias: list(some) for alias, some in self.rows.items()}
        for (name, line), value in changes.items():
            alias, _, column = name.rpartition(".")
            if line:
                rows[alias][line - 1] = {**rows[alias][line - 1], column: value}
        return replace(self, values=values, rows=rows, overtyped=overtyped, _known={})

    def as_typed(self) -> "Sheet":
        """The workbook with what stands in its locked openings, as rules about the past see it."""
        return replace(self, values={**self.values, **self.overtyped}, overtyped={}, _known={})

    def _is_locked(self, name: str) -> bool:
        item = self.catalogue.fields[name]
        return item.entry is EntryMode.CARRIED and item.alias is None

    def lines(self, alias: str) -> Iterator[int]:
        """The lines of a list in which the unit has filled something."""
        filled = [
            item.name
            for item in self.catalogue.aliases[alias].fields
            if not item.is_system_owned and item.formula is None
        ]
        for line, row in enumerate(self.rows.get(alias, ()), start=1):
            if any(row.get(name) is not None for name in filled):
                yield line

    def at(self, name: str, line: int | None = None) -> Any:
        """The value of a field or fact; in a line of its list if it is a column."""
        if name in self.facts:
            return self.facts[name]
        if name == "l2.partner_listed":
            partner = self.at("l2.partner_unit_code", line)
            return None if partner is None else int(partner in self.listed)
        known = self.catalogue.fields.get(name)
        if known is None:
            return self._of_the_past(name, line)
        if known.formula:
            return self._computed(name, known.formula, line)
        if known.alias is None:
            return self.values.get(name)
        return self.rows[known.alias][(line or 0) - 1].get(known.name)

    def _of_the_past(self, name: str, line: int | None) -> Any:
        if name.startswith("ytd("):
            return self.past.added_up(name[4:-1], self.at(name[4:-1]))
        if name == "l1.prev_last_election_date":
            return self.past.elections.get(self.at("l1.org_code", line))
        if name == "sys.open_matters_carried":
            return len(self.past.open_matters)
        if name == "sys.open_matters_present":
            listed = {self.at("l3.matter_id", each) for each in self.lines("l3")}
            return len(self.past.open_matters & listed)
        return self.past.last.get(name.removeprefix("prev.")) if name[:5] == "prev." else None

    def _computed(self, name: str, formula: str, line: int | None) -> Any:
        spot = (name, line if "." in name else None)
        if spot not in self._known:
            self._known[spot] = self.means(formula, line)
        return self._known[spot]

    def means(self, formula: str, line: int | None = None) -> Any:
        """What a formula comes to; None where it says nothing (NULL)."""
        return _Scope(self, line).value(parse(formula).tree)


@dataclass(frozen=True)
class _Scope:
    sheet: Sheet
    line: int | None

    def value(self, node: Node) -> Any:
        return MEANINGS[key(node)](self, node)

    def values(self, nodes: Sequence[Node]) -> list[Any]:
        return [self.value(node) for node in nodes]


Meaning = Callable[[_Scope, Any], Any]


def _strict(step: Callable[[Any, Any], Any]) -> Meaning:
    """Make a meaning for two sides that says nothing when one of them says nothing."""

    def meaning(scope: _Scope, node: Any) -> Any:
        left, right = scope.value(node.this), scope.value(node.expression)
        return None if left is None or right is None else step(left, right)

    return meaning


def _of_one(step: Callable[[Any], Any]) -> Meaning:
    def meaning(scope: _Scope, node: Any) -> Any:
        value = scope.value(node.this)
        return None if value is None else step(value)

    return meaning


def _all(statements: Sequence[bool | None]) -> bool | None:
    if False in statements:
        return False
    return None if None in statements else True


def _negated(statement: Any) -> bool | None:
    return None if statement is None else not statement


def _and(scope: _Scope, node: exp.And) -> bool | None:
    return _all(scope.values([node.this, node.expression]))


def _or(scope: _Scope, node: exp.Or) -> bool | None:
    sides = scope.values([node.this, node.expression])
    return _negated(_all([_negated(side) for side in sides]))


def _in(scope: _Scope, node: exp.In) -> bool | None:
    value = scope.value(node.this)
    if value is None:
        return None
    if node.args.get("field") is not None:
        return value in {scope.sheet.catalogue.structure.city.code, *scope.sheet.catalogue.counties}
    return value in scope.values(node.expressions)


def _between(scope: _Scope, node: exp.Between) -> bool | None:
    value, low, high = scope.values([node.this, node.args["low"], node.args["high"]])
    above = None if value is None or low is None else value >= low
    return _all([above, None if value is None or high is None else value <= high])


def _case(scope: _Scope, node: exp.Case) -> Any:
    for branch in node.args["ifs"]:
        if scope.value(branch.this):
            return scope.value(branch.args["true"])
    default = node.args.get("default")
    return None if default is None else scope.value(default)


def _coalesce(scope: _Scope, node: Node) -> Any:
    return next((value for value in scope.values(arguments(node)) if value is not None), None)


def _greatest(scope: _Scope, node: Node) -> Any:
    known = [value for value in scope.values(arguments(node)) if value is not None]
    return max(known) if known else None


def _round(scope: _Scope, node: exp.Round) -> Any:
    value, places = scope.value(node.this), node.args.get("decimals")
    return None if value is None else round(Decimal(value), int(places.name) if places else 0)


def _counted(scope: _Scope, node: Node) -> list[Any]:
    """The values of an aggregate's argument in the rows that its FILTER lets through."""
    call, condition = node, None
    if isinstance(node, exp.Filter):
        call, condition = node.this, node.expression.this
    (alias,) = lists_in(node)
    rows = [_Scope(scope.sheet, line) for line in scope.sheet.lines(alias)]
    kept = [row for row in rows if condition is None or row.value(condition)]
    if key(call) == "COUNT_DISTINCT":
        return list({tuple(row.values(arguments(call))) for row in kept})
    found = [row.value(call.this) for row in kept]
    return [value for value in found if value is not None]


def _aggregate(scope: _Scope, node: Node) -> Any:
    call = node.this if isinstance(node, exp.Filter) else node
    found = _counted(scope, node)
    if isinstance(call, exp.Count) or key(call) == "COUNT_DISTINCT":
        return len(found)
    return sum(found) if found else None


def _years_later(scope: _Scope, node: exp.Anonymous) -> date | None:
    day, years = scope.values(node.expressions)
    if day is None or years is None:
        return None
    year = day.year + int(years)
    try:
        later: date = day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
    return later


MEANINGS: dict[type[Node] | str, Meaning] = {
    exp.Column: lambda scope, node: scope.sheet.at(name_of(node), scope.line),
    exp.Literal: lambda _, node: node.name if node.is_string else Decimal(node.name),
    exp.Null: lambda *_: None,
    exp.Paren: lambda scope, node: scope.value(node.this),
    exp.Neg: _of_one(lambda value: -value),
    exp.Abs: _of_one(abs),
    exp.Add: _strict(lambda left, right: left + right),
    exp.Sub: _strict(lambda left, right: left - right),
    exp.Mul: _strict(lambda left, right: left * right),
    exp.Div: _strict(lambda left, right: Decimal(left) / right if right else None),
    exp.EQ: _strict(lambda left, right: left == right),
    exp.NEQ: _strict(lambda left, right: left != right),
    exp.LT: _strict(lambda left, right: left < right),
    exp.LTE: _strict(lambda left, right: left <= right),
    exp.GT: _strict(lambda left, right: left > right),
    exp.GTE: _strict(lambda left, right: left >= right),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: lambda scope, node: _negated(scope.value(node.this)),
    exp.In: _in,
    exp.Between: _between,
    exp.Is: lambda scope, node: scope.value(node.this) is None,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Round: _round,
    exp.Count: _aggregate,
    exp.Sum: _aggregate,
    exp.Filter: _aggregate,
    "COUNT_DISTINCT": _aggregate,
    "DATE_ADD_YEARS": _years_later,
    "YTD": lambda scope, node: scope.sheet.at(name_of(node), scope.line),
    exp.Abs: _of_one(abs),
    exp.Greatest: _greatest,
}
