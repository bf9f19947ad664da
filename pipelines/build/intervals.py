"""How stable an index is: its choices drawn again many times, after the OECD/JRC handbook.

Each draw takes other weights (Dirichlet), leaves one indicator out, and joins the dimensions by
their arithmetic or their geometric mean. The interval of a value keeps to the fixed goalposts;
the interval of a rank also draws the normalisation among goalposts, z-score and rank.
Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 7.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.catalogue_model import Catalogue

Matrix = NDArray[np.float64]

PLACE = ("period", "view", "compare_to", "composite")
SCOPE = ("scope_level", "scope_code")
SCOPES_AT_ONCE = 500
"""Bounds the memory of a step: draws x scopes numbers of 8 bytes, a few times."""
SCHEMA = {
    **dict.fromkeys(("period", "view", "compare_to", *SCOPE, "composite"), pl.String),
    **dict.fromkeys(("low", "high"), pl.Float64),
    **dict.fromkeys(("rank_low", "rank_high", "groups", "tier"), pl.Int32),
}
SCALES = 3
"""Goalposts, z-score, rank."""


@dataclass(frozen=True)
class Choices:
    """The choices of every draw of one index: [draws x indicators] weights, [draws] the rest.

    `dimensions` gives for each dimension its columns and its weight in each draw.
    """

    weights: Matrix
    dimensions: tuple[tuple[Sequence[int], Matrix], ...]
    left_out: NDArray[np.int64]
    is_geometric: NDArray[np.bool_]
    scale: NDArray[np.int64]


def intervals(scores: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return a row for every scope that has the index: interval, ranks and tier.

    `scores` has a row for each scored indicator of an index that could be computed: period, view,
    compare_to, scope_level, scope_code, composite, dimension, indicator, score (0 to 100) and
    progress (the same as a share of the way from zero to target, not clipped).
    """
    rows: list[dict[str, Any]] = []
    for key, part in scores.sort(*PLACE).group_by(PLACE, maintain_order=True):
        if key[3] in catalogue.composites:
            place = dict(zip(PLACE, key, strict=True))
            rows.extend({**place, **row} for row in _of_index(part, place, catalogue))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _of_index(
    part: pl.DataFrame, place: dict[str, Any], catalogue: Catalogue
) -> Iterator[dict[str, Any]]:
    composite = catalogue.composites[place["composite"]]
    named = [(d.id, i) for d in composite.dimensions for i in d.indicators]
    grid = _grid(part, named, "score")
    choices = draw(place, named, catalogue)
    scopes = grid.select(SCOPE).rows()
    scores = grid.drop(SCOPE).to_numpy().astype(float)
    low, high = _value_intervals(scores, choices, catalogue)
    compared = [n for n, scope in enumerate(scopes) if is_compared(scope[0], scope[1], catalogue)]
    ranks = _ranks(part, named, [scopes[n] for n in compared], choices, catalogue)
    for n, (level, code) in enumerate(scopes):
        found = {"scope_level": level, "scope_code": code, "low": low[n], "high": high[n]}
        yield {**found, **ranks.get((level, code), {})}


def is_compared(level: str, code: str, catalogue: Catalogue) -> bool:
    """Whether a scope is one of the groups between which tiers are told."""
    return any(
        group.scope_level == level and group.scope_code in {None, code}
        for group in catalogue.compared.groups
    )


def _grid(part: pl.DataFrame, named: Sequence[tuple[str, str]], column: str) -> pl.DataFrame:
    """Scopes in rows, the index's indicators in columns; NULL where there is no score."""
    wide = part.with_columns(name=pl.col("dimension") + "." + pl.col("indicator")).pivot(
        "name", index=list(SCOPE), values=column, aggregate_function="first"
    )
    names = [f"{dimension}.{indicator}" for dimension, indicator in named]
    missing = [pl.lit(None, pl.Float64).alias(name) for name in names if name not in wide.columns]
    return wide.with_columns(missing).select(*SCOPE, *names).sort(*SCOPE)


def draw(place: dict[str, Any], named: Sequence[tuple[str, str]], catalogue: Catalogue) -> Choices:
    """The draws of an index in a quarter: the same each time, from its name."""
    seed = hashlib.sha256("|".join(str(value) for value in place.values()).encode()).digest()
    random = np.random.default_rng(int.from_bytes(seed[:8], "big"))
    count, alpha = catalogue.draws.count, catalogue.draws.concentration
    ids = list(dict.fromkeys(dimension for dimension, _ in named))
    outer = random.dirichlet([alpha] * len(ids), count)
    weights, dimensions = np.zeros((count, len(named))), []
    for number, name in enumerate(ids):
        columns = [n for n, (dimension, _) in enumerate(named) if dimension == name]
        weights[:, columns] = random.dirichlet([alpha] * len(columns), count)
        dimensions.append((columns, outer[:, number]))
    return Choices(
        weights,
        tuple(dimensions),
        random.integers(0, len(named), count),
        random.integers(0, 2, count).astype(bool),
        random.integers(0, SCALES, count),
    )


def _value_intervals(
    scores: Matrix, choices: Choices, catalogue: Catalogue
) -> tuple[Matrix, Matrix]:
    ends = [catalogue.draws.low, catalogue.draws.high]
    bounds = [
        np.quantile(indices(scores[start : start + SCOPES_AT_ONCE], choices), ends, axis=0)
        for start in range(0, len(scores), SCOPES_AT_ONCE)
    ]
    low, high = np.concatenate(bounds, axis=1)
    return low, high


def indices(scores: Matrix, choices: Choices) -> Matrix:
    """The index of each scope in each draw, [draws x scopes]; scores are [scopes x indicators]."""
    has = ~np.isnan(scores)
    known = np.where(has, scores, 0.0)
    kept = choices.weights * (
        np.arange(choices.weights.shape[1]) != choices.left_out[:, np.newaxis]
    )
    total = np.zeros((len(kept), len(scores)))
    logs = np.zeros_like(total)
    for columns, weight in choices.dimensions:
        value = np.maximum(_dimension(known, has, columns, kept, choices.weights), 1.0)
        total += weight[:, np.newaxis] * value
        logs += weight[:, np.newaxis] * np.log(value)
    return np.where(choices.is_geometric[:, np.newaxis], np.exp(logs), total)


def _dimension(
    known: Matrix, has: NDArray[np.bool_], columns: Sequence[int], kept: Matrix, full: Matrix
) -> Matrix:
    """Weighted mean of a dimension; where only the indicator left out is known, it stays in."""
    share = kept[:, columns] @ has[:, columns].T
    whole = full[:, columns] @ has[:, columns].T
    top = kept[:, columns] @ known[:, columns].T
    whole_top = full[:, columns] @ known[:, columns].T
    alone = share <= 0
    return np.where(alone, whole_top, top) / np.where(alone, whole, share)


def _ranks(
    part: pl.DataFrame,
    named: Sequence[tuple[str, str]],
    groups: Sequence[tuple[str, str]],
    choices: Choices,
    catalogue: Catalogue,
) -> dict[tuple[str, str], dict[str, Any]]:
    """(scope level, code) -> interval of its rank and tier, where there are enough groups."""
    if len(groups) < catalogue.compared.fewest:
        return {group: {"groups": len(groups)} for group in groups}
    some = _grid(part, named, "progress").join(
        pl.DataFrame(groups, schema=list(SCOPE), orient="row"), on=SCOPE, how="semi"
    ).sort(*SCOPE)  # fmt: skip
    progress = some.drop(SCOPE).to_numpy().astype(float)
    scales = [indices(scaled, choices) for scaled in scalings(progress)]
    drawn = np.choose(choices.scale[:, np.newaxis], scales)
    ranks = 1 + (drawn[:, np.newaxis, :] > drawn[:, :, np.newaxis]).sum(axis=2)
    ends = [catalogue.draws.low, catalogue.draws.high]
    low, high = np.quantile(ranks, ends, axis=0, method="inverted_cdf").astype(int)
    return {
        group: {
            "rank_low": int(low[n]),
            "rank_high": int(high[n]),
            "groups": len(groups),
            "tier": tier(int(low[n]), int(high[n]), len(groups), len(catalogue.compared.tiers)),
        }
        for n, group in enumerate(some.select(SCOPE).rows())
    }


def scalings(progress: Matrix) -> list[Matrix]:
    """The same [groups x indicators] by goalposts, by z-score and by rank, each around 0 to 100."""
    goalposts = 100 * np.clip(progress, 0, 1)
    count = (~np.isnan(progress)).sum(axis=0)
    apart = progress - np.nansum(progress, axis=0) / np.maximum(count, 1)
    spread = np.sqrt(np.nansum(apart**2, axis=0) / np.maximum(count, 1))
    z_scores = 50 + 10 * apart / np.where(spread > 0, spread, 1)
    above = (progress[np.newaxis, :, :] > progress[:, np.newaxis, :]).sum(axis=1)
    others = np.maximum(count - 1, 1)
    ranked = np.where(np.isnan(progress), np.nan, 100 * (1 - above / others))
    return [goalposts, z_scores, ranked]


def tier(low: int, high: int, groups: int, tiers: int) -> int | None:
    """The tier from 1 on in which the whole interval of a rank lies, or None."""
    first, last = (-(-rank * tiers // groups) for rank in (low, high))
    return first if first == last else None
