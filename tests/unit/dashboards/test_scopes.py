"""What an address asks for is first made the reader's own."""

from dataclasses import replace

import polars as pl
import pytest

from dashboards import queries
from dashboards.charts import prepare
from dashboards.disclosure import of_export, of_page
from dashboards.live import Live, LiveUnit
from dashboards.reader import CITY, Reader
from dashboards.scopes import Scope, narrowed
from dashboards.signs import unnamed
from dashboards.view import View

OWN, OTHER = "330702", "330726"
UNIT, NEIGHBOUR, FOREIGN = "330702210003", "330702210004", "330726210003"
COUNTY = Reader("county", frozenset({OWN}))
ALONE = Reader("unit", frozenset({OWN}), frozenset({UNIT}))


@pytest.mark.parametrize(
    ("reader", "county", "unit", "then"),
    [
        (CITY, OTHER, FOREIGN, (OTHER, FOREIGN)),
        (COUNTY, None, None, (OWN, None)),
        (COUNTY, OTHER, None, (OWN, None)),
        (COUNTY, OWN, FOREIGN, (OWN, None)),
        (COUNTY, OTHER, UNIT, (OWN, UNIT)),
        (ALONE, None, None, (OWN, UNIT)),
        (ALONE, OWN, NEIGHBOUR, (OWN, UNIT)),
        (ALONE, OTHER, FOREIGN, (OWN, UNIT)),
    ],
)
def test_no_address_leads_out_of_what_is_the_readers(ask, reader, county, unit, then):
    view = View("2026Q3", None, county, unit)
    view = narrowed(view, reader, ask(reader=reader).duty)
    assert (view.county, view.unit) == then


def test_a_unit_is_told_no_sums_of_its_county(ask):
    question = ask(reader=ALONE)
    county = Scope("county", OWN, "", OWN)
    assert queries.seen(COUNTY, [county]) == [county]
    assert queries.seen(ALONE, [county]) == []
    assert ask(reader=ALONE, county=None).row_scopes == []
    assert question.duty["unit_code"].to_list() == [UNIT]


def test_the_nameless_points_of_others_stand_in_no_order_that_tells_who_they_are(ask):
    asked = ask(reader=ALONE)
    asked = replace(asked, view=narrowed(asked.view, ALONE, asked.duty))
    rows = prepare("D7-1", asked).answer.rows.filter(~pl.col("is_own"))
    assert rows.height > 0
    assert rows["scope"].unique().to_list() == [""]
    for _, part in rows.group_by("indicator"):
        assert part["value"].is_sorted()


def test_names_of_others_are_taken_out_of_what_is_said(ask, catalogue):
    question = ask(reader=COUNTY)
    others = queries.other_names(COUNTY, question.snapshot, "2026Q3")
    name = dict(ask().duty.select("unit_code", "unit_name").iter_rows())[FOREIGN]
    said = pl.Series([f"与{name}({FOREIGN})相同", "与自己相同"])
    assert unnamed(said, others, catalogue).to_list() == [
        "与（其他单位）(（其他单位）)相同",
        "与自己相同",
    ]
    assert queries.other_names(CITY, question.snapshot, "2026Q3") == []


def test_the_registry_of_this_moment_is_told_as_far_as_the_reader_may_know(ask):
    units = tuple(LiveUnit(code, "", "county", code[:6], "missing") for code in (UNIT, FOREIGN))
    live = Live(None, units, (("run", "failed", False),), "http://127.0.0.1:3000")
    assert live.seen_by(CITY) is live
    told = live.seen_by(COUNTY)
    assert [one.unit_code for one in told.units] == [UNIT]
    assert (told.health, told.scheduler) == ((), "")


@pytest.mark.parametrize(
    ("address", "reader", "kinds"),
    [
        ("/jiance", Reader("reviewer"), {"signs"}),
        ("/jiance", CITY, set()),
        (f"/unit/{UNIT}", CITY, {"sensitive"}),
        (f"/unit/{UNIT}", ALONE, set()),
        ("/unit", CITY, set()),
        (f"/unit?un={UNIT}", CITY, {"sensitive"}),
        ("/county?q=2026Q2", CITY, set()),
        ("/county?ct=330702", CITY, {"sensitive"}),
        ("/county", COUNTY, {"sensitive"}),
        ("/county/330702/COO01", COUNTY, {"sensitive"}),
        ("/shenghuo", CITY, {"sensitive"}),
        ("/koujing", CITY, set()),
        ("/nowhere", CITY, set()),
    ],
)
def test_the_log_knows_from_the_address_what_is_shown(catalogue, address, reader, kinds):
    path, _, search = address.partition("?")
    assert of_page(catalogue, path, search, reader) == kinds


def test_files_are_logged_like_the_pages_they_stand_on(catalogue):
    assert of_export(catalogue, "D6-4", Reader("reviewer")) == {"signs"}
    assert of_export(catalogue, "D6-4", COUNTY) == set()
    assert of_export(catalogue, "D7-1", CITY) == {"sensitive"}
    assert of_export(catalogue, "D1-2", CITY) == set()
    assert of_export(catalogue, "x", CITY) == set()
