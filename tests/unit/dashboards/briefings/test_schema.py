"""Every Office file of a set as the standard asks: order of elements, relations, ids, types."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from dashboards.briefings.annex import annex_file
from dashboards.briefings.document import unedited
from dashboards.briefings.slides import slide_file
from dashboards.briefings.writing import papers_of
from tests.ooxml import faults

UNIT = "330702210001"


def parts(office):
    with ZipFile(BytesIO(office)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files):
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("form", [unedited, annex_file, lambda *of: slide_file(*of, {})])
def test_the_files_of_the_city_are_valid(form, paper, facts):
    assert faults(form(paper, facts)) == []


@pytest.mark.parametrize(
    ("kind", "code"), [("county", "330702"), ("unit", UNIT), ("overdue", None)]
)
def test_the_other_papers_are_valid(kind, code, snapshot, catalogue):
    for facts, paper in papers_of(snapshot, catalogue, "2026Q3", kind, code):
        assert faults(unedited(paper, facts)) == []


def test_charts_that_were_chosen_are_valid_lines_and_pictures_too(snapshot, catalogue):
    chosen = ("D1-1", "D1-2", "D1-6", "D2-11", "D6-1")
    [(facts, paper)] = papers_of(snapshot, catalogue, "2026Q3", chosen=chosen)
    word = unedited(paper, facts)
    assert faults(word) == []
    found = parts(word)
    assert any(name.startswith("word/media/") for name in found)
    assert any(b"<c:lineChart>" in data for name, data in found.items() if "/charts/" in name)
    assert faults(slide_file(paper, facts, {})) == []


@pytest.mark.parametrize(
    ("part", "seen", "instead"),
    [
        ("ppt/slides/slide2.xml", rb"(<a:latin[^>]*>)(<a:ea[^>]*>)", rb"\2\1"),
        ("ppt/slides/slide2.xml", rb'(<p:cNvPr id=")\d+', rb"\g<1>1"),
        ("ppt/slides/slide2.xml", rb'r:id="rId\d+"', b'r:id="rId99"'),
        ("ppt/slides/slide3.xml", rb"(<a:bodyPr.*?)(<a:lstStyle/>)", rb"\2\1"),
        ("ppt/charts/chart1.xml", rb"(<c:overlap[^>]*>)(<c:axId[^>]*>)", rb"\2\1"),
        ("ppt/charts/chart2.xml", rb"(<c:max[^>]*>)(<c:min[^>]*>)", rb"\2\1"),
    ],
)
def test_a_file_that_would_be_repaired_is_found_out(part, seen, instead, paper, facts):
    found = parts(slide_file(paper, facts, {}))
    spoilt = re.sub(seen, instead, found[part], flags=re.DOTALL)
    assert spoilt != found[part]
    assert faults(packed({**found, part: spoilt}))
