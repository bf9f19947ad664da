"""The same workbook in every format that people save it in gives the same values and answer."""

import re
import shutil
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from pipelines.extract.book import as_typed
from pipelines.extract.declared import declared
from pipelines.extract.opening import open_book
from pipelines.extract.reader import read_cells
from pipelines.extract.wanted import Wanted
from pipelines.judging.checking import check_file
from pipelines.registry import reading
from pipelines.sample.writing import truth_rows
from tests.flow.as_spreadsheetml import as_spreadsheetml
from tests.flow.encrypting import is_locked, locked_xls, locked_xlsx
from tests.flow.office import all_saved_by_libreoffice, saved_by_libreoffice

pytestmark = pytest.mark.xdist_group("others")

SAVED = {
    "xls": "xls:MS Excel 97",
    "ods": "ods",
    "xlsm": "xlsm:Calc MS Excel 2007 VBA XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
}
KINDS = ("city_organ", "county_organ", "township")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


@pytest.fixture(scope="module")
def home(small_city, tmp_path_factory):
    return small_city.home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def check(home, catalogue):
    def checked(path):
        with reading(home) as registry:
            return check_file(home, registry, catalogue, path)

    return checked


@pytest.fixture(scope="module")
def units(small_city):
    """A unit of each level in the second quarter."""
    return [
        next(each for each in small_city.of("2026Q2") if each.unit.unit_kind == kind)
        for kind in KINDS
    ]


@pytest.fixture(scope="module")
def faulty(units, workbooks, tmp_path_factory):
    """A workbook with slips of many kinds, saved so that every formula has a result."""
    folder = tmp_path_factory.mktemp("faulty")
    book = openpyxl.load_workbook(workbooks[units[1].issue.issue_id])
    slips = {
        "applicant_count": "３５人",
        "member_transfer_in": "约五百",
        "venue_shared": 5000,
        "union_set": "7=大概",
        "fill_date": "2026年2月30日",
        "fund_spent_ytd": "=1/0",
        "branch_close": 999,
        "branch_add": 3.5,
    }
    for name, value in slips.items():
        sheet, address = next(book.defined_names[name].destinations)
        book[sheet][address.replace("$", "")].value = value
    book["F1 组织与换届"]["H9"] = "看这里"
    path = folder / "faulty.xlsx"
    book.save(path)
    return saved_by_libreoffice(path, folder / "saved")


def strict(path, target):
    """The same package in the namespaces of strict Open XML."""
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(target, "w") as out:
        for name in package.namelist():
            body = package.read(name)
            if name.startswith("xl/") and name.endswith(".xml"):
                for loose, tight in STRICT.items():
                    body = body.replace(loose.encode(), tight.encode())
            out.writestr(name, body)
    return target


@pytest.fixture(scope="module")
def formats(units, workbooks, faulty, tmp_path_factory):
    """Each workbook looked at here, as other programs and people hand it in."""
    folder = tmp_path_factory.mktemp("formats")
    paths = [*(workbooks[each.issue.issue_id] for each in units), faulty]
    saved = {
        ending: all_saved_by_libreoffice(paths, folder / ending, form)
        for ending, form in SAVED.items()
    }
    found = {}
    for number, path in enumerate(paths):
        own = folder / str(number)
        own.mkdir()
        of_one = {ending: files[number] for ending, files in saved.items()}
        found[path] = in_every_format(path, of_one, own)
    return found


def in_every_format(path, saved, folder):
    """(what it is, the file) of a workbook, made of what another program saved."""
    made = {
        **saved,
        "xml": as_spreadsheetml(path, folder / "old.xml"),
        "strict": strict(path, folder / "strict.xlsx"),
        "et": folder / "wps.et",
        "xls named xlsx": folder / "named.xlsx",
        "xlsx named xls": folder / "named.xls",
        "xml named xls": folder / "xml.xls",
        "default password xls": folder / "locked.xls",
        "default password xlsx": folder / "locked.xlsx",
    }
    shutil.copy(saved["xls"], made["et"])
    shutil.copy(saved["xls"], made["xls named xlsx"])
    shutil.copy(path, made["xlsx named xls"])
    shutil.copy(made["xml"], made["xml named xls"])
    made["default password xls"].write_bytes(locked_xls(saved["xls"].read_bytes()))
    made["default password xlsx"].write_bytes(locked_xlsx(path.read_bytes()))
    assert is_locked(made["default password xls"].read_bytes())
    assert is_locked(made["default password xlsx"].read_bytes())
    return made


def values_of(path, wanted):
    cells, _, asides = read_cells(open_book(str(path)), wanted)
    return {(c.field, c.line): (c.cell, c.typed, c.kind) for c in cells}, asides


def as_told(checked):
    told = {(f.rule, f.sheet, f.cell, f.value, f.message) for f in checked.findings}
    # Programs differ in how they end a number that has no end.
    changes = {(n["sheet"], n["cell"], n["to"], n["why"]) for n in checked.normalised}
    return checked.verdict, told, changes


def test_every_value_is_the_same_in_every_format_and_is_the_truth(
    units, workbooks, formats, small_city, catalogue
):
    wanted = Wanted.from_json(declared(catalogue))
    for each in units:
        path = workbooks[each.issue.issue_id]
        ours, asides = values_of(path, wanted)
        assert asides == []
        for name, other in formats[path].items():
            theirs, beside = values_of(other, wanted)
            assert theirs == ours, name
            assert beside == [], name
        _assert_true(ours, each, small_city, catalogue)


def _assert_true(found, planned, small_city, catalogue):
    truth = small_city.sample.city[planned.issue.unit_code, "2026Q2"]
    rows = list(truth_rows(small_city.sample, planned, truth))
    assert len(rows) > 150
    for _, _, _, name, line, value in rows:
        field = catalogue.fields[name]
        if (name, line) not in found or (field.alias and field.is_system_owned):
            continue
        typed = (found[name, line][1] or "").partition("=" if field.type == "enum" else "\0")[0]
        if field.is_number:
            assert float(typed) == float(value), (name, line)
        else:
            assert typed == value, (name, line)


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_an_honest_workbook_is_accepted_in_every_format_with_nothing_changed(
    check, units, workbooks, formats, number
):
    path = workbooks[units[number].issue.issue_id]
    ours = as_told(check(path))
    assert ours[0] != "refused"
    assert ours[2] == set()
    for name, other in formats[path].items():
        assert as_told(check(other)) == ours, name


def test_a_faulty_workbook_gets_the_same_findings_in_every_format(check, faulty, formats):
    ours = as_told(check(faulty))
    rules = {rule for rule, *_ in ours[1]}
    assert rules >= {"R002", "R003", "R004", "R005", "R012", "R017", "R161"}
    for name, other in formats[faulty].items():
        theirs = as_told(check(other))
        assert theirs[:2] == ours[:2], name
        assert _typed_by_people(theirs) == _typed_by_people(ours), name


def _typed_by_people(told):
    return {change for change in told[2] if change[-1] != "自动计算单元格按模板公式重算"}


@pytest.mark.parametrize("ending", ["xls", "ods", "xml"])
def test_a_computed_cell_overwritten_in_another_format_is_seen(
    check, units, workbooks, tmp_path, ending
):
    book = openpyxl.load_workbook(workbooks[units[1].issue.issue_id])
    sheet, address = next(book.defined_names["member_close"].destinations)
    book[sheet][address.replace("$", "")].value = 4321
    path = tmp_path / "overwritten.xlsx"
    book.save(path)
    saved = saved_by_libreoffice(path, tmp_path / "first")
    if ending == "xml":
        other = as_spreadsheetml(saved, tmp_path / "overwritten.xml")
    else:
        other = saved_by_libreoffice(saved, tmp_path / ending, SAVED[ending])
    found = [(f.rule, f.value) for f in check(other).findings if f.field == "member_close"]
    assert found == [("R012", "4321")]


def test_a_real_password_is_told_as_such(check, units, workbooks, tmp_path):
    path = workbooks[units[1].issue.issue_id]
    (tmp_path / "a.xlsx").write_bytes(locked_xlsx(path.read_bytes(), "机关党建"))
    old = saved_by_libreoffice(path, tmp_path / "old", SAVED["xls"])
    (tmp_path / "b.xls").write_bytes(locked_xls(old.read_bytes(), "机关党建"))
    for name in ("a.xlsx", "b.xls"):
        found = check(tmp_path / name)
        assert found.verdict == "refused"
        assert "设有打开密码" in found.reason


def test_a_formula_that_only_lost_its_result_is_the_same_formula_in_ods(
    check, units, workbooks, tmp_path
):
    path = workbooks[units[1].issue.issue_id]
    saved = saved_by_libreoffice(path, tmp_path / "first", SAVED["ods"])
    bare = tmp_path / "bare.ods"
    with zipfile.ZipFile(saved) as package, zipfile.ZipFile(bare, "w") as out:
        for name in package.namelist():
            body = package.read(name).decode("utf-8", "surrogateescape")
            if name == "content.xml":
                body, count = re.subn(
                    r'(table:formula="[^"]*") office:value-type="float" office:value="[^"]*" '
                    r'calcext:value-type="float"',
                    r"\1",
                    body,
                )
                assert count > 20
            out.writestr(name, body.encode("utf-8", "surrogateescape"))
    found = check(bare)
    assert (found.verdict, list(found.findings)) == ("accepted", [])
    assert {n["why"] for n in found.normalised} == {"自动计算单元格按模板公式重算"}


def test_two_readers_of_ods_agree_on_every_value(units, workbooks, tmp_path):
    path = saved_by_libreoffice(workbooks[units[1].issue.issue_id], tmp_path, SAVED["ods"])
    book, other = open_book(str(path)), CalamineWorkbook.from_path(str(path))
    for sheet in book.sheets:
        theirs = other.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        assert _filled(book.grid(sheet)) == _filled(theirs), sheet


def _filled(grid):
    return {
        (row, col): as_typed(value)
        for row, values in enumerate(grid)
        for col, value in enumerate(values)
        if value != ""
    }
