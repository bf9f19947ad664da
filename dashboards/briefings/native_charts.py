"""Charts that people can edit: the rows of a dashboard's chart as a chart of Word or PowerPoint.

Places stand in the order of the directory and not by their values: papers rank nobody. A place of
which too few have reported has no bar.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import polars as pl
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from dashboards import theme
from dashboards.briefings.facts import Facts
from dashboards.charts import Prepared
from dashboards.scopes import Scope
from dashboards.view import CITY_CODE, LEVELS
from dashboards.wording import short_period

Kind = Literal["bar", "column", "stacked", "line"]
Values = tuple[float | None, ...]
TYPES = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED_100,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
COLOURS = (theme.TEAL, "#C9C4BC", theme.SLATE, theme.AMBER, theme.GREY)


@dataclass(frozen=True)
class Native:
    """What an Office chart needs."""

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[tuple[str, Values], ...]
    uom: str
    decimals: int


def native_form(prepared: Prepared, facts: Facts) -> Native | None:
    """The native form of a chart; nothing where its kind has none and a picture must do."""
    maker = FORMS.get(prepared.entry.drawn_as or "")
    if maker is None or prepared.answer.rows.is_empty():
        return None
    return maker(prepared, facts)


def _in_order(rows: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    known = [CITY_CODE, *facts.catalogue.counties]
    places = {code: place for place, code in enumerate([*known, *LEVELS])}
    by = "county" if "county" in rows.columns and (rows["county"] != "").any() else "scope"
    order = pl.col(by).replace_strict(places, default=len(places), return_dtype=pl.Int32)
    return rows.sort(order, maintain_order=True)


def _value(row: dict[str, Any], column: str, facts: Facts) -> float | None:
    """A value that enough of the asked have reported."""
    entry = facts.catalogue.indicators.get(row.get("indicator", ""))
    scope = Scope(row["scope_level"], row["scope"], row["name"], row.get("county") or "")
    if entry and scope.level != "unit" and not facts.is_covered(entry.levels, entry.only, scope):
        return None
    value = row[column]
    return None if value is None else round(float(value), 4)


def _now_and_then(prepared: Prepared, facts: Facts, kind: Kind, name: str) -> Native:
    rows = _in_order(prepared.answer.rows, facts).to_dicts()
    words = facts.catalogue.briefing.words
    series = [(words["series_now"], tuple(_value(row, "value", facts) for row in rows))]
    if any(row.get("previous") is not None for row in rows):
        before = tuple(_value(row, "previous", facts) for row in rows)
        series.append((words["series_before"], before))
    entry = facts.catalogue.indicators.get(rows[0].get("indicator", ""))
    return Native(kind, tuple(row[name] for row in rows), tuple(series), *_measure(entry))


def _measure(entry: Any) -> tuple[str, int]:
    return (entry.uom, min(entry.decimals, 1)) if entry else ("", 1)


def _bars(prepared: Prepared, facts: Facts) -> Native:
    return _now_and_then(prepared, facts, "bar", "name")


def _spans(prepared: Prepared, facts: Facts) -> Native:
    return _now_and_then(prepared, facts, "column", "head")


def _side_by_side(prepared: Prepared, facts: Facts) -> Native:
    """Several indicators, places down: one series an indicator."""
    rows = _in_order(prepared.answer.rows, facts).filter(pl.col("value").is_not_null())
    entries = facts.catalogue.indicators
    first = entries[rows["indicator"][0]]
    shown = [
        n for n in rows["indicator"].unique(maintain_order=True) if entries[n].uom == first.uom
    ]
    names = rows["name"].unique(maintain_order=True).to_list()
    cells = {(row["name"], row["indicator"]): row for row in rows.iter_rows(named=True)}
    series = tuple(
        (
            entries[indicator].zh.split("(", maxsplit=1)[0],
            tuple(
                _value(cells[name, indicator], "value", facts)
                if (name, indicator) in cells
                else None
                for name in names
            ),
        )
        for indicator in shown
    )
    return Native("bar", tuple(names), series, *_measure(first))


def _stock(prepared: Prepared, facts: Facts) -> Native:
    rows = prepared.answer.rows
    names = tuple(facts.catalogue.fields[name].zh for name in rows["field"])
    uom = facts.catalogue.fields[rows["field"][0]].uom or ""
    values = tuple(rows["total"].to_list())
    return Native("bar", names, ((facts.catalogue.briefing.words["series_total"], values),), uom, 0)


def _stack(prepared: Prepared, facts: Facts) -> Native:
    rows = _in_order(prepared.answer.rows, facts)
    codes = prepared.setting.codes["mirror" if prepared.entry.id == "D1-11" else "fund_budget_line"]
    names = rows["name"].unique(maintain_order=True).to_list()
    counts = {(row["name"], row["code"]): float(row["count"]) for row in rows.iter_rows(named=True)}
    series = tuple(
        (codes[code], tuple(counts.get((name, code), 0.0) for name in names))
        for code in rows["code"].unique(maintain_order=True)
    )
    return Native("stacked", tuple(names), series, "", 0)


def _funds(prepared: Prepared, facts: Facts) -> Native:
    rows = _in_order(prepared.answer.rows, facts)
    words = facts.catalogue.briefing.words
    series = tuple(
        (words[column], tuple(rows[column].to_list()))
        for column in ("budget", "received_total", "spent_total")
    )
    uom = facts.catalogue.fields["fund_budget_year"].uom or ""
    return Native("bar", tuple(rows["name"].to_list()), series, uom, 0)


def _over_time(prepared: Prepared, facts: Facts) -> Native:
    rows = prepared.answer.rows
    rows = rows.filter(pl.col("indicator") == rows["indicator"][0])
    periods = sorted(rows["period"].unique().to_list())
    cells = {(row["name"], row["period"]): row["value"] for row in rows.iter_rows(named=True)}
    names = rows["name"].unique(maintain_order=True).to_list()
    series = tuple((name, tuple(cells.get((name, each)) for each in periods)) for name in names)
    labels = tuple(short_period(prepared.setting.say, each) for each in periods)
    return Native(
        "line", labels, series, *_measure(facts.catalogue.indicators[rows["indicator"][0]])
    )


FORMS: dict[str, Callable[[Prepared, Facts], Native]] = {
    "dots": _bars,
    "bullet": _bars,
    "spans": _spans,
    "panels": _side_by_side,
    "grouped_dots": _side_by_side,
    "waterfall": _stock,
    "stack": _stack,
    "funds": _funds,
    "multiples": _over_time,
}


def add_chart(
    slide: Any, native: Native, box: tuple[int, int, int, int], face: str, size: float
) -> Any:
    """Put a chart on a slide and set its type; `box` is left, top, width, height in EMU."""
    data: Any = CategoryChartData(number_format="0" if native.decimals == 0 else "0.0")  # type: ignore[no-untyped-call]
    data.categories = list(native.categories)
    for name, values in native.series:
        data.add_series(name, values)
    frame = slide.shapes.add_chart(TYPES[native.kind], *(Emu(each) for each in box), data)
    chart = frame.chart
    _type(chart, face, size)
    chart.has_title = False
    chart.has_legend = len(native.series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    _axes(chart, native)
    _colours(chart, native)
    return frame


def _type(chart: Any, face: str, size: float) -> None:
    chart.font.size = Pt(size)
    properties = chart._chartSpace.find(f".//{qn('a:defRPr')}")  # noqa: SLF001 it has no other door
    properties.set("lang", "zh-CN")
    for tag in ("a:latin", "a:ea"):
        made = etree.SubElement(properties, qn(tag))
        made.set("typeface", face)


def rgb(text: str) -> RGBColor:
    made: RGBColor = RGBColor.from_string(text)  # type: ignore[no-untyped-call]
    return made


def _axes(chart: Any, native: Native) -> None:
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = rgb("D9D9D9")
    chart.value_axis.format.line.fill.background()
    if native.kind != "line":
        chart.value_axis.minimum_scale = 0
    if native.kind in {"bar", "stacked"}:
        chart.category_axis.reverse_order = True  # the first place on top, as people read
    chart.category_axis.format.line.color.rgb = rgb("8C8C8C")
    chart.category_axis.has_major_gridlines = False


def _colours(chart: Any, native: Native) -> None:
    plot = chart.plots[0]
    if native.kind != "line":
        plot.gap_width = 45
        plot.has_data_labels = True
        plot.data_labels.number_format = "0" if native.decimals == 0 else "0.0"
        plot.data_labels.number_format_is_linked = False
    if native.kind in {"bar", "column"}:
        plot.overlap = -5
    for place, series in enumerate(plot.series):
        colour = rgb(COLOURS[place % len(COLOURS)].lstrip("#"))
        if native.kind == "line":
            series.format.line.color.rgb = colour
            series.smooth = False
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour


def chart_parts(native: Native, width: int, height: int, face: str) -> tuple[bytes, bytes]:
    """The chart and its workbook as they stand in a throwaway presentation: Word takes the same."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    part = add_chart(slide, native, (0, 0, width, height), face, 9).chart.part
    stream = BytesIO()
    deck.save(stream)
    workbook: bytes = part.chart_workbook.xlsx_part.blob
    return part.blob, workbook
