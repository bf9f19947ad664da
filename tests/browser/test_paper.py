"""A page on paper: what the server prints, and what a reader's own browser would."""

import unicodedata
from io import BytesIO

import pytest
from pypdf import PdfReader

from dashboards.charts import entries
from models.loader import load_catalogue

SHEET = 866
"""What the height of A4 across holds inside its margins, in the pixels of style.css."""
MOST_SHEETS = 4
"""Six cards and a table, two rows of cards on a sheet."""
RADICALS = range(0x2E80, 0x2FE0)
HEIGHTS = """() => window.dash_clientside.page.toPaper().then(() =>
  [...document.querySelectorAll('.card:not(.units)')].map((one) => [one.id, one.offsetHeight]))"""
CLIPPED = """() => [...document.querySelectorAll('.card .graph')].filter((graph) =>
  graph.querySelector('.main-svg').getBoundingClientRect().width > graph.offsetWidth + 1).length"""


def test_the_server_prints_all_cards_on_a4_across_and_says_on_each_sheet_what_they_are(
    visit, address
):
    page = visit("/zonglan?q=2026Q2", all_drawn=False).page
    href = page.get_by_role("link", name="导出PDF").get_attribute("href")
    answer = page.request.get(f"{address}{href}")
    assert answer.headers["content-type"] == "application/pdf"
    sheets = PdfReader(BytesIO(answer.body())).pages
    texts = ["".join(sheet.extract_text().split()) for sheet in sheets]
    for number, (sheet, text) in enumerate(zip(sheets, texts, strict=True), start=1):
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (842, 596)
        for told in ("2026年二季度", "应报250家", "样例数据", f"第{number}页，共{len(sheets)}页"):
            assert told in text
    whole = "".join(texts)
    for entry in entries(load_catalogue(), "D0"):
        assert "".join(entry.title.split()) in whole
    assert len(sheets) <= MOST_SHEETS
    assert "导出Excel" not in whole
    assert not [unicodedata.name(char) for char in whole if ord(char) in RADICALS]


@pytest.mark.parametrize("path", ["/unit/330702310000", "/ziyuan?ct=330702"])
def test_no_figure_is_higher_than_a_sheet_or_wider_than_its_card(visit, path):
    page = visit(path, all_drawn=False).page
    page.emulate_media(media="print")
    heights = dict(page.evaluate(HEIGHTS))
    assert heights
    assert {name: height for name, height in heights.items() if height > SHEET} == {}
    assert page.evaluate(CLIPPED) == 0


def test_what_cannot_be_printed_is_refused_in_one_chinese_line(visit, address):
    answer = visit("/zonglan", all_drawn=False).page.request.get(f"{address}/print/nowhere")
    assert answer.status == 404
    assert answer.text() == "没有这个页面"
