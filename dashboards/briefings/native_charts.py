"""Charts that people can edit: a native form drawn as a chart of Word or PowerPoint."""

import math
from io import BytesIO
from typing import Any

import xlsxwriter
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from dashboards import theme
from dashboards.briefings.chart_forms import Native
from dashboards.briefings.found import Fact

DECIMALS = 4
GAP, SMALL_GAP = 45, 30
"""The room between two places, in hundredths of a bar: for one series, and for several."""
FRAME = 25 * 36000
"""What scale and legend take of the height, in EMU."""
NO_NOUGHT = "0;-0;"
SMALLEST_LABEL = 8.0
"""In points, on paper; smaller ones are left out."""
TYPES = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED_100,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
COLOURS = (theme.TEAL, "#C9C4BC", theme.SLATE, theme.AMBER, theme.GREY)
INSIDE = ("FFFFFF", "262626", "FFFFFF", "262626", "FFFFFF")
"""What can be read on each of these colours: the parts of a stack have their values inside."""


def add_chart(
    slide: Any,
    native: Native,
    box: tuple[int, int, int, int],
    face: str,
    size: float,
    smallest: float = SMALLEST_LABEL,
) -> Any:
    """Put a chart on a slide and set its type; `box` is left, top, width, height in EMU."""
    data: Any = CategoryChartData(number_format="0" if native.decimals == 0 else "0.0")  # type: ignore[no-untyped-call]
    data.categories = list(native.categories)
    for name, facts in native.series:
        data.add_series(name, [plotted(fact) for fact in facts])
    frame = slide.shapes.add_chart(TYPES[native.kind], *(Emu(each) for each in box), data)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(native))
    _type(chart, face, size)
    chart.has_title = False
    chart.has_legend = len(native.series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    _axes(chart, native)
    _colours(chart, native)
    if is_labelled(native, box[3], smallest):
        _labels(chart, native, min(size, _label_room(native, box[3])))
    return frame


def is_labelled(native: Native, height: int, smallest: float) -> bool:
    """Whether the values beside the bars can be read at that height."""
    return _label_room(native, height) >= smallest


def _workbook(native: Native) -> bytes:
    """The chart's own workbook: names as texts, where a name that begins with = would be run.

    It is laid out as the chart's references say; the codes stand to the right of the values.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, category in enumerate(native.categories, start=1):
            sheet.write_string(line, 0, category)
        for place, (name, facts) in enumerate(native.series, start=1):
            beside = place + len(native.series)
            sheet.write_string(0, place, name)
            for line, fact in enumerate(facts, start=1):
                if fact is not None:
                    sheet.write_number(line, place, round(fact.number, DECIMALS))
                    sheet.write_string(line, beside, fact.code)
    return stream.getvalue()


def plotted(fact: Fact | None) -> float | None:
    """The value as it stands in the chart's workbook; no bar where there is no number."""
    return None if fact is None else round(fact.number, DECIMALS)


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
    if native.most is not None:
        chart.value_axis.maximum_scale = native.most
    if native.kind in {"bar", "stacked"}:
        chart.category_axis.reverse_order = True  # the first place on top, as people read
        scale = chart._chartSpace.find(f".//{qn('c:valAx')}/{qn('c:crosses')}")  # noqa: SLF001
        scale.set("val", "max")  # and the scale at the foot: python-pptx cannot say this
    chart.category_axis.format.line.color.rgb = rgb("8C8C8C")
    chart.category_axis.has_major_gridlines = False


def _colours(chart: Any, native: Native) -> None:
    plot = chart.plots[0]
    if native.kind != "line":
        plot.gap_width = _gap(native)
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


def _labels(chart: Any, native: Native, size: float) -> None:
    """The value beside each bar, no higher than the bar is thick, so that none covers another."""
    if native.kind == "line":
        return
    plot = chart.plots[0]
    plot.has_data_labels = True
    _label(plot.data_labels, native, size)
    for place, series in enumerate(plot.series if native.kind == "stacked" else ()):
        _label(series.data_labels, native, size)
        series.data_labels.number_format = NO_NOUGHT  # it would stand on its neighbour
        series.data_labels.font.color.rgb = rgb(INSIDE[place % len(INSIDE)])


def _label(labels: Any, native: Native, size: float) -> None:
    labels.show_value = True
    labels.number_format = "0" if native.decimals == 0 else "0.0"
    labels.number_format_is_linked = False
    labels.font.size = Pt(size)


def _gap(native: Native) -> int:
    return GAP if native.kind == "stacked" or len(native.series) == 1 else SMALL_GAP


def _label_room(native: Native, height: int) -> float:
    """How high a label may be, in points: as high as its bar."""
    if native.kind != "bar":
        return math.inf
    bars = len(native.categories) * (len(native.series) + _gap(native) / 100)
    return (height - FRAME) // bars // Pt(1)


def chart_parts(native: Native, width: int, height: int, face: str) -> tuple[bytes, bytes]:
    """The chart and its workbook as they stand in a throwaway presentation: Word takes the same."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    part = add_chart(slide, native, (0, 0, width, height), face, 9).chart.part
    stream = BytesIO()
    deck.save(stream)
    workbook: bytes = part.chart_workbook.xlsx_part.blob
    return part.blob, workbook
