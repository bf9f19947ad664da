"""What a number rests on, as marks: two quarters compare only under one mark."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from models.catalogue_model import Catalogue
from models.expression import parse
from models.names import deep_reads
from models.spec.indicator import Indicator

LENGTH = 16


def mark_of(catalogue: Catalogue, indicator: Indicator) -> str:
    """Changes when formula, computed fields in it, scale, way of adding up or units asked change.

    Titles and targets are left out: they do not change what a value is.
    """
    names = parse(indicator.numerator).names() | parse(indicator.denominator).names()
    computed = {
        name: catalogue.fields[name].formula
        for name in sorted(deep_reads(names, catalogue))
        if catalogue.fields[name].formula
    }
    return _digest(
        *(indicator.numerator, indicator.denominator, indicator.scale),
        *(indicator.rollup, indicator.base, sorted(catalogue.kinds_with(indicator)), computed),
    )


def score_mark(catalogue: Catalogue, indicator: Indicator) -> str:
    """The same for the score of an indicator: it changes with the goalposts too."""
    posts = (indicator.score_zero_at, indicator.target, indicator.target_band)
    return _digest(mark_of(catalogue, indicator), *posts)


def members(catalogue: Catalogue) -> dict[str, dict[str, tuple[str, ...]]]:
    """Index or profile -> its dimensions or axes -> their indicators."""
    indices = {
        owner.id: {each.id: each.indicators for each in owner.dimensions}
        for owner in catalogue.composites.values()
    }
    profiles = {
        owner.id: {
            f"{owner.id}.{number}": axis.indicators for number, axis in enumerate(owner.axes, 1)
        }
        for owner in catalogue.profiles.values()
    }
    return {**indices, **profiles}


@cache
def index_marks(catalogue: Catalogue) -> Mapping[str, str]:
    """Index, dimension, profile or axis -> its mark: what is in it, how each of that is scored.

    Weights inside and between dimensions are equal, so they follow from what is in it. The named
    alternatives are other numbers, which stand beside the index and are compared with no quarter.
    """
    found: dict[str, str] = {}
    for owner, parts in members(catalogue).items():
        marks = {name: _part(catalogue, indicators) for name, indicators in parts.items()}
        found |= {**marks, owner: _digest(*sorted(marks.items()))}
    return found


def _part(catalogue: Catalogue, indicators: Iterable[str]) -> str:
    known = catalogue.indicators
    return _digest(*sorted((name, score_mark(catalogue, known[name])) for name in indicators))


def _digest(*said: Any) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
