"""Training: hours against the calendar on the left, places given and taken on the right."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.dots import pair_traces, reach_of
from dashboards.figures.layout import empty, layout, legend, name_axis, note, upright, value_axis
from dashboards.figures.setting import Figure, Setting

Row = dict[str, Any]


def supply(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw RES10 as dots, then `offered` to the right and `used` to the left of nothing."""
    lines = rows.to_dicts()
    if not lines:
        return empty(setting)
    names = [row["name"] for row in lines]
    entry = setting.indicators[lines[0]["indicator"]]
    goal = entry.target or 100.0
    low, high = reach_of(lines, 0.2, goal)
    most = max([1.0, *[row[key] or 0.0 for row in lines for key in ("offered", "used")]]) * 1.35
    bare = [{**row, "numerator": None} for row in lines]
    traces = pair_traces(bare, setting, entry.decimals)
    bars = [_places(lines, "offered", 1, setting), _places(lines, "used", -1, setting)]
    return {
        "data": [*traces, *bars],
        "layout": layout(
            setting,
            margin={"l": labels.longest(names), "r": 12, "t": 66, "b": 30},
            barmode="overlay",
            bargap=0.5,
            showlegend=True,
            legend=legend(1.08),
            yaxis=name_axis(names),
            xaxis=value_axis(low, high, domain=[0, 0.5], ticksuffix="%", nticks=4),
            xaxis2=value_axis(
                -most,
                most,
                domain=[0.56, 1],
                anchor="y",
                showticklabels=False,
                showgrid=False,
                zeroline=True,
                zerolinecolor=theme.INK,
            ),
            shapes=[upright(goal, theme.TARGET, "dash")],
            annotations=_heads(entry, goal, setting),
        ),
    }


def _heads(entry: Any, goal: float, setting: Setting) -> list[dict[str, Any]]:
    place = {"xref": "paper", "yref": "paper", "y": 1.0, "yanchor": "bottom", "xanchor": "left"}
    ink = {"size": 12, "color": theme.INK}
    left = setting.say(
        "panel_head", name=entry.zh.split("(")[0], uom=entry.uom, target=labels.brief(goal, 1)
    )
    return [
        note(left, x=0, font=ink, **place),
        note(setting.say("places_head"), x=0.56, font=ink, **place),
    ]


def _places(lines: list[Row], key: str, sign: int, setting: Setting) -> dict[str, Any]:
    colour = theme.TEAL if sign > 0 else "#B9B4AA"
    return {
        "type": "bar",
        "orientation": "h",
        "name": setting.say(f"places_{key}"),
        "xaxis": "x2",
        "x": [sign * (row[key] or 0.0) for row in lines],
        "y": list(range(len(lines))),
        "text": ["" if row[key] is None else labels.number(row[key]) for row in lines],
        "textposition": "outside",
        "constraintext": "none",
        "textfont": {"size": 11},
        "cliponaxis": False,
        "marker": {"color": colour},
        "customdata": [row["county"] for row in lines],
        "hoverinfo": "skip",
    }
