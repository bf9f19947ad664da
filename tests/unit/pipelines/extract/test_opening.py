"""A file is what its content says; what cannot be read says why in one word."""

import zipfile
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from pipelines.extract.book import UnreadableError
from pipelines.extract.opening import open_book
from pipelines.extract.package import MAIN
from pipelines.extract.xlsx import XlsxBook

ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
)
XML_HEAD = (
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
)


@pytest.fixture
def ods(tmp_path):
    """A way to make an ods of one or more tables."""

    def made(tables, manifest="<manifest/>", before=""):
        path = tmp_path / "book.xlsx"  # the ending says nothing
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("META-INF/manifest.xml", manifest)
            package.writestr(
                "content.xml",
                f"{ODS_HEAD}{before}<office:body><office:spreadsheet>{tables}"
                "</office:spreadsheet></office:body></office:document-content>",
            )
        return open_book(str(path))

    return made


@pytest.fixture
def xml(tmp_path):
    def made(body, head=""):
        path = tmp_path / "book.xls"
        path.write_text(f'<?xml version="1.0"?>{head}{XML_HEAD}{body}</Workbook>')
        return open_book(str(path))

    return made


def cell(kind, attributes="", text=""):
    shown = f"<text:p>{text}</text:p>" if text else ""
    return f'<table:table-cell office:value-type="{kind}" {attributes}>{shown}</table:table-cell>'


def table(rows, name="T"):
    return f'<table:table table:name="{name}">{rows}</table:table>'


def row(cells, times=1):
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def test_every_kind_of_ods_cell_is_read_where_it_stands(ods):
    blank = '<table:table-cell table:number-columns-repeated="3"/>'
    cells = [
        cell("float", 'office:value="1.5"'),
        cell("percentage", 'office:value="0.12"'),
        cell("date", 'office:date-value="2026-03-05"'),
        cell("boolean", 'office:boolean-value="true"'),
        cell("string", text="甲<text:s text:c='2'/>乙<text:line-break/>丙"),
        cell("string", 'office:string-value="" table:formula="of:=1/0" calcext:value-type="error"',
             "#DIV/0!"),
        '<table:table-cell table:formula="of:=IF([.A1]&gt;1;&quot;;&quot;;[$Z.$B$2:.C3])"/>',
    ]  # fmt: skip
    book = ods(table(row("", 2) + row(blank + "".join(cells)) + row(blank, 1000000)))
    grid = book.grid("T")
    assert len(grid) == 3
    assert grid[2][3:8] == [1.5, 0.12, datetime(2026, 3, 5), True, "甲  乙\n丙"]
    kinds = [book.at(("T", 2, col))[1] for col in range(3, 10)]
    assert kinds == ["number", "number", "date", "bool", "text", "error", "uncached"]
    assert book.at(("T", 2, 8))[0] == "#DIV/0!"
    assert book.at(("T", 2, 9))[2] == 'IF(A1>1,";",Z!$B$2:C3)'
    assert book.is_percent(("T", 2, 4))
    assert not book.is_percent(("T", 2, 3))


def test_repeated_cells_count_before_they_are_made(ods):
    filled = cell("float", 'office:value="1" table:number-columns-repeated="16384"')
    with pytest.raises(UnreadableError, match="repeated"):
        ods(table(row(filled, 1048576)))


def test_blank_rows_without_end_cost_nothing(ods):
    book = ods(table(row("", 1048575) + row(cell("float", 'office:value="1"'))))
    assert len(book.grid("T")) == 1048576
    assert book.grid("T")[-1] == [1.0]


def test_repeated_rows_repeat_their_errors_and_formulas_too(ods):
    odd = cell("float", 'office:value="2" table:formula="of:=1+1"')
    book = ods(table(row(odd, 3)))
    assert [book.at(("T", n, 0)) for n in range(3)] == [("2", "number", "1+1")] * 3


def test_names_of_the_whole_ods_are_told_from_those_of_a_sheet(ods):
    def named(name):
        return (
            f'<table:named-expressions><table:named-range table:name="{name}" '
            "table:cell-range-address=\"$'T'.$C$4\"/></table:named-expressions>"
        )

    assert ods(table(row("") + named("inner")) + named("outer")).names == {"outer": ("T", 3, 2)}


def test_hidden_sheets_and_the_first_day_are_told(ods):
    style = (
        '<office:automatic-styles><style:style style:name="h"><style:table-properties '
        'table:display="false"/></style:style></office:automatic-styles>'
    )
    day = (
        '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/>'
        "</table:calculation-settings>"
    )
    book = ods(day + '<table:table table:name="H" table:style-name="h"/>' + table(""), before=style)
    assert book.hidden == {"H"}
    assert book.is_1904


@pytest.mark.parametrize(
    ("tables", "manifest", "state"),
    [
        (table("", "A") + table("", "a"), "<manifest/>", "twin_sheets"),
        ("", "<x><manifest:encryption-data/></x>", "password"),
        ("<broken", "<manifest/>", "damaged"),
    ],
)
def test_an_ods_that_cannot_be_read_says_why(ods, tables, manifest, state):
    with pytest.raises(UnreadableError) as error:
        ods(tables, manifest)
    assert error.value.state == state


def test_spreadsheetml_is_read_with_its_indices_merges_and_formulas(xml):
    book = xml(
        '<Names><NamedRange ss:Name="x" ss:RefersTo="=\'T 1\'!R3C2"/>'
        '<NamedRange ss:Name="area" ss:RefersTo="=\'T 1\'!R3C2:R4C2"/></Names>'
        '<Worksheet ss:Name="T 1"><Table><Row ss:Index="3">'
        '<Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell>'
        '<Cell ss:Formula="=R[-1]C+R1C1"><Data ss:Type="Number">4</Data></Cell>'
        '<Cell><Data ss:Type="DateTime">2026-03-05T00:00:00.000</Data></Cell>'
        '<Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=RC[-1]"/></Row>'
        "</Table></Worksheet>"
    )
    assert book.names == {"x": ("T 1", 2, 1)}
    assert book.at(("T 1", 2, 0))[0] == "标题"
    assert book.at(("T 1", 2, 2)) == ("4", "number", "C2+$A$1")
    assert book.at(("T 1", 2, 3)) == ("2026-03-05", "date", None)
    assert [book.at(("T 1", 2, col))[1] for col in (4, 5, 6)] == ["error", "uncached", "blank"]


@pytest.mark.parametrize(
    ("body", "head", "state"),
    [
        ("", "<!DOCTYPE Workbook [<!ENTITY a 'b'>]>", "doctype"),
        ('<Worksheet ss:Name="A"/><Worksheet ss:Name="A"/>', "", "twin_sheets"),
        ("<Worksheet", "", "damaged"),
    ],
)
def test_an_xml_that_cannot_be_read_says_why(xml, body, head, state):
    with pytest.raises(UnreadableError) as error:
        xml(body, head)
    assert error.value.state == state


@pytest.mark.parametrize("index", ["0", "99999", "x"])
def test_cells_out_of_order_are_not_guessed(xml, index):
    book = xml(
        f'<Worksheet ss:Name="T"><Table><Row><Cell ss:Index="{index}"><Data ss:Type="Number">1'
        "</Data></Cell></Row></Table></Worksheet>"
    )
    with pytest.raises(UnreadableError):
        book.grid("T")


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (b"", "not_a_workbook"),
        (b"name,value\n1,2\n", "not_a_workbook"),
        (b"<html><table></table></html>", "markup"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_what_is_no_workbook_says_so_whatever_it_is_called(tmp_path, data, state):
    path = tmp_path / "report.xlsx"
    path.write_bytes(data)
    with pytest.raises(UnreadableError) as error:
        open_book(str(path))
    assert error.value.state == state


def test_two_sheets_of_one_name_are_refused_not_read_twice(tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("报表二")
    whole = BytesIO()
    book.save(whole)
    path = tmp_path / "twins.xlsx"
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(path, "w") as out:
        for name in package.namelist():
            out.writestr(name, package.read(name).replace("报表二".encode(), b"Sheet"))
    with pytest.raises(UnreadableError) as error:
        open_book(str(path))
    assert error.value.state == "twin_sheets"


@pytest.mark.parametrize(
    ("second", "is_refused"),
    [
        (b'<c r="A1"><v>2</v></c>', True),
        (b'<c s="1" r="A1" ><f>1+1</f></c>', True),
        (b"<x:c r='A1'><x:v>2</x:v></x:c>", True),
        (b'<c r="A1" s="1"/>', False),
        (b'<c r="B1"><v>2</v></c>', False),
    ],
)
def test_a_cell_that_is_written_twice_is_refused_not_read_as_the_last_one(second, is_refused):
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    whole, twice = BytesIO(), BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(twice, "w") as out:
        for name in package.namelist():
            body = package.read(name)
            if name.endswith("sheet1.xml"):
                body = body.replace(b"</row>", second + b"</row>")
                body = body.replace(b"<worksheet ", f'<worksheet xmlns:x="{MAIN[1:-1]}" '.encode())
            out.writestr(name, body)
    opened = XlsxBook(twice.getvalue())
    if not is_refused:
        assert opened.grid("Sheet")[0][0] == 1
        return
    with pytest.raises(UnreadableError) as error:
        opened.grid("Sheet")
    assert error.value.state == "twin_cells"


def test_days_counted_from_1904_and_percentages_are_told(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["C1"] = datetime(2026, 3, 5), 0.12, 0.12
    sheet["B1"].number_format = "0%"
    path = tmp_path / "mac.xls"
    book.save(path.with_suffix(".xlsx"))
    path.with_suffix(".xlsx").rename(path)
    found = open_book(str(path))
    assert found.is_1904
    assert found.at(("Sheet", 0, 0)) == ("2026-03-05", "date", None)
    assert found.is_percent(("Sheet", 0, 1))
    assert not found.is_percent(("Sheet", 0, 2))


def test_a_package_without_styles_shows_no_percentage(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = 3
    book.save(tmp_path / "full.xlsx")
    path = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(tmp_path / "full.xlsx") as full, zipfile.ZipFile(path, "w") as bare:
        for name in full.namelist():
            if name != "xl/styles.xml":
                bare.writestr(name, full.read(name))
    assert not open_book(str(path)).is_percent(("Sheet", 0, 0))


@pytest.mark.parametrize("value", ["1E400", "-1E400"])
def test_a_number_without_end_is_an_error_not_a_number(tmp_path, value):
    book = openpyxl.Workbook()
    book.active["A1"] = 123456789
    whole = BytesIO()
    book.save(whole)
    path = tmp_path / "endless.xlsx"
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(path, "w") as out:
        for name in package.namelist():
            out.writestr(name, package.read(name).replace(b"123456789", value.encode()))
    assert open_book(str(path)).at(("Sheet", 0, 0))[1] == "error"
