"""What is said over a chart must follow from what is drawn under it."""

import polars as pl
import pytest

from dashboards import headlines
from dashboards.answers import Answer
from dashboards.charts import charts, prepare
from models.loader import load_catalogue


def answer(rows, **given):
    return Answer(pl.DataFrame(rows), 10, 9, **given)


def place(name, value, **given):
    return {"name": name, "scope": name, "scope_level": "county", "indicator": "COO01",
            "value": value, "status": "missed", **given}  # fmt: skip


def test_places_below_the_whole_are_counted_and_the_lowest_named(setting):
    rows = [place("甲县", 90.0), place("乙县", 60.0), place("丙县", 50.0), place("丁县", None)]
    said = headlines.below_whole(answer(rows, whole=70.0), setting)
    assert said == "2个县（市、区）联动事项按期办结率低于合计（70%），丙县最低"


def test_two_that_share_the_last_place_are_both_named(setting):
    rows = [place("甲县", 90.0), place("乙县", 50.0), place("丙县", 50.0)]
    assert headlines.below_whole(answer(rows, whole=70.0), setting).endswith("乙县、丙县最低")


def test_many_that_share_the_last_place_are_counted(setting):
    rows = [place("甲县", 90.0), *[place(f"{n}县", 50.0) for n in "乙丙丁戊"]]
    assert headlines.below_whole(answer(rows, whole=70.0), setting).endswith(
        "乙县、丙县、丁县等4个最低"
    )


def test_nothing_is_said_of_all_when_rows_were_left_out(setting):
    rows = [place("甲县", 90.0), place("乙县", 60.0)]
    assert headlines.below_whole(answer(rows, whole=70.0, omitted=3), setting) is None


def test_none_at_target_reads_as_a_sentence(setting):
    rows = [place("甲县", 90.0), place("乙县", 60.0)]
    assert headlines.lowest_of_first(answer(rows), setting).startswith("没有县（市、区）")


@pytest.mark.parametrize(("indicator", "told"), [("COO01", "（60%）"), ("LIF07", "（60）")])
def test_only_a_per_cent_is_told_as_one(setting, indicator, told):
    assert setting.indicators["LIF07"].uom == "次/人"
    rows = [place("甲县", 90.0, indicator=indicator), place("乙县", 60.0, indicator=indicator)]
    assert headlines.lowest_of_first(answer(rows), setting).endswith(f"乙县最低{told}")


@pytest.mark.parametrize(
    ("closing", "said"),
    [(8.0, "期末未结8条，比期初少2条"), (13.0, "期末未结13条，比期初多3条"),
     (10.0, "期末未结10条，与期初相同")],
)  # fmt: skip
def test_the_stock_of_problems_says_which_way_it_went(setting, closing, said):
    names = ["feedback_open", "feedback_new", "feedback_fixed", "feedback_close"]
    rows = {"field": names, "total": [10.0, 4.0, 6.0, closing]}
    assert headlines.feedback(answer(rows), setting) == said


def test_sectors_are_pooled_over_places_and_ties_named_together(setting):
    def sector(name, positive):
        return {"field": name, "units_positive": positive, "units_used": 10, "share": positive * 10}

    rows = [sector("joint_women", 3), sector("joint_union", 4), sector("joint_women", 5),
            sector("joint_union", 4), sector("joint_youth", 9)]  # fmt: skip
    said = headlines.sectors(answer(rows), setting)
    assert said == "与妇联、工会联动的单位最少，占40%"


def test_the_worst_cell_is_the_one_furthest_in_terms_of_its_own_scale(setting):
    def cell(name, indicator, part, status):
        return {"name": name, "indicator": indicator, "part": part, "status": status}

    rows = [cell("甲县", "COO11", -0.4, "missed"), cell("乙县", "ORG06", -0.9, "missed"),
            cell("丙县", "COO01", 0.0, "met"), cell("丁县", "COO01", None, "missing")]  # fmt: skip
    said = headlines.gaps(answer(rows), setting)
    assert said == "3格有数，2格未达目标；折算后差得最多的是乙县的群团组织健全率"


def test_small_moves_of_activities_are_not_headlines(setting):
    def quarter(name, period, value):
        return {"name": name, "period": period, "value": value, "indicator": "RES08",
                "is_whole": False}  # fmt: skip

    calm = [quarter("市直", "2025Q3", 30.0), quarter("市直", "2026Q3", 31.0)]
    assert headlines.moved_level(answer(calm), setting) is None
    moved = [quarter("市直", "2025Q3", 30.0), quarter("市直", "2026Q3", 22.0)]
    assert "市直" in headlines.moved_level(answer(moved), setting)
    assert "下降8个百分点" in headlines.moved_level(answer(moved), setting)


def test_every_chart_has_a_headline_or_its_title(ask):
    for chart in charts(load_catalogue()):
        for view in ({}, {"county": "330726"}, {"level": "city"}):
            prepared = prepare(chart, ask(**view))
            assert prepared.headline
            assert "{" not in prepared.headline
