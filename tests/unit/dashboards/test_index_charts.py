"""Indices on a page: places are not ranked, nothing is claimed that intervals do not carry."""

import polars as pl
import pytest

from dashboards import index_charts, index_headlines
from dashboards.answers import Answer
from dashboards.charts import prepare
from dashboards.figures import scores


def answer(rows):
    return Answer(pl.DataFrame(rows, infer_schema_length=None), 10, 9)


def index(head, value, low, high, low_before, high_before):
    return {"column": "X1", "head": head, "scope": "330700", "name": "金华市", "value": value,
            "low": low, "high": high, "low_before": low_before, "high_before": high_before,
            "tier": None, "groups": None, "is_unlike": False}  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [
        ((70.0, 80.0, 50.0, 60.0), "rose"),
        ((50.0, 60.0, 70.0, 80.0), "fell"),
        ((60.0, 80.0, 50.0, 60.0), "same"),
        ((50.0, 80.0, 60.0, 70.0), "same"),
        ((50.0, 80.0, None, None), "alone"),
    ],
)
def test_an_index_moved_only_if_its_intervals_lie_apart(ends, wanted):
    assert index_headlines.moved(index("三级联动指数", 65.0, *ends)) == wanted


def test_an_index_that_was_made_otherwise_then_is_said_to_have_moved_nowhere():
    row = index("三级联动指数", 65.0, 70.0, 80.0, 50.0, 60.0) | {"is_unlike": True}
    assert index_headlines.moved(row) == "unlike"


def test_the_headline_tells_each_index_and_leaves_out_one_without_value(setting):
    rows = [
        index("三级联动指数", 72.4, 70.0, 80.0, 50.0, 60.0),
        index("资源整合指数", None, None, None, None, None),
    ]
    assert index_headlines.overall(answer(rows), setting) == "三级联动指数72分（比对比期上升）"


def test_the_table_has_the_whole_first_and_its_parts_in_their_fixed_order(ask):
    question = ask()
    rows = index_charts.side_by_side(question).rows
    names = rows["name"].unique(maintain_order=True).to_list()
    assert names == [question.whole_name, *(scope.name for scope in question.row_scopes)]


def test_an_index_stands_beside_itself_under_other_weights(ask, snapshot):
    rows = index_charts.decomposed(ask(), "X1").rows
    held = snapshot.ask(
        "select scope_code, dimension, greatest(value, 1) as value from marts.dimension_value"
        " where period = '2026Q3' and composite = 'X1' and scope_level = 'county'"
        " and value is not null and view = 'as_reported' order by scope_code"
    )
    doubled = {"X1:vertical_double": "X1V", "X1:response_double": "X1R"}
    shown = {(row["scope"], row["column"]): row["value"] for row in rows.iter_rows(named=True)}
    seen = 0
    for (county,), parts in held.group_by("scope_code"):
        values = dict(parts.select("dimension", "value").iter_rows())
        for column, double in doubled.items() if len(values) == 3 else ():
            product = values["X1V"] * values["X1H"] * values["X1R"] * values[double]
            assert shown[county, column] == pytest.approx(product ** (1 / 4), rel=1e-6)
            seen += 1
    assert seen >= 10


def test_an_alternative_that_nobody_has_scored_is_named_under_the_picture_of_its_index(ask):
    for chart in ("D1-13", "D2-15", "D3-10"):
        assert "“专家打分”还没有打分" in prepare(chart, ask()).coverage
    assert "专家打分" not in prepare("D0-1", ask()).coverage


def test_the_lowest_dimension_is_never_a_weighting(setting):
    def row(column, value):
        return {**index(column, value, None, None, None, None), "column": column}

    found = [row("X1", 60.0), row("X1V", 50.0), row("X1H", 70.0), row("X1:vertical_double", 40.0)]
    assert "X1V" in index_headlines.weakest(answer(found), setting)


def test_every_cell_of_the_table_is_what_the_mart_holds(ask, snapshot):
    rows = index_charts.decomposed(ask(), "X3").rows
    held = snapshot.ask(
        "select scope_code, value from marts.dimension_value"
        " where period = '2026Q3' and dimension = 'X3C' and scope_level = 'county'"
        " and view = 'as_reported'"
    )
    shown = dict(rows.filter(pl.col("column") == "X3C").select("scope", "value").iter_rows())
    assert held.height > 5
    for code, value in held.iter_rows():
        assert shown[code] == value


def test_a_place_without_an_index_says_so(setting):
    row = index("三级联动指数", None, None, None, None, None) | {"county": ""}
    text = scores.score_table(pl.DataFrame([row]), setting)["data"][0]["text"]
    assert text == [[setting.say("not_scored")]]


def test_a_tier_is_printed_beside_the_score_where_it_is_told(setting):
    told = index("三级联动指数", 91.2, 88.0, 94.0, None, None) | {"county": "", "tier": 1}
    text = scores.score_table(pl.DataFrame([told]), setting)["data"][0]["text"]
    assert text == [["91　第一档"]]


def test_the_weakest_dimension_of_the_whole_is_named(setting):
    whole = index("责任闭环指数", 50.1, 40.0, 60.0, None, None)
    parts = [
        whole | {"head": head, "value": value}
        for head, value in (("责任分解", 90.0), ("责任考核", 70.0), ("责任追究与整改", 20.0))
    ]
    other = whole | {"scope": "330702", "name": "婺城区", "value": 3.0}
    said = index_headlines.weakest(answer([whole, *parts, other]), setting)
    assert said == "金华市责任闭环指数50分，各维度中责任追究与整改最低（20分）"


def test_the_indicators_that_moved_most_are_those_of_the_scores(ask, snapshot):
    rows = index_charts.most_moved(ask()).rows
    held = snapshot.ask(
        "select indicator, abs(a.score - b.score) as moved from marts.indicator_score as a"
        " join marts.indicator_score as b using (view, scope_level, scope_code, indicator)"
        " where view = 'as_reported' and scope_level = 'city'"
        " and a.period = '2026Q3' and b.period = '2025Q3'"
        " and a.taken_from = '2026Q3' and a.score is not null and b.score is not null"
    ).sort("moved", descending=True)
    assert rows["moved"].abs().to_list() == pytest.approx(held["moved"].head(10).to_list())


def test_an_axis_of_a_profile_has_no_total(ask, catalogue):
    rows = index_charts.axes(ask(), "P1").rows
    assert rows["head"].to_list() == [axis.zh for axis in catalogue.profiles["P1"].axes]


def test_the_label_of_a_score_that_fell_to_nought_does_not_reach_the_names(setting):
    row = {"head": "甲", "name": "甲", "county": "", "column": "X1", "low": None, "high": None}
    lines = [{**row, "value": 0.0, "previous": 80.0}, {**row, "value": 60.0, "previous": 80.0}]
    said = scores.spans(pl.DataFrame(lines), setting)["data"][-2]
    assert said["textposition"] == ["middle right", "middle left"]
    assert said["x"][0] > 80.0
    assert said["x"][1] < 60.0
