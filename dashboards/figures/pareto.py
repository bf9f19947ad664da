"""Which few make up most: bars in falling order, and the share they reach together."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.layout import empty, layout, name_axis, value_axis
from dashboards.figures.setting import Figure, Setting

NAME_COLUMNS = 44
COLOURS = {"must": theme.RED, "verify": theme.AMBER, "hint": "#B9B4AB"}
TEXTURES = {"must": "", "verify": "/", "hint": "."}


def pareto(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw rules by how many findings they made. `rows` has rule, name, severity, count, share."""
    if rows.is_empty():
        return empty(setting)
    lines = rows.to_dicts()
    names = [labels.cut(f"{row['rule']} {row['name']}", NAME_COLUMNS) for row in lines]
    most = max(row["count"] for row in lines)
    bars = [_bars(lines, severity, setting) for severity in COLOURS]
    return {
        "data": [*bars, _words(lines, setting)],
        "layout": layout(
            setting,
            margin={"l": labels.longest(names, 12), "r": 12, "t": 36, "b": 24},
            barmode="stack",
            showlegend=True,
            xaxis=value_axis(0, most * 1.9),
            yaxis=name_axis(names),
        ),
    }


def _bars(lines: list[dict[str, Any]], severity: str, setting: Setting) -> dict[str, Any]:
    own = [(place, row) for place, row in enumerate(lines) if row["severity"] == severity]
    return {
        "type": "bar",
        "orientation": "h",
        "name": setting.say(f"severity_{severity}"),
        "x": [row["count"] for _, row in own],
        "y": [place for place, _ in own],
        "customdata": [f"/jiance/{row['rule']}" for _, row in own],
        "hovertext": [labels.wrapped(row["name"], 60) for _, row in own],
        "hoverinfo": "text",
        "showlegend": bool(own),
        "marker": {
            "color": COLOURS[severity],
            "pattern": {"shape": TEXTURES[severity], "size": 5, "solidity": 0.2},
        },
    }


def _words(lines: list[dict[str, Any]], setting: Setting) -> dict[str, Any]:
    texts = [
        setting.say(
            "pareto_word",
            count=row["count"],
            units=row["units"],
            share=labels.number(row["share"]),
        )
        for row in lines
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [row["count"] for row in lines],
        "y": list(range(len(lines))),
        "text": [f"  {text}" for text in texts],
        "textposition": "middle right",
        "textfont": {"size": 11, "color": theme.INK},
        "hoverinfo": "skip",
        "showlegend": False,
    }
