"""What goes with hidden small groups: the whole city less the shown places would give them back.

The counties and the organs of the city add up to the city, and so do its three levels, of which one
is those same organs.
"""

from collections.abc import Callable, Iterable, Sequence

import polars as pl

from dashboards.privacy import guard_rates, is_few
from dashboards.reader import Reader
from dashboards.scopes import CITY_ORGANS
from dashboards.structures import INDICATORS
from dashboards.view import AS_REPORTED
from models.spec.dashboard import PrivacyLimits

KEYS = ("period", "indicator", "scope_level", "scope")
CITY_LEVEL = ("level", "city")
ORGANS = ("county_level", CITY_ORGANS)
Place = tuple[str, str]
"""Level and code of a scope."""
Sides = tuple[float, float]
"""Numerator and denominator."""


def guarded_rates(
    ask: Callable[..., pl.DataFrame],
    rows: pl.DataFrame,
    guarded: frozenset[str],
    reader: Reader,
    limits: PrivacyLimits,
) -> pl.DataFrame:
    """Rates with small groups taken out, and what would give them back; `is_hidden` says where.

    `rows` have the columns of `KEYS`; a snapshot is asked only for a reader who must not see all.
    """
    mine = guarded & set(rows["indicator"])
    beside = None
    if mine and not reader.sees_small_groups:
        beside = complements(ask, rows["period"].unique().to_list(), mine, limits)
    return guard_rates(rows, mine, reader, limits, beside)


def complements(
    ask: Callable[..., pl.DataFrame],
    periods: Sequence[str],
    indicators: Iterable[str],
    limits: PrivacyLimits,
) -> pl.DataFrame:
    """The rows by `KEYS` that would tell of a small group, or are one; `ask` is a snapshot's."""
    asked = (list(periods), sorted(indicators), ["county", "level", "county_level"])
    known: dict[tuple[str, str], dict[Place, Sides]] = {}
    for row in ask(INDICATORS[AS_REPORTED], *asked).iter_rows(named=True):
        place = (row["scope_level"], row["scope"])
        if row["scope_level"] != "county_level" or place == ORGANS:
            sides = (row["numerator"] or 0.0, row["denominator"] or 0.0)
            known.setdefault((row["period"], row["indicator"]), {})[place] = sides
    found = [(*whose, *place) for whose, sides in known.items() for place in told_by(sides, limits)]
    return pl.DataFrame(found, schema=dict.fromkeys(KEYS, pl.String), orient="row")


def told_by(sides: dict[Place, Sides], limits: PrivacyLimits) -> set[Place]:
    """The places to hide so that no printed sum gives a small group back."""
    lines = [
        [place for place in sides if place[0] == "county" or place == ORGANS],
        [place if place != CITY_LEVEL or ORGANS not in sides else ORGANS
         for place in sides if place[0] == "level"],
    ]  # fmt: skip
    hidden = {place for place, some in sides.items() if is_few(*some, limits)}
    while more := {place for line in lines for place in _next(line, sides, hidden, limits)}:
        hidden |= more
    return hidden | ({CITY_LEVEL} if ORGANS in hidden else set())


def _next(
    line: Sequence[Place], sides: dict[Place, Sides], hidden: set[Place], limits: PrivacyLimits
) -> list[Place]:
    """The place of a line that goes with its hidden ones, if these are alone or few together."""
    closed = [sides[place] for place in line if place in hidden and sides[place][1]]
    top, bottom = (sum(each[side] for each in closed) for side in (0, 1))
    if not closed or (len(closed) > 1 and not is_few(top, bottom, limits)):
        return []
    shown = [place for place in line if place not in hidden and sides[place][1]]
    return [min(shown, key=lambda place: (sides[place][1], place))] if shown else []
