"""A table of fields by level: the text says how much, the shade how many units have it at all."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.heatmap import subject_axis
from dashboards.figures.layout import empty, layout, name_axis
from dashboards.figures.setting import Figure, Setting

Row = dict[str, Any]
NAME_WIDTH = 30
"""Half-widths of a field's name before it breaks."""


def field_table(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw rows by `field`, columns by `scope`, both in the order given."""
    if rows.is_empty():
        return empty(setting)
    per_line = rows.select(pl.struct("scope_level", "scope").n_unique()).item()
    grid = [part.to_dicts() for part in rows.iter_slices(per_line)]
    said = [[_text(row, setting) for row in line] for line in grid]
    shown = [[None if row["status"] else row["share"] for row in line] for line in grid]
    blank = [[0 if row["status"] else None for row in line] for line in grid]
    blanks = _trace(grid, blank, said, setting, [[0, theme.BLANK], [1, theme.BLANK]])
    traces = [
        {**blanks, "textfont": {"size": 10, "color": theme.SOFT}},
        {**_trace(grid, shown, said, setting, theme.SEQUENTIAL), "zmin": 0, "zmax": 100},
    ]
    return {"data": traces, "layout": _layout(grid, setting)}


def _trace(
    grid: list[list[Row]], z: list[Any], said: list[Any], setting: Setting, colours: list[Any]
) -> dict[str, Any]:
    texts = [
        ["" if value is None else text for value, text in zip(*pair, strict=True)]
        for pair in zip(z, said, strict=True)
    ]
    return {
        "type": "heatmap",
        "x": list(range(len(grid[0]))),
        "y": list(range(len(grid))),
        "z": z,
        "text": texts,
        "texttemplate": "%{text}",
        "hovertext": [[_hover(row, setting) for row in line] for line in grid],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[row["county"] for row in line] for line in grid],
        "colorscale": colours,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "textfont": {"size": 12, "color": theme.INK},
    }


def _text(row: Row, setting: Setting) -> str:
    if row["status"]:
        return setting.say(f"status_{row['status']}")
    share = labels.number(row["share"])
    if row["value"] is None:
        return setting.say("field_share", share=share)
    return setting.say("field_mean", mean=labels.brief(row["value"], 1), share=share)


def _hover(row: Row, setting: Setting) -> str:
    name = setting.fields[row["field"]]
    if row["status"]:
        return setting.say(
            "field_hover_none", name=row["name"], field=name, why=_text(row, setting)
        )
    return setting.say(
        "field_hover",
        name=row["name"],
        field=name,
        having=row["units_having"],
        used=row["units_used"],
    )


def _layout(grid: list[list[Row]], setting: Setting) -> dict[str, Any]:
    names = [labels.head(setting.fields[line[0]["field"]], NAME_WIDTH) for line in grid]
    widest = [line for name in names for line in name.split("<br>")]
    return layout(
        setting,
        margin={"l": labels.longest(widest), "r": 8, "t": 30, "b": 12},
        yaxis=name_axis(names, range=[len(names) - 0.5, -0.5]),
        xaxis=subject_axis([row["name"] for row in grid[0]]),
    )
