"""Scores from 0 to 100: a table of places by subject, and lines with their intervals."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import dots, labels
from dashboards.figures.heatmap import subject_axis
from dashboards.figures.layout import empty, layout, legend, name_axis, value_axis
from dashboards.figures.setting import Figure, Setting

Row = dict[str, Any]
GAP = 1.5
"""Points of the axis between a mark and its label."""
ROOM = 30
"""Points of the axis beyond 100, and half of them before 0, that are kept for labels."""
LABEL = 12
"""Points from which on a label before a mark does not reach the names."""


def score_table(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw places (`scope`) by subject (`column`): the number, its tier, its shade."""
    if rows.is_empty():
        return empty(setting)
    grid = [part.to_dicts() for part in rows.iter_slices(rows["column"].n_unique())]
    names = [line[0]["name"] for line in grid]
    heads = [row["head"] for row in grid[0]]
    return {
        "data": [_cells(grid, setting)],
        "layout": layout(
            setting,
            margin={"l": labels.longest(names), "r": 8, "t": 46, "b": 12},
            yaxis=name_axis(names, range=[len(names) - 0.5, -0.5]),
            xaxis=subject_axis(heads),
        ),
    }


def _cells(grid: list[list[Row]], setting: Setting) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": list(range(len(grid[0]))),
        "y": list(range(len(grid))),
        "z": [[row["value"] for row in line] for line in grid],
        "text": [[_cell_text(row, setting) for row in line] for line in grid],
        "texttemplate": "%{text}",
        "textfont": {"size": 12, "color": theme.INK},
        "hovertext": [[_cell_hover(row, setting) for row in line] for line in grid],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "hoverongaps": True,
        "customdata": [[row["county"] for row in line] for line in grid],
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.SEQUENTIAL,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }


def _cell_text(row: Row, setting: Setting) -> str:
    if row["value"] is None:
        return setting.say("not_scored")
    text = labels.number(row["value"])
    tier = row.get("tier")
    return f"{text}　{setting.tiers[tier - 1]}" if tier else text


def _cell_hover(row: Row, setting: Setting) -> str:
    if row["value"] is None:
        return setting.say("not_scored_hover", name=row["name"], subject=row["head"])
    text = setting.say(
        "score_hover", name=row["name"], subject=row["head"], value=labels.number(row["value"], 1)
    )
    return text + _interval(row, setting)


def _interval(row: Row, setting: Setting) -> str:
    if row.get("low") is None:
        return ""
    ends = {end: labels.number(row[end], 1) for end in ("low", "high")}
    return setting.say("interval", **ends)


def spans(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw each subject on a line from 0 to 100: then hollow, now solid, its interval behind."""
    lines = [_as_dot(row) for row in rows.to_dicts()]
    if not lines:
        return empty(setting)
    heads = [labels.wrapped(row["head"], 22) for row in lines]
    traces = dots.pair_traces(lines, setting, decimals=1)
    traces[2].update(mode="markers", text=None)
    said = _said(lines, setting)
    return {
        "data": [_bands(lines), *traces, said, dots.absent(lines, 0.0, setting)],
        "layout": layout(
            setting,
            margin={"l": max(labels.longest(head.split("<br>")) for head in heads), "r": 12,
                    "t": 44, "b": 30},
            showlegend=True,
            legend=legend(1.04),
            xaxis=value_axis(-ROOM / 2, 100 + ROOM, tickvals=[0, 25, 50, 75, 100]),
            yaxis=name_axis(heads),
        ),
    }  # fmt: skip


def _as_dot(row: Row) -> Row:
    """A row as the dots want it; what has no score says so."""
    return {"low": None, "high": None, **row, "numerator": None, "denominator": None,
            "status": "not_scored", "name": row["head"]}  # fmt: skip


def _said(lines: list[Row], setting: Setting) -> dict[str, Any]:
    """The label of every row, on the outer side of its solid dot and its interval."""
    seen = [(place, row) for place, row in enumerate(lines) if row["value"] is not None]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [_beside(row) for _, row in seen],
        "y": [place for place, _ in seen],
        "text": [_span_text(row, setting) for _, row in seen],
        "textposition": ["middle left" if _is_left(row) else "middle right" for _, row in seen],
        "textfont": {"size": 11},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "showlegend": False,
    }


def _falls(row: Row) -> bool:
    return row["previous"] is not None and row["previous"] > row["value"]


def _ends(row: Row) -> tuple[float, float]:
    """From where to where the marks of a row reach, the hollow dot of one that fell among them."""
    low = row["value"] if row["low"] is None else row["low"]
    high = row["value"] if row["high"] is None else row["high"]
    return float(low), float(max(high, row["previous"]) if _falls(row) else high)


def _is_left(row: Row) -> bool:
    """Whether the label stands before the marks: where one fell, and there is room for it."""
    return _falls(row) and _ends(row)[0] >= LABEL


def _beside(row: Row) -> float:
    """Where the label begins: clear of the dots, and of the interval where there is one."""
    low, high = _ends(row)
    return low - GAP if _is_left(row) else high + GAP


def _span_text(row: Row, setting: Setting) -> str:
    if row.get("value_now") is not None:
        entry = setting.indicators[row["column"]]
        then, now = (labels.with_percent(row[key], entry) for key in ("value_before", "value_now"))
        return f"  {setting.say('from_to', then=then, now=now)}  "
    return f"  {labels.number(row['value'], 1)}{_interval(row, setting)}  "


def _bands(lines: list[Row]) -> dict[str, Any]:
    ends: list[float | None] = []
    heights: list[float | None] = []
    for place, row in enumerate(lines):
        if row["low"] is not None:
            ends += [row["low"], row["high"], None]
            heights += [place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": heights,
        "line": {"color": "#D9E4E6", "width": 14},
        "hoverinfo": "skip",
        "showlegend": False,
    }
