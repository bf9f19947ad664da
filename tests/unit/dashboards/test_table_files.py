"""The tables of pages as files: every line of them, as the page says it, and nothing else."""

import re
from datetime import datetime
from io import BytesIO
from urllib.parse import unquote

import openpyxl
import pytest

from dashboards.app import build_app
from dashboards.reader import CITY, Reader
from dashboards.table_files import NUMBER, respond

NOW = datetime(2026, 10, 9, 8, 30)
COUNTY, OTHER, UNIT = "330702", "330726", "330702210000"
PAGES = [
    f"/county/{COUNTY}",
    f"/county/{COUNTY}/COO01",
    f"/unit/{UNIT}",
    "/unit",
    "/jiance/banben",
    "/jiance/ct_organ_members",
]
LINK = re.compile(r'href="(/table/[^"]+card=([^"]+))"')
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>")


@pytest.fixture(scope="module")
def app(published, catalogue):
    return build_app(published, catalogue, lambda: NOW)


@pytest.fixture(scope="module")
def site(app):
    return app.server.extensions["site"]


def written(data):
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]


def shown(markup, card):
    part = markup.partition(f'id="{card}"')[2].partition("</section>")[0]
    return [
        [re.sub("<[^>]+>", "", cell) for cell in CELL.findall(row)]
        for row in part.split("<tr>")[1:]
    ]


def as_read(value):
    """A number, with or without its thousands, or the text."""
    text = "" if value is None else str(value).replace("&#x27;", "'").replace("&quot;", '"')
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text


@pytest.mark.parametrize("path", PAGES)
def test_the_file_of_a_table_holds_what_its_page_shows(app, site, path):
    markup = site.markup(path, "", CITY)
    links = LINK.findall(markup)
    assert links
    for address, card in links:
        lines = written(app.server.test_client().get(address.replace("&amp;", "&")).data)
        on_page = shown(markup, card)
        assert len(on_page) > 1
        assert len(lines) >= len(on_page)
        for line, seen in zip(lines, on_page, strict=False):
            assert [as_read(cell) for cell in line] == [as_read(cell) for cell in seen]


def test_the_file_holds_the_lines_that_the_page_leaves_out(site, snapshot):
    owed = snapshot.ask("select count(*) as n from core.duty where period = '2026Q3'")["n"][0]
    on_page = shown(site.markup("/unit", "", CITY), "choose")
    lines = written(respond(site, "/unit", "card=choose", CITY).data)
    assert len(on_page) - 1 < owed
    assert len(lines) - 1 == owed


def test_counts_are_numbers_to_be_summed_and_codes_are_text(site):
    heads, *lines = written(respond(site, "/unit", "card=choose", CITY).data)
    assert all(isinstance(line[heads.index("代码")], str) for line in lines)
    heads, *lines = written(respond(site, f"/county/{COUNTY}", "card=units", CITY).data)
    assert all(isinstance(line[heads.index("审核意见")], int) for line in lines)


@pytest.mark.parametrize(
    ("text", "is_number"),
    [("1,234.5", True), ("-7", True), ("0", True), ("1,2", False), ("007", False), ("=1+1", False)],
)
def test_a_list_of_codes_and_what_looks_like_a_formula_are_no_numbers(text, is_number):
    assert bool(NUMBER.fullmatch(text)) is is_number


def test_the_file_is_named_after_the_place_and_says_whose_it_is(site):
    answer = respond(site, f"/unit/{UNIT}", "card=D7-4", CITY)
    name = unquote(answer.headers["Content-Disposition"])
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet["A2"].value.removeprefix("统计范围：") in name
    assert "2026Q3" in name


@pytest.mark.parametrize(
    "path", [f"/county/{OTHER}", f"/county/{OTHER}/COO01", "/nowhere", "/unit"]
)
def test_what_a_page_does_not_show_has_no_file(site, path):
    reader = Reader("county", frozenset({COUNTY}))
    answer = respond(site, path, "card=units", reader)
    assert answer.status_code == 404
