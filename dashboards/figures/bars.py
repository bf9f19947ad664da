"""Bars: value against target, stock and its changes, money against the budget, parts of a whole."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.dots import label
from dashboards.figures.layout import (
    empty,
    layout,
    legend,
    name_axis,
    note,
    percent_axis,
    upright,
    value_axis,
)
from dashboards.figures.setting import Figure, Setting
from dashboards.judgement import MARKS

Row = dict[str, Any]
SIGNS = ("", "+", "−", "")
"""Before the numbers of a stock: opening, new, fixed, closing."""


def bullet(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw values with the target as a tick, then as a ring, and the status as a word."""
    lines = rows.to_dicts()
    if not lines:
        return empty(setting)
    entry = setting.indicators[lines[0]["indicator"]]
    goal = entry.target_band[0] if entry.target_band else entry.target or 0.0
    top = max([goal, *[row["value"] for row in lines if row["value"] is not None]])
    names = [row["name"] for row in lines]
    traces = [_track(lines, top), _values(lines, setting), _target(lines, goal, setting)]
    traces += [_ring(lines, setting), _words(lines, top, entry.decimals, setting)]
    return {"data": traces, "layout": _bullet_layout(names, top, setting)}


def _bullet_layout(names: list[str], top: float, setting: Setting) -> dict[str, Any]:
    return layout(
        setting,
        margin={"l": labels.longest(names), "r": 12, "t": 36, "b": 30},
        barmode="overlay",
        bargap=0.45,
        showlegend=True,
        legend=legend(1.02),
        xaxis=percent_axis(top * 1.42, showgrid=False),
        yaxis=name_axis(names),
    )


def _bar(x: list[Any], colour: Any, **given: Any) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": x,
        "y": list(range(len(x))),
        "marker": {"color": colour},
        "hoverinfo": "skip",
        "showlegend": False,
        **given,
    }


def _track(lines: list[Row], top: float) -> dict[str, Any]:
    return _bar([top] * len(lines), theme.TRACK)


def _values(lines: list[Row], setting: Setting) -> dict[str, Any]:
    return _bar(
        [row["value"] for row in lines],
        [theme.STATUS.get(row["status"], theme.BLANK) for row in lines],
        customdata=[row["county"] for row in lines],
        hovertext=[f"{row['name']}：{_status_word(row, setting)}" for row in lines],
        hoverinfo="text",
    )


def _target(lines: list[Row], goal: float, setting: Setting) -> dict[str, Any]:
    return _marks([goal] * len(lines), "line-ns", 18, theme.INK, setting.say("legend_target"))


def _ring(lines: list[Row], setting: Setting) -> dict[str, Any]:
    then = [row["previous"] for row in lines]
    compared = setting.compared or ""
    words = {"year": compared[2:4], "quarter": compared[-1:]}
    name = setting.say("legend_then", period=setting.say("short_period", **words))
    trace = _marks(then, "circle-open", 9, theme.INK, name)
    return {**trace, "showlegend": setting.compared is not None}


def _marks(x: list[Any], symbol: str, size: int, colour: str, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": list(range(len(x))),
        "marker": {
            "symbol": symbol,
            "size": size,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        "hoverinfo": "skip",
    }


def _words(lines: list[Row], top: float, decimals: int, setting: Setting) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [top * 1.04] * len(lines),
        "y": list(range(len(lines))),
        "text": [_line(row, decimals, setting) for row in lines],
        "textposition": "middle right",
        "textfont": {
            "size": 11,
            "color": [theme.STATUS_TEXT.get(row["status"], theme.SOFT) for row in lines],
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _line(row: Row, decimals: int, setting: Setting) -> str:
    number = f"{label(row, decimals)} " if row["value"] is not None else ""
    return number + _status_word(row, setting)


def _status_word(row: Row, setting: Setting) -> str:
    return MARKS.get(row["status"], "") + setting.say(f"status_{row['status']}")


def waterfall(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw a stock and its changes. `rows` has field and total: opening, new, fixed, closing."""
    totals = dict(zip(rows["field"], rows["total"], strict=True))
    if len(totals) < len(SIGNS):
        return empty(setting)
    opening, new, fixed, closing = (totals[name] for name in rows["field"])
    bars = [(0.0, opening), (opening, new), (opening + new - fixed, fixed), (0.0, closing)]
    names = [setting.say(name) for name in rows["field"]]
    text = [f"{sign}{labels.number(bar[1])}" for sign, bar in zip(SIGNS, bars, strict=True)]
    trace = {
        "type": "bar",
        "x": names,
        "y": [size for _, size in bars],
        "base": [base for base, _ in bars],
        "width": 0.56,
        "text": text,
        "textposition": "outside",
        "textfont": {"size": 13},
        "cliponaxis": False,
        "marker": {"color": [theme.SLATE, theme.AMBER, theme.TEAL, theme.SLATE]},
        "hovertemplate": "%{x}：%{y}<extra></extra>",
    }
    return {"data": [trace], "layout": _waterfall_layout(bars, setting)}


def _waterfall_layout(bars: list[tuple[float, float]], setting: Setting) -> dict[str, Any]:
    top = max(base + size for base, size in bars) or 1.0
    steps = [bars[0][1], bars[1][0] + bars[1][1], bars[2][0]]
    links = [
        {
            "type": "line",
            "x0": place + 0.28,
            "x1": place + 0.72,
            "y0": level,
            "y1": level,
            "line": {"color": theme.GREY, "width": 1, "dash": "dot"},
        }
        for place, level in enumerate(steps)
    ]
    return layout(
        setting,
        margin={"l": 48, "r": 16, "t": 24, "b": 36},
        xaxis={"fixedrange": True, "tickfont": {"size": 13}},
        yaxis=value_axis(0, top * 1.14),
        shapes=links,
    )


def funds(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw received and spent as parts of the year's budget against the calendar."""
    lines = rows.to_dicts()
    if not lines:
        return empty(setting)
    names = [row["name"] for row in lines]
    due = int(setting.period[-1]) * 25.0
    top = max([100.0, *[row[key] or 0.0 for row in lines for key in ("received", "spent")]])
    pale = _bar([row["received"] for row in lines], "#B9D3D8", name=setting.say("received"))
    dark = _bar([row["spent"] for row in lines], theme.SLATE, name=setting.say("spent"), width=0.3)
    hover = [_fund_hover(row, setting) for row in lines]
    dark.update(
        customdata=[row["county"] for row in lines],
        hovertext=hover,
        hoverinfo="text",
        showlegend=True,
    )
    pale.update(width=0.66, showlegend=True)
    received = [pale] if any(row["received"] is not None for row in lines) else []
    return {
        "data": [*received, dark, _fund_words(lines, top, setting)],
        "layout": layout(
            setting,
            margin={"l": labels.longest(names), "r": 12, "t": 56, "b": 30},
            barmode="overlay",
            showlegend=True,
            legend=legend(1.07),
            xaxis=percent_axis(top * 1.45),
            yaxis=name_axis(names),
            shapes=[upright(due, theme.INK, "dot", layer="above")],
            annotations=[_due_note(due, setting)],
        ),
    }


def _due_note(due: float, setting: Setting) -> dict[str, Any]:
    text = setting.say("calendar", share=f"{due:g}")
    return note(text, x=due, y=1.0, yref="paper", yanchor="bottom")


def _fund_words(lines: list[Row], top: float, setting: Setting) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [top * 1.02] * len(lines),
        "y": list(range(len(lines))),
        "text": [_fund_word(row, setting) for row in lines],
        "textposition": "middle right",
        "textfont": {"size": 11},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _fund_word(row: Row, setting: Setting) -> str:
    if row["budget"] is None:
        return setting.say("status_missing")
    if not row["budget"]:
        return setting.say("no_budget")
    return setting.say(
        "fund_word",
        share=labels.number(row["spent"] or 0.0),
        budget=labels.number(row["budget"]),
    )


def _fund_hover(row: Row, setting: Setting) -> str:
    return f"{row['name']}：{_fund_word(row, setting)}"
