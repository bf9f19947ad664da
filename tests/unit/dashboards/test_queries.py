"""Answers against the same numbers computed another way, from the raw tables with polars."""

import duckdb
import polars as pl
import pytest

from dashboards import coordination_charts as coordination
from dashboards import queries
from dashboards import resource_charts as resources
from dashboards.charts import charts, prepare
from dashboards.reader import Reader
from dashboards.scopes import Scope
from models.loader import load_catalogue

WUCHENG = Reader("county", counties=frozenset({"330702"}))


@pytest.fixture(scope="module")
def raw(published):
    with duckdb.connect(str(published / "sample.duckdb"), read_only=True) as con:
        names = ("core.duty", "marts.indicator_value", "marts.field_total", "marts.matter")
        tables = {name: con.sql(f"from {name}").pl() for name in names}
    return {
        name: rows.filter(pl.col("view") == "as_reported") if "view" in rows.columns else rows
        for name, rows in tables.items()
    }


def value_of(raw, indicator, scope, period="2026Q3", level="county"):
    rows = raw["marts.indicator_value"].filter(
        (pl.col("indicator") == indicator)
        & (pl.col("scope_code") == scope)
        & (pl.col("period") == period)
        & (pl.col("scope_level") == level)
    )
    return rows["value"][0]


def test_on_time_rates_and_last_year_stand_beside_the_right_county(ask, raw):
    rows = (
        charts(load_catalogue())["D1-2"].ask(ask()).rows.filter(pl.col("scope_level") == "county")
    )
    assert rows.height == 9
    for row in rows.iter_rows(named=True):
        assert row["value"] == pytest.approx(value_of(raw, "COO01", row["scope"]))
        assert row["previous"] == pytest.approx(value_of(raw, "COO01", row["scope"], "2025Q3"))


def test_counties_are_ranked_best_first(ask):
    values = charts(load_catalogue())["D1-2"].ask(ask()).rows["value"].to_list()
    assert values == sorted(values, reverse=True)


def test_coverage_of_one_indicator_is_that_of_the_whole(ask, raw):
    answer = charts(load_catalogue())["D1-2"].ask(ask())
    duty = raw["core.duty"].filter(pl.col("period") == "2026Q3")
    assert (answer.expected, answer.used) == (duty.height, duty["is_used"].sum())
    assert answer.expected > answer.used


def test_the_level_filter_asks_for_that_level_of_every_county(ask, raw):
    rows = charts(load_catalogue())["D1-2"].ask(ask(level="township")).rows
    assert rows.height == 9
    for row in rows.iter_rows(named=True):
        expected = value_of(raw, "COO01", f"{row['county']}/township", level="county_level")
        assert row["value"] == pytest.approx(expected)


def test_the_county_filter_asks_for_the_units_of_that_county(ask, raw):
    rows = charts(load_catalogue())["D1-2"].ask(ask(county="330726")).rows
    duty = raw["core.duty"].filter(
        (pl.col("county_code") == "330726") & (pl.col("period") == "2026Q3")
    )
    assert set(rows["scope"]) == set(duty["unit_code"])


def test_matters_between_levels_are_all_counted_and_withdrawn_ones_not(ask, raw):
    matters = raw["marts.matter"].filter(
        (pl.col("period") == "2026Q3") & (pl.col("matter_status") != 5)
    )
    rows = coordination.level_flow(ask()).rows
    assert rows["matters"].sum() == matters.height
    from_city = matters.filter(
        (pl.col("initiator_level") == "city") & (pl.col("counterpart_level") == "township")
    )
    cell = rows.filter(
        (pl.col("initiator_level") == "city") & (pl.col("counterpart_level") == "township")
    )
    share = 100 * (from_city["matter_status"] == 3).sum() / from_city.height
    assert cell["share"][0] == pytest.approx(share)


def test_answers_of_partners_add_up_to_the_matters_of_the_county(ask, raw):
    rows = coordination.mirror(ask()).rows.filter(pl.col("scope") == "330702")
    matters = raw["marts.matter"].filter(
        (pl.col("period") == "2026Q3")
        & (pl.col("matter_status") != 5)
        & (pl.col("initiator_county") == "330702")
    )
    assert rows["count"].sum() == rows["total"][0] == matters.height
    assert rows["share"].sum() == pytest.approx(100)


def test_a_sector_share_is_units_with_any_of_units_used(ask, raw):
    rows = coordination.sectors(ask()).rows
    cell = rows.filter((pl.col("scope") == "330781") & (pl.col("field") == "joint_women"))
    total = raw["marts.field_total"].filter(
        (pl.col("scope_code") == "330781")
        & (pl.col("field") == "joint_women")
        & (pl.col("period") == "2026Q3")
    )
    expected = 100 * total["units_positive"][0] / total["units_used"][0]
    assert cell["share"][0] == pytest.approx(expected)


def test_received_money_is_a_part_of_the_budgets_of_those_who_report_it(ask, raw):
    row = resources.money(ask()).rows.filter(pl.col("scope") == "330723").row(0, named=True)
    totals = raw["marts.field_total"].filter(
        (pl.col("period") == "2026Q3") & pl.col("scope_code").is_in(["330723", "330723/county"])
    )
    sums = {(r["scope_code"], r["field"]): r["total"] for r in totals.iter_rows(named=True)}
    received, base = sums["330723", "fund_received_ytd"], sums["330723/county", "fund_budget_year"]
    assert row["received"] == pytest.approx(100 * received / base)
    spent, budget = sums["330723", "fund_spent_ytd"], sums["330723", "fund_budget_year"]
    assert row["spent"] == pytest.approx(100 * spent / budget)


def test_a_late_unit_is_missing_and_not_nought(ask, raw):
    late = raw["core.duty"].filter((pl.col("period") == "2026Q3") & ~pl.col("is_used"))
    unit = late.row(0, named=True)
    rows = coordination.gaps(ask(county=unit["county_code"]), "D1-0").rows
    own = rows.filter((pl.col("scope") == unit["unit_code"]) & (pl.col("indicator") == "COO01"))
    assert (own["status"][0], own["value"][0]) == ("missing", None)


def test_a_half_yearly_indicator_is_not_due_instead_of_missing(ask):
    rows = coordination.gaps(ask(), "D1-0").rows.filter(pl.col("indicator") == "COO12")
    assert set(rows["status"]) == {"not_due"}


def test_committee_indicators_do_not_apply_to_other_units(ask):
    rows = coordination.gaps(ask(county="330702"), "D1-0").rows
    organ = rows.filter((pl.col("indicator") == "COO02") & pl.col("scope").str.contains("33070221"))
    assert set(organ["status"]) == {"not_applicable"}


def test_more_units_than_fit_leave_the_best_out_and_say_how_many(ask, catalogue):
    answer = charts(load_catalogue())["D1-2"].ask(ask(county="330700"))
    most = catalogue.parameters["figures"]["max_rows"]
    assert (answer.rows.height, answer.omitted) == (most, 61 - most)


def test_a_county_reader_gets_no_row_of_another_county(ask):
    for chart in charts(load_catalogue()):
        answer = charts(load_catalogue())[chart].ask(ask(reader=WUCHENG))
        if "county" in answer.rows.columns:
            assert set(answer.rows["county"]) <= {"330702", ""}, chart


def test_a_county_reader_asking_for_another_county_gets_nothing(ask):
    shared = {"D1-1", "D2-11"}  # matters with the other county, and the line of the whole city
    for chart in charts(load_catalogue()):
        answer = charts(load_catalogue())[chart].ask(ask(reader=WUCHENG, county="330781"))
        assert answer.expected == 0, chart
        assert chart in shared or answer.rows.is_empty(), chart


def test_a_county_reader_sees_no_line_of_another_countys_quarters(ask):
    rows = charts(load_catalogue())["D2-11"].ask(ask(reader=WUCHENG, county="330781")).rows
    assert rows.is_empty()


def test_a_county_reader_sees_only_matters_that_touch_the_county(snapshot):
    rows = queries.matters(WUCHENG, snapshot, "2026Q3")
    touching = (pl.col("initiator_county") == "330702") | (pl.col("counterpart_county") == "330702")
    assert 0 < rows.height == rows.filter(touching).height


def test_rights_hold_even_for_a_scope_that_should_not_have_been_asked(snapshot):
    reader = Reader("unit", units=frozenset({"330702210000"}))
    scopes = [
        Scope("unit", "330702210000", "本单位", "330702"),
        Scope("unit", "330702210001", "别的单位", "330702"),
    ]
    rows = queries.indicator_rows(reader, snapshot, ["2026Q3"], ["COO01"], scopes)
    assert rows["name"].to_list() == ["本单位"]
    assert rows["value"][0] is not None


def test_codes_are_told_in_their_order(ask):
    rows = resources.money_lines(ask()).rows
    told = [list(some["code"]) for _, some in rows.group_by("scope", maintain_order=True)]
    assert max(map(len, told)) > 1
    assert told == [sorted(some) for some in told]


def test_a_unit_is_drawn_with_what_it_said_itself(ask, snapshot):
    rows = resources.money(ask(county="330723")).rows
    said = snapshot.ask(
        "select unit_code, number::double as number from core.value"
        " where period = ? and field = 'fund_budget_year'",
        "2026Q3",
    )
    budgets = dict(zip(said["unit_code"], said["number"], strict=True))
    assert rows.height == 21
    assert {row["scope"]: row["budget"] for row in rows.to_dicts()} == {
        unit: budgets[unit] for unit in rows["scope"]
    }


def test_returns_with_nothing_to_count_are_reported_and_not_counted(ask, monkeypatch):
    question = ask()
    found = queries.indicator_rows

    def with_few_matters(*asked):
        rows = found(*asked)
        return rows.with_columns(units_used=pl.when(pl.col("scope_level") == "city").then(60)
                                 .otherwise(pl.col("units_used")))  # fmt: skip

    monkeypatch.setattr(queries, "indicator_rows", with_few_matters)
    answer = charts(load_catalogue())["D1-2"].ask(question)
    assert (answer.expected, answer.used, answer.counted) == (250, 244, 60)


def test_a_matter_whose_initiator_is_off_the_directory_is_still_counted(ask, monkeypatch):
    rows = pl.DataFrame(
        {
            "initiator_level": [None, "city"],
            "counterpart_level": ["city", None],
            "matter_status": [3, 2],
        },
        schema_overrides={"initiator_level": pl.String, "counterpart_level": pl.String},
    )
    monkeypatch.setattr(coordination, "matters", lambda _: rows)
    flow = coordination.level_flow(ask()).rows
    assert flow["matters"].sum() == 2
    assert set(flow["initiator_level"]) == {"city", "other"}
    assert prepare("D1-1", ask()).headline
