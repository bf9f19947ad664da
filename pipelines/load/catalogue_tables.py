"""What the catalogue says, as tables: which field and indicator is due, how indices are made."""

import polars as pl

from models.catalogue_model import Catalogue
from models.spec.indicator import Indicator


def catalogue_tables(catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """Table name -> its rows."""
    return {
        "core.field_due": _field_due(catalogue),
        "core.indicator": _indicators(catalogue),
        "core.indicator_due": _indicator_due(catalogue),
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
        (i.id, i.zh, i.scale, i.rollup, i.uom, i.score_zero_at, i.target, *_band(i))
        for i in catalogue.indicators.values()
    ]
    numbers = dict.fromkeys(("zero_at", "target", "band_low", "band_high"), pl.Float64)
    texts = {"indicator": pl.String, "zh": pl.String, "scale": pl.Int32, "rollup": pl.String}
    return pl.DataFrame(data, schema={**texts, "uom": pl.String, **numbers}, orient="row")


def _band(indicator: Indicator) -> tuple[float | None, float | None]:
    return indicator.target_band or (None, None)


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
        for name, weights in [("equal", {}), *((a.id, a.weights) for a in composite.alternatives)]
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
