"""From an index or a profile to its dimensions, and on to its indicators."""

from dataclasses import replace
from typing import Any

from dashboards.provenance.asked import Asked
from dashboards.provenance.changes import index_changes
from dashboards.provenance.definitions import defined_then
from dashboards.provenance.placed import left_out
from dashboards.structures import Structure
from dashboards.view import TODAY
from models.catalogue_model import Catalogue

INDEX = """
    SELECT scope_level, value, low, high, tier, groups, units_expected, units_used
    FROM marts.composite_value
    WHERE composite = $name AND scope_code = $scope AND period = $period AND view = $view
        AND compare_to IS NOT DISTINCT FROM $compare_to
        AND scope_level = coalesce($level, scope_level)
"""
DIMENSIONS = """
    SELECT dimension, value, indicators_applicable, indicators_scored, scope_level
    FROM marts.dimension_value
    WHERE composite = $name AND scope_code = $scope AND period = $period AND view = $view
        AND compare_to IS NOT DISTINCT FROM $compare_to
        AND scope_level = coalesce($level, scope_level)
"""
SCORES = """
    SELECT indicator, state, value, score, taken_from, units_expected, units_used
    FROM marts.indicator_score
    WHERE scope_code = $scope AND period = $period AND view = $view
        AND compare_to IS NOT DISTINCT FROM $compare_to
        AND scope_level = coalesce($level, scope_level)
"""
REPORTED = Structure()
SCORE_KEYS = ("state", "value", "score", "taken_from", "units_expected", "units_used")
UNTOLD = {"value": None, "score": None}


def decompose(asked: Asked, owner: str) -> dict[str, Any]:
    """The contract of `sanji explain --json` for an index or a profile.

    An indicator that is asked of nobody in the scope has the state `not_asked`.

    Raises:
        NothingToExplainError: the snapshot holds nothing of it for this reader.
    """
    asked.must_be_held()
    rows = asked.rows(DIMENSIONS, name=owner)
    parts = {name: rest for name, *rest, _ in rows}
    if not parts and asked.under.name == TODAY:  # a unit whose past is its own
        return decompose(replace(asked, under=REPORTED), owner)
    if not parts:
        asked.nothing(owner)
    placed = replace(asked, level=rows[0][-1])
    placed.must_be_seen(owner)
    scores = {name: dict(zip(SCORE_KEYS, rest, strict=True)) for name, *rest in placed.rows(SCORES)}
    placed, definition = defined_then(placed, owner)
    scores |= {name: each | UNTOLD for name, each in scores.items() if placed.hides(name)}
    dimensions = [
        _dimension(placed.catalogue, name, zh, indicators, parts, scores)
        for name, zh, indicators in members(placed.catalogue, owner)
    ]
    told = {"view": asked.under.name, "compare_to": asked.under.compare_to, **left_out(placed)}
    head = {**_head(placed, owner), "definition": definition.get("definition")}
    return {**head, **told, "dimensions": dimensions}


def members(catalogue: Catalogue, owner: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """(id, Chinese name, indicators) of each dimension of an index, or axis of a profile."""
    if owner in catalogue.composites:
        return [(each.id, each.zh, each.indicators)
                for each in catalogue.composites[owner].dimensions]  # fmt: skip
    return [(f"{owner}.{number}", axis.zh, axis.indicators)
            for number, axis in enumerate(catalogue.profiles[owner].axes, start=1)]  # fmt: skip


def _head(asked: Asked, owner: str) -> dict[str, Any]:
    catalogue = asked.catalogue
    entry = catalogue.composites.get(owner) or catalogue.profiles[owner]
    place = {"scope": asked.scope, "scope_level": asked.level,
             "scope_name": asked.place, "period": asked.period}  # fmt: skip
    found: dict[str, Any] = {"indicator": owner, "zh": entry.zh, **place}
    heads = asked.rows(INDEX, name=owner)
    if not heads:
        return found | {"value": None, "formula": catalogue.say("explain.profile"), "changes": []}
    names = ("value", "low", "high", "tier", "groups", "units_expected", "units_used")
    told = dict(zip(names, heads[0][1:], strict=True))
    tier = told["tier"] and catalogue.compared.tiers[told["tier"] - 1]
    said = {"tier": tier, "formula": catalogue.say("explain.index")}
    return {**found, **told, **said, "changes": index_changes(asked, owner)}


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
