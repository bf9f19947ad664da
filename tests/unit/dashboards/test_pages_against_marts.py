"""Numbers as they stand on the pages, read from the markup, against the marts asked by SQL."""

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from dashboards.app import build_app
from dashboards.charts import entry_of
from dashboards.figures import labels
from dashboards.reader import CITY
from tests.unit.dashboards.printed import figures

NOW = datetime(2026, 10, 9, 8, 30)
P = "2026Q3"
VALUES = """select scope_level, scope_code, indicator, value, numerator, denominator
from marts.indicator_value where view = 'as_reported' and period = ? and value is not null"""
HIDDEN = "不公开"
"""Said of a number that would tell of a few people."""
NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")
UNITS = ("330702310000", "330702210000", "330781310000", "330700110000")
COUNTIES = ("330702", "330726", "330784")


class Table(HTMLParser):
    """The lines of the table in the card of an id, with the address of each link."""

    def __init__(self, markup, card):
        super().__init__()
        self.card, self.is_inside, self.lines, self.links = card, False, [], []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "section":
            self.is_inside = said.get("id") == self.card
        if self.is_inside and tag == "tr":
            self.lines.append([])
            self.links.append([])
        if self.is_inside and tag in {"td", "th"}:
            self.lines[-1].append("")
        if self.is_inside and tag == "a" and self.links:
            self.links[-1].append(said["href"])

    def handle_data(self, data):
        if self.is_inside and self.lines and self.lines[-1]:
            self.lines[-1][-1] += data


@pytest.fixture(scope="module")
def site(published, catalogue):
    return build_app(published, catalogue, lambda: NOW).server.extensions["site"]


@pytest.fixture(scope="module")
def page(site):
    return lambda path, search="": site.markup(path, search, CITY)


@pytest.fixture(scope="module")
def marts(snapshot):
    return {tuple(row[:3]): row[3:] for row in snapshot.ask(VALUES, P).iter_rows()}


def scope_of(county, catalogue):
    is_county = county in catalogue.counties
    return ("county", county) if is_county else ("county_level", "330700/city")


@pytest.mark.parametrize("path", ["/xietiao", "/ziyuan", "/zeren", "/shenghuo", "/ganbu"])
def test_every_dot_of_a_county_says_what_the_mart_says(page, marts, catalogue, path):
    seen = 0
    for card, figure in figures(page(path)).items():
        entry = entry_of(catalogue, card)
        if entry.drawn_as not in {"dots", "panels"}:
            continue
        told = [trace for trace in figure["data"] if "customdata" in trace]
        for one, trace in zip(drawn_in(figure, entry, catalogue), told, strict=True):
            marks = zip(trace["customdata"], trace["x"], trace["text"], strict=True)
            for county, value, text in marks:
                real = marts[(*scope_of(county, catalogue), one.id)][0]
                assert value == pytest.approx(real), (card, county, one.id)
                assert text.strip().startswith(labels.brief(real, one.decimals)), (card, text)
                seen += 1
    assert seen >= 10


def drawn_in(figure, entry, catalogue):
    """The indicators of a chart as its panels are headed, from the left."""
    shown = [catalogue.indicators[name] for name in entry.shows if name in catalogue.indicators]
    if entry.drawn_as == "dots":
        return shown[:1]
    heads = [note["text"] for note in figure["layout"]["annotations"]]
    return [next(one for one in shown if head.startswith(one.zh.split("(")[0])) for head in heads]


@pytest.mark.parametrize("path", ["/xietiao", "/ziyuan", "/zeren", "/shenghuo", "/ganbu"])
def test_every_cell_of_a_gap_table_is_the_value_less_the_target(page, marts, catalogue, path):
    drawn = figures(page(path))
    card = next(name for name in drawn if name.endswith("-0"))
    entry = entry_of(catalogue, card)
    names = [name for name in entry.shows if name in catalogue.indicators]
    _, gaps = drawn[card]["data"]
    seen = 0
    for counties, hovers in zip(gaps["customdata"], gaps["hovertext"], strict=True):
        for county, hover, name in zip(counties, hovers, names, strict=True):
            if not hover:
                continue
            one = catalogue.indicators[name]
            value = marts[(*scope_of(county, catalogue), name)][0]
            told = hover.partition(one.zh)[2]
            assert NUMBER.search(told).group() == labels.number(value, one.decimals), hover
            seen += 1
    assert seen > len(names)


@pytest.mark.parametrize("unit", UNITS)
def test_every_value_on_the_page_of_a_unit_is_that_of_the_mart(page, marts, catalogue, unit):
    table = Table(page(f"/unit/{unit}"), "D7-4")
    told = {links[0].split("?")[0].rpartition("/")[2]: line
            for line, links in zip(table.lines, table.links, strict=True) if links}  # fmt: skip
    assert told
    for name, line in told.items():
        found = None if HIDDEN in line[-1] else marts.get(("unit", unit, name))
        expected = labels.with_percent(found[0], catalogue.indicators[name]) if found else ""
        assert line[1] == expected, (name, line)


@pytest.mark.parametrize("county", COUNTIES)
def test_every_unit_behind_a_number_of_a_county_says_its_own_and_they_add_up(
    page, marts, catalogue, county
):
    name = "COO03"
    table = Table(page(f"/county/{county}/{name}"), "units")
    sums = [0.0, 0.0]
    for line, links in zip(table.lines, table.links, strict=True):
        if not links or not line[1]:
            continue
        unit = links[0].split("/")[2]
        value, *parts = marts["unit", unit, name]
        assert line[1] == labels.with_percent(value, catalogue.indicators[name])
        assert [float(text.replace(",", "")) for text in line[2:4]] == pytest.approx(parts)
        sums = [sum(pair) for pair in zip(sums, parts, strict=True)]
    assert sums == pytest.approx(marts["county", county, name][1:])


def test_every_index_on_the_front_page_is_that_of_the_mart(page, snapshot, catalogue):
    asked = """select scope_level, scope_code, composite, value from marts.composite_value
        where view = 'as_reported' and period = ?"""
    real = {tuple(row[:3]): row[3] for row in snapshot.ask(asked, P).iter_rows()}
    table = Table(page("/zonglan"), "D0-6")
    counties = [(links[0].split("?")[0].split("/")[2], line)
                for line, links in zip(table.lines, table.links, strict=True) if links]  # fmt: skip
    assert len(counties) == len(catalogue.counties) + 1
    for county, line in counties:
        value = real[(*scope_of(county, catalogue), "X1")]
        assert line[1] == labels.number(value, 1)
    drawn = figures(page("/zonglan"))["D0-2"]["data"]
    shown = {text.split("　")[0].strip() for trace in drawn for row in trace.get("text", [])
             for text in row if text}  # fmt: skip
    expected = {labels.number(real[("county", county, name)])
                for county in catalogue.counties for name in catalogue.composites
                if real.get(("county", county, name)) is not None}  # fmt: skip
    assert expected <= {word for text in shown for word in NUMBER.findall(text)}
