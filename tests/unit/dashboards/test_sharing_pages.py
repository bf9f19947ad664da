"""余缺对接: spare and need, proposals and what was decided, premises that nobody uses."""

from dataclasses import replace
from datetime import datetime

import polars as pl

from dashboards.charts import prepare
from dashboards.live import Live
from dashboards.reader import Reader
from dashboards.sharing_charts import told_need, told_premises
from dashboards.sharing_lists import idle, proposals
from tests.fixtures_marts import CITY_ORGAN, FAR_TOWNSHIP, NOW, ORGAN, TOWNSHIP
from tests.unit.dashboards.printed import cells, lines

LANXI = Reader("county", frozenset({"330781"}))


def test_a_unit_in_need_counts_as_in_need_whatever_it_has_to_spare(ask):
    prepared = prepare("D2a-1", ask())
    found = cells(prepared)
    assert found["婺城区", "教育培训机会有余"] == ""
    assert (found["婺城区", "阵地有余"], found["婺城区", "阵地有缺"]) == ("", "2")
    assert found["婺城区", "阵地已有建议"] == "2"
    assert (found["兰溪市", "阵地有缺"], found["兰溪市", "阵地已有建议"]) == ("1", "")
    assert (found["市直", "阵地有余"], found["婺城区", "活动有余"]) == ("1", "1")
    assert prepared.headline == (
        "有缺3家次，其中2家次已有对接建议，1家次还没有：范围内没有余量，或全市余额已配完"
    )


def test_where_every_need_is_met_or_there_is_none_that_is_what_is_said(ask, setting):
    answer = prepare("D2a-1", ask()).answer
    is_need, is_met = (pl.col("column").str.ends_with(word) for word in ("有缺", "已有建议"))
    for value, said in ((1, "都已有对接建议"), (0, "没有有缺的单位")):
        rows = answer.rows.with_columns(
            value=pl.when(is_need | is_met).then(pl.lit(value)).otherwise(pl.col("value"))
        )
        assert told_need(replace(answer, rows=rows), setting).endswith(said)


def test_proposals_say_who_what_why_and_what_was_decided(ask):
    listing = proposals(ask())
    first = lines(listing)[0]
    assert first[:4] == [
        "阵地", "市级单位甲(样例)", "有2个开放的阵地本季无外单位使用", "婺城区样例甲镇(样例)",
    ]  # fmt: skip
    assert [line[6] for line in lines(listing)] == ["未定", "已采纳", "不采纳"]
    assert first[7] == f"{NOW}-3-{CITY_ORGAN}-{TOWNSHIP}"
    assert listing.headline == "对接建议3条：未定1条，已采纳1条，不采纳1条"
    assert f"sanji proposals accept {first[7]} --by" in listing.after


def test_what_was_decided_or_taken_back_after_the_snapshot_is_shown_at_once(ask):
    name = f"{NOW}-3-{CITY_ORGAN}-{TOWNSHIP}"
    live = Live(datetime(2026, 10, 9), (), decided={name: "accepted"})
    listing = proposals(replace(ask(), live=live))
    # The other two were decided when the snapshot was made, and have been taken back since.
    assert {line[7]: line[6] for line in lines(listing)} == {
        name: "已采纳",
        f"{NOW}-3-{CITY_ORGAN}-{ORGAN}": "未定",
        f"{NOW}-3-{CITY_ORGAN}-{FAR_TOWNSHIP}": "未定",
    }
    assert listing.headline == "对接建议3条：未定2条，已采纳1条，不采纳0条"


def test_a_county_sees_its_own_side_of_a_proposal_and_not_who_the_other_is_or_why(ask):
    (line,) = lines(proposals(ask(reader=LANXI)))
    assert line[1:5] == [
        "（其他单位）", "不公开", "兰溪市样例甲镇(样例)",
        "没有党员活动阵地,或每百名党员阵地面积不足10平方米:现有86.2平方米",
    ]  # fmt: skip
    assert line[7] == ""
    after = proposals(ask(reader=LANXI)).after
    assert "市直机关工委" in after
    assert "sanji" not in after


def test_premises_are_added_up_by_place_and_the_idle_are_named(ask):
    prepared = prepare("D2a-3", ask())
    found = cells(prepared)
    assert found["市直", "开放而本季无外单位使用的阵地"] == "2"
    assert found["婺城区", "外单位使用场次"] == "3"
    assert prepared.headline == (
        "向其他单位开放的阵地4个，其中3个本季没有外单位使用，市直最多（2个）"
    )
    listing = idle(ask())
    assert [(line[1], line[5]) for line in lines(listing)] == [
        ("市级单位甲(样例)", "2"), ("婺城区样例甲镇(样例)", "1"),
    ]  # fmt: skip
    assert listing.headline == "2家单位开放的3个阵地本季没有外单位使用"


def test_a_county_that_used_all_it_opened_has_no_idle_premises(ask, setting):
    answer = prepare("D2a-3", ask()).answer
    none = replace(answer, rows=answer.rows.with_columns(value=answer.rows["value"] * 0))
    assert told_premises(none, setting) == "向其他单位开放的阵地0个，没有闲置"
    assert told_premises(replace(answer, omitted=1), setting) is None
    assert told_need(replace(answer, rows=answer.rows.clear()), setting) is None


def test_where_no_unit_said_how_premises_are_used_nothing_is_said_of_idle_ones(ask, setting):
    answer = prepare("D2a-3", ask()).answer
    unsaid = pl.col("column") == "开放而本季无外单位使用的阵地"
    rows = answer.rows.with_columns(value=pl.when(unsaid).then(None).otherwise(pl.col("value")))
    assert told_premises(replace(answer, rows=rows), setting) is None


def test_the_names_of_units_that_one_may_not_see_are_no_links(ask):
    told = proposals(ask(reader=LANXI)).lines
    links = [cell[2] for line in told for cell in line if len(cell) == 3]
    assert links == ["/unit/330781310000"]
    assert ORGAN not in str(told)
