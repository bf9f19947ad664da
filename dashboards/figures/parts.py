"""Parts of a whole: 100% stacks, and the matrix of who turns to whom."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.layout import empty, layout, legend, name_axis, percent_axis
from dashboards.figures.setting import Figure, Setting

Row = dict[str, Any]

# Colour never stands alone: each part has its texture too, and survives a photocopy.
SHADES: dict[str, dict[int, tuple[str, str]]] = {
    "mirror": {1: (theme.TEAL, ""), 0: ("#D9D5CD", ""), 2: (theme.RED, "x"), 9: ("#F1EEE8", ".")},
    "fund_budget_line": {
        1: (theme.TEAL, ""),
        2: ("#8FBCC4", ""),
        3: (theme.AMBER, "/"),
        0: (theme.RED, "x"),
    },
    "return_state": {
        5: (theme.TEAL, ""),
        4: ("#8FBCC4", ""),
        3: (theme.AMBER, "/"),
        2: ("#E9B4AE", "."),
        1: (theme.RED, "x"),
    },
}
RAMP = (
    (theme.TEAL, ""),
    ("#8FBCC4", ""),
    ("#D3E4E7", ""),
    (theme.AMBER, "/"),
    (theme.SLATE, "x"),
    ("#E9B4AE", "."),
    ("#F1EEE8", "."),
)
"""Parts that are neither good nor bad, in their order."""
LIGHT_TEXT = {theme.TEAL, theme.RED, theme.SLATE}
READABLE_SHARE = 5.0
MANY_BARS = 12
"""From so many bars on the room between them is less."""


def stack(rows: pl.DataFrame, setting: Setting, codes: str) -> Figure:
    """Draw shares of codes. `rows` has name, county, code, count, total and share."""
    if rows.is_empty():
        return empty(setting)
    scopes = rows.unique("scope", maintain_order=True).to_dicts()
    place = {row["scope"]: number for number, row in enumerate(scopes)}
    names = [row["name"] for row in scopes]
    traces = [
        _part(rows.filter(pl.col("code") == code).to_dicts(), setting.codes[codes][code], look,
              place, setting)
        for code, look in SHADES[codes].items()
    ]  # fmt: skip
    traces.append(_totals(scopes, place, setting))
    return {"data": traces, "layout": _stack_layout(names, setting)}


def shares(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw shares of named parts. `rows` has name, county, head, count, total, share and status.

    What is not printed stands together at the end of its bar; a place without any number says why.
    """
    if rows.is_empty():
        return empty(setting)
    keys = ("scope_level", "scope")
    scopes = rows.unique(keys, maintain_order=True).to_dicts()
    place = {row["scope"]: number for number, row in enumerate(scopes)}
    heads = rows["head"].unique(maintain_order=True)
    looks = dict(zip(heads, RAMP, strict=False))
    traces = [
        _part(rows.filter(pl.col("head") == head).to_dicts(), head, look, place, setting)
        for head, look in looks.items()
    ]
    traces += _unprinted(rows, place, setting)
    traces.append(_totals([row for row in scopes if row["total"]], place, setting))
    traces.append(_reasons([row for row in scopes if not row["total"]], place, setting))
    return {"data": traces, "layout": _stack_layout([row["name"] for row in scopes], setting)}


def _unprinted(rows: pl.DataFrame, place: dict[str, int], setting: Setting) -> list[dict[str, Any]]:
    """What is left of each bar when its printed parts are drawn."""
    known = rows.filter(pl.col("total").is_not_null())
    rest = known.group_by("scope", maintain_order=True).agg(
        pl.col("name", "county", "total").first(),
        count=pl.col("total").first() - pl.col("count").sum(),
        is_hidden=pl.col("count").is_null().any(),
    )
    hidden = rest.filter("is_hidden")
    lines = hidden.with_columns(share=100 * pl.col("count") / pl.col("total")).to_dicts()
    word = setting.say("status_hidden")
    return [_part(lines, word, (theme.BLANK, "\\"), place, setting)] if lines else []


def _reasons(scopes: list[Row], place: dict[str, int], setting: Setting) -> dict[str, Any]:
    return {
        **_totals([], place, setting),
        "x": [0.5] * len(scopes),
        "y": [place[row["scope"]] for row in scopes],
        "text": [setting.say(f"status_{row['status']}") for row in scopes],
    }


def _stack_layout(names: list[str], setting: Setting) -> dict[str, Any]:
    return layout(
        setting,
        margin={"l": labels.longest(names), "r": 12, "t": 36, "b": 30},
        barmode="stack",
        bargap=0.35 if len(names) < MANY_BARS else 0.15,
        showlegend=True,
        legend=legend(1.02),
        xaxis=percent_axis(112, showgrid=False),
        yaxis=name_axis(names),
    )


def _part(
    lines: list[Row], word: str, look: tuple[str, str], place: dict[str, int], setting: Setting
) -> dict[str, Any]:
    colour, texture = look
    return {
        "type": "bar",
        "orientation": "h",
        "name": word,
        "x": [row["share"] for row in lines],
        "y": [place[row["scope"]] for row in lines],
        "text": [_part_text(row) for row in lines],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "constraintext": "none",
        "textangle": 0,
        "textfont": {"size": 11, "color": "#FFFFFF" if colour in LIGHT_TEXT else theme.INK},
        "customdata": [row["county"] for row in lines],
        "hovertext": [_part_hover(row, word, setting) for row in lines],
        "hoverinfo": "text",
        "marker": {
            "color": colour,
            "line": {"color": "#FFFFFF", "width": 1},
            "pattern": {
                "shape": texture,
                "size": 5,
                "solidity": 0.25,
                "fillmode": "overlay",
                "fgcolor": "#FFFFFF",
            },
        },
    }


def _part_text(row: Row) -> str:
    readable = row["share"] is not None and row["share"] >= READABLE_SHARE
    return f"{row['count']:g}" if readable else ""


def _part_hover(row: Row, word: str, setting: Setting) -> str:
    if row["count"] is None:
        return setting.say("part_untold", name=row["name"], part=word)
    share = labels.number(row["share"] or 0.0, 1)
    count = labels.brief(row["count"], 0)
    return setting.say("part_hover", name=row["name"], part=word, count=count, share=share)


def _totals(scopes: list[Row], place: dict[str, int], setting: Setting) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [101] * len(scopes),
        "y": [place[row["scope"]] for row in scopes],
        "text": [setting.say("total", count=f"{row['total']:g}") for row in scopes],
        "textposition": "middle right",
        "textfont": {"size": 11, "color": theme.SOFT},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def level_matrix(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw initiator by counterpart. `rows` has both levels, matters, closed and share."""
    if rows.is_empty() or not rows["matters"].sum():
        return empty(setting)
    levels = [name for name in [*setting.levels, "other"] if name in set(rows["counterpart_level"])]
    starts = [name for name in [*setting.levels, "other"] if name in set(rows["initiator_level"])]
    cells = {(row["initiator_level"], row["counterpart_level"]): row for row in rows.to_dicts()}
    grid = [[cells.get((start, end)) for end in levels] for start in starts]
    trace = {
        "type": "heatmap",
        "x": list(range(len(levels))),
        "y": list(range(len(starts))),
        "z": [[cell["matters"] if cell else 0 for cell in line] for line in grid],
        "text": [[_cell_text(cell, setting) for cell in line] for line in grid],
        "texttemplate": "%{text}",
        "textfont": {"size": 14, "color": theme.INK},
        "hoverinfo": "skip",
        "colorscale": theme.SEQUENTIAL,
        "zmin": 0,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }
    return {"data": [trace], "layout": _matrix_layout(starts, levels, setting)}


def _cell_text(cell: Row | None, setting: Setting) -> str:
    if cell is None or not cell["matters"]:
        return setting.say("no_matter")
    if cell["share"] is None:
        return setting.say("matters", count=cell["matters"])
    share = labels.number(cell["share"])
    return setting.say("matters_closed", count=cell["matters"], share=share)


def _matrix_layout(starts: list[str], ends: list[str], setting: Setting) -> dict[str, Any]:
    names = {**setting.levels, "other": setting.say("off_directory")}
    rows = [setting.say("starts_from", level=names[level]) for level in starts]
    return layout(
        setting,
        margin={"l": labels.longest(rows, 13), "r": 12, "t": 48, "b": 16},
        yaxis=name_axis(rows, range=[len(rows) - 0.5, -0.5], tickfont={"size": 13}),
        xaxis={
            "side": "top",
            "tickmode": "array",
            "tickvals": list(range(len(ends))),
            "ticktext": [setting.say("goes_to", level=names[level]) for level in ends],
            "tickfont": {"size": 13},
            "ticks": "",
            "range": [-0.5, len(ends) - 0.5],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
    )
