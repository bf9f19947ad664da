"""The frame that all figures share."""

from typing import Any

from dashboards import theme
from dashboards.figures.setting import Figure, Setting

FEWEST_ROWS = 5
EMPTY_HEIGHT = 140


def layout(setting: Setting, **given: Any) -> dict[str, Any]:
    """A quiet layout: no grid, no zoom, fixed height."""
    base: dict[str, Any] = {
        "height": setting.height,
        "font": {"family": theme.FONT, "size": theme.SIZE, "color": theme.INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "margin": {"l": 80, "r": 24, "t": 36, "b": 36},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {"bgcolor": "#FFFFFF", "font": {"family": theme.FONT, "size": 12}},
        "legend": legend(),
        "separators": ".,",
    }
    return {**base, **given}


def legend(y: float = 1.0) -> dict[str, Any]:
    """A legend above the plot, from its left edge."""
    return {
        "orientation": "h",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "itemclick": False,
        "itemdoubleclick": False,
        "traceorder": "normal",
    }


def value_axis(low: float, high: float, **given: Any) -> dict[str, Any]:
    """An axis of values: pale grid, no zero line."""
    base: dict[str, Any] = {
        "range": [low, high],
        "fixedrange": True,
        "zeroline": False,
        "gridcolor": theme.LINE,
        "tickfont": {"color": theme.SOFT, "size": 11},
        "nticks": 6,
    }
    return {**base, **given}


def percent_axis(high: float, **given: Any) -> dict[str, Any]:
    """An axis of per cent from 0, its labels at the quarters of the whole."""
    steps = [0, 25, 50, 75, 100]
    ticks = {"tickmode": "array", "tickvals": steps, "ticktext": [f"{step}%" for step in steps]}
    return value_axis(0, high, **ticks, **given)


def name_axis(names: list[str], **given: Any) -> dict[str, Any]:
    """An axis of names at 0, 1, 2 ... from the top; few names do not swell to fill it."""
    spare = max(0.0, (FEWEST_ROWS - len(names)) / 2)
    base: dict[str, Any] = {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "range": [len(names) - 0.4 + spare, -0.6 - spare],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "ticklabelstandoff": 6,
    }
    return {**base, **given}


def note(text: str, **given: Any) -> dict[str, Any]:
    """A text in the picture, without an arrow."""
    return {"text": text, "showarrow": False, "font": {"size": 11, "color": theme.SOFT}, **given}


def upright(x: float, colour: str, dash: str = "solid", **given: Any) -> dict[str, Any]:
    """A vertical line over the whole plot."""
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": colour, "width": 1.5, "dash": dash},
        "layer": "below",
        **given,
    }


def empty(setting: Setting) -> Figure:
    """A picture that says there is nothing to draw."""
    message = note(setting.say("nothing_here"), x=0.5, y=0.5, xref="paper", yref="paper")
    hidden = {"visible": False, "fixedrange": True}
    given = {"height": EMPTY_HEIGHT, "xaxis": hidden, "yaxis": hidden, "annotations": [message]}
    return {"data": [], "layout": layout(setting, **given)}
