"""The Word file: fonts, controls, charts that can be edited, the same bytes."""

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
from dashboards.briefings.reading_back import NotAPaperError, numbers_in, origin
from dashboards.briefings.sentences import Written
from dashboards.briefings.styles import THEME
from dashboards.briefings.tables import Grid
from dashboards.briefings.wordml import Marks, code_in, table
from tests.flow.office import saved_by_libreoffice
from tests.programs import program

RARE = "镕喆堃昇赟䶮"
MADE_HERE = "customStyle"


def parts(word):
    with zipfile.ZipFile(BytesIO(word)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(pdf, page):
    """What a page of a PDF says, line by line."""
    command = [program("pdftotext"), "-f", str(page), "-l", str(page), str(pdf), "-"]
    told = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 our own file
    return told.stdout.decode()


def test_a_column_of_codes_stands_to_the_left_also_where_one_has_no_code():
    rows = (("甲", "0HTXN74", "85.3"), ("乙", "—", "不再列出"), ("丙", "2F3Z5GK", "12"))
    made = table(Grid("numbers", "", "", ("位置", "编码", "更正后"), rows), Marks())
    styles = [each.get(qn("w:val")) for each in made.iter(qn("w:pStyle"))]
    codes, values = styles[4::3], styles[5::3]
    assert set(codes).isdisjoint(values)
    assert len(set(codes)) == 1


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


def looks_of(file):
    """Every block of a paper with the style it has; a table has none."""
    for each in docx.Document(str(file)).element.body:
        style = each.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        yield each, None if style is None else style.get(qn("w:val"))


def test_what_is_shown_in_a_chapter_follows_what_is_told_there(file):
    chapters = [[]]
    for block, look in looks_of(file):
        if look in {"first", "flush"}:
            chapters.append([])
        chapters[-1].append("shown" if block.tag == qn("w:tbl") or look == "figure" else look)
    with_more = [one for one in chapters if "second" in one and "shown" in one]
    assert len(with_more) > 1
    for one in with_more:
        assert not {"second", "body"} & set(one[one.index("shown") :])


def test_the_page_of_the_signature_has_words_of_the_text(file, catalogue):
    """What stands last before the annexes is kept with them, and they with who signs."""
    blocks = list(looks_of(file))
    label = catalogue.briefing.words["annexes_label"]
    first = next(place for place, (block, _) in enumerate(blocks)
                 if "".join(block.itertext()).startswith(label))  # fmt: skip
    signed = [look for _, look in blocks].index("right")
    for block, _ in blocks[first - 2 : signed + 1]:
        assert block.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None


def test_every_number_can_be_read_back_and_agrees(file, paper, told):
    assert len(list(numbers_in(file))) == len(list(paper.in_text()))
    assert told(file) == []
    assert origin(file) == (paper.snapshot, "2026Q3", "city", "330700")


def test_an_edited_a_deleted_and_an_unknown_number_are_told(file, told):
    document = docx.Document(str(file))
    controls = list(document.element.body.iter(qn("w:sdt")))
    first, second, third = controls[0], controls[1], controls[2]
    next(first.iter(qn("w:t"))).text = "99999"
    for name in ("tag", "alias"):
        second.find(f"{qn('w:sdtPr')}/{qn('w:' + name)}").set(qn("w:val"), "sanji-0000000")
    third.getparent().remove(third)
    document.save(str(file))
    found = told(file)
    assert [one.state for one in found] == ["changed", "unknown", "gone", "gone"]
    assert found[0].seen == "99999"
    assert found[0].context


@pytest.mark.parametrize(
    ("measure", "written", "agrees"),
    [
        ("indicator", "百分之{share}", True),
        ("indicator", "{share}", True),
        ("indicator", "百分之三点七", False),
        ("indicator", "三成", False),
        ("indicator", "三四成", False),
        ("count", "{count}家", True),
        ("count", "百分之{count}", False),
        ("count", "十一家", False),
        ("count", "十几家", False),
    ],
)
def test_a_number_in_words_is_checked_where_a_coded_number_stood(
    measure, written, agrees, file, told, paper
):
    """The first rate and the first count of the paper, spelled out by hand."""
    by_code = {one.fact.code: one.fact for one in paper.in_text()}
    document = docx.Document(str(file))
    for control in document.element.body.iter(qn("w:sdt")):
        fact = by_code[code_in(control)]
        if fact.citation.measure == measure and fact.citation.part == "value":
            break
    text = written.format(share=spelled(fact.printed), count=spelled(fact.printed))
    next(control.iter(qn("w:t"))).text = text
    document.save(str(file))
    found = [(one.state, one.code, one.seen, one.expected) for one in told(file)]
    assert found == ([] if agrees else [("changed", fact.code, text, fact.printed)])


def spelled(number):
    """85.3 -> 八十五点三, below a thousand."""
    whole, _, rest = number.partition(".")
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = int(whole) // 100, int(whole) // 10 % 10, int(whole) % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    text += f"{digits[tens]}十" if tens else "零" * bool(hundreds and ones)
    text += digits[ones] if ones or not int(whole) else ""
    return text + ("点" + "".join(digits[int(each)] for each in rest) if rest else "")


def test_a_bar_that_was_changed_is_told_with_its_code(file, paper, told):
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
    [found] = told(file)
    assert (found.state, found.code, found.seen) == ("changed", first.fact.code, "12.3")
    assert found.expected == first.fact.printed


def test_a_chart_that_was_taken_out_is_told(file, told):
    document = docx.Document(str(file))
    drawing = next(document.element.body.iter(qn("w:drawing")))
    drawing.getparent().remove(drawing)
    document.save(str(file))
    assert [one.state for one in told(file)] == ["chart_gone"]


def test_a_number_that_was_typed_in_has_no_code_and_is_told_as_unchecked(file, told):
    document = docx.Document(str(file))
    for paragraph in document.paragraphs[:40]:
        if any(control.tag == qn("w:sdt") for control in paragraph._p):
            paragraph.add_run(
                "第三次抽查三级联动，另有１２个单位，占3.5%，三成、五十二家未到，过半整改。"
            )
            break
    document.save(str(file))
    found = told(file)
    assert {one.state for one in found} == {"untied"}
    assert [one.seen for one in found] == ["12", "3.5", "三成", "五十二家", "过半"]
    assert all("另有" in one.context for one in found)


def test_words_may_be_changed_freely(file, told):
    document = docx.Document(str(file))
    for words in document.element.body.iter(qn("w:t")):
        inside = next(words.iterancestors(qn("w:sdt")), None)
        if inside is None:
            words.text = f"改{words.text}"
    document.save(str(file))
    assert told(file) == []


def test_another_word_file_is_not_taken_for_a_paper(tmp_path):
    docx.Document().save(str(tmp_path / "other.docx"))
    (tmp_path / "text.docx").write_text("no archive")
    for name in ("other.docx", "text.docx"):
        with pytest.raises(NotAPaperError):
            origin(tmp_path / name)


def test_numbers_survive_being_saved_by_libreoffice(file, told, tmp_path):
    again = saved_by_libreoffice(file, tmp_path / "again", "docx")
    assert told(again) == []


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


def test_no_line_ends_inside_a_number(paper, facts, tmp_path):
    """A share at every place of a line: the whole of it stands on one line or on the next."""
    part = next(part for part in paper.parts if part.section.id == "linkage")
    share = next(one for one in part.sentences if one.id == "LNK03").facts[-1]
    lines = [Written("TST01", ("机" * width, share, "%，关")) for width in range(20, 28)]
    parts = tuple(replace(part, sentences=(one,), grids=(), figures=()) for one in lines)
    path = tmp_path / "lines.docx"
    path.write_bytes(word_file(replace(paper, parts=parts, annexes=(), kind="county"), facts, {}))
    pdf = saved_by_libreoffice(path, tmp_path / "pdf", "pdf")
    text = text_of(pdf, 1) + text_of(pdf, 2)
    assert text.replace(" ", "").count(f"{share.printed}%") == len(lines)


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
