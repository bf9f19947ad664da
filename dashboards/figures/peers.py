"""One place among others: an indicator a line, the target upright, each on its own scale."""

from itertools import groupby
from typing import Any

import polars as pl

from dashboards import theme
from dashboards.address import indicator_path
from dashboards.figures import labels
from dashboards.figures.layout import empty, layout, note
from dashboards.figures.setting import Figure, Setting
from dashboards.judgement import MARKS

Row = dict[str, Any]
LOW, HIGH = -1.3, 0.5
"""Where a scale ends: 0 is the target, -1 where the score begins. What is farther stands there."""
ROOM = 1.0
"""What the words beside a line need, in the same measure."""
MANY_LINES = 24
"""From so many lines on they stand in two columns."""
MIDDLE_HALVES = (0.25, 0.75)


def peers(rows: pl.DataFrame, setting: Setting) -> Figure:
    """Draw own values over those of the others. `rows` has indicator, part, value and is_own."""
    if rows.is_empty():
        return empty(setting)
    own = rows.filter(pl.col("is_own")).to_dicts()
    others = rows.filter(~pl.col("is_own")).partition_by("indicator", as_dict=True)
    parts = {name: part for (name,), part in others.items()}
    columns = _columns(own)
    longest = max(labels.longest([_short(row, setting) for row in own], 11), 90)
    figure: Figure = {"data": [], "layout": _frame(setting, longest)}
    for number, lines in enumerate(columns):
        _Column(lines, parts, setting).add_to(figure, number, len(columns), longest)
    return figure


def _columns(own: list[Row]) -> list[list[list[Row]]]:
    """The lines in groups of one kind of indicator, in one column or in two of like length."""
    groups = [list(part) for _, part in groupby(own, key=lambda row: row["indicator"][:-2])]
    if len(own) < MANY_LINES:
        return [groups]
    half, left = (len(own) + len(groups)) / 2, 0
    first: list[list[Row]] = []
    for group in groups:
        if first and left + (len(group) + 1) / 2 > half:
            break
        first.append(group)
        left += len(group) + 1
    return [first, groups[len(first) :]] if len(first) < len(groups) else [first]


def _short(row: Row, setting: Setting) -> str:
    return setting.indicators[row["indicator"]].zh.partition("(")[0]


def _frame(setting: Setting, longest: int) -> dict[str, Any]:
    return layout(
        setting, margin={"l": longest, "r": 8, "t": 24, "b": 12}, shapes=[], annotations=[]
    )


class _Column:
    """Lines of one column with their axes."""

    def __init__(
        self, groups: list[list[Row]], others: dict[str, pl.DataFrame], setting: Setting
    ) -> None:
        self.setting = setting
        self.others = others
        self.heads: list[tuple[int, str]] = []
        self.lines: list[tuple[int, Row]] = []
        place = 0
        for group in groups:
            self.heads.append((place, group[0]["indicator"][:-2]))
            self.lines += [(place + 1 + number, row) for number, row in enumerate(group)]
            place += len(group) + 1
        self.height = place

    def add_to(self, figure: Figure, number: int, of: int, longest: int) -> None:
        tail = "" if number == 0 else str(number + 1)
        gap = 0.0 if of == 1 else min(0.24, longest / 1270)
        width = (1 - gap * (of - 1)) / of
        left = number * (width + gap)
        for trace in (self._ranges(), *self._dots(), self._middles(), self._own(), self._words()):
            figure["data"].append({**trace, "xaxis": f"x{tail}", "yaxis": f"y{tail}"})
        figure["layout"][f"xaxis{tail}"] = {
            "domain": [left, left + width],
            "anchor": f"y{tail}",
            "range": [LOW - 0.05, HIGH + ROOM],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
        }
        figure["layout"][f"yaxis{tail}"] = self._names(f"x{tail}")
        figure["layout"]["shapes"].append(self._target(tail))
        figure["layout"]["annotations"].append(self._target_word(tail))

    def _names(self, anchor: str) -> dict[str, Any]:
        say = self.setting.say
        both = [(place, f"<b>{say(f'group_{name}')}</b>") for place, name in self.heads]
        both += [(place, _short(row, self.setting)) for place, row in self.lines]
        return {
            "anchor": anchor,
            "tickmode": "array",
            "tickvals": [place for place, _ in both],
            "ticktext": [text for _, text in both],
            "tickfont": {"size": 11},
            "range": [self.height - 0.4, -0.6],
            "fixedrange": True,
            "gridcolor": "#F1EEE8",
            "zeroline": False,
            "ticks": "",
            "ticklabelstandoff": 6,
        }

    def _target(self, tail: str) -> dict[str, Any]:
        return {
            "type": "line",
            "xref": f"x{tail}",
            "yref": "paper",
            "x0": 0,
            "x1": 0,
            "y0": 0,
            "y1": 1,
            "line": {"color": theme.TARGET, "width": 1.5, "dash": "dash"},
            "layer": "below",
        }

    def _target_word(self, tail: str) -> dict[str, Any]:
        place = {"xref": f"x{tail}", "yref": "paper", "yanchor": "bottom"}
        return note(self.setting.say("legend_target"), x=0, y=1, **place)

    def _known(self, row: Row) -> list[float]:
        part = self.others.get(row["indicator"])
        return [] if part is None else sorted(part["part"].to_list())

    def _ranges(self) -> dict[str, Any]:
        """The middle half of the others as a thick grey line."""
        x: list[float | None] = []
        y: list[float | None] = []
        for place, row in self.lines:
            values = self._known(row)
            if len(values) > 1:
                x += [*(_clip(_quantile(values, share)) for share in MIDDLE_HALVES), None]
                y += [place, place, None]
        return _line(x, y, "#E3DFD8", 9)

    def _middles(self) -> dict[str, Any]:
        x: list[float | None] = []
        y: list[float | None] = []
        for place, row in self.lines:
            if values := self._known(row):
                middle = _clip(_quantile(values, 0.5))
                x += [middle, middle, None]
                y += [place - 0.34, place + 0.34, None]
        return _line(x, y, theme.INK, 1.5)

    def _dots(self) -> list[dict[str, Any]]:
        """The others, where they are few enough to be told apart."""
        drawn = [
            (place, other) for place, row in self.lines for other in self._others(row["indicator"])
        ]
        return [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [_clip(other["part"]) for _, other in drawn],
                "y": [place for place, _ in drawn],
                "marker": {"size": 6, "color": theme.GREY, "opacity": 0.45},
                "customdata": [_path(other) for _, other in drawn],
                "hovertext": [self._hover(other) for _, other in drawn],
                "hoverinfo": "text",
            }
        ]

    def _others(self, indicator: str) -> list[Row]:
        part = self.others.get(indicator)
        many = part is None or part.height > self.setting.limits.peer_dots
        return [] if part is None or many else part.to_dicts()

    def _hover(self, row: Row) -> str:
        entry = self.setting.indicators[row["indicator"]]
        name = row["name"] or self.setting.say("anonymous")
        value = labels.number(row["value"], entry.decimals)
        return self.setting.say("unit_hover", name=name, value=value, uom=entry.uom)

    def _own(self) -> dict[str, Any]:
        rows = [row for _, row in self.lines]
        symbols = {"met": "circle", "near": "triangle-up", "missed": "square"}
        return {
            "type": "scatter",
            "mode": "markers",
            "x": [_clip(row["part"]) for row in rows],
            "y": [place for place, _ in self.lines],
            "marker": {
                "size": 11,
                "symbol": [symbols.get(row["status"], "circle") for row in rows],
                "color": [theme.STATUS.get(row["status"], theme.SLATE) for row in rows],
                "line": {"color": "#FFFFFF", "width": 1},
            },
            "customdata": [_path(row) for row in rows],
            "hovertext": [self._hover(row) for row in rows],
            "hoverinfo": "text",
        }

    def _words(self) -> dict[str, Any]:
        rows = [row for _, row in self.lines]
        colours = [theme.STATUS_TEXT.get(row["status"], theme.SOFT) for row in rows]
        return {
            "type": "scatter",
            "mode": "text",
            "x": [HIGH + 0.06] * len(rows),
            "y": [place for place, _ in self.lines],
            "text": [self._word(row) for row in rows],
            "textposition": "middle right",
            "textfont": {"size": 11, "color": colours},
            "hoverinfo": "skip",
        }

    def _word(self, row: Row) -> str:
        entry = self.setting.indicators[row["indicator"]]
        own = MARKS.get(row["status"], "") + labels.with_percent(row["value"], entry)
        part = self.others.get(row["indicator"])
        if part is None:
            return own
        middle = _quantile(sorted(part["value"].to_list()), 0.5)
        return self.setting.say(
            "own_and_middle", own=own, middle=labels.with_percent(middle, entry)
        )


def _path(row: Row) -> str:
    return indicator_path(row["scope_level"], row["scope"], row["indicator"])


def _clip(part: float) -> float:
    return min(max(part, LOW), HIGH)


def _quantile(values: list[float], share: float) -> float:
    place = (len(values) - 1) * share
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _line(
    x: list[float | None], y: list[float | None], colour: str, width: float
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
    }
