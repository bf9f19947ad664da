"""Charts as files: PNG for slides, SVG for print, Excel for the numbers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboards import theme, workbooks
from dashboards.answers import Question
from dashboards.charts import Prepared, charts, prepare
from dashboards.defined import defined
from dashboards.figures import labels
from dashboards.figures.setting import Figure
from dashboards.painter import NoBrowserError, Painter
from dashboards.reader import CITY, Reader
from dashboards.snapshots import open_snapshot
from dashboards.view import View
from dashboards.wording import speaker
from models.catalogue_model import Catalogue

WIDTH, WIDE = 860, 1180
FOOT = 44


@dataclass(frozen=True)
class Exported:
    """The files of one chart; a picture is None where there was no browser."""

    chart: str
    xlsx: Path
    png: Path | None
    svg: Path | None


def framed(prepared: Prepared) -> Figure:
    """The figure as a picture of its own: headline, method and coverage inside."""
    layout = prepared.figure["layout"]
    width = WIDE if prepared.entry.wide else WIDTH
    title = labels.wrapped(prepared.headline, _columns(width, 18))
    method = labels.wrapped(prepared.entry.method or "", _columns(width, 12))
    told = labels.wrapped(prepared.coverage, _columns(width, 11))
    head, foot = 22 + 26 * _lines(title) + 17 * _lines(method), FOOT + 14 * (_lines(told) - 1)
    old = layout["margin"]
    margin = {"l": old["l"] + 12, "r": old["r"] + 12, "t": old["t"] + head, "b": old["b"] + foot}
    texts = [
        _from_top(f"<b>{title}</b>", 14, margin, size=18, color=theme.INK),
        _from_top(method, 18 + 26 * _lines(title), margin, size=12, color=theme.SOFT),
        _foot(told, margin),
    ]
    return {
        "data": prepared.figure["data"],
        "layout": {
            **layout,
            "width": width,
            "height": layout["height"] + head + foot,
            "margin": margin,
            "annotations": [*layout.get("annotations", []), *texts],
        },
    }


def _columns(width: int, size: int) -> int:
    return (width - 40) * 2 // size


def _lines(text: str) -> int:
    return text.count("<br>") + 1


def _from_top(text: str, down: int, margin: dict[str, int], **font: Any) -> dict[str, Any]:
    return {**_left(text, margin, **font), "y": 1, "yshift": margin["t"] - down, "yanchor": "top"}


def _foot(text: str, margin: dict[str, int]) -> dict[str, Any]:
    placed = _left(text, margin, size=11, color=theme.SOFT)
    return {**placed, "y": 0, "yshift": 10 - margin["b"], "yanchor": "bottom"}


def _left(text: str, margin: dict[str, int], **font: Any) -> dict[str, Any]:
    return {
        "text": text,
        "font": font,
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xshift": 16 - margin["l"],
        "xanchor": "left",
    }


def export_charts(
    snapshot: Path,
    out: Path,
    catalogue: Catalogue,
    at: datetime,
    *,
    period: str | None = None,
    wanted: Iterable[str] | None = None,
    reader: Reader = CITY,
    told: Callable[[str], None] | None = None,
) -> list[Exported]:
    """Write every chart of a snapshot's quarter (the last one, unless said) into a folder.

    Without a browser the workbooks are written all the same, and `told` gets one Chinese line.
    """
    opened = open_snapshot(snapshot)
    quarter = period or opened.periods[-1]
    question = Question(reader, opened, View(quarter), defined(opened, catalogue, quarter))
    out.mkdir(parents=True, exist_ok=True)
    prepared = [prepare(chart, question) for chart in wanted or charts(question.catalogue)]
    with Painter(speaker(catalogue)("no_browser")) as painter:
        pictures = _pictures(prepared, out, painter, told)
    return [
        Exported(one.entry.id, _workbook(one, question, out, at), *pictures[one.entry.id])
        for one in prepared
    ]


def _pictures(
    prepared: Sequence[Prepared],
    out: Path,
    painter: Painter,
    told: Callable[[str], None] | None,
) -> dict[str, tuple[Path | None, Path | None]]:
    try:
        return {one.entry.id: _both(one, out, painter) for one in prepared}
    except NoBrowserError as error:
        if told:
            told(str(error))
        return {one.entry.id: (None, None) for one in prepared}


def _both(prepared: Prepared, out: Path, painter: Painter) -> tuple[Path, Path]:
    figure = framed(prepared)
    png, svg = (out / f"{prepared.entry.id}.{kind}" for kind in ("png", "svg"))
    png.write_bytes(painter.paint(figure, "png"))
    svg.write_bytes(painter.paint(figure, "svg"))
    return png, svg


def _workbook(prepared: Prepared, question: Question, out: Path, at: datetime) -> Path:
    path = out / f"{prepared.entry.id}.xlsx"
    path.write_bytes(workbooks.chart_workbook(prepared, question, at))
    return path
