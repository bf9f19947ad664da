"""Figures as values: what is drawn, not how it looks."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import plotly.graph_objects as go
import polars as pl
import pytest

from dashboards.answers import Question
from dashboards.charts import charts, entry_of, prepare
from dashboards.figures import bars, dots, heatmap, labels, levels, parts, spread
from dashboards.figures.layout import EMPTY_HEIGHT
from dashboards.reader import CITY
from dashboards.snapshots import open_snapshot
from dashboards.view import View
from models.loader import load_catalogue

FOUR_DIGITS = 0.06
"""Of the width of a card of half the page, less the names of units: what 99.5 takes."""

VIEWS = [
    {},
    {"county": "330726"},
    {"county": "330700"},
    {"level": "township", "period": "2026Q2"},
    {"level": "city"},
    {"county": "330702", "level": "county", "period": "2025Q3"},
    {"county": "330700", "level": "township"},
]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_chart_is_a_figure_that_plotly_accepts_in_every_view(ask, view):
    for chart in charts(load_catalogue()):
        prepared = prepare(chart, ask(**view))
        height = prepared.entry.height if prepared.figure["data"] else EMPTY_HEIGHT
        assert go.Figure(prepared.figure).layout.height == height, chart


def test_no_figure_shows_a_minus_before_nothing(ask):
    for chart in charts(load_catalogue()):
        for trace in prepare(chart, ask()).figure["data"]:
            assert "-0" not in {str(text) for text in _flat(trace.get("text", []))}, chart


def _flat(texts):
    for text in texts if isinstance(texts, list) else [texts]:
        yield from _flat(text) if isinstance(text, list) else [text]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-0.04, 1, "0"), (-0.0, 0, "0"), (3.04, 1, "+3"), (-7.26, 1, "-7.3"), (1234.5, 0, "+1,234")],
)
def test_differences_are_printed_with_their_sign_and_nothing_as_0(value, decimals, text):
    assert labels.signed(value, decimals) == text


def test_column_heads_break_into_lines_of_equal_length_and_lose_their_brackets():
    assert labels.head("党员学时进度(按年32学时)") == "党员学<br>时进度"
    assert labels.head("指导覆盖率") == "指导覆盖率"


def gap_row(**given):
    base = {
        "scope": "330702",
        "scope_level": "county",
        "name": "婺城区",
        "county": "330702",
        "indicator": "COO01",
        "value": 90.0,
        "gap": -5.0,
        "part": -0.14,
        "status": "near",
        "numerator": 9.0,
        "denominator": 10.0,
        "previous": 80.0,
    }
    return {**base, **given}


def test_a_missing_cell_is_grey_and_says_so_and_is_never_nought(setting):
    blank = {"value": None, "gap": None, "part": None, "status": "missing"}
    rows = pl.DataFrame([gap_row(), gap_row(scope="330703", name="金东区", **blank)])
    greys, gaps = heatmap.gap_heatmap(rows, setting)["data"]
    assert (gaps["z"], gaps["text"]) == ([[-0.14], [None]], [["-5"], [""]])
    assert greys["text"] == [[""], [setting.say("status_missing")]]


def test_a_cell_carries_its_county_for_the_drill(setting):
    figure = heatmap.gap_heatmap(pl.DataFrame([gap_row()]), setting)
    assert figure["data"][1]["customdata"] == [["330702"]]


def test_a_label_stands_on_the_outer_side_and_only_real_falls_are_red(setting):
    rows = pl.DataFrame(
        [
            gap_row(value=90.0, previous=80.0),
            gap_row(value=70.0, previous=80.0),
            gap_row(value=79.0),
        ]
    )
    now = dots.ranked_dots(rows, setting)["data"][2]
    assert now["textposition"] == ["middle right", "middle left", "middle left"]
    assert [colour == "#A61B29" for colour in now["marker"]["color"]] == [False, True, False]


def test_a_dot_is_labelled_with_the_counts_behind_it(setting):
    now = dots.ranked_dots(pl.DataFrame([gap_row()]), setting)["data"][2]
    assert now["text"][0].strip() == "90（9/10）"


def test_a_row_without_a_value_keeps_its_place(setting):
    rows = pl.DataFrame([gap_row(), gap_row(value=None, status="missing")])
    figure = dots.ranked_dots(rows, setting)
    assert figure["data"][2]["y"] == [0.0]
    assert figure["data"][-1]["y"] == [1]


def test_a_bullet_says_its_status_by_shape_and_word(setting):
    words = bars.bullet(pl.DataFrame([gap_row()]), setting)["data"][4]
    assert words["text"] == ["90（9/10） ▲" + setting.say("status_near")]


def test_a_waterfall_ends_where_its_steps_lead(setting):
    names = ["feedback_open", "feedback_new", "feedback_fixed", "feedback_close"]
    rows = pl.DataFrame({"field": names, "total": [10.0, 4.0, 6.0, 8.0]})
    (bar,) = bars.waterfall(rows, setting)["data"]
    assert bar["base"] == [0.0, 10.0, 8.0, 0.0]
    assert bar["text"] == ["10", "+4", "−6", "8"]


def test_a_stock_that_nobody_reported_is_no_chart_and_no_error(published, tmp_path, catalogue):
    path = shutil.copy(published / "sample.duckdb", tmp_path / "nobody.duckdb")
    with duckdb.connect(path) as con:
        con.execute("UPDATE marts.field_total SET total = NULL WHERE field LIKE 'feedback%'")
    snapshot = open_snapshot(Path(path))
    made = prepare("D1-8", Question(CITY, snapshot, View("2026Q3", None, None), catalogue))
    assert made.answer.rows.is_empty()
    assert made.headline == entry_of(catalogue, "D1-8").title


def test_parts_differ_in_texture_and_not_in_colour_alone(ask):
    figure = prepare("D1-11", ask()).figure
    textures = [trace["marker"]["pattern"]["shape"] for trace in figure["data"][:4]]
    assert len(set(textures[1:])) == 3


def test_the_matrix_says_so_where_no_matter_went(setting):
    row = {"initiator_level": "city", "counterpart_level": "county", "matters": 4, "closed": 3}
    rows = pl.DataFrame([{**row, "share": 75.0}, {**row, "counterpart_level": "city", "matters": 0,
                                                  "closed": 0, "share": None}])  # fmt: skip
    figure = parts.level_matrix(rows, setting)
    assert figure["data"][0]["text"] == [[setting.say("no_matter"), "4件<br>办结75%"]]


def strip_rows(values):
    return pl.DataFrame(
        {
            "value": values,
            "level": ["county"] * len(values),
            "indicator": ["RES01"] * len(values),
            "name": ["样例"] * len(values),
            "county": ["330702"] * len(values),
        }
    )


def test_a_return_in_the_wrong_measure_stands_at_the_edge_and_flattens_nobody(setting):
    figure = spread.strip(strip_rows([300.0 + n for n in range(99)] + [4_000_000.0]), setting)
    assert figure["layout"]["xaxis"]["range"][1] < 1000
    assert figure["data"][0]["marker"]["symbol"].count("triangle-right") == 1


def test_many_units_are_drawn_as_boxes(setting):
    few = replace(setting, limits=setting.limits.model_copy(update={"strip_units": 3}))
    kinds = [trace["type"] for trace in spread.strip(strip_rows([1.0, 2.0, 3.0, 4.0]), few)["data"]]
    assert kinds[0] == "box"


def test_a_panel_of_quarters_draws_itself_its_peers_and_the_whole(ask):
    prepared = prepare("D2-11", ask())
    assert len(prepared.figure["data"]) == 2 * 3 * 3
    dashes = [trace["line"]["dash"] for trace in prepared.figure["data"][:3]]
    assert dashes == ["solid", "dash", "solid"]


def test_beside_the_dots_of_each_panel_there_is_room_for_a_value(ask):
    figure = prepare("D1-10", ask(county="330702")).figure
    axes = {trace["xaxis"]: trace["x"] for trace in figure["data"] if "customdata" in trace}
    assert len(axes) == 3
    for name, values in axes.items():
        axis = figure["layout"][name.replace("x", "xaxis")]
        (low, high), (left, right) = axis["range"], axis["domain"]
        room = min(high - max(values), min(values) - low) / (high - low) * (right - left)
        assert room > FOUR_DIGITS, name


def test_each_group_of_dots_has_its_own_target(ask):
    prepared = prepare("D1-9", ask(period="2026Q2"))
    goals = [shape["x0"] for shape in prepared.figure["layout"]["shapes"]]
    assert goals == [100.0, 80.0, 100.0, 100.0]
    assert levels.grouped_dots(prepared.answer.rows, prepared.setting) == prepared.figure


def test_a_band_stands_where_it_begins_and_not_at_nought(setting, ask):
    rows = prepare("D3-1", ask(period="2026Q2")).answer.rows
    shapes = levels.grouped_dots(rows.filter(pl.col("indicator") == "RSP02"), setting)["layout"]
    assert {shape["x0"] for shape in shapes["shapes"]} == {
        setting.indicators["RSP02"].target_band[0]
    }


def test_a_target_that_is_a_band_lies_behind_the_dots_and_is_in_the_picture(ask):
    prepared = prepare("D5-1", ask())
    layout = prepared.figure["layout"]
    low, high = prepared.setting.indicators["CAD01"].target_band
    (band,) = [shape for shape in layout["shapes"] if shape["type"] == "rect"]
    assert (band["x0"], band["x1"]) == (low, high)
    start, end = layout["xaxis"]["range"]
    assert start < low < high < end
    keys = [trace["name"] for trace in prepared.figure["data"] if trace["showlegend"]]
    assert f"目标{low:g}至{high:g}%" in keys
