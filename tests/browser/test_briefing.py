"""What of a briefing needs a browser: chart pictures, and the page that opens without a network."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from dashboards.briefings.page import page_file
from dashboards.briefings.painting import painted
from dashboards.briefings.writing import papers_of
from dashboards.snapshots import open_snapshot

AT = datetime(2026, 10, 26, 17)
RARE = "㛃䶮镕喆堃昇𠮷"
RADICALS = range(0x2E80, 0x2FE0)
"""Characters that look like ordinary ones and are not found when these are searched for."""
SAMPLE = "样例数据"
INSIDE = """() => [...document.querySelectorAll('svg text')].every((text) => {
    const chart = text.ownerSVGElement.getBoundingClientRect();
    const own = text.getBoundingClientRect();
    return own.left >= chart.left - 1 && own.right <= chart.right + 1;
})"""
"""Whether every word of every chart stands inside its chart."""


@pytest.fixture(scope="module")
def briefed(synthetic, catalogue):
    [made] = papers_of(open_snapshot(synthetic / "sample.duckdb"), catalogue, "2026Q3")
    return made


@pytest.fixture(scope="module")
def drawn(briefed):
    """One chart whose title holds rare characters."""
    one = next(one for one in briefed[1].figures if one.prepared.entry.id == "D1-2")
    entry = one.prepared.entry.model_copy(update={"title": f"与上年同比{RARE}"})
    return replace(one, prepared=replace(one.prepared, entry=entry))


def words_of(pdf):
    """The text of a PDF; where the face changes, pypdf sets a blank."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return text.replace(" ", "")


def test_a_chart_leaves_as_a_dense_picture_a_drawing_and_a_searchable_page(
    browser, drawn, catalogue
):
    told = []
    twice = [painted([drawn], AT, "no browser", told.append) for _ in range(2)]
    assert told == []
    assert twice[0] == twice[1]
    png, svg, pdf = (twice[0]["D1-2", kind] for kind in ("png", "svg", "pdf"))
    with Image.open(BytesIO(png)) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert RARE in svg.decode()
    words = words_of(pdf)
    for word in ("同比", RARE, *catalogue.counties.values(), SAMPLE):
        assert word in words, word
    assert not any(ord(char) in RADICALS for char in words)


def test_the_page_fits_a_small_screen_prints_its_mark_on_every_page_and_asks_no_one(
    browser, briefed, tmp_path
):
    facts, paper = briefed
    file = tmp_path / "tongbao.html"
    file.write_bytes(page_file(replace(paper, title=RARE), facts, {}))
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate(INSIDE)
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    assert asked == [file.as_uri()]
    assert len(printed.pages) > 3
    for each in printed.pages:
        assert SAMPLE in each.extract_text()
