"""What the design page on reliability lists as hostile: each row makes its file, each is answered.

The id of a case is the row's own words; what the answer says stands beside it.
"""

import io
import zipfile

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from pipelines.judging.checking import check_file
from pipelines.registry import reading
from tests.hostile import (
    cell,
    crafted,
    ods,
    old_book,
    spoilt,
    with_rows,
    zipped,
)

pytestmark = pytest.mark.xdist_group("hostile")


@pytest.fixture(scope="module")
def home(small_city, tmp_path_factory):
    return small_city.home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def one(small_city):
    """A county unit without departures in the second quarter."""
    return next(
        each
        for each in small_city.of("2026Q2")
        if each.unit.unit_kind == "county_organ"
        and not small_city.sample.city[each.issue.unit_code, "2026Q2"].departures
    )


@pytest.fixture(scope="module")
def book(one, workbooks):
    """The bytes of its honest workbook."""
    return workbooks[one.issue.issue_id].read_bytes()


@pytest.fixture(scope="module")
def bad(book):
    """Name -> a file built to hurt."""
    return crafted(book)


@pytest.fixture
def check(home, catalogue, tmp_path):
    """What the unit is told of these bytes under this name."""

    def checked(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        with reading(home) as registry:
            return check_file(home, registry, catalogue, path)

    return checked


def locked_with(password, data):
    """The workbook encrypted as Excel does."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, target)
    return target.getvalue()


REFUSED = [
    ("zip bomb", "bomb.xlsx", "解压后超过200MB"),
    ("zip bomb of blanks", "blank_bomb.xlsx", "解压后超过200MB"),
    ("zip bomb of one text", "string_bomb.xlsx", "解压后超过200MB"),
    ("overlapping parts", "overlapping.xlsx", "已损坏"),
    ("duplicate parts", "twice.xlsx", "已损坏"),
    ("200k parts", "parts.xlsx", "内部部件超过2000个"),
    ("nested zip part", "nested.xlsx", "内部夹带压缩包"),
    ("path traversal", "outside.xlsx", "已损坏"),
    ("NUL in a part's name", "nul.xlsx", "已损坏"),
    ("DOCTYPE, XXE", "doctype.xlsx", "DOCTYPE"),
    ("DOCTYPE in UTF-16", "doctype16.xlsx", "DOCTYPE"),
    ("DOCTYPE in UTF-32", "doctype32.xlsx", "DOCTYPE"),
    ("billion laughs", "laughs.xlsx", "DOCTYPE"),
    ("an encoding to hide in", "utf7.xlsx", "已损坏"),
    ("DOCTYPE in XML-2003", "doctype_2003.xls", "DOCTYPE"),
    ("wrong extension: HTML named .xls", "page.xls", "内容是网页"),
    ("wrong extension: Word", "document.doc", "文字文档"),
    ("csv", "table.csv", "文本"),
    ("truncated", "truncated.xlsx", "已损坏"),
    ("truncated by a few bytes", "tail_gone.xlsx", "已损坏"),
    ("0 byte", "empty.xlsx", "0字节"),
    ("A1:XFD1048576, real far cell", "far.xlsx", "单元格XFD1048576处有内容"),
    ("far cell without address", "far_implied.xlsx", "1048576处有内容"),
    ("A1/IV65536 in .xls", "far.xls", "单元格IV65536处有内容"),
    ("far cell in .ods", "repeats.ods", "单元格AMJ1048576处有内容"),
    ("far cell in XML-2003", "far_2003.xls", "单元格XFD1048576处有内容"),
    ("millions of strings, declared", "strings.xlsx", "文字超过2000000条"),
    ("millions of strings, other quotes", "strings_single.xlsx", "文字超过2000000条"),
    ("millions of styles", "styles.xlsx", "样式超过200000种"),
    ("millions of merges", "merges.xlsx", "合并单元格超过200000处"),
    ("5,000 sheets", "sheets.xlsx", "工作表超过500张"),
    ("self-looping OLE chain: FAT", "loop_fat.xls", "已损坏"),
    ("self-looping OLE chain: directory", "loop_directory.xls", "已损坏"),
    ("self-looping OLE chain: directory sectors", "loop_directory_chain.xls", "已损坏"),
    ("self-looping OLE chain: miniFAT", "loop_mini.xls", "已损坏"),
    ("string count of .xls", "strings.xls", "已损坏"),
    ("OLE file cut short", "cut.xls", "已损坏"),
]


@pytest.mark.parametrize(("row", "name", "words"), REFUSED, ids=[each[0] for each in REFUSED])
def test_what_must_not_be_opened_is_refused_with_the_reason(check, bad, row, name, words):
    found = check(name, bad[name])
    assert found.verdict == "refused"
    assert words in found.reason
    assert name in found.reason


MAGIC = [
    ("PDF", b"%PDF-1.7 ", "PDF文件"),
    ("image", b"\x89PNG\r\n\x1a\n", "图片"),
    ("rar", b"Rar!\x1a\x07\x01\x00", "改用zip压缩"),
    ("7z", b"7z\xbc\xaf\x27\x1c", "改用zip压缩"),
    ("slides", zipped([("[Content_Types].xml", b"<a/>"), ("ppt/a.xml", b"<a/>")]), "演示文稿"),
    ("Word", zipped([("[Content_Types].xml", b"<a/>"), ("word/a.xml", b"<a/>")]), "文字文档"),
    ("xlsb", zipped([("[Content_Types].xml", b"<a/>"), ("xl/workbook.bin", b"a")]), ".xlsb"),
    ("ODF text", zipped([("mimetype", b"application/vnd.oasis.opendocument.text"),
                         ("content.xml", b"<a/>")]), "文字文档"),
    ("Excel 4", b"\x09\x04\x06\x00\x00\x00", "很早的Excel"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "data", "words"), MAGIC, ids=[each[0] for each in MAGIC])
def test_what_is_no_workbook_is_called_what_it_is(check, row, data, words):
    found = check("报表.xlsx", data)
    assert found.verdict == "refused"
    assert words in found.reason


def test_password_protected_is_refused_and_the_default_password_is_not(check, book):
    assert check("a.xlsx", locked_with("VelvetSweatshop", book)).verdict == "accepted"
    found = check("a.xlsx", locked_with("secret", book))
    assert found.verdict == "refused"
    assert "去掉密码" in found.reason


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "a", "报表.XLSX", "CON.xlsx", "~$a.xlsx"])
def test_wrong_extension_is_read_by_content(check, book, name):
    assert check(name, book).verdict == "accepted"


def test_macros_never_run_and_are_no_reason_to_refuse(check, book, tmp_path):
    with_macros = spoilt(book, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 whatever"})
    assert check("a.xlsm", with_macros).verdict == "accepted"


def test_a_declared_dimension_is_ignored(check, book, bad):
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        name = "xl/worksheets/sheet1.xml"
        sheet = package.read(name)
    start, _, rest = sheet.partition(b"<dimension ")
    wide = start + b'<dimension ref="A1:XFD1048576"' + rest[rest.index(b"/>") :]
    assert check("a.xlsx", spoilt(book, {name: wide})).verdict == "accepted"
    # In the old format it is the reader that must not believe it.
    assert "没有本系统下发模板的标识" in check("a.xls", bad["dimensions.xls"]).reason


def test_a_far_cell_without_content_is_no_far_cell(check, book):
    rows = (
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    found = check("a.xlsx", with_rows(book, rows))
    assert "处有内容" not in (found.reason or "")


@pytest.mark.parametrize("name", ["infinite.xlsx", "deep.xlsx"])
def test_what_the_gate_cannot_see_ends_in_the_child_with_an_answer(check, bad, name):
    found = check(name, bad[name])
    assert found.verdict in {"refused", "returned"}
    assert "系统读取时出错" not in (found.reason or "")


@pytest.mark.parametrize(
    "data",
    [ods("<table:table-row/>"), old_book()],
    ids=["ods", "xls"],
)
def test_an_office_format_of_others_is_read(check, data):
    assert "没有本系统下发模板的标识" in check("a.xlsx", data).reason


def test_one_cell_far_down_is_named_also_when_a_program_counts_it(check, book):
    found = check("a.xlsx", with_rows(book, cell(b"ZZ90000", 90000)))
    assert "单元格ZZ90000处有内容" in found.reason


def test_a_workbook_of_openpyxl_with_text_like_formulas_is_stored_as_it_is(check, book, tmp_path):
    path = tmp_path / "text.xlsx"
    changed = openpyxl.load_workbook(io.BytesIO(book))
    sheet, address = next(changed.defined_names["period_note"].destinations)
    spot = changed[sheet][address.replace("$", "")]
    spot.value = "@SUM(A1:A9)和-1、+2的说明文字"
    spot.data_type = "s"
    changed.save(path)
    assert check("text.xlsx", path.read_bytes()).verdict == "accepted"
