"""Stacks, matrices and tables of shares as the browser gets them, against the marts by SQL."""

import re
from datetime import datetime

import pytest

from dashboards.app import build_app
from dashboards.charts import entries
from dashboards.coordination_charts import SECTORS
from dashboards.figures import labels
from dashboards.reader import CITY
from dashboards.view import LEVELS
from tests.unit.dashboards.printed import figures

NOW = datetime(2026, 10, 9, 8, 30)
P = "2026Q3"
TOTALS = """select scope_level, scope_code, field, total, units_used, units_positive
from marts.field_total where view = 'as_reported' and period = ?"""
CODES = """select scope_level, scope_code, field, code, units
from marts.code_count where view = 'as_reported' and period = ?"""
MATTERS = """select initiator_level, counterpart_level, count(*) as matters,
    count(*) filter (matter_status = 3) as closed
from marts.matter where period = ? and matter_status <> 5 group by all"""
ANSWERS = """select initiator_county, initiator_level = 'city', mirror_confirmed, count(*)
from marts.matter where period = ? and matter_status <> 5 group by all"""
HOVER = re.compile(r"：.*?(-?[\d,]+(?:\.\d+)?)（([\d.]+)%）")
CITY_ROW = ("city", "330700")
NOT_APPLICABLE = 9


@pytest.fixture(scope="module")
def page(published, catalogue):
    site = build_app(published, catalogue, lambda: NOW).server.extensions["site"]
    return lambda path: site.markup(path, "", CITY)


@pytest.fixture(scope="module")
def totals(snapshot):
    return {tuple(row[:3]): row[3:] for row in snapshot.ask(TOTALS, P).iter_rows()}


@pytest.fixture(scope="module")
def codes(snapshot):
    found = {}
    for level, scope, field, code, units in snapshot.ask(CODES, P).iter_rows():
        found.setdefault((level, scope, field), {})[code] = units
    return found


def drawn_as(page, catalogue, kind):
    """(Entry, figure) of every chart of a kind that draws anything, page by page."""
    for board in catalogue.dashboards.values():
        wanted = [one for one in entries(catalogue, board.id) if one.drawn_as == kind]
        drawn = figures(page(board.path)) if wanted else {}
        yield from ((one, drawn[one.id]) for one in wanted if drawn[one.id]["data"])


def scope_of(county, catalogue):
    if not county:
        return CITY_ROW
    return ("county", county) if county in catalogue.counties else ("county_level", "330700/city")


def told(hover):
    """The count and the share that a bar tells; None where they are not public."""
    found = HOVER.search(hover)
    return (float(found[1].replace(",", "")), float(found[2])) if found else None


def parts_of(entry, place, catalogue, totals, codes):
    """Head -> what it counts at a place, from the marts."""
    first = catalogue.fields[entry.shows[0]]
    if first.enum:
        counted = codes.get((*place, first.name), {})
        return {zh: counted.get(code, 0) for code, zh in catalogue.codes[first.enum].items()}
    return {
        catalogue.fields[name].zh.rpartition(":")[2]: totals[(*place, name)][0]
        for name in entry.shows
    }


def test_every_part_of_every_stack_is_that_of_the_mart(page, catalogue, totals, codes):
    seen, charts = 0, set()
    for entry, figure in drawn_as(page, catalogue, "parts"):
        for bar in (one for one in figure["data"] if one["type"] == "bar"):
            for county, hover in zip(bar["customdata"], bar["hovertext"], strict=True):
                real = parts_of(entry, scope_of(county, catalogue), catalogue, totals, codes)
                shown = told(hover)
                if shown is None or bar["name"] not in real:
                    continue
                share = 100 * real[bar["name"]] / sum(real.values())
                assert shown == pytest.approx((real[bar["name"]], share), abs=0.06), hover
                seen += 1
                charts.add(entry.id)
    assert len(charts) >= 4
    assert seen >= 100


def test_every_cell_of_every_table_of_fields_is_that_of_the_mart(page, catalogue, totals, codes):
    seen = 0
    for entry, figure in drawn_as(page, catalogue, "field_table"):
        _, shown = figure["data"]
        levels = [("level", name) for name in LEVELS]
        for name, line in zip(entry.shows, shown["text"], strict=True):
            for place, text in zip([*levels, CITY_ROW], line, strict=True):
                if text:
                    assert text == cell(catalogue.fields[name], place, totals, codes), (name, place)
                    seen += 1
    assert seen >= 20


def cell(field, place, totals, codes):
    """What a cell says of a field: its mean, and the share of the units that have it."""
    key = (*place, field.name)
    if field.rollup == "count_by_code":
        said = {code: n for code, n in codes[key].items() if code != NOT_APPLICABLE}
        total = sum(code * n for code, n in said.items())
        having, used = sum(n for code, n in said.items() if code > 0), sum(said.values())
    else:
        total, used, having = totals[key]
    share = labels.number(100 * having / used)
    return f"{share}%" if field.enum else f"{labels.brief(total / used, 1)}（{share}%）"


def test_every_cell_of_the_matrix_of_levels_counts_the_matters(page, snapshot, catalogue):
    short = {catalogue.say(f"dashboards.level_{name}"): name for name in LEVELS}
    real = {tuple(row[:2]): row[2:] for row in snapshot.ask(MATTERS, P).iter_rows()}
    figure = figures(page("/xietiao"))["D1-1"]
    starts = figure["layout"]["yaxis"]["ticktext"]
    ends = figure["layout"]["xaxis"]["ticktext"]
    seen = 0
    for start, line in zip(starts, figure["data"][0]["text"], strict=True):
        for end, text in zip(ends, line, strict=True):
            levels = (short.get(start.removesuffix("发起")), short.get(end.removeprefix("对方为")))
            count, closed = real.get(levels, (0, 0))
            if None in levels or not count:
                continue
            assert text == f"{count}件<br>办结{labels.number(100 * closed / count)}%", levels
            seen += count
    assert seen > 10


def test_every_part_of_the_answers_counts_the_matters_of_its_place(page, snapshot, catalogue):
    real = {}
    for county, is_city, code, count in snapshot.ask(ANSWERS, P).iter_rows():
        if is_city == (county == "330700"):
            real.setdefault(county, {})[code] = count
    words, seen = catalogue.codes["mirror"], 0
    for bar in (one for one in figures(page("/xietiao"))["D1-11"]["data"] if one["type"] == "bar"):
        code = next(code for code, word in words.items() if word == bar["name"])
        for county, hover in zip(bar["customdata"], bar["hovertext"], strict=True):
            count, all_of = real[county].get(code, 0), sum(real[county].values())
            assert told(hover) == pytest.approx((count, 100 * count / all_of), abs=0.06), hover
            seen += count
    assert seen > 10


def test_every_share_of_the_sectors_is_that_of_the_mart(page, catalogue, totals):
    _, shown = figures(page("/xietiao"))["D1-4"]["data"]
    seen = 0
    for counties, line in zip(shown["customdata"], shown["text"], strict=True):
        for county, name, text in zip(counties, SECTORS, line, strict=True):
            if text:
                _, used, positive = totals[(*scope_of(county, catalogue), name)]
                assert text == labels.number(100 * positive / used), (county, name)
                seen += 1
    assert seen >= 50
