"""A table of counts: every cell says its number, and the shade says which are many."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.heatmap import subject_axis
from dashboards.figures.layout import empty, layout, name_axis
from dashboards.figures.setting import Figure, Setting

Row = dict[str, Any]
FEW = 5
"""With so few columns a cell has room for larger type."""


def shade_table(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw rows by `scope`, columns by `column`, both in the order given.

    `rows` has for each cell: scope, name, county, column (its head), text, hover, and `shade`
    from 0 to 1, NULL for a grey cell.
    """
    if rows.is_empty():
        return empty(setting)
    grid = [part.to_dicts() for part in rows.iter_slices(rows["column"].n_unique())]
    shown = [[row["shade"] for row in line] for line in grid]
    blank = [[0 if row["shade"] is None else None for row in line] for line in grid]
    return {
        "data": [
            _trace(grid, blank, [[0, theme.BLANK], [1, theme.BLANK]]),
            _trace(grid, shown, theme.SEQUENTIAL),
        ],
        "layout": _layout(grid, setting),
    }


def _trace(grid: list[list[Row]], z: list[Any], colours: list[Any]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": list(range(len(grid[0]))),
        "y": list(range(len(grid))),
        "z": z,
        "text": [
            ["" if value is None else row["text"] for value, row in zip(*pair, strict=True)]
            for pair in zip(z, grid, strict=True)
        ],
        "texttemplate": "%{text}",
        "hovertext": [[row["hover"] for row in line] for line in grid],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[row["county"] for row in line] for line in grid],
        "colorscale": colours,
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "textfont": {"size": 13 if len(grid[0]) <= FEW else 12, "color": theme.INK},
    }


def _layout(grid: list[list[Row]], setting: Setting) -> dict[str, Any]:
    names = [line[0]["name"] for line in grid]
    heads = [labels.head(row["column"]) for row in grid[0]]
    lines = max(head.count("<br>") for head in heads) + 1
    return layout(
        setting,
        margin={"l": labels.longest(names), "r": 8, "t": 14 + 15 * lines, "b": 12},
        yaxis=name_axis(names, range=[len(names) - 0.5, -0.5]),
        xaxis=subject_axis(heads),
    )
