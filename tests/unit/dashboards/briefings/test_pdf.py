"""Papers as pages, by LibreOffice: the same bytes, one page a county, 版记 where it belongs."""

from dataclasses import replace
from io import BytesIO

import pytest
from pptx import Presentation
from pypdf import PdfReader

from dashboards.briefings.document import word_file
from dashboards.briefings.office import pdfs
from dashboards.briefings.slides import slide_file
from dashboards.briefings.writing import papers_of
from tests.programs import IMPRESS, WRITER, office

MM = 72 / 25.4
FOOT = 35 * MM  # under the last line of the type area
LINE = 22


@pytest.fixture(scope="module")
def county(snapshot, catalogue):
    [(facts, paper)] = papers_of(snapshot, catalogue, "2026Q3", "county", "330702")
    return word_file(paper, facts, {}), paper


@pytest.fixture(scope="module")
def pages(paper, facts, county, tmp_path_factory):
    """The city's paper, one page shorter too, and a county's by name; the county's twice."""
    office(WRITER)
    folder = tmp_path_factory.mktemp("pdf")
    less = replace(paper, annexes=paper.annexes[:1])
    files = {"county": county[0], "again": county[0]}
    files |= {"city": word_file(paper, facts, {}), "shorter": word_file(less, facts, {})}
    paths = [folder / f"{name}.docx" for name in files]
    for path in paths:
        path.write_bytes(files[path.stem])
    made = pdfs(paths[:1], paper.published_at) + pdfs(paths[1:], paper.published_at)
    return {path.stem: path.read_bytes() for path in made}


def test_a_second_run_of_libreoffice_gives_the_same_bytes(pages):
    assert pages["county"] == pages["again"]


def test_slides_are_printed_one_a_page_and_twice_with_the_same_bytes(paper, facts, tmp_path):
    office(IMPRESS)
    paths = [tmp_path / name / "slides.pptx" for name in ("first", "again")]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(slide_file(paper, facts, {}))
    made = [pdfs([path], paper.published_at)[0].read_bytes() for path in paths]
    assert made[0] == made[1]
    assert len(PdfReader(BytesIO(made[0])).pages) == len(Presentation(paths[0]).slides)


def test_a_county_reads_one_page_and_its_list_of_units_on_another(pages, county):
    assert len(PdfReader(BytesIO(pages["county"])).pages) == 1 + bool(county[1].annexes)


def lines_of(page):
    """Every line of a page with its height."""
    heights = {}
    page.extract_text(visitor_text=lambda text, _, at, *__: heights.setdefault(text.strip(), at[5]))
    return heights


@pytest.mark.parametrize("name", ["city", "shorter"])
def test_the_imprint_stands_at_the_foot_of_the_last_even_page_without_a_number(
    name, pages, catalogue
):
    found = PdfReader(BytesIO(pages[name])).pages
    assert len(found) % 2 == 0
    text, heights = found[-1].extract_text(), lines_of(found[-1])
    assert "抄送" in text
    assert not any("抄送" in page.extract_text() for page in found[:-1])
    assert catalogue.structure.city.zh in text
    assert f"{len(found)}" not in text.replace("2026", "")
    printed_on = next(height for words, height in heights.items() if "印发" in words)
    assert FOOT <= printed_on <= FOOT + LINE


def test_every_page_is_marked_also_the_blank_one_before_the_imprint(pages, catalogue):
    words = catalogue.briefing.words
    blank = []
    for name in ("county", "city", "shorter"):
        for page in PdfReader(BytesIO(pages[name])).pages:
            text = page.extract_text()
            assert words["sample"] in text
            assert words["draft"] in text
            blank.append(set(text.split()) == {words["sample"], words["draft"]})
    assert sum(blank) == 1  # of the two that differ by a page, one has it
