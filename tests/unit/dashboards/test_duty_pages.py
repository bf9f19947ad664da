"""履责日历: what is overdue where, for whom, since when; the numbers are counted by hand."""

import duckdb
import pytest

from dashboards.answers import Answer, Question
from dashboards.charts import entry_of, prepare, setting_for
from dashboards.definitions import terms
from dashboards.duty_charts import told_overdue
from dashboards.duty_lists import by_kind, elections, late, of_unit, progress, share_done
from dashboards.listing import county_cell
from dashboards.listings import LISTINGS
from dashboards.mart_charts import SCHEMA
from dashboards.reader import Reader
from dashboards.snapshots import open_snapshot
from dashboards.view import View
from tests.fixtures_marts import CITY_ORGAN, ORGAN, TOWNSHIP
from tests.unit.dashboards.printed import cells, lines

WUCHENG = Reader("county", frozenset({"330702"}))


def test_units_that_are_late_are_counted_by_county_and_duty(ask):
    prepared = prepare("D3a-1", ask())
    found = cells(prepared)
    assert found["婺城区", "党员大会"] == "2"
    assert found["婺城区", "制定年度学习计划"] == "1"
    assert found["市直", "换届"] == "1"
    assert found["市直", "党员大会"] == ""
    assert found["兰溪市", "党员大会"] == "未报"
    assert found["磐安县", "党员大会"] == "不适用"
    assert prepared.headline == "逾期4项次，涉及3个事项，最多的是党员大会（2家）"


def test_inside_a_county_every_unit_has_a_row(ask):
    found = cells(prepare("D3a-1", ask(county="330702")))
    assert found["婺城区单位甲(样例)", "党员大会"] == "1"
    assert found["婺城区单位乙(样例)", "党员大会"] == ""


def test_nothing_overdue_is_said_and_rows_left_out_silence_the_headline(ask):
    setting = setting_for(ask(), entry_of(ask().catalogue, "D3a-1"))
    rows = prepare("D3a-1", ask()).answer.rows
    none = rows.with_columns(value=rows["value"] * 0)
    assert told_overdue(Answer(none, 2, 2), setting) == "没有逾期未完成的履责事项"
    assert told_overdue(Answer(rows, 2, 2, omitted=1), setting) is None
    assert told_overdue(Answer(rows.clear(), 0, 0), setting) is None
    assert set(rows.columns) == set(SCHEMA)


def test_who_is_late_is_listed_with_since_when_the_longest_first(ask):
    listing = late(ask())
    assert lines(listing)[0][1] == "婺城区单位甲(样例)"
    assert lines(listing)[0][2:8] == [
        "党员大会", "每季", "4个支部", "2个支部", "2026-09-30", "连续2期（2026Q2起）",
    ]  # fmt: skip
    assert len(listing.lines) == 4
    assert listing.headline == "3家单位共逾期4项次，其中1项次已连续两期以上"


def test_a_county_reader_is_told_of_its_own_units_only(ask):
    counties = {line[0] for line in lines(late(ask(reader=WUCHENG)))}
    assert counties == {"婺城区"}
    assert {line[0] for line in lines(elections(ask(reader=WUCHENG)))} == {"婺城区"}


def test_progress_counts_what_was_due_and_no_more_than_was_expected(ask):
    listing = progress(ask())
    told = {line[1]: line for line in lines(listing)}
    # done 1, overdue 2, due soon 0, not due 0, unreported 1: of 4+3+2+6 due, 2+3+1+6 done.
    assert told["党员大会"][3:] == ["5", "2", "2", "0", "0", "1", "12/15个支部"]
    assert told["制定年度学习计划"][3:] == ["2", "1", "1", "0", "0", "0", "1/2份"]
    assert listing.headline == "3个履责事项中3个有单位逾期"


def test_kinds_of_unit_are_compared_by_what_they_did_of_what_was_due(ask):
    listing = by_kind(ask())
    told = {(line[0], line[1]): line for line in lines(listing)}
    names = {kind: name for kind, (_, name) in ask().catalogue.unit_kinds.items()}
    organ, township = names["county_organ"], names["township"]
    assert told[organ, "每季"][2:] == ["2", "2", "1", "1", "0", "0", "0", "50%"]
    assert told[township, "每季"][2:] == ["2", "2", "0", "1", "0", "0", "1", "0%"]
    assert listing.headline == f"{names['city_organ']}按任期的事项完成率最低（0%）"
    assert share_done(["not_due", "unreported"]) is None


def test_elections_are_listed_within_the_year_and_not_after(ask):
    listing = elections(ask())
    assert [line[1] for line in lines(listing)] == ["市级单位甲(样例)", "婺城区单位甲(样例)"]
    assert lines(listing)[0][2:] == ["1", "2", "", "", "", "2026-09-30"]
    assert lines(listing)[1][2:] == ["", "", "", "", "1", "不详"]
    assert listing.headline == "2家单位：已逾期的党组织1个，今后四个季度应换届3个"


def test_a_unit_sees_what_is_urgent_first(snapshot, catalogue):
    question = Question(Reader("city"), snapshot, View("2026Q3").at(ORGAN, "330702"), catalogue)
    told = lines(of_unit(question))
    assert [(line[0], line[2]) for line in told] == [
        ("党员大会", "逾期"), ("制定年度学习计划", "已完成"),
    ]  # fmt: skip


def test_names_lead_to_the_pages_of_units(ask):
    links = {cell[2] for line in late(ask()).lines for cell in line if len(cell) == 3}
    assert {f"/unit/{ORGAN}", f"/unit/{TOWNSHIP}", f"/unit/{CITY_ORGAN}"} <= links


def test_the_definition_of_a_duty_table_names_duties_and_norms(ask, catalogue, setting):
    told = dict(terms(entry_of(catalogue, "D3a-1"), catalogue, setting.say))
    assert "频次：每季；单位：个支部" in told["党员大会"]
    assert any(line.startswith("依据：《中国共产党支部工作条例") for line in told["党员大会"])


@pytest.fixture(scope="module")
def bare(tmp_path_factory, catalogue):
    """A snapshot of an earlier program: it knows who owes, and has none of these marts."""
    path = tmp_path_factory.mktemp("old") / "old.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema core; create schema marts")
        con.execute("create table core.period as select '2026Q3' as period, 'draft' as kind")
        con.execute("create table core.snapshot as select true as is_sample")
        con.execute(
            "create table core.duty as select '2026Q3' as period, '330702210000' as unit_code,"
            " '甲' as unit_name, 'county' as level, 'county_organ' as unit_kind,"
            " '330702' as county_code, true as owes, null::varchar as submission_id,"
            " false as is_used, null::varchar as verdict"
        )
    return Question(Reader("city"), open_snapshot(path), View("2026Q3"), catalogue)


def test_an_older_snapshot_says_which_table_it_lacks(bare):
    asked = ("D0-6", "D1-14", "D3a-2", "D2a-2", "D6-8", "D6-11")
    lacking = {name: LISTINGS[name](bare).lacking for name in asked}
    assert lacking == {
        "D0-6": ("marts.composite_value", "marts.indicator_score"),
        "D1-14": ("marts.matter",),
        "D3a-2": ("marts.duty_calendar",),
        "D2a-2": ("marts.sharing_proposal",),
        "D6-8": ("marts.finding", "marts.rule_record"),
        "D6-11": ("marts.sampling_estimate",),
    }


def test_a_unit_is_led_to_no_county_which_it_may_not_look_at(ask):
    alone = Reader("unit", frozenset({"330702"}), frozenset({TOWNSHIP}))
    assert county_cell(ask(reader=alone), "330702") == "婺城区"
    assert county_cell(ask(), "330702")[2] == "/county/330702"
