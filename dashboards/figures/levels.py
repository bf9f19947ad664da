"""The three levels compared: dots in groups, and quarters in small multiples."""

from typing import Any

import polars as pl

from dashboards import theme
from dashboards.figures import labels
from dashboards.figures.dots import BESIDE, pair_traces, reach_of
from dashboards.figures.goals import goal_of
from dashboards.figures.layout import empty, layout, legend, note, value_axis
from dashboards.figures.setting import Figure, Setting

Row = dict[str, Any]
HEAD = 0.9


def grouped_dots(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw indicators as groups, one line a level, each against its own target."""
    lines = rows.filter(pl.col("value").is_not_null()).to_dicts()
    if not lines:
        return empty(setting)
    groups = list(dict.fromkeys(row["indicator"] for row in lines))
    heights = [
        number + groups.index(row["indicator"]) * HEAD + HEAD for number, row in enumerate(lines)
    ]
    goals = [goal_of(setting.indicators[name]) for name in groups]
    low, high = reach_of(lines, BESIDE, *goals)
    traces = pair_traces(lines, setting, 1, heights)
    figure: Figure = {"data": traces, "layout": _group_layout(lines, heights, setting)}
    figure["layout"]["xaxis"] = value_axis(low, high, ticksuffix="%")
    for name in groups:
        own = [
            height for row, height in zip(lines, heights, strict=True) if row["indicator"] == name
        ]
        _add_group(figure, setting.indicators[name], min(own), max(own), setting)
    return figure


def _group_layout(lines: list[Row], heights: list[float], setting: Setting) -> dict[str, Any]:
    names = [row["name"] for row in lines]
    return layout(
        setting,
        margin={"l": labels.longest(names), "r": 12, "t": 36, "b": 30},
        showlegend=True,
        legend=legend(1.02),
        yaxis={
            "tickmode": "array",
            "tickvals": heights,
            "ticktext": names,
            "range": [max(heights) + 0.6, -0.3],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
        shapes=[],
        annotations=[],
    )


def _add_group(figure: Figure, entry: Any, first: float, last: float, setting: Setting) -> None:
    goal = goal_of(entry)
    figure["layout"]["shapes"].append(
        {
            "type": "line",
            "x0": goal,
            "x1": goal,
            "y0": first - 0.4,
            "y1": last + 0.4,
            "line": {"color": theme.TARGET, "width": 2, "dash": "dash"},
            "layer": "below",
        }
    )
    head = setting.say("panel_head", name=entry.zh, uom=entry.uom, target=labels.brief(goal, 1))
    place = {"xref": "paper", "xanchor": "left", "yanchor": "middle"}
    figure["layout"]["annotations"].append(
        note(head, x=0, y=first - 0.85, font={"size": 12, "color": theme.INK}, **place)
    )


def multiples(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw quarters: a row of panels an indicator, a panel a level; `is_whole` rows are dashed."""
    parts = rows.filter(~pl.col("is_whole"))
    if parts.filter(pl.col("value").is_not_null()).is_empty():
        return empty(setting)
    names = parts["indicator"].unique(maintain_order=True).to_list()
    scopes = parts["scope"].unique(maintain_order=True).to_list()
    periods = rows["period"].unique().sort().to_list()
    figure: Figure = {"data": [], "layout": _multiple_layout(setting)}
    for line, name in enumerate(names):
        for column, scope in enumerate(scopes):
            cell = _Cell(rows.filter(pl.col("indicator") == name), scope, periods, setting)
            cell.add_to(figure, (line, len(names)), (column, len(scopes)))
    return figure


class _Cell:
    """One panel: its own line strong, its peers grey, the whole dashed."""

    def __init__(
        self, rows: pl.DataFrame, scope: str, periods: list[str], setting: Setting
    ) -> None:
        self.rows = rows
        self.scope = scope
        self.periods = periods
        self.setting = setting

    def add_to(self, figure: Figure, line: tuple[int, int], column: tuple[int, int]) -> None:
        number = line[0] * column[1] + column[0]
        tail = "" if number == 0 else str(number + 1)
        for trace in (self._peers(), self._whole(), self._own()):
            figure["data"].append({**trace, "xaxis": f"x{tail}", "yaxis": f"y{tail}"})
        left, right = _span(*column, gap=0.05)
        bottom, top = _span(line[1] - 1 - line[0], line[1], gap=0.16, filled=0.92)
        figure["layout"][f"xaxis{tail}"] = self._times([left, right], f"y{tail}")
        figure["layout"][f"yaxis{tail}"] = self._values([bottom, top], f"x{tail}", column[0] == 0)
        figure["layout"]["annotations"].append(self._head(left, top))

    def _head(self, left: float, top: float) -> dict[str, Any]:
        mine = self.rows.filter(pl.col("scope") == self.scope)
        entry = self.setting.indicators[mine["indicator"][0]]
        text = f"{entry.zh.partition('(')[0]}·{mine['name'][0]}"
        place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
        return note(text, x=left, y=top, font={"size": 12, "color": theme.INK}, **place)

    def _points(self, rows: pl.DataFrame) -> tuple[list[Any], list[Any]]:
        known = dict(zip(rows["period"], rows["value"], strict=True))
        return list(range(len(self.periods))), [known.get(period) for period in self.periods]

    def _own(self) -> dict[str, Any]:
        x, y = self._points(self.rows.filter(pl.col("scope") == self.scope))
        last = max((place for place, value in enumerate(y) if value is not None), default=-1)
        ends = [
            f"  {labels.number(value)}" if place == last and value is not None else ""
            for place, value in enumerate(y)
        ]
        return {
            **_line(x, y, theme.SLATE, 3),
            "mode": "lines+markers+text",
            "marker": {"size": [8 if place == last else 4 for place in x], "color": theme.SLATE},
            "text": ends,
            "textposition": "middle right",
            "cliponaxis": False,
        }

    def _peers(self) -> dict[str, Any]:
        x: list[Any] = []
        y: list[Any] = []
        others = self.rows.filter((pl.col("scope") != self.scope) & ~pl.col("is_whole"))
        for _, peer in others.group_by("scope", maintain_order=True):
            places, values = self._points(peer)
            x += [*places, None]
            y += [*values, None]
        return _line(x, y, "#CFCBC4", 1.5)

    def _whole(self) -> dict[str, Any]:
        x, y = self._points(self.rows.filter(pl.col("is_whole")))
        return _line(x, y, theme.GREY, 1.5, "dash")

    def _times(self, domain: list[float], anchor: str) -> dict[str, Any]:
        last = len(self.periods) - 1
        say = self.setting.say
        ends = [self.periods[0], self.periods[-1]] if last else self.periods
        return {
            "domain": domain,
            "anchor": anchor,
            "tickmode": "array",
            "tickvals": [0, last] if last else [0],
            "ticktext": [say("short_period", year=p[2:4], quarter=p[-1]) for p in ends],
            "range": [-0.25, last + 0.9],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"size": 11, "color": theme.SOFT},
        }

    def _values(self, domain: list[float], anchor: str, shows_ticks: bool) -> dict[str, Any]:  # noqa: FBT001
        low, high = reach_of(
            [{"value": value, "previous": None} for value in self.rows["value"]], room=0.2
        )
        return value_axis(
            max(0.0, low), high, domain=domain, anchor=anchor, nticks=4, showticklabels=shows_ticks
        )


def _span(number: int, of: int, gap: float, filled: float = 1.0) -> tuple[float, float]:
    width = (1 - gap * (of - 1)) / of
    start = number * (width + gap)
    return start, start + width * filled


def _line(
    x: list[Any], y: list[Any], colour: str, width: float, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": "%{y:.1f}<extra></extra>",
    }


def _multiple_layout(setting: Setting) -> dict[str, Any]:
    return layout(setting, margin={"l": 40, "r": 12, "t": 28, "b": 30}, annotations=[])
