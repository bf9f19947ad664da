"""The pages of one place, the way to a cell, and what a reader without the right sees."""

import json
from datetime import datetime
from io import BytesIO

import duckdb
import pytest
from dash._utils import to_json
from openpyxl import load_workbook

from dashboards import exports, listings, plain
from dashboards.address import Address, indicator_path, read_path
from dashboards.answers import Question
from dashboards.charts import prepare
from dashboards.live import Live, LiveUnit
from dashboards.monitoring_charts import progress
from dashboards.reader import CITY, Reader
from dashboards.site import Site
from dashboards.view import View

NOW = datetime(2026, 10, 9, 8, 30)
UNIT = "330702310000"
WUCHENG = Reader("county", frozenset({"330702"}))


@pytest.fixture
def site(published, catalogue):
    return Site(published, catalogue, lambda: NOW)


def text_of(page):
    return json.dumps(json.loads(to_json(page)), ensure_ascii=False)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/jiance", Address("/jiance")),
        ("/unit/330702310000/COO01", Address("/unit", UNIT, "COO01")),
        ("/unit/1/2/3", Address("/unit", "1", "2", is_known=False)),
    ],
)
def test_a_path_is_taken_apart(path, address):
    assert read_path(path) == address


def test_only_units_and_counties_have_a_page_below():
    assert indicator_path("unit", UNIT, "COO01") == f"/unit/{UNIT}/COO01"
    assert indicator_path("county_level", "330702/county", "COO01") == "/county/330702/COO01"
    assert indicator_path("city", "330700", "COO01") == ""


def test_the_page_of_a_unit_names_it_and_leads_up_and_down(site):
    told = text_of(site.page(f"/unit/{UNIT}", "?q=2026Q2", CITY))
    for words in ("婺城区样例甲镇", '"/county/330702?q=2026Q2"', f'"/unit/{UNIT}/COO01?q=2026Q2"'):
        assert words in told


def test_a_place_that_is_chosen_in_the_view_is_shown_and_not_the_list(site):
    county = site.markup("/county", "?ct=330702", CITY)
    assert "<h1>婺城区</h1>" in county
    assert "各单位报送与审核" in county
    assert "<h1>婺城区样例甲镇(样例)</h1>" in site.markup("/unit", f"?un={UNIT}", CITY)
    found = site.markup("/unit", f"?un={UNIT}&find=兰溪市样例甲镇", CITY)
    assert "兰溪市样例甲镇(样例)</a>" in found


def test_a_county_reader_comes_to_its_own_county_whatever_the_address_says(site):
    for search in ("", "?ct=330781"):
        assert "<h1>婺城区</h1>" in site.markup("/county", search, WUCHENG)


def test_a_unit_of_another_county_is_not_shown(site):
    told = text_of(site.page("/unit/330781310000", "", WUCHENG))
    assert "没有这家单位" in told
    assert "兰溪市样例" not in told


def test_a_county_reader_does_not_get_another_county(site):
    assert "没有这个县区" in text_of(site.page("/county/330781", "", WUCHENG))
    assert "没有这个县区" not in text_of(site.page("/county/330702", "", WUCHENG))


def test_the_others_of_a_unit_have_neither_name_nor_code(snapshot, catalogue):
    question = Question(Reader("city"), snapshot, View("2026Q3").at(UNIT, "330702"), catalogue)
    rows = prepare("D7-1", question).answer.rows
    others = rows.filter(~rows["is_own"])
    assert others.height > 0
    assert set(others["name"]) | set(others["scope"]) | set(others["county"]) == {""}


def test_the_value_beside_the_others_is_that_of_the_mart(snapshot, catalogue, published):
    question = Question(Reader("city"), snapshot, View("2026Q3").at(UNIT, "330702"), catalogue)
    rows = prepare("D7-1", question).answer.rows
    own = dict(rows.filter(rows["is_own"]).select("indicator", "value").iter_rows())
    with duckdb.connect(str(published / "sample.duckdb"), read_only=True) as con:
        mart = con.execute(
            "select indicator, value from marts.indicator_value where scope_code = ?"
            " and scope_level = 'unit' and period = '2026Q3' and view = 'as_reported'",
            [UNIT],
        ).fetchall()
    known = dict(mart)
    assert len(own) > 20
    assert all(own[name] == pytest.approx(float(known[name])) for name in own)


def test_a_snapshot_without_cells_says_which_tables_are_missing(site):
    told = text_of(site.page(f"/unit/{UNIT}/COO03", "", CITY))
    assert "缺少表：core.value" in told


@pytest.mark.parametrize(
    "path", ["/unit", "/county", "/jiance", "/koujing", "/county/330702/COO03"]
)
def test_every_page_opens_over_a_snapshot_without_returns(site, path):
    assert "没有这个页面" not in text_of(site.page(path, "", CITY))


def test_progress_is_that_of_the_registry_where_it_is_told(snapshot, catalogue):
    units = (
        LiveUnit("330702310000", "甲镇", "township", "330702", "missing", "请尽快报送"),
        LiveUnit("330702310001", "乙镇", "township", "330702", "locked"),
        LiveUnit("330702310002", "丙镇", "township", "330702", "waived"),
    )
    live = Live(NOW, units)
    question = Question(Reader("city"), snapshot, View("2026Q3"), catalogue, live)
    rows = progress(question).rows
    counts = dict(rows.filter(rows["count"] > 0).select("code", "count").iter_rows())
    assert counts == {1: 1, 5: 1}
    assert [line[1] for line in listings.reminders(question).texts] == ["甲镇"]


def test_a_file_tells_of_this_moment_as_the_page_does(published, catalogue):
    live = Live(NOW, (LiveUnit(UNIT, "甲镇", "township", "330702", "returned", "请改正后再报"),))
    site = Site(published, catalogue, lambda: NOW, lambda _: live)
    data = exports.respond(site, "D6-0.xlsx", "", CITY).get_data()
    said = {str(cell.value) for row in load_workbook(BytesIO(data)).active for cell in row}
    assert {"甲镇", "请改正后再报"} <= said


def test_a_search_with_one_answer_leads_to_the_unit(site):
    assert site.where_found(f"?find={UNIT}", CITY) == f"/unit/{UNIT}"
    assert site.where_found("?find=甲镇&q=2026Q2", CITY).startswith("/unit?q=2026Q2&find=")


def test_every_indicator_and_rule_has_its_anchor_in_the_definitions(site, catalogue):
    page = site.plain_page("/koujing", "", CITY)
    signs = {name for name, rule in catalogue.rules.items() if rule.kind == "perfunctory"}
    for name in {*catalogue.indicators, *catalogue.rules, *catalogue.norms} - signs:
        assert f'id="{name}"' in page
    assert not any(f'id="{name}"' in page for name in signs)


def test_text_in_a_plain_page_is_escaped():
    assert plain.to_html("<b>&") == "&lt;b&gt;&amp;"
