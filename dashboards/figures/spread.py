"""The spread of units inside each level: a dot a unit, or boxes where dots would be too many."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.layout import empty, layout, name_axis, note, value_axis
from dashboards.figures.setting import Figure, Setting
from models.spec.indicator import Indicator

GOLDEN = 0.618034
HALF = 0.3


def strip(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw one indicator of units by level; far outliers stand at the edge as triangles."""
    seen = rows.filter(pl.col("value").is_not_null())
    if seen.is_empty():
        return empty(setting)
    levels = [level for level in setting.levels if level in set(seen["level"])]
    edge = _edge(seen, setting)
    parts = [seen.filter(pl.col("level") == level) for level in levels]
    draw = _box if seen.height > setting.limits.strip_units else _dots
    traces = [draw(part, place, edge, setting) for place, part in enumerate(parts)]
    traces += [_median(part, place) for place, part in enumerate(parts)]
    notes = [_median_note(part, place, setting) for place, part in enumerate(parts)]
    figure: Figure = {"data": traces, "layout": _layout(parts, edge, setting)}
    figure["layout"]["annotations"] += notes
    return figure


def _edge(seen: pl.DataFrame, setting: Setting) -> float:
    """Where the axis ends: one return in the wrong measure must not flatten all others."""
    values = sorted(seen["value"].to_list())
    usual = values[int((len(values) - 1) * setting.limits.strip_edge_quantile)]
    return min(values[-1], usual * 1.5) * 1.04 or 1.0


def _dots(part: pl.DataFrame, place: int, edge: float, setting: Setting) -> dict[str, Any]:
    lines = part.to_dicts()
    offsets = [((number * GOLDEN) % 1 - 0.5) * 2 * HALF for number in range(len(lines))]
    far = [row["value"] > edge for row in lines]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [min(row["value"], edge) for row in lines],
        "y": [place + offset for offset in offsets],
        "marker": {
            "size": [9 if out else 7 for out in far],
            "symbol": ["triangle-right" if out else "circle" for out in far],
            "color": [
                theme.RED if out or not row["value"] else theme.SLATE
                for out, row in zip(far, lines, strict=True)
            ],
            "opacity": 0.62,
        },
        "customdata": [row["county"] for row in lines],
        "hovertext": [_hover(row, setting) for row in lines],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _box(part: pl.DataFrame, place: int, edge: float, setting: Setting) -> dict[str, Any]:
    values = part["value"].clip(upper_bound=edge)
    return {
        "type": "box",
        "orientation": "h",
        "x": values.to_list(),
        "y": [place] * part.height,
        "width": HALF * 2,
        "boxpoints": "outliers",
        "marker": {"size": 4, "color": theme.SLATE, "opacity": 0.5},
        "line": {"color": theme.SLATE, "width": 1.5},
        "fillcolor": "#DCE5EA",
        "hoverinfo": "skip",
        "name": setting.levels[part["level"][0]],
    }


def _middle(part: pl.DataFrame) -> float:
    return float(part["value"].median() or 0.0)  # type: ignore[arg-type]


def _median(part: pl.DataFrame, place: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_middle(part)] * 2,
        "y": [place - HALF - 0.06, place + HALF + 0.06],
        "line": {"color": theme.INK, "width": 3},
        "hoverinfo": "skip",
    }


def _median_note(part: pl.DataFrame, place: int, setting: Setting) -> dict[str, Any]:
    entry = setting.indicators[part["indicator"][0]]
    text = setting.say("median", value=labels.number(_middle(part)), uom=entry.uom)
    looks = {"bgcolor": "rgba(255,255,255,0.85)", "font": {"size": 12, "color": theme.INK}}
    return note(text, x=_middle(part), y=place - HALF - 0.08, yanchor="bottom", **looks)


def _hover(row: dict[str, Any], setting: Setting) -> str:
    entry = setting.indicators[row["indicator"]]
    value = labels.number(row["value"], entry.decimals)
    return setting.say("unit_hover", name=row["name"], value=value, uom=entry.uom)


def _layout(parts: list[pl.DataFrame], edge: float, setting: Setting) -> dict[str, Any]:
    entry = setting.indicators[parts[0]["indicator"][0]]
    names = [setting.levels[part["level"][0]] for part in parts]
    rows = [
        setting.say("level_units", level=name, count=part.height)
        for name, part in zip(names, parts, strict=True)
    ]
    return layout(
        setting,
        margin={"l": labels.longest(names) + 24, "r": 20, "t": 30, "b": 34},
        xaxis=value_axis(-edge * 0.015, edge * 1.02),
        yaxis=name_axis(rows, range=[len(names) - 0.45, -0.62]),
        shapes=[_band(entry, edge)] if entry.target_band else [],
        annotations=[_band_note(entry, edge, setting)] if entry.target_band else [],
    )


def _band(entry: Indicator, edge: float) -> dict[str, Any]:
    low, high = entry.target_band or (0.0, edge)
    return {
        "type": "rect",
        "x0": low,
        "x1": min(high, edge * 1.02),
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": theme.TEAL,
        "opacity": 0.08,
        "line": {"width": 0},
        "layer": "below",
    }


def _band_note(entry: Indicator, edge: float, setting: Setting) -> dict[str, Any]:
    low, high = entry.target_band or (0.0, edge)
    text = setting.say("band", low=f"{low:g}", high=f"{high:g}", uom=entry.uom)
    x = (low + min(high, edge)) / 2
    return note(text, x=x, y=1.0, yref="paper", yanchor="bottom", font={"color": theme.TEAL})
