"""Ranked dots: then hollow, now solid, a line between; in one panel or in several side by side."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.goals import goal_ends, goal_key, goal_shape, goal_text
from dashboards.figures.layout import empty, layout, legend, name_axis, note, upright, value_axis
from dashboards.figures.setting import Figure, Setting
from models.spec.indicator import Indicator

Row = dict[str, Any]
MANY_PANELS = 3
"""From so many panels on a head needs two lines."""
LARGE_COUNT = 10_000
"""Counts from here on are too wide to stand beside a dot."""
ROUNDING = 1e-6
"""A number so near to a whole one is a count."""
BESIDE = 0.34
"""Of what the dots span: so much on either side holds a value with its counts."""
OF_A_PANEL = 0.15
"""So much for each of the panels side by side: the narrower they are, the more a value needs."""
GAP = 0.06
"""Between two panels, of the width of all."""


def ranked_dots(rows: pl.DataFrame, setting: Setting, mean: float | None = None) -> Figure:
    """Draw one indicator, best on top as given; `mean` is the dashed line of the whole.

    Where the target is a band, it lies behind the dots: being within it is the question.
    """
    lines = rows.to_dicts()
    if not lines:
        return empty(setting)
    entry = setting.indicators[lines[0]["indicator"]]
    band = [entry] if entry.target_band else []
    low, high = reach_of(lines, BESIDE, *(end for one in band for end in goal_ends(one)))
    names = [row["name"] for row in lines]
    notes = [] if mean is None else [_mean_note(mean, setting)]
    return {
        "data": [
            *pair_traces(lines, setting, entry.decimals),
            absent(lines, low, setting),
            *(goal_key(one, setting) for one in band),
        ],
        "layout": layout(
            setting,
            margin={"l": labels.longest(names), "r": 12, "t": 52, "b": 30},
            showlegend=True,
            legend=legend(1.06),
            xaxis=value_axis(low, high, ticksuffix="%" if entry.uom == "%" else ""),
            yaxis=name_axis(names),
            shapes=[
                *map(goal_shape, band),
                *([] if mean is None else [upright(mean, theme.SOFT, "dot")]),
            ],
            annotations=notes,
        ),
    }


def panels(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw indicators side by side over the same names; the first one gives the order."""
    if rows.is_empty():
        return empty(setting)
    wanted = rows["indicator"].unique(maintain_order=True).to_list()
    parts = [rows.filter(pl.col("indicator") == name).to_dicts() for name in wanted]
    names = [row["name"] for row in parts[0]]
    figure: Figure = {"data": [], "layout": _panel_layout(names, len(wanted), setting)}
    for number, part in enumerate(parts):
        _add_panel(figure, part, number, len(parts), setting)
    return figure


def _add_panel(figure: Figure, part: list[Row], number: int, of: int, setting: Setting) -> None:
    entry = setting.indicators[part[0]["indicator"]]
    low, high = reach_of(part, OF_A_PANEL * of, *goal_ends(entry))
    axis = "x" if number == 0 else f"x{number + 1}"
    bare = [{**row, "numerator": None} for row in part]  # counts would not fit beside a panel
    traces = [*pair_traces(bare, setting, entry.decimals), absent(part, low, setting)]
    for trace in traces:
        trace.update(xaxis=axis, showlegend=number == 0 and trace["showlegend"])
    figure["data"] += traces
    start, end = number / of, (number + 1) / of - (GAP if number + 1 < of else 0)
    figure["layout"][axis.replace("x", "xaxis")] = value_axis(
        low, high, domain=[start, end], nticks=5, anchor="y"
    )
    figure["layout"]["shapes"].append(goal_shape(entry, xref=axis))
    figure["layout"]["annotations"].append(_panel_head(entry, start, of, setting))


def _panel_head(entry: Indicator, start: float, of: int, setting: Setting) -> dict[str, Any]:
    key = "panel_head" if of < MANY_PANELS else "panel_head_two_lines"
    head = setting.say(
        key, name=entry.zh.split("(")[0], uom=entry.uom, target=goal_text(entry, setting)
    )
    place = {
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
    }
    return note(head, x=start, y=1.0, font={"size": 12, "color": theme.INK}, **place)


def _panel_layout(names: list[str], of: int, setting: Setting) -> dict[str, Any]:
    tall = of >= MANY_PANELS
    return layout(
        setting,
        margin={"l": labels.longest(names), "r": 12, "t": 80 if tall else 66, "b": 30},
        showlegend=True,
        legend=legend(1.12 if tall else 1.08),
        yaxis=name_axis(names),
        shapes=[],
        annotations=[],
    )


def pair_traces(
    lines: list[Row], setting: Setting, decimals: int, heights: list[float] | None = None
) -> list[dict[str, Any]]:
    """Line, hollow dot and solid dot of every row; the label stands on the outer side."""
    places = heights or [float(place) for place in range(len(lines))]
    both = list(zip(lines, places, strict=True))
    return [_links(both), _then(both, setting), _now(both, setting, decimals), _key(setting)]


def _links(both: list[tuple[Row, float]]) -> dict[str, Any]:
    ends: list[float | None] = []
    heights: list[float | None] = []
    for row, place in both:
        if row["value"] is not None and row["previous"] is not None:
            ends += [row["previous"], row["value"], None]
            heights += [place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": heights,
        "line": {"color": "#CFCBC4", "width": 3},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _then(both: list[tuple[Row, float]], setting: Setting) -> dict[str, Any]:
    seen = [(row, place) for row, place in both if row["previous"] is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": setting.say("legend_then", period=_period(setting.compared, setting)),
        "x": [row["previous"] for row, _ in seen],
        "y": [place for _, place in seen],
        "marker": {
            "symbol": "circle",
            "size": 9,
            "color": "#FFFFFF",
            "line": {"color": theme.GREY, "width": 2},
        },
        "hoverinfo": "skip",
        "showlegend": setting.compared is not None,
    }


def _key(setting: Setting) -> dict[str, Any]:
    """The legend's solid dot: its colour must not be that of whichever row comes first."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": setting.say("legend_now", period=_period(setting.period, setting)),
        "x": [None],
        "y": [None],
        "marker": {"size": 11, "color": theme.SLATE},
        "showlegend": True,
    }


def _now(both: list[tuple[Row, float]], setting: Setting, decimals: int) -> dict[str, Any]:
    seen = [(row, place) for row, place in both if row["value"] is not None]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [row["value"] for row, _ in seen],
        "y": [place for _, place in seen],
        "text": [f"  {label(row, decimals)}  " for row, _ in seen],
        "textposition": [_side(row) for row, _ in seen],
        "textfont": {"size": 11, "shadow": theme.HALO},
        "marker": {"size": 11, "color": [_colour(row, setting) for row, _ in seen]},
        "customdata": [row["county"] for row, _ in seen],
        "hovertemplate": [_hover(row, setting, decimals) for row, _ in seen],
        "cliponaxis": False,
        "showlegend": False,
    }


def _period(period: str | None, setting: Setting) -> str:
    if period is None:
        return ""
    return setting.say("short_period", year=period[2:4], quarter=period[-1])


def label(row: Row, decimals: int) -> str:
    """A value with the counts behind it, where these are whole numbers."""
    text = labels.brief(row["value"], decimals)
    top, bottom = row["numerator"], row["denominator"]
    whole = top is not None and bottom is not None and _is_whole(top) and _is_whole(bottom)
    return f"{text}（{top:.0f}/{bottom:.0f}）" if whole and bottom < LARGE_COUNT else text


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < ROUNDING


def _side(row: Row) -> str:
    falls = row["previous"] is not None and row["value"] < row["previous"]
    return "middle left" if falls else "middle right"


def _colour(row: Row, setting: Setting) -> str:
    moved = row["value"] - row["previous"] if row["previous"] is not None else 0.0
    return theme.RED if moved <= -setting.limits.moved_points else theme.SLATE


def _hover(row: Row, setting: Setting, decimals: int) -> str:
    text = setting.say("dot_hover", name=row["name"], label=label(row, decimals))
    if row["previous"] is not None:
        moved = labels.signed(row["value"] - row["previous"], decimals)
        text += setting.say("dot_moved", moved=moved)
    return text + "<extra></extra>"


def absent(lines: list[Row], low: float, setting: Setting) -> dict[str, Any]:
    """Rows without a value keep their place and say why."""
    blank = [(place, row) for place, row in enumerate(lines) if row["value"] is None]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [low] * len(blank),
        "y": [place for place, _ in blank],
        "text": [f" {setting.say('status_' + row['status'])}" for _, row in blank],
        "textposition": "middle right",
        "textfont": {"size": 11, "color": theme.SOFT},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def reach_of(lines: list[Row], room: float, *goals: float) -> tuple[float, float]:
    """The range of the axis: all dots, the goals, and room for labels on both sides."""
    found = [row[key] for row in lines for key in ("value", "previous") if row[key] is not None]
    found += goals
    low, high = (min(found), max(found)) if found else (0.0, 100.0)
    span = (high - low) or max(abs(high), 1.0)
    return low - room * span, high + room * span


def _mean_note(mean: float, setting: Setting) -> dict[str, Any]:
    text = setting.say("whole_mean", value=labels.brief(mean, 1))
    return note(text, x=mean, y=1.0, yref="paper", yanchor="bottom", xanchor="center")
