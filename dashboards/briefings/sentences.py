"""A sentence: its numbers found, its wording chosen by them, or why it is not written."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Absent, Fact
from dashboards.scopes import Scope
from models.spec.briefing import EACH, Clause, Number, Sentence, Variant

Piece = str | Fact
Value = Fact | Absent | str | tuple[Piece, ...]
SIGNS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Written:
    """A sentence as it stands in a paper."""

    id: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.printed for piece in self.pieces)

    @property
    def facts(self) -> list[Fact]:
        return [piece for piece in self.pieces if isinstance(piece, Fact)]


@dataclass(frozen=True)
class Dropped:
    """A sentence that is not written: which number was not there, and why."""

    id: str
    name: str
    reason: str


def render(sentence: Sentence, values: Mapping[str, Value]) -> Written | Dropped:
    """Write a sentence from its values, or say why not."""
    pieces: list[Piece] = []
    for clause in sentence.clauses:
        fitting = next((one for one in clause if _fits(one, values)), None)
        if fitting is None:
            return Dropped(sentence.id, *_lacking(clause, values))
        pieces += _filled(fitting, values)
    return Written(sentence.id, tuple(pieces))


def _fits(variant: Variant, values: Mapping[str, Value]) -> bool:
    if any(isinstance(values.get(name, Absent("missing")), Absent) for name in _names(variant)):
        return False
    return all(_holds(values.get(name), test, values) for name, test in variant.when.items())


def _names(variant: Variant) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(variant.text) if name]


def _holds(value: Value | None, test: str, values: Mapping[str, Value]) -> bool:
    sign, _, other = test.partition(" ")
    left = _measured(value)
    right = _measured(values.get(other)) if other[0].isalpha() else float(other)
    return left is not None and right is not None and SIGNS[sign](left, right)


def _measured(value: Value | None) -> float | None:
    """What a condition compares: the direction of a change, else the number."""
    if not isinstance(value, Fact):
        return None
    return value.number if value.direction is None else float(value.direction)


def _lacking(clause: Clause, values: Mapping[str, Value]) -> tuple[str, str]:
    for variant in clause:
        for name in [*_names(variant), *variant.when]:
            value = values.get(name, Absent("missing"))
            if isinstance(value, Absent):
                return name, value.reason
    return "", "no_wording"


def _filled(variant: Variant, values: Mapping[str, Value]) -> list[Piece]:
    pieces: list[Piece] = []
    for text, name, _, _ in Formatter().parse(variant.text):
        if text:
            pieces.append(text)
        value = values[name] if name else ()
        pieces += list(value) if isinstance(value, tuple) else [value]  # type: ignore[list-item]
    return pieces


def values_of(
    sentence: Sentence,
    facts: Facts,
    scope: Scope,
    words: Mapping[str, Value],
    listings: Callable[[Facts, Scope, str], Mapping[str, Value]] | None = None,
    about: str | None = None,
) -> dict[str, Value]:
    """Everything a sentence may name; `about` is the indicator of a repeated one."""
    found: dict[str, Value] = dict(words)
    for name, number in sentence.numbers.items():
        found[name] = facts.find(_about(number, about), scope)
    if listings:
        found |= listings(facts, scope, sentence.id)
    return found


def _about(number: Number, indicator: str | None) -> Number:
    if indicator is None:
        return number
    changes = {
        key: value.replace(EACH, indicator)
        for key in ("indicator", "count")
        if (value := number[key]) is not None
    }
    return number.model_copy(update=changes)


def text_of(pieces: Sequence[Piece]) -> str:
    """The pieces as people read them."""
    return "".join(piece if isinstance(piece, str) else piece.printed for piece in pieces)
