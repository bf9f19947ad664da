"""监测与填报质量: rules and their findings, reasons, the sample, versions and differences."""

from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

from dashboards.charts import prepare
from dashboards.finding_lists import by_rule, reasons, told_levels
from dashboards.listings import LISTINGS
from dashboards.live import DirectoryProblem, Live
from dashboards.monitoring_charts import rule_text
from dashboards.reader import Reader
from dashboards.sampled import checked_indicators, estimates, sampled_line
from dashboards.snapshots import open_snapshot
from dashboards.version_lists import behind, differences, versions
from tests.unit.dashboards.printed import cells, lines

REVIEWER = Reader("reviewer")
WUCHENG = Reader("county", frozenset({"330702"}))


def test_a_rule_tells_how_often_it_judged_fired_and_was_answered(ask):
    listing = by_rule(ask())
    told = {line[0]: line[3:] for line in lines(listing)}
    # judged, broken; all findings; open, explained, settled, waived, corrected; answered
    assert told["R150"] == ["250", "3", "3", "1", "1", "0", "0", "1", "66.7%"]
    assert told["R002"] == ["9,000", "1", "1", "0", "0", "0", "0", "1", "100%"]
    assert listing.headline == ("2条规则共提出意见4条，待处理1条；另有1条规则判过而没有发现不符")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("R150", "有…个支部本季未开党员大会(一般每季度1次)"),
        ("R002", "…应为非负整数,现为…"),
        ("R006", "超出同类单位通常范围"),
        ("R220", "日期先后颠倒:约定办结、答复、办结不能早于提出,提出不能晚于季末"),
    ],
)
def test_a_rule_is_told_with_its_numbers_left_open(ask, rule, told):
    assert rule_text(ask(), rule) == told


def test_signs_of_formality_are_counted_for_reviewers_only(ask):
    assert "R601" not in str(by_rule(ask()).lines)
    assert "R601" in str(by_rule(ask(reader=REVIEWER)).lines)


def test_a_county_is_not_told_how_often_a_rule_judged_the_whole_city(ask):
    told = {line[0]: line[3:6] for line in lines(by_rule(ask(reader=WUCHENG)))}
    assert told == {"R150": ["", "", "3"]}
    assert by_rule(ask(county="330702")).headline == "1条规则共提出意见3条，待处理1条"


def test_levels_are_compared_by_what_became_of_their_findings(ask, setting):
    prepared = prepare("D6-9", ask())
    found = cells(prepared)
    assert (found["县直", "待处理"], found["县直", "已说明"]) == ("1", "1")
    assert (found["乡镇", "新版改正"], found["市直", "新版改正"]) == ("1", "1")
    assert prepared.headline == "审核意见4条，待处理1条，最多的是县直（1条）"
    rows = prepared.answer.rows.with_columns(value=prepared.answer.rows["value"] * 0)
    done = replace(prepared.answer, rows=rows)
    assert told_levels(done, setting) == "审核意见0条，全部处理完"


def test_reasons_given_too_often_are_told_to_those_who_may_see_the_place(ask):
    assert [line[:4] for line in lines(reasons(ask()))] == [
        ["全市", "正在筹备", "4", "3"],
        ["兰溪市样例甲镇(样例)", "集中开展", "3", "1"],
    ]
    assert reasons(ask(reader=WUCHENG)).lines == []


def test_the_sample_stands_beside_the_numbers_with_its_interval(ask):
    listing = estimates(ask())
    assert listing.headline == (
        "抽查核实40格，不符2格，估计全部填报数中不符占5%（95%区间0.6%—16.9%）"
    )
    assert listing.heads[-1] == "95%区间"
    assert lines(listing)[1][1:] == ["反馈问题销号率", "10", "1", "8%", "0.2%—40%"]
    assert lines(listing)[2] == ["乡镇", "全部填报数", "0", "0", "", "还没有核实"]
    assert set(checked_indicators(ask())) == {"COO03"}
    told = prepare("D1-8", ask()).sampled["COO03"]
    assert told == sampled_line(ask(), "COO03")
    assert sampled_line(ask(), "COO01") == ""
    assert told == "抽查：核实10格，不符1格，估计不符占8%（95%区间0.2%—40%）"


def test_the_interval_is_named_after_the_confidence_it_is_computed_with(ask):
    question = ask()
    parameters = question.catalogue.parameters
    sampling = {**parameters["sampling"], "confidence": 0.9}
    other = replace(question.catalogue, parameters={**parameters, "sampling": sampling})
    asked = replace(question, catalogue=other)
    listing = estimates(asked)
    said = [listing.heads[-1], listing.headline, sampled_line(asked, "COO03")]
    assert all("90%区间" in each and "95%" not in each for each in said)


def test_without_a_sample_one_is_told_how_to_make_one(ask):
    listing = estimates(ask(period="2026Q2"))
    assert (listing.headline, listing.lines) == ("本期没有抽查误差估计", [])
    assert "sanji sampling plan 2026Q2" in listing.nothing
    to_county = estimates(ask(period="2026Q2", reader=WUCHENG)).nothing
    assert "市直机关工委" in to_county
    assert "sanji" not in to_county
    assert prepare("D1-8", ask(period="2026Q2")).sampled == {}


def test_the_directory_is_told_by_the_registry_or_not_at_all(ask):
    problem = DirectoryProblem("crossed", "330702210000", "甲", "330702", "两个上级在两个县")
    live = Live(datetime(2026, 10, 9), (), directory=(problem,))
    told = LISTINGS["D6-12"]
    assert "sanji directory check" in told(ask()).nothing
    assert lines(told(replace(ask(), live=live))) == [["甲", "隶属未理顺", "两个上级在两个县"]]
    assert told(replace(ask(county="330781"), live=live)).lines == []
    assert told(replace(ask(level="township"), live=live)).lines == []
    assert told(replace(ask(level="county"), live=live)).lines != []
    assert live.seen_by(Reader("county", frozenset({"330781"}))).directory == ()


@pytest.fixture(scope="module")
def compared(tmp_path_factory, published):
    """The synthetic snapshot, with a county's number beside those of three of its townships."""
    path = tmp_path_factory.mktemp("compared") / "sample.duckdb"
    path.write_bytes((published / "sample.duckdb").read_bytes())
    said = [("330702200016", "ct_township_members", 31), ("330702310000", "member_close", 12),
            ("330702310001", "member_close", 20), ("330702310002", "member_close", 3)]  # fmt: skip
    with duckdb.connect(str(path)) as con:
        con.execute("delete from core.value where field in ('member_close', 'ct_township_members')")
        for unit, field, number in said:
            con.execute(
                "insert into core.value by name select ? as submission_id, ? as unit_code,"
                " '2026Q3' as period, ? as field, ?::decimal(18, 2) as number",
                [f"2026Q3-{unit}", unit, field, number],
            )
        con.execute(
            "insert into core.submission by name select * replace (2 as version,"
            " 'again' as submission_id, false as is_used, false as is_current)"
            " from core.submission where submission_id = '2026Q3-330702310000'"
        )
    return open_snapshot(path)


def test_a_countys_number_is_compared_with_the_sum_of_its_units(ask, compared):
    question = replace(ask(), snapshot=compared)
    listing = differences(question)
    (line,) = lines(listing)
    assert (line[0], line[2:]) == ("婺城区", ["31", "35", "-4"])
    assert listing.headline == "1个核对数中1个与所属单位合计不符"
    assert listing.lines[0][1][2] == "/jiance/ct_township_members?ct=330702"
    assert differences(replace(question, reader=Reader("unit", None, frozenset({"1"})))).lines == []


def test_behind_a_countys_number_stand_all_units_of_its_level(ask, compared):
    listing = behind(replace(ask(county="330702"), snapshot=compared), "ct_township_members")
    told = {line[1]: line[3] for line in lines(listing)}
    assert len(told) == 8
    assert [told[f"婺城区样例{mark}镇(样例)"] for mark in "甲乙丙丁"] == ["12", "20", "3", "未采用"]
    assert listing.headline.endswith("所属单位8家，其中5家没有采用的数")


def test_every_version_is_listed_those_sent_most_often_first(ask, compared):
    told = lines(versions(replace(ask(county="330702"), snapshot=compared)))
    assert [line[:2] for line in told[:2]] == [
        ["婺城区样例甲镇(样例)", "第1版"], ["婺城区样例甲镇(样例)", "第2版"],
    ]  # fmt: skip
    assert (told[0][6], told[1][6]) == ("已采用", "已被新版替代")
    rounds = LISTINGS["D6-3"](replace(ask(county="330702"), snapshot=compared))
    assert rounds.headline == "收到报表的21家中，1家交过两版及以上"
