"""Tables that hold more lines than a page: the page counts the rest, the file has them all."""

import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO

import pytest
from openpyxl import load_workbook

from dashboards import exports
from dashboards.plain import to_html
from dashboards.reader import Reader
from dashboards.site import Site

NOW = datetime(2026, 10, 9, 8, 30)
P, COUNTY = "2026Q3", "330702"
REVIEWER = Reader("reviewer")
MOST, ENOUGH = 2, 1000
LEFT = re.compile(r"另有(\d+)[行家]")
CARDS = {
    "units": f"/county/{COUNTY}",
    "units of a number": f"/county/{COUNTY}/COO03",
    "found": "/jiance/banben",
    "D6-8": "/jiance",
}


@pytest.fixture(scope="module")
def site_of(published, catalogue):
    @cache
    def made(most):
        figures = {**catalogue.parameters["figures"], "table_rows": most}
        few = replace(catalogue, parameters={**catalogue.parameters, "figures": figures})
        return Site(published, few, lambda: NOW)

    return made


def card(site, name):
    """The lines of a table, and how many it says that it leaves out."""
    told = to_html(site.page(CARDS[name], f"?q={P}", REVIEWER))
    section = told.partition(f'id="{name.partition(" ")[0]}"')[2].partition("</section>")[0]
    left = LEFT.search(section)
    return section.count("<tr>") - 1, int(left.group(1)) if left else 0


@pytest.mark.parametrize("name", CARDS)
def test_what_a_page_leaves_out_is_counted_under_the_table(site_of, name):
    every, none_left = card(site_of(ENOUGH), name)
    assert every > MOST
    assert none_left == 0
    assert card(site_of(MOST), name) == (MOST, every - MOST)


def test_the_file_of_a_table_has_the_lines_that_the_page_leaves_out(site_of):
    every, _ = card(site_of(ENOUGH), "D6-8")
    answer = exports.respond(site_of(MOST), "D6-8.xlsx", f"q={P}", REVIEWER)
    sheet = load_workbook(BytesIO(answer.get_data())).worksheets[0]
    marked = [row for row in sheet.iter_rows(values_only=True) if row[1] is not None]
    assert len(marked) - 1 == every
