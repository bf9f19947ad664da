"""Tables of places by subject whose colour says how far from the target, and whose text says it."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.layout import empty, layout, name_axis
from dashboards.figures.setting import Figure, Setting

Row = dict[str, Any]
Grid = list[list[Row]]

WORDLESS = {"met", "near", "missed"}


def gap_heatmap(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw the gap to the target: rows by `scope` in the order given, columns by `indicator`."""
    if rows.is_empty():
        return empty(setting)
    grid = _grid(rows, "indicator")
    heads = [setting.indicators[row["indicator"]].zh for row in grid[0]]
    traces = [
        _blanks(grid, lambda row: row["status"] not in WORDLESS, setting),
        _gaps(grid, setting),
    ]
    return {"data": traces, "layout": _layout(grid, heads, setting)}


def share_heatmap(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw shares in per cent: rows by `scope`, columns by `field`."""
    if rows.is_empty():
        return empty(setting)
    grid = _grid(rows, "field")
    heads = [setting.say(row["field"]) for row in grid[0]]
    traces = [
        _blanks(grid, lambda row: row["share"] is None, setting),
        _shares(grid, setting),
    ]
    return {"data": traces, "layout": _layout(grid, heads, setting)}


def _grid(rows: pl.DataFrame, columns: str) -> Grid:
    """Cut the rows, already in order, into lines of equal subjects."""
    per_line = rows[columns].n_unique()
    return [part.to_dicts() for part in rows.iter_slices(per_line)]


def _gaps(grid: Grid, setting: Setting) -> dict[str, Any]:
    shown = [[row["status"] in WORDLESS for row in line] for line in grid]
    return _trace(
        grid,
        z=[
            [
                max(-1.0, min(1.0, row["part"])) if on else None
                for row, on in zip(*pair, strict=True)
            ]
            for pair in zip(grid, shown, strict=True)
        ],
        text=[[_gap_text(row, setting) for row in line] for line in grid],
        hovertext=[[_gap_hover(row, setting) for row in line] for line in grid],
        zmin=-1,
        zmax=1,
        colorscale=theme.DIVERGING,
        colorbar=_colour_key(setting),
    )


def _shares(grid: Grid, setting: Setting) -> dict[str, Any]:
    return _trace(
        grid,
        z=[[row["share"] for row in line] for line in grid],
        text=[[_share_text(row, setting) for row in line] for line in grid],
        hovertext=[[_share_hover(row, setting) for row in line] for line in grid],
        zmin=0,
        zmax=100,
        colorscale=theme.SEQUENTIAL,
        textfont={"size": 12, "color": theme.INK},
        showscale=False,
    )


def _share_text(row: Row, setting: Setting) -> str:
    if row["share"] is None:
        return ""
    if row["scope_level"] == "unit":
        return setting.say("joined" if row["share"] else "not_joined")
    return labels.number(row["share"])


def _blanks(grid: Grid, is_blank: Any, setting: Setting) -> dict[str, Any]:
    """The cells without a number: grey, each with the word that says why."""
    words = [[_reason(row, setting) if is_blank(row) else "" for row in line] for line in grid]
    return _trace(
        grid,
        z=[[0 if word else None for word in line] for line in words],
        text=words,
        hovertext=[
            [f"{row['name']}：{word}" for row, word in zip(*pair, strict=True)]
            for pair in zip(grid, words, strict=True)
        ],
        colorscale=[[0, theme.BLANK], [1, theme.BLANK]],
        showscale=False,
        textfont={"size": 10, "color": theme.SOFT},
    )


def _reason(row: Row, setting: Setting) -> str:
    return setting.say(f"status_{row.get('status', 'missing')}")


def _trace(grid: Grid, **given: Any) -> dict[str, Any]:
    places = list(range(len(grid)))
    return {
        "type": "heatmap",
        "x": list(range(len(grid[0]))),
        "y": places,
        "texttemplate": "%{text}",
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[row["county"] for row in line] for line in grid],
        "xgap": 2,
        "ygap": 2,
        **given,
    }


def _gap_text(row: Row, setting: Setting) -> str:
    if row["gap"] is None:
        return ""
    decimals = 1 if abs(row["gap"]) < 1 and setting.indicators[row["indicator"]].uom == "%" else 0
    return labels.signed(row["gap"], decimals)


def _gap_hover(row: Row, setting: Setting) -> str:
    if row["value"] is None:
        return ""
    entry = setting.indicators[row["indicator"]]
    return setting.say(
        "gap_hover",
        name=row["name"],
        indicator=entry.zh,
        value=labels.number(row["value"], entry.decimals),
        uom=entry.uom,
        gap=labels.signed(row["gap"], entry.decimals),
        status=setting.say(f"status_{row['status']}"),
    )


def _share_hover(row: Row, setting: Setting) -> str:
    return setting.say(
        "share_hover",
        name=row["name"],
        subject=setting.say(row["field"]),
        part=row["units_positive"],
        whole=row["units_used"],
    )


def _colour_key(setting: Setting) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 0.97,
        "xanchor": "right",
        "y": 0,
        "yanchor": "top",
        "ypad": 6,
        "len": 0.26,
        "thickness": 8,
        "outlinewidth": 0,
        "tickvals": [-1, 0, 1],
        "ticktext": [setting.say(f"key_{end}") for end in ("short", "even", "above")],
        "tickfont": {"size": 11, "color": theme.SOFT},
    }


def _layout(grid: Grid, heads: list[str], setting: Setting) -> dict[str, Any]:
    names = [line[0]["name"] for line in grid]
    wraps = [labels.head(head) for head in heads]
    lines = max(wrap.count("<br>") for wrap in wraps) + 1
    return layout(
        setting,
        margin={"l": labels.longest(names), "r": 8, "t": 14 + 15 * lines, "b": 34},
        yaxis=name_axis(names, range=[len(names) - 0.5, -0.5]),
        xaxis=subject_axis(wraps),
    )


def subject_axis(heads: list[str]) -> dict[str, Any]:
    """An axis of subjects at 0, 1, 2 ... over the columns."""
    return {
        "side": "top",
        "tickmode": "array",
        "tickvals": list(range(len(heads))),
        "ticktext": heads,
        "tickangle": 0,
        "ticks": "",
        "tickfont": {"size": 11},
        "range": [-0.5, len(heads) - 0.5],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }
