"""Names as people have them: rare characters, and words that look like formulas, in every file."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation

from dashboards.briefings.annex import annex_file
from dashboards.briefings.document import word_file
from dashboards.briefings.page import page_file
from dashboards.briefings.paper import Drawn
from dashboards.briefings.sentences import Written
from dashboards.briefings.slides import slide_file
from dashboards.briefings.tables import Grid
from tests.flow.office import saved_by_libreoffice
from tests.unit.dashboards.briefings.test_document import text_of

RARE = "㛃䶮镕喆堃昇𠮷"
FORMULAS = ('=HYPERLINK("http://x","y")', "+1", "@x", "-2+3")
NAMES = (RARE, *FORMULAS)
LETTER = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


@pytest.fixture(scope="module")
def named(paper):
    """A paper in whose sentence, table, chart and title such names stand."""
    part = next(part for part in paper.parts if part.figures)
    grid = Grid("own", "表1", "个", NAMES, (NAMES,))
    sentence = Written("TST01", ("、".join(NAMES),))
    shown = replace(part, sentences=(sentence,), grids=(grid,), figures=(chart(part.figures[0]),))
    return replace(paper, parts=(shown,), annexes=(), title=RARE)


def chart(drawn: Drawn) -> Drawn:
    native = drawn.native
    fact = next(fact for _, facts in native.series for fact in facts if fact)
    series = ((FORMULAS[0], (fact,) * len(NAMES)), (RARE, (fact,) * len(NAMES)))
    return replace(drawn, native=replace(native, categories=NAMES, series=series))


def books_in(office):
    with ZipFile(BytesIO(office)) as archive:
        return [load_workbook(BytesIO(archive.read(name))) for name in archive.namelist()
                if name.endswith(".xlsx")]  # fmt: skip


def cells(book):
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
            if cell.value is not None]  # fmt: skip


def test_the_word_file_and_the_deck_hold_the_names_in_text_and_chart(named, facts):
    for office, place in ((word_file(named, facts, {}), "word/document.xml"),
                          (slide_file(named, facts, {}), "ppt/slides/slide2.xml")):  # fmt: skip
        with ZipFile(BytesIO(office)) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist()
                      if "/charts/chart" in name and name.endswith(".xml")]  # fmt: skip
            assert etree.fromstring(archive.read(place)) is not None
        assert charts
        assert all(RARE in each for each in charts)


def test_a_name_that_looks_like_a_formula_is_text_in_every_workbook(named, facts):
    books = [
        load_workbook(BytesIO(annex_file(named, facts))),
        *books_in(word_file(named, facts, {})),
        *books_in(slide_file(named, facts, {})),
    ]
    assert len(books) == 3
    for book in books:
        found = cells(book)
        assert {cell.data_type for cell in found} <= {"s", "n"}
        assert set(NAMES) <= {cell.value for cell in found}


def test_the_page_holds_the_names_in_text_table_and_chart(named, facts):
    page = page_file(named, facts, {}).decode()
    assert page.count(RARE) >= 5


def test_the_pdf_of_the_word_file_holds_the_names(named, facts, tmp_path):
    path = tmp_path / "rare.docx"
    path.write_bytes(word_file(named, facts, {}))
    pdf = saved_by_libreoffice(path, tmp_path / "pdf", "pdf")
    assert text_of(pdf, 1).count(RARE) >= 1


def test_a_sample_is_marked_on_every_slide_and_every_sheet(paper, facts, catalogue):
    mark = catalogue.briefing.words["sample"]
    for slide in Presentation(BytesIO(slide_file(paper, facts, {}))).slides:
        assert mark in "".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
    for sheet in load_workbook(BytesIO(annex_file(paper, facts))).worksheets:
        assert mark in sheet.oddHeader.right.text
