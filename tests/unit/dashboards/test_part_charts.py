"""Parts of a whole: the shares are those of the sums, and few persons are not to be found out."""

import polars as pl
import pytest

from dashboards.charts import prepare
from dashboards.figures import parts as figures
from dashboards.reader import Reader

REVIEWER = Reader("reviewer")
AGES = {
    "cadre_ft_age_u35": "35岁及以下",
    "cadre_ft_age_36_40": "36-40岁",
    "cadre_ft_age_41_50": "41-50岁",
    "cadre_ft_age_51p": "51岁及以上",
}
PARTS = ["D3-5", "D4-4", "D5-2", "D5-3"]


@pytest.fixture(scope="module")
def added(snapshot):
    """Sums of what the units said, by county (市直 under the city's code), added up here."""
    return snapshot.ask(
        "select county_code as county, period, field, sum(number)::double as total"
        " from core.value join core.duty using (submission_id, period) group by all"
    )


def drawn(prepared):
    """(place, part) -> length of the bar; names of the parts as the legend has them."""
    names = prepared.answer.rows["name"].unique(maintain_order=True).to_list()
    return {
        (names[place], trace["name"]): share
        for trace in prepared.figure["data"]
        if trace["type"] == "bar"
        for place, share in zip(trace["y"], trace["x"], strict=True)
        if share is not None
    }


def test_a_bar_is_as_long_as_the_share_of_what_the_units_said(ask, added, catalogue):
    bars = drawn(prepare("D5-2", ask(reader=REVIEWER)))
    for code, name in catalogue.counties.items():
        of_county = added.filter((pl.col("county") == code) & (pl.col("period") == "2026Q3"))
        sums = dict(of_county.select("field", "total").iter_rows())
        total = sum(sums[field] for field in AGES)
        for field, part in AGES.items():
            assert bars[name, part] == pytest.approx(100 * sums[field] / total)


def test_the_parts_of_a_code_list_are_units(ask, snapshot):
    rows = prepare("D5-6", ask()).answer.rows
    used = snapshot.ask("select count(*) as n from core.duty where period = '2026Q3' and is_used")
    whole = rows.filter(pl.col("scope_level") == "city")
    assert whole["head"].to_list()[0] == "党组(党委)书记"
    assert whole["count"].sum() == whole["total"][0] == used["n"][0]


@pytest.mark.parametrize("chart", PARTS)
def test_no_small_part_is_drawn_and_none_can_be_taken_from_the_total(ask, chart):
    open_rows = prepare(chart, ask("2025Q4", reader=REVIEWER)).answer.rows
    rows = prepare(chart, ask("2025Q4")).answer.rows
    assert open_rows.filter(pl.col("count").is_between(1, 4)).height > 0
    assert rows.filter(pl.col("count").is_between(1, 4)).is_empty()
    by_place = rows.group_by("scope_level", "scope").agg(
        hidden=pl.col("count").is_null().sum(),
        rest=pl.col("total").first() - pl.col("count").sum(),
    )
    closed = by_place.filter(pl.col("hidden") > 0)
    assert closed.filter((pl.col("hidden") == 1) | (pl.col("rest") < 5)).is_empty()
    by_part = rows.group_by("head").agg(hidden=pl.col("count").is_null().sum())
    assert by_part.filter(pl.col("hidden") == 1).is_empty()


@pytest.mark.parametrize("chart", PARTS)
def test_a_reader_of_one_county_sees_the_same_cells_hidden(ask, chart):
    everywhere = prepare(chart, ask("2025Q4")).answer.rows
    county = frozenset({"330702"})
    own = prepare(chart, ask("2025Q4", reader=Reader("county", county))).answer.rows
    chosen = prepare(chart, ask("2025Q4", county="330702")).answer.rows
    expected = everywhere.filter(pl.col("county").is_in(["330702", ""]))
    assert own.equals(expected)
    assert chosen.equals(expected)


def test_persons_are_not_shown_below_the_county(ask):
    for view in ({"level": "township"}, {"level": "county", "county": "330702"}):
        rows = prepare("D5-2", ask(**view)).answer.rows
        assert set(rows["status"]) == {"hidden"}
        assert rows["count"].null_count() == rows.height > 0
    assert prepare("D5-2", ask(level="township", reader=REVIEWER)).answer.rows["count"].sum() > 0


def test_what_is_not_printed_fills_its_bar(ask):
    prepared = prepare("D5-2", ask())
    bars = drawn(prepared)
    for place in prepared.answer.rows["name"].unique():
        whole = sum(share for (name, _), share in bars.items() if name == place)
        assert whole == pytest.approx(100)


def test_a_chart_that_is_not_due_says_so_and_draws_no_bar(ask):
    prepared = prepare("D3-5", ask("2026Q3"))
    assert set(prepared.answer.rows["status"]) == {"not_due"}
    assert drawn(prepared) == {}
    assert prepared.figure["data"][-1]["text"][0] == prepared.setting.say("status_not_due")
    assert prepared.headline == prepared.entry.title


def test_townships_are_not_asked_for_their_assessment(ask):
    assert set(prepare("D3-5", ask("2025Q4", level="township")).answer.rows["status"]) == {
        "not_applicable"
    }


def test_the_headline_is_of_the_chosen_county(ask):
    prepared = prepare("D5-5", ask(county="330702"))
    assert prepared.headline.startswith("婺城区“兼职党务干部”最多")
    assert prepare("D5-5", ask()).headline.startswith("金华市“兼职党务干部”最多")


def test_nothing_at_all_is_an_empty_picture(ask, setting):
    stranger = Reader("county", frozenset({"330702"}))
    assert prepare("D5-2", ask(county="330781", reader=stranger)).answer.rows.is_empty()
    assert figures.shares(pl.DataFrame(), setting)["data"] == []
