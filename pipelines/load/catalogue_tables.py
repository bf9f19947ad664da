"""What the catalogue says, as tables: which field and indicator is due, how indices are made."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.expression import parse
from models.spec.indicator import Indicator


def catalogue_tables(catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """Table name -> its rows."""
    return {
        "core.field_due": _field_due(catalogue),
        "core.indicator": _indicators(catalogue),
        "core.indicator_due": _indicator_due(catalogue),
        "core.target": _targets(catalogue),
        "core.dimension": _dimensions(catalogue),
        "core.dimension_weight": _weights(catalogue),
    }


def _field_due(catalogue: Catalogue) -> pl.DataFrame:
    data = [
        (field.qualified, kind, quarter, field.rollup, field.type.value)
        for quarter in (1, 2, 3, 4)
        for kind in catalogue.unit_kinds
        for field in catalogue.fields_for(kind, quarter)
    ]
    names = ["field", "unit_kind", "quarter", "rollup", "type"]
    return pl.DataFrame(data, schema=names, orient="row")


def _indicators(catalogue: Catalogue) -> pl.DataFrame:
    data = [
        (i.id, i.zh, i.scale, i.rollup, i.uom, i.score_zero_at, i.target, *_band(i),
         adds_over_year(catalogue, i))
        for i in catalogue.indicators.values()
    ]  # fmt: skip
    numbers = dict.fromkeys(("zero_at", "target", "band_low", "band_high"), pl.Float64)
    texts = {"indicator": pl.String, "zh": pl.String, "scale": pl.Int32, "rollup": pl.String}
    schema = {**texts, "uom": pl.String, **numbers, "adds_over_year": pl.Boolean}
    return pl.DataFrame(data, schema=schema, orient="row")


def adds_over_year(catalogue: Catalogue, indicator: Indicator) -> bool:
    """Whether both sides count what happened in the quarter: the quarters of a year add up.

    Of a stock the year so far is its last quarter; what asks for `ytd(...)` is of the year already.
    """
    sides = [parse(text).names() for text in (indicator.numerator, indicator.denominator)]
    kinds = {
        catalogue.fields[name].kind if name in catalogue.fields else None
        for names in sides
        for name in names
    }
    return all(sides) and kinds == {"flow"}


def _band(indicator: Indicator) -> tuple[float | None, float | None]:
    return indicator.target_band or (None, None)


FIRST, LAST = "0000Q1", "9999Q4"
SCOPES = {
    **{name: name for name in ("unit", "county", "level", "kind", "system", "city")},
    "county_level": "county",
}
"""Scope level -> by which name `upper_at` means it."""


def _targets(catalogue: Catalogue) -> pl.DataFrame:
    """What values are held against; where the upper end of a band does not apply there is none."""
    number = pl.Decimal(18, 6)
    schema: dict[str, Any] = {
        **dict.fromkeys(("indicator", "scope_level", "valid_from", "valid_to"), pl.String),
        "direction": pl.String,
        **dict.fromkeys(("target", "band_low", "band_high", "near"), number),
    }
    rows = [row for each in catalogue.indicators.values() for row in _target(each, catalogue)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _target(indicator: Indicator, catalogue: Catalogue) -> Iterator[tuple[Any, ...]]:
    low, high = _band(indicator)
    goal = indicator.target if low is None else low
    reach = abs(_decimal(goal or 0.0) - _decimal(indicator.score_zero_at)) or Decimal(1)
    near = reach * _decimal(catalogue.parameters["figures"]["near_part"])
    valid = (indicator.target_since or FIRST, indicator.target_until or LAST)
    for level, place in SCOPES.items():
        capped = indicator.upper_at is None or place in indicator.upper_at
        ends = (indicator.target, low, high if capped else None)
        numbers = (None if end is None else _decimal(end) for end in ends)
        yield (indicator.id, level, *valid, indicator.direction, *numbers, near)


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))


def _dimensions(catalogue: Catalogue) -> pl.DataFrame:
    """Which indicators make up the dimensions of indices and the axes of profiles."""
    dimensions = [
        (composite.id, each.id, each.zh, each.indicators)
        for composite in catalogue.composites.values()
        for each in composite.dimensions
    ]
    axes = [
        (profile.id, f"{profile.id}.{number}", axis.zh, axis.indicators)
        for profile in catalogue.profiles.values()
        for number, axis in enumerate(profile.axes, start=1)
    ]
    data = [
        (owner, name, zh, number, indicator)
        for number, (owner, name, zh, indicators) in enumerate([*dimensions, *axes])
        for indicator in indicators
    ]
    names = ["composite", "dimension", "zh", "position", "indicator"]
    return pl.DataFrame(data, schema=names, orient="row")


def _weights(catalogue: Catalogue) -> pl.DataFrame:
    """Weights of dimensions: equal, and the named alternatives."""
    data = [
        (composite.id, name, dimension.id, weights.get(dimension.id, 1.0))
        for composite in catalogue.composites.values()
        for name, weights in {"equal": {}, **composite.weightings}.items()
        for dimension in composite.dimensions
    ]
    names = ["composite", "weighting", "dimension", "weight"]
    return pl.DataFrame(data, schema=names, orient="row")


def _indicator_due(catalogue: Catalogue) -> pl.DataFrame:
    data = [
        (i.id, kind, quarter)
        for i in catalogue.indicators.values()
        for kind in catalogue.kinds_with(i)
        for quarter in i.quarters
    ]
    return pl.DataFrame(data, schema=["indicator", "unit_kind", "quarter"], orient="row")
