"""Many indicators over the last quarters: small panels on one plane, so that many stay fast."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.address import indicator_path
from dashboards.figures import labels
from dashboards.figures.goals import goal_of
from dashboards.figures.layout import empty, layout
from dashboards.figures.setting import Figure, Setting

COLUMNS = 6
LEFT, RIGHT, TOP, BOTTOM = 0.02, 0.76, 0.34, 0.88
"""Where the lines of a panel stand inside its cell; the number ends beyond them."""
HEAD_COLUMNS = 28
Points = tuple[list[float | None], list[float | None]]


def histories(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw a panel an indicator. `rows` has indicator, period, value and median of the others."""
    if rows.is_empty():
        return empty(setting)
    periods = rows["period"].unique().sort().to_list()
    parts = rows.partition_by("indicator", maintain_order=True)
    panels = [_Panel(part, place, periods, setting) for place, part in enumerate(parts)]
    lines = -(-len(panels) // COLUMNS)
    plane = {"fixedrange": True, "visible": False}
    return {
        "data": [
            _joined([panel.target() for panel in panels], theme.TARGET, 1, "dash"),
            _joined([panel.middle() for panel in panels], "#B9B4AB", 2),
            _joined([panel.own() for panel in panels], theme.SLATE, 2.5),
            *_marks(panels),
        ],
        "layout": layout(
            setting,
            margin={"l": 6, "r": 6, "t": 6, "b": 6},
            xaxis={**plane, "range": [0, COLUMNS]},
            yaxis={**plane, "range": [max(lines, 2), 0]},
            meta={"least": setting.height},
        ),
    }


class _Panel:
    """One indicator in its cell of the plane."""

    def __init__(
        self, part: pl.DataFrame, place: int, periods: list[str], setting: Setting
    ) -> None:
        self.row, self.column = divmod(place, COLUMNS)
        self.entry = setting.indicators[part["indicator"][0]]
        self.path = indicator_path(part["scope_level"][0], part["scope"][0], self.entry.id)
        self.periods = periods
        self.setting = setting
        self.values = _by_period(part, "value", periods)
        self.middles = _by_period(part, "median", periods)
        known = [one for one in (*self.values, *self.middles) if one is not None]
        goal = goal_of(self.entry)
        self.low, self.high = min([*known, goal]), max([*known, goal])

    def _x(self, place: int) -> float:
        steps = max(len(self.periods) - 1, 1)
        return self.column + LEFT + (RIGHT - LEFT) * place / steps

    def _y(self, value: float | None) -> float | None:
        if value is None:
            return None
        part = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.row + BOTTOM - (BOTTOM - TOP) * part

    def _points(self, values: list[float | None]) -> Points:
        return [self._x(place) for place in range(len(values))], [self._y(one) for one in values]

    def own(self) -> Points:
        return self._points(self.values)

    def middle(self) -> Points:
        return self._points(self.middles)

    def target(self) -> Points:
        y = self._y(goal_of(self.entry))
        return [self.column + LEFT, self.column + RIGHT], [y, y]

    def head(self) -> tuple[float, float, str]:
        name = labels.cut(self.entry.zh.partition("(")[0], HEAD_COLUMNS)
        return self.column + LEFT, self.row + 0.16, f"<b>{name}</b>"

    def end(self) -> tuple[float, float, str]:
        """The last known value, beside its point."""
        places = [place for place, value in enumerate(self.values) if value is not None]
        value = self.values[places[-1]] if places else None
        height = self._y(value)
        if value is None or height is None:
            return self.column + RIGHT, self.row + BOTTOM, ""
        text = labels.with_percent(value, self.entry)
        return self._x(places[-1]) + 0.025, height, text

    def hover(self) -> list[str]:
        say = self.setting.say
        texts = []
        for period, value in zip(self.periods, self.values, strict=True):
            when = say("short_period", year=period[2:4], quarter=period[-1])
            shown = "" if value is None else labels.with_percent(value, self.entry)
            texts.append(say("course_hover", name=self.entry.zh, period=when, value=shown))
        return texts


def _by_period(part: pl.DataFrame, column: str, periods: list[str]) -> list[float | None]:
    known = dict(zip(part["period"], part[column], strict=True))
    return [known.get(period) for period in periods]


def _joined(many: list[Points], colour: str, width: float, dash: str = "solid") -> dict[str, Any]:
    x = [one for points in many for one in (*points[0], None)]
    y = [one for points in many for one in (*points[1], None)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _marks(panels: list[_Panel]) -> list[dict[str, Any]]:
    """The points to be hovered and clicked, the numbers at their ends, the names above."""
    points = [(x, y) for panel in panels for x, y in zip(*panel.own(), strict=True)]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "marker": {"size": 6, "color": theme.SLATE},
        "customdata": [panel.path for panel in panels for _ in panel.values],
        "hovertext": [text for panel in panels for text in panel.hover()],
        "hoverinfo": "text",
    }
    return [
        dots,
        _texts([panel.end() for panel in panels], 11),
        _texts([panel.head() for panel in panels], 12),
    ]


def _texts(placed: list[tuple[float, float, str]], size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for x, _, _ in placed],
        "y": [y for _, y, _ in placed],
        "text": [text for _, _, text in placed],
        "textposition": "middle right",
        "textfont": {"size": size, "color": theme.INK},
        "hoverinfo": "skip",
    }
