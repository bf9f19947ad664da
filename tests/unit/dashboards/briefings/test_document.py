"""The Word file: schema order, fonts, controls, charts that can be edited, the same bytes."""

import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from dashboards.briefings.document import word_file
from dashboards.briefings.reading_back import NotAPaperError, differences, numbers_in, origin
from dashboards.briefings.sentences import Written
from dashboards.briefings.styles import THEME
from tests.flow.office import saved_by_libreoffice
from tests.programs import program

RARE = "镕喆堃昇赟䶮"
PPR = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr",
       "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap",
       "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd",
       "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "jc", "outlineLvl",
       "rPr", "sectPr")  # fmt: skip
RPR = ("rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "spacing", "w", "kern", "position",
       "sz", "szCs", "highlight", "u", "lang")  # fmt: skip
SDT = ("rPr", "alias", "tag", "id", "lock", "text")
MADE_HERE = "customStyle"


@pytest.fixture(scope="module")
def word(paper, facts):
    return word_file(paper, facts, {})


@pytest.fixture
def file(word, tmp_path):
    path = tmp_path / "tongbao.docx"
    path.write_bytes(word)
    return path


def parts(word):
    with zipfile.ZipFile(BytesIO(word)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(pdf, page):
    """What a page of a PDF says, line by line."""
    command = [program("pdftotext"), "-f", str(page), "-l", str(page), str(pdf), "-"]
    told = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 our own file
    return told.stdout.decode()


def in_order(root, tag, order):
    for holder in root.iter(qn(f"w:{tag}")):
        names = [etree.QName(child).localname for child in holder]
        places = [order.index(name) for name in names if name in order]
        assert places == sorted(places), names
        assert len(places) == len(names), set(names) - set(order)


def test_properties_stand_in_the_order_of_the_schema(word):
    found = parts(word)
    body = etree.fromstring(found["word/document.xml"])
    for tag, order in (("pPr", PPR), ("rPr", RPR), ("sdtPr", SDT)):
        in_order(body, tag, order)
    styles = etree.fromstring(found["word/styles.xml"])
    for style in styles.iter(qn("w:style")):
        if style.get(qn(f"w:{MADE_HERE}")):
            in_order(style, "pPr", PPR)
            in_order(style, "rPr", RPR)


def test_every_style_names_its_east_asian_face_and_none_follows_the_theme(word):
    styles = etree.fromstring(parts(word)["word/styles.xml"])
    faces = list(styles.iter(qn("w:rFonts")))
    assert faces
    assert not any(face.get(qn(f"w:{name}")) for face in faces for name in THEME)
    own = [s for s in styles.iter(qn("w:style")) if s.get(qn(f"w:{MADE_HERE}"))]
    assert all(s.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) for s in own)


def test_the_sample_is_marked_on_odd_and_even_pages_and_a_draft_is_called_one(file, catalogue):
    section = docx.Document(str(file)).sections[0]
    words = catalogue.briefing.words
    for header in (section.header, section.even_page_header):
        assert words["sample"] in header.paragraphs[0].text
        assert words["draft"] in header.paragraphs[0].text
    assert section.footer.paragraphs[0]._p.xpath(".//w:fldSimple")
    assert docx.Document(str(file)).settings.odd_and_even_pages_header_footer


def test_charts_are_native_with_their_workbook_and_a_text_for_those_who_cannot_see(word):
    found = parts(word)
    charts = [name for name in found if name.startswith("word/charts/chart")]
    assert len(charts) >= 6
    for name in charts:
        chart = etree.fromstring(found[name])
        relation = chart.find(".//{*}externalData").get(qn("r:id"))
        rels = found[name.replace("charts/", "charts/_rels/") + ".rels"].decode()
        assert f'Id="{relation}"' in rels
        assert chart.find(f".//{qn('a:ea')}") is not None
    body = etree.fromstring(found["word/document.xml"])
    names = [one.get("descr") for one in body.iter(qn("wp:docPr"))]
    assert len(names) == len(charts)
    assert all(names)


def test_every_number_can_be_read_back_and_agrees(file, word, paper):
    assert len(list(numbers_in(file))) == len(list(paper.in_text()))
    assert differences(file, paper, word) == []
    assert origin(file) == (paper.snapshot, "2026Q3", "city", "330700")


def test_an_edited_a_deleted_and_an_unknown_number_are_told(file, word, paper):
    document = docx.Document(str(file))
    controls = list(document.element.body.iter(qn("w:sdt")))
    first, second, third = controls[0], controls[1], controls[2]
    next(first.iter(qn("w:t"))).text = "99999"
    for name in ("tag", "alias"):
        second.find(f"{qn('w:sdtPr')}/{qn('w:' + name)}").set(qn("w:val"), "sanji-0000000")
    third.getparent().remove(third)
    document.save(str(file))
    found = differences(file, paper, word)
    assert [one.state for one in found] == ["changed", "unknown", "gone", "gone"]
    assert found[0].seen == "99999"
    assert found[0].context


def test_a_bar_that_was_changed_is_told_with_its_code(file, word, paper):
    document = docx.Document(str(file))
    chart = next(part for part in document.part.package.iter_parts()
                 if part.partname.startswith("/word/charts/"))  # fmt: skip
    root = etree.fromstring(chart.blob)
    drawn = next(
        one for one in paper.figures if str(chart.partname).endswith(f"chart{one.number}.xml")
    )
    first = next(drawn.located())
    next(root.iter("{*}val")).find(".//{*}v").text = "12.3"
    chart._blob = etree.tostring(root)
    document.save(str(file))
    [found] = differences(file, paper, word)
    assert (found.state, found.code, found.seen) == ("changed", first.fact.code, "12.3")
    assert found.expected == first.fact.printed


def test_a_chart_that_was_taken_out_is_told(file, word, paper):
    document = docx.Document(str(file))
    drawing = next(document.element.body.iter(qn("w:drawing")))
    drawing.getparent().remove(drawing)
    document.save(str(file))
    assert [one.state for one in differences(file, paper, word)] == ["chart_gone"]


def test_a_number_that_was_typed_in_has_no_code_and_is_told_as_unchecked(file, word, paper):
    document = docx.Document(str(file))
    for paragraph in document.paragraphs[:40]:
        if any(control.tag == qn("w:sdt") for control in paragraph._p):
            paragraph.add_run("另有１２个单位，占3.5%。")
            break
    document.save(str(file))
    found = differences(file, paper, word)
    assert [(one.state, one.seen) for one in found] == [("untied", "12"), ("untied", "3.5")]
    assert all("另有" in one.context for one in found)


def test_words_may_be_changed_freely(file, word, paper):
    document = docx.Document(str(file))
    for words in document.element.body.iter(qn("w:t")):
        inside = next(words.iterancestors(qn("w:sdt")), None)
        if inside is None:
            words.text = f"改{words.text}"
    document.save(str(file))
    assert differences(file, paper, word) == []


def test_another_word_file_is_not_taken_for_a_paper(tmp_path):
    docx.Document().save(str(tmp_path / "other.docx"))
    (tmp_path / "text.docx").write_text("no archive")
    for name in ("other.docx", "text.docx"):
        with pytest.raises(NotAPaperError):
            origin(tmp_path / name)


def test_numbers_survive_being_saved_by_libreoffice(file, word, paper, tmp_path):
    again = saved_by_libreoffice(file, tmp_path / "again", "docx")
    assert differences(again, paper, word) == []


def test_a_full_page_has_22_lines_of_28_characters(paper, facts, tmp_path):
    section = next(part for part in paper.parts if part.section.id == "linkage")
    text = Written("TST01", ("机关党建工作情况" * 200,))
    full = replace(section, sentences=(text,), grids=(), figures=())
    long = replace(paper, parts=(full,), annexes=(), kind="county")
    path = tmp_path / "full.docx"
    path.write_bytes(word_file(long, facts, {}))
    pdf = saved_by_libreoffice(path, tmp_path / "pdf", "pdf")
    lines = [line for line in text_of(pdf, 2).split("\n") if "机关党建" in line]
    assert len(lines) == 22
    assert {len(line.strip()) for line in lines} == {28}


def test_rare_characters_are_in_the_file_and_in_its_pdf(paper, facts, tmp_path):
    named = replace(paper, title=RARE, parts=paper.parts[:1])
    path = tmp_path / "rare.docx"
    path.write_bytes(word_file(named, facts, {}))
    assert RARE in "".join(p.text for p in docx.Document(str(path)).paragraphs)
    pdf = saved_by_libreoffice(path, tmp_path / "pdf", "pdf")
    assert RARE in text_of(pdf, 1)


def test_nothing_here_reads_the_clock_of_the_machine(word, paper, facts):
    assert word_file(paper, facts, {}) == word
    assert sys.flags.hash_randomization
