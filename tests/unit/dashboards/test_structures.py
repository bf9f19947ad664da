"""The structure views on the pages, over a city in which one township was split; worked anew."""

from datetime import datetime

import duckdb
import polars as pl
import pytest

from dashboards import plain
from dashboards.answers import judged
from dashboards.charts import charts, prepare
from dashboards.privacy import is_guarded
from dashboards.reader import Reader
from dashboards.scopes import within
from dashboards.site import Site
from dashboards.structures import EVERY, REPORTED
from tests.fixtures_structure import HEIR, KEPT, SPLIT

FROM, TO = SPLIT[:6], HEIR[:6]
BEFORE, NOW = "2026Q2", "2026Q3"


@pytest.fixture(scope="module")
def parts(published):
    with duckdb.connect(str(published / "sample.duckdb"), read_only=True) as con:
        yield con.sql(
            "select part.*, duty.county_code from marts.indicator_part as part"
            " join core.duty as duty using (period, unit_code)"
        ).pl()


def rate(parts, period, indicator, shares):
    """The rate over units, each with the share of it that counts."""
    rows = parts.filter((pl.col("period") == period) & (pl.col("indicator") == indicator))
    top = sum(row["numerator"] * shares(row) for row in rows.iter_rows(named=True))
    return 100 * top / sum(row["denominator"] * shares(row) for row in rows.iter_rows(named=True))


def in_county(county):
    """What stands in a county today: its own units, and a part of the township that was split."""

    def share(row):
        if row["unit_code"] == SPLIT:
            return float({FROM: KEPT, TO: 1 - KEPT}.get(county, 0))
        return float(row["county_code"] == county)

    return share


def values(answer, indicator=None):
    rows = answer.rows
    kept = rows.filter(pl.col("indicator") == indicator) if indicator else rows
    return dict(kept.select("scope", "value").iter_rows())


def test_today_counties_have_the_past_of_what_stands_in_them_now(ask, parts, catalogue):
    chart = charts(catalogue)["D1-2"]
    reported = values(chart.ask(ask(BEFORE)))
    today = values(chart.ask(ask(BEFORE, structure="today")))
    assert {code for code in today if today[code] != reported[code]} == {FROM, TO}
    for county in (FROM, TO, "330702"):
        assert today[county] == pytest.approx(rate(parts, BEFORE, "COO01", in_county(county)))


def test_same_units_leave_out_those_that_were_split_and_those_that_are_late(ask, parts, catalogue):
    rows = charts(catalogue)["D1-2"].ask(ask(NOW, structure="same_units")).rows
    sent = set(parts.filter(pl.col("period") == NOW)["unit_code"])

    def same(county):
        return lambda row: float(
            row["county_code"] == county and row["unit_code"] in sent - {SPLIT, HEIR}
        )

    for row in rows.filter(pl.col("scope_level") == "county").iter_rows(named=True):
        county = same(row["scope"])
        assert row["value"] == pytest.approx(rate(parts, NOW, "COO01", county))
        assert row["previous"] == pytest.approx(rate(parts, "2025Q3", "COO01", county))


def test_a_single_unit_is_read_as_it_reported_unless_its_past_is_not_its_own(ask, catalogue):
    def units(structure, county):
        shown = ask(BEFORE, "township", county, structure=structure)
        rows = charts(catalogue)["D1-2"].ask(shown).rows
        return {row["scope"]: (row["value"], row["status"]) for row in rows.to_dicts()}

    for county, changed in ((FROM, SPLIT), (TO, HEIR)):
        reported, today = units("as_reported", county), units("today", county)
        assert today[changed] == (None, "not_split")
        assert {u: v for u, v in today.items() if u != changed} == {
            u: v for u, v in reported.items() if u != changed
        }


def test_units_that_are_not_the_same_are_not_listed_among_them(ask):
    view = ask(NOW, "township", FROM, structure="same_units")
    left = ask(NOW, "township", FROM).duty.join(view.duty, on="unit_code", how="anti")
    assert within(view.view, left)["unit_code"].to_list() == [SPLIT]
    assert [scope.code for scope in view.row_scopes].count(SPLIT) == 0


def test_coverage_counts_a_split_return_once_for_the_city_and_in_both_counties(ask):
    def expected(county, structure):
        question = ask(BEFORE, county=county, structure=structure)
        return question.covered(question.duty).expected

    assert expected(None, "today") == expected(None, "as_reported") == 250
    assert expected(FROM, "today") == expected(FROM, "as_reported") == 21
    assert expected(TO, "today") == expected(TO, "as_reported") + 1


@pytest.mark.parametrize(
    ("chart", "period", "structure", "said"),
    [
        ("D1-2", NOW, "as_reported", "口径：报送时建制"),
        ("D1-2", NOW, "today", "口径：现行建制"),
        ("D1-2", BEFORE, "today", "口径：现行建制（分设单位以前的数按党员比例推算）"),
        ("D1-2", NOW, "same_units", "口径：同口径单位（与2025年三季度比）"),
        ("D1-1", NOW, "today", "口径：报送时建制（没有现行建制的数）"),
        ("D1-4", NOW, "same_units", "口径：报送时建制（没有同口径单位的数）"),
        ("D1-2", "2025Q3", "same_units", "没有可比的期别，不能按同口径单位"),
    ],
)
def test_the_line_under_a_chart_names_the_structure_that_is_told(
    ask, chart, period, structure, said
):
    assert said in prepare(chart, ask(period, structure=structure)).coverage


def test_a_chart_without_the_structure_is_drawn_as_reported(ask):
    for chart in ("D1-1", "D2-7", "D1-11"):
        reported, today = (
            prepare(chart, ask(BEFORE, structure=one)).answer.rows
            for one in ("as_reported", "today")
        )
        assert today.equals(reported)


def test_every_chart_that_tells_of_a_structure_answers_in_it(ask, catalogue):
    asked = 0
    for name, chart in charts(catalogue).items():
        for structure in sorted(chart.views - REPORTED):
            prepared = prepare(name, ask(NOW, structure=structure))
            assert "报送时建制" not in prepared.coverage, name
            asked += not prepared.answer.rows.is_empty()
    assert asked > len([one for one in charts(catalogue).values() if one.views == EVERY])


def test_money_of_a_split_unit_is_cut_and_the_city_keeps_the_whole(ask):
    def budgets(structure):
        question = ask(BEFORE, structure=structure)
        rows = question.totals(["fund_budget_year"], [question.whole, *question.row_scopes])
        return dict(rows.select("scope", "total").iter_rows())

    reported, today = budgets("as_reported"), budgets("today")
    assert today["330700"] == pytest.approx(reported["330700"])
    moved = reported[FROM] - today[FROM]
    assert today[TO] - reported[TO] == pytest.approx(moved)
    assert moved != 0


def test_an_index_of_same_units_stands_beside_the_index_of_same_units_then(ask, published):
    rows = charts(ask().catalogue)["D0-1"].ask(ask(NOW, structure="same_units")).rows
    with duckdb.connect(str(published / "sample.duckdb"), read_only=True) as con:
        wanted = con.execute(
            "select composite, max(value) filter (view = 'same_units'),"
            " max(value) filter (view = 'same_units_then') from marts.composite_value"
            " where scope_level = 'city' and period = '2026Q3' and compare_to = '2025Q3'"
            " group by 1 order by 1"
        ).fetchall()
    assert sorted(rows.select("column", "value", "previous").iter_rows()) == wanted
    assert len(wanted) == 3


def test_guarded_numbers_are_told_in_one_structure_only(ask, catalogue):
    """The difference of two structures is a few units, and these a few persons."""
    guarded = next(
        each.id for each in catalogue.indicators.values()
        if is_guarded(each, catalogue.fields) and 2 in each.quarters
    )  # fmt: skip

    def known(structure, reader):
        question = ask(BEFORE, structure=structure, reader=reader)
        rows = judged(question, [guarded], question.row_scopes)
        return rows["value"].drop_nulls().len(), rows["is_hidden"].all()

    assert known("as_reported", Reader("city"))[0] > 0
    assert known("today", Reader("city")) == (0, True)
    assert known("today", Reader("reviewer"))[0] > 0


@pytest.fixture
def site(published, catalogue):
    return Site(published, catalogue, lambda: datetime(2026, 10, 9, 8, 30))


def page(site, address, search):
    return plain.to_html(site.page(address, search, Reader("city")))


def test_the_page_of_a_county_lists_who_carries_on_whom(site):
    told = page(site, f"/county/{TO}", f"?q={BEFORE}&vw=today")
    assert "永康市：承接关系" in told
    assert f"（{SPLIT}）</td>" in told
    assert "（本范围计40%）" in told
    assert "承接关系" not in page(site, f"/county/{TO}", f"?q={BEFORE}")


def test_the_page_of_a_part_of_a_split_unit_says_whose_past_it_would_be(site):
    told = page(site, f"/unit/{HEIR}", f"?q={BEFORE}&vw=today")
    assert "分设前不单列" in told
    assert f"东阳市样例甲镇(样例)（{SPLIT}）" in told


def test_a_unit_outside_the_same_ones_leads_back_to_what_it_reported(site):
    told = page(site, f"/unit/{SPLIT}", "?vw=same_units")
    assert "同口径单位下没有这个单位" in told
    assert f'href="/unit/{SPLIT}"' in told


def test_who_owes_a_return_is_told_as_reported_whatever_is_chosen(site):
    counted = [
        page(site, f"/county/{FROM}", f"?vw={structure}").partition("各单位报送与审核")[2]
        for structure in ("as_reported", "same_units")
    ]
    assert [told.count("<tr>") for told in counted] == [22, 22]


def test_links_keep_the_structure(site):
    told = page(site, "/xietiao", f"?q={BEFORE}&ct={FROM}&vw=today")
    assert f"?q={BEFORE}&amp;vw=today" in told
    assert f'href="/xietiao?q={BEFORE}&amp;vw=today"' in told


PLACES = (f"/county/{FROM}", f"/unit/{HEIR}", "/jiance/R303", "/jiance/banben")
AS_CHOSEN = {"structure", "D7-4"}
"""Cards told in the structure that is chosen, which the head of the page names."""
SAID = ("报送时建制", "现行建制")


@pytest.mark.parametrize("path", PLACES)
def test_a_card_told_as_reported_says_so_where_another_structure_is_chosen(
    published, catalogue, path
):
    site = Site(published, catalogue, lambda: datetime(2026, 10, 9, 8, 30))
    page = site.page(path, f"?q={NOW}&vw=today", Reader("reviewer"))
    told = {card.id: str(card.to_plotly_json()) for card in cards_of(page)}
    assert told
    silent = {name for name, text in told.items() if not any(words in text for words in SAID)}
    assert silent <= AS_CHOSEN


def cards_of(part):
    """The cards of a page with an id, wherever they stand in it."""
    if isinstance(part, (list, tuple)):
        for each in part:
            yield from cards_of(each)
    elif "card" in str(getattr(part, "className", "")).split() and getattr(part, "id", None):
        yield part
    elif getattr(part, "children", None) is not None:
        yield from cards_of(part.children)
