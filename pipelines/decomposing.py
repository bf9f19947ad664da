"""`sanji explain X1`: from an index or a profile to its dimensions, and on to its indicators."""

from pathlib import Path
from typing import Any

import duckdb

from models.catalogue_model import Catalogue
from pipelines.explaining import NothingToExplainError

INDEX = """
    SELECT scope_level, value, low, high, tier, groups, units_expected, units_used
    FROM marts.composite_value
    WHERE composite = ? AND scope_code = ? AND period = ? AND view = 'as_reported'
"""
DIMENSIONS = """
    SELECT dimension, value, indicators_applicable, indicators_scored
    FROM marts.dimension_value
    WHERE composite = ? AND scope_code = ? AND period = ? AND view = 'as_reported'
"""
SCORES = """
    SELECT indicator, state, value, score, taken_from, units_expected, units_used
    FROM marts.indicator_score
    WHERE scope_code = ? AND period = ? AND view = 'as_reported'
"""
SCORE_KEYS = ("state", "value", "score", "taken_from", "units_expected", "units_used")


def decompose(
    snapshot: Path, catalogue: Catalogue, owner: str, scope: str, period: str
) -> dict[str, Any]:
    """The contract of `sanji explain --json` for an index or a profile.

    An indicator that is asked of nobody in the scope has the state `not_asked`.

    Raises:
        NothingToExplainError: the snapshot holds nothing of it.
    """
    with duckdb.connect(str(snapshot), read_only=True) as con:
        parts = {name: rest for name, *rest in con.execute(
            DIMENSIONS, [owner, scope, period]).fetchall()}  # fmt: skip
        scores = {name: dict(zip(SCORE_KEYS, rest, strict=True)) for name, *rest in con.execute(
            SCORES, [scope, period]).fetchall()}  # fmt: skip
        heads = con.execute(INDEX, [owner, scope, period]).fetchall()
    if not parts:
        raise NothingToExplainError("no_value", indicator=owner, scope=scope, period=period)
    dimensions = [
        _dimension(catalogue, name, zh, indicators, parts, scores)
        for name, zh, indicators in members(catalogue, owner)
    ]
    return {**_head(catalogue, owner, scope, period, heads), "dimensions": dimensions}


def members(catalogue: Catalogue, owner: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """(id, Chinese name, indicators) of each dimension of an index, or axis of a profile."""
    if owner in catalogue.composites:
        return [(each.id, each.zh, each.indicators)
                for each in catalogue.composites[owner].dimensions]  # fmt: skip
    return [(f"{owner}.{number}", axis.zh, axis.indicators)
            for number, axis in enumerate(catalogue.profiles[owner].axes, start=1)]  # fmt: skip


def _head(
    catalogue: Catalogue, owner: str, scope: str, period: str, heads: list[Any]
) -> dict[str, Any]:
    entry = catalogue.composites.get(owner) or catalogue.profiles[owner]
    found: dict[str, Any] = {"indicator": owner, "zh": entry.zh, "scope": scope, "period": period}
    if not heads:
        return found | {"value": None, "formula": catalogue.say("explain.profile")}
    names = ("value", "low", "high", "tier", "groups", "units_expected", "units_used")
    told = dict(zip(names, heads[0][1:], strict=True))
    tier = told["tier"] and catalogue.compared.tiers[told["tier"] - 1]
    return {**found, **told, "tier": tier, "formula": catalogue.say("explain.index")}


def _dimension(
    catalogue: Catalogue,
    name: str,
    zh: str,
    indicators: tuple[str, ...],
    parts: dict[str, Any],
    scores: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    value, applicable, scored = parts.get(name, (None, 0, 0))
    none = dict.fromkeys(SCORE_KEYS) | {"state": "not_asked"}
    return {
        "dimension": name,
        "zh": zh,
        "value": value,
        "indicators_applicable": applicable,
        "indicators_scored": scored,
        "indicators": [
            {"indicator": each, "zh": catalogue.indicators[each].zh, **scores.get(each, none)}
            for each in indicators
        ],
    }
