"""The folded table under a figure: what is drawn is found in the text of the page."""

import re
from datetime import datetime

import pytest

from dashboards import plain
from dashboards.app import build_app
from dashboards.charts import charts, prepare
from dashboards.data_tables import data_table
from dashboards.figures import labels
from dashboards.reader import CITY
from models.loader import load_catalogue
from tests.unit.dashboards.printed import section

CELL = re.compile("<td>(.*?)</td>")


def cells(prepared):
    return set(CELL.findall(plain.to_html(data_table(prepared))))


@pytest.mark.parametrize("chart", ["D1-2", "D5-1", "D2-6"])
def test_every_name_and_value_of_a_figure_is_found_as_it_is_printed(ask, chart):
    prepared = prepare(chart, ask())
    found = cells(prepared)
    for row in prepared.answer.rows.iter_rows(named=True):
        assert row["name"] in found
        if row["value"] is not None:
            decimals = prepared.setting.indicators[row["indicator"]].decimals
            assert labels.brief(row["value"], decimals) in found


def test_every_figure_with_rows_has_its_table_and_no_number_that_its_file_has_not(ask):
    question = ask()
    for chart in charts(load_catalogue()):
        prepared = prepare(chart, question)
        rows = prepared.answer.rows
        if rows.height:
            text = plain.to_html(data_table(prepared))
            assert text.count("<tr>") == min(rows.height, question.limits.strip_units) + 1, chart


def test_a_figure_without_rows_has_no_table(ask):
    prepared = prepare("D1-2", ask(level="city", county="330726"))
    assert prepared.answer.rows.is_empty()
    assert data_table(prepared) is None


def test_the_table_is_folded_away_under_its_figure(published, catalogue):
    app = build_app(published, catalogue, lambda: datetime(2026, 10, 9, 8, 30))
    site = app.server.extensions["site"]
    card = section(site.markup("/ganbu", "", CITY), "D5-1")
    assert '<details class="data"><summary>' in card
