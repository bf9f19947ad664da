"""口径 of a quarter: its indicators as they were defined when its numbers were made.

A published quarter keeps the catalogue it was published under, and the snapshot says which. Where
that is today's, the catalogue is what it is; else the indicators are taken from the snapshot.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from pydantic import ValidationError

from dashboards import wording
from dashboards.snapshots import Snapshot
from models.catalogue_model import Catalogue
from models.definition import index_marks, mark_of
from models.expression import parse
from models.names import Names
from models.spec.base import Entry
from models.spec.indicator import Axis, Composite, Dimension, Indicator, Profile

TABLE = "core.definition"
OF_PERIOD = f"""
select indicator, entry, catalogue_hash from {TABLE} where period = ? order by indicator
"""  # noqa: S608
UNLIKE = f"""
select indicator from {TABLE} where period = ? or period = ?
group by indicator having count(distinct {{mark}}) > 1
"""  # noqa: S608
MARKS = f"""
select indicator, period, mark from {TABLE} where period <= ? order by indicator, period
"""  # noqa: S608
QUESTIONS_KEPT = 16
EVERY = "*"
"""A chart that shows whatever indicators there are."""
Told = TypeVar("Told", bound=Entry)


@dataclass(frozen=True)
class Definition:
    """How an indicator was defined in a quarter: under which catalogue, and whether as today."""

    catalogue_hash: str
    formula: str
    is_todays: bool


@lru_cache(maxsize=QUESTIONS_KEPT)
def defined(snapshot: Snapshot, catalogue: Catalogue, period: str) -> Catalogue:
    """The catalogue with the indicators of the quarter as the snapshot has them."""
    if not snapshot.holds(TABLE):
        return catalogue
    return with_entries(catalogue, snapshot.ask(OF_PERIOD, period).iter_rows())


def with_entries(catalogue: Catalogue, rows: Iterable[tuple[str, str, str]]) -> Catalogue:
    """The catalogue with other entries: rows of indicator, entry and the hash it was part of.

    What this program cannot read any more, or what names fields that are gone, stays as it is.
    """
    older = {name: entry for name, entry, mine in rows if mine != catalogue.hash}
    if not older:
        return catalogue
    then = _older(Indicator, older, lambda one: _is_answered(one, catalogue))
    indicators = {**catalogue.indicators, **then}
    indices = _older(Composite, older, lambda one: _is_made(one.dimensions, indicators))
    profiles = _older(Profile, older, lambda one: _is_made(one.axes, indicators))
    return replace(
        catalogue,
        indicators=indicators,
        composites={**catalogue.composites, **indices},
        profiles={**catalogue.profiles, **profiles},
    )


@lru_cache(maxsize=QUESTIONS_KEPT)
def since(snapshot: Snapshot, period: str) -> Mapping[str, str]:
    """Indicator -> from which quarter on its definition holds, where an earlier one had another."""
    if not snapshot.holds(TABLE):
        return {}
    found: dict[str, str] = {}
    before: dict[str, str] = {}
    for name, quarter, mark in snapshot.ask(MARKS, period).iter_rows():
        if before.get(name, mark) != mark:
            found[name] = quarter
        before[name] = mark
    return found


@lru_cache(maxsize=QUESTIONS_KEPT)
def unlike(snapshot: Snapshot, one: str, other: str, mark: str = "mark") -> frozenset[str]:
    """What is defined otherwise in one quarter than in the other: it is not compared.

    Indicators, indices, dimensions, profiles and axes; with `score_mark` an indicator also where
    only its goalposts were moved, as far as the snapshot tells of goalposts.
    """
    known = mark if snapshot.holds(TABLE, mark) else "mark"
    if not snapshot.holds(TABLE, known):
        return frozenset()
    return frozenset(snapshot.ask(UNLIKE.format(mark=known), one, other)["indicator"])


def is_todays(catalogue: Catalogue, name: str, mark: str) -> bool:
    """Whether an indicator is defined today as the mark says."""
    today = catalogue.indicators.get(name)
    mine = mark_of(catalogue, today) if today else index_marks(catalogue).get(name)
    return mine == mark


def redefined(snapshot: Snapshot, catalogue: Catalogue, period: str, names: Sequence[str]) -> str:
    """口径变更: since when some of these are defined otherwise than before; empty if none is."""
    found = since(snapshot, period)
    say = wording.speaker(catalogue)
    changed: dict[str, list[str]] = {}
    for name in catalogue.indicators if EVERY in names else names:
        if name in found:
            changed.setdefault(found[name], []).append(name)
    return "".join(
        say("redefined", period=wording.period_name(say, quarter), indicators="、".join(some))
        for quarter, some in sorted(changed.items())
    )


def _older(
    kind: type[Told], older: Mapping[str, str], is_known: Callable[[Told], bool]
) -> dict[str, Told]:
    """What an older catalogue said of one kind, where this program can read it."""
    found = {}
    for name, entry in older.items():
        try:
            one = kind.model_validate_json(entry)
        except ValidationError:
            continue
        if is_known(one):
            found[name] = one
    return found


def _is_made(parts: Iterable[Dimension | Axis], known: Container[str]) -> bool:
    return all(name in known for part in parts for name in part.indicators)


def _is_answered(indicator: Indicator, catalogue: Catalogue) -> bool:
    names = Names(catalogue)
    try:
        for name in parse(indicator.numerator).names() | parse(indicator.denominator).names():
            names.type_of(name)
    except KeyError:
        return False
    return True
