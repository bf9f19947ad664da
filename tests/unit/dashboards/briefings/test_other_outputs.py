"""Slides, annex workbook, page: native charts, text that stays text, nothing from outside."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from dashboards.briefings.annex import annex_file
from dashboards.briefings.chart_forms import Native
from dashboards.briefings.document import figure_height
from dashboards.briefings.native_charts import FRAME, SMALLEST_LABEL, add_chart
from dashboards.briefings.page import page_file
from dashboards.briefings.slides import CHART_BOX, slide_file
from dashboards.briefings.tables import Grid

RARE = "镕喆堃昇赟䶮"


@pytest.fixture(scope="module")
def deck(paper, facts):
    return Presentation(BytesIO(slide_file(paper, facts, {})))


@pytest.fixture(scope="module")
def page(paper, facts):
    return page_file(paper, facts, {}).decode()


def test_a_slide_has_one_message_one_native_chart_and_its_source(deck, paper):
    charts = [slide for slide in deck.slides if any(shape.has_chart for shape in slide.shapes)]
    assert len(charts) >= 6
    for slide in charts:
        assert slide.shapes.title.text
        assert sum(shape.has_chart for shape in slide.shapes) == 1
        assert any(
            "应报" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame
        )


def test_the_deck_is_wide_and_has_ten_to_fourteen_slides_or_says_less_where_less_is_known(deck):
    assert deck.slide_width * 9 == deck.slide_height * 16
    assert 8 <= len(deck.slides) <= 14


def test_every_run_of_a_slide_names_its_east_asian_face(deck):
    for slide in deck.slides:
        for run in slide._element.iter(qn("a:r")):
            assert run.find(f"{qn('a:rPr')}/{qn('a:ea')}") is not None


def test_every_slide_of_a_sample_says_so(deck, catalogue):
    mark = catalogue.briefing.words["sample"]
    for slide in deck.slides:
        assert mark in "".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)


def test_the_codes_of_a_slide_stand_in_its_notes(deck, paper):
    codes = {fact.code for _, sentence in paper.messages for fact in sentence.facts}
    notes = "".join(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
    assert codes
    assert all(code in notes for code in codes)


def test_places_stand_in_the_order_of_the_directory(paper, catalogue):
    drawn = next(d for p in paper.parts for d in p.figures if d.prepared.entry.id == "D1-2")
    assert list(drawn.native.categories) == ["市直", *catalogue.counties.values()]


def test_the_parts_of_a_stack_stand_in_the_order_of_their_list(paper, catalogue):
    drawn = next(d for d in paper.figures if d.prepared.entry.id == "D2-5")
    parts = [name for name, _ in drawn.native.series]
    assert len(parts) > 1
    assert parts == [each for each in catalogue.codes["fund_budget_line"].values() if each in parts]


def test_no_label_of_a_bar_is_higher_than_the_bar_is_thick(facts):
    places = tuple(facts.catalogue.counties.values())
    fact = facts.target("COO02")
    for size, height in ((14, CHART_BOX[3]), (9, None)):
        for count in (1, 2) if height else (1, 2, 3):
            series = tuple((str(each), (fact,) * len(places)) for each in range(count))
            native = Native("bar", places, series, "", 0)
            box = (0, 0, CHART_BOX[2], height or figure_height(native))
            deck = Presentation()
            slide = deck.slides.add_slide(deck.slide_layouts[6])
            plot = add_chart(slide, native, box, "SimHei", size).chart.plots[0]
            bars = len(places) * (count + plot.gap_width / 100)
            assert plot.data_labels.font.size <= (box[3] - FRAME) / bars
            assert SMALLEST_LABEL <= plot.data_labels.font.size.pt <= size


def test_no_letter_on_a_slide_is_smaller_than_ten_points(deck):
    sizes = [
        int(each.get("sz")) for slide in deck.slides for each in slide._element.iter(qn("a:rPr"))
    ]
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    for chart in charts:
        sizes += [
            int(one.get("sz")) for one in chart._chartSpace.iter(qn("a:defRPr")) if one.get("sz")
        ]
    assert min(sizes) >= 1000


def test_values_that_no_bar_can_carry_stand_in_a_table_beside_the_chart(deck, paper):
    """Three bars a place are too thin for their numbers."""
    drawn = next(one for one in paper.figures if one.prepared.entry.id == "D2-4")
    slide = next(each for each in deck.slides if any(shape.has_table for shape in each.shapes))
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0][1:] == [name for name, _ in drawn.native.series]
    for row, (place, *texts) in enumerate(rows[1:]):
        facts = [facts[row] for _, facts in drawn.native.series]
        assert place == drawn.native.categories[row]
        assert texts == [fact.printed if fact else "—" for fact in facts]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert not chart.plots[0].has_data_labels


def test_the_scale_of_shares_ends_at_a_hundred_unless_a_number_is_above_it(facts, paper):
    shares = [one.native for one in paper.figures if one.native and one.native.uom == "%"]
    assert 100.0 in {each.most for each in shares}
    for each in shares:
        assert (each.most is None) == any(fact.number > 100 for fact in each.facts)
    fact = replace(facts.target("COO02"), number=102.4)
    native = Native("bar", ("甲",), (("乙", (fact,)),), "%", 1)
    assert native.most is None
    assert replace(native, uom="个").most is None


def test_the_scale_of_bars_stands_at_the_foot(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart and shape.chart.category_axis.reverse_order:
                scale = shape.chart._chartSpace.find(f".//{qn('c:valAx')}")
                assert scale.find(qn("c:crosses")).get("val") == "max"


def test_every_sheet_of_the_annex_of_a_draft_says_so_and_no_final_one_does(paper, facts):
    mark = facts.catalogue.briefing.words["draft"]
    for is_draft in (True, False):
        book = load_workbook(BytesIO(annex_file(replace(paper, is_draft=is_draft), facts)))
        *tables, _ = book.worksheets
        assert {mark in each["A2"].value for each in tables} == {is_draft}
        assert {mark in (each.oddHeader.right.text or "") for each in book} == {is_draft}


def test_the_annex_holds_every_number_with_its_code(paper, facts):
    book = load_workbook(BytesIO(annex_file(paper, facts)))
    rows = list(book.worksheets[-1].iter_rows(min_row=2, values_only=True))
    expected = [(fact.code, fact.printed) for _, fact in paper.cited()]
    assert [(row[0], row[2]) for row in rows] == expected


def test_a_name_that_looks_like_a_formula_stays_text(paper, facts):
    grid = Grid("own", "表1", "个", ("=1+1", "+x"), (("=cmd|' /C calc'!A0", "@sum"),))
    named = replace(paper, parts=(replace(paper.parts[0], grids=(grid,), figures=()),), annexes=())
    sheet = load_workbook(BytesIO(annex_file(named, facts))).worksheets[0]
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert all(cell.data_type != "f" for cell in texts)
    assert "=cmd|' /C calc'!A0" in [cell.value for cell in texts]


def test_the_page_asks_nothing_of_any_server_and_its_charts_say_what_they_show(page):
    assert not re.search(r"(src|href)=|https?://|url\(|@import|<script", page)
    charts = re.findall(r"<svg[^>]*>.*?</svg>", page, re.DOTALL)
    assert len(charts) >= 6
    for chart in charts:
        assert etree.fromstring(chart).get("aria-label")


def test_the_page_shows_every_number_with_its_code(page, paper):
    codes = {fact.code for _, fact in paper.cited()}
    told = set(re.findall(r'title="([0-9A-Z]{7})"|<title>([0-9A-Z]{7})</title>', page))
    assert codes <= {code for pair in told for code in pair}


def test_names_are_escaped_and_rare_characters_are_kept_on_the_page(paper, facts):
    named = replace(paper, addressee=f"<b>{RARE}</b>", title=RARE)
    text = page_file(named, facts, {}).decode()
    assert f"&lt;b&gt;{RARE}&lt;/b&gt;" in text
