"""Workbooks that other programs and other people have had in hand, checked as a unit would."""

import subprocess
from dataclasses import replace

import openpyxl
import pytest

from pipelines.issue.write import write_issue
from pipelines.judging.checking import check_file
from pipelines.registry import reading
from tests.programs import office

pytestmark = pytest.mark.xdist_group("others")


@pytest.fixture(scope="module")
def home(small_city, tmp_path_factory):
    return small_city.home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def check(home, catalogue):
    """What the unit is told of a file."""

    def checked(path):
        with reading(home) as registry:
            return check_file(home, registry, catalogue, path)

    return checked


@pytest.fixture
def one(small_city, catalogue):
    """A county unit without departures in the second quarter."""
    return next(
        each
        for each in small_city.of("2026Q2")
        if each.unit.unit_kind == "county_organ"
        and not small_city.sample.city[each.issue.unit_code, "2026Q2"].departures
    )


@pytest.fixture
def spoilt(one, workbooks, tmp_path):
    """A way to change an honest workbook with another program, and what it is then called."""

    def change(what):
        path = tmp_path / "spoilt.xlsx"
        book = openpyxl.load_workbook(workbooks[one.issue.issue_id])
        what(book)
        book.save(path)
        return path

    return change


def put(book, name, value):
    sheet, address = next(book.defined_names[name].destinations)
    book[sheet][address.replace("$", "")].value = value


def test_an_honest_workbook_is_accepted(check, one, workbooks):
    found = check(workbooks[one.issue.issue_id])
    assert (found.verdict, found.findings, list(found.normalised)) == ("accepted", [], [])
    assert (found.unit_code, found.period) == (one.issue.unit_code, "2026Q2")


def test_a_template_filled_through_its_names_by_another_program_is_read_right(
    check, one, catalogue, tmp_path
):
    path = tmp_path / "filled.xlsx"
    write_issue(path, catalogue, replace(one, shown=one.prefill))
    book = openpyxl.load_workbook(path)
    for name, value in one.shown.values.items():
        field = catalogue.fields[name]
        if field.formula is None and value is not None:
            put(book, name, _as_typed(value, field, catalogue))
    for alias, rows in one.shown.rows.items():
        for field in catalogue.aliases[alias].fields:
            if field.formula is not None:
                continue
            sheet, address = next(book.defined_names[f"{alias}__{field.name}"].destinations)
            header = book[sheet][address.replace("$", "")]
            for line, row in enumerate(rows, start=1):
                value = row.get(field.name)
                if value is not None:
                    cell = book[sheet].cell(header.row + line, header.column)
                    cell.value = _as_typed(value, field, catalogue)
    book.save(path)
    found = check(path)
    assert (found.verdict, found.findings) == ("accepted", [])
    # The other program dropped every cached result: ours stand in their place, and it is said.
    assert {each["why"] for each in found.normalised} == {"自动计算单元格按模板公式重算"}


def _as_typed(value, field, catalogue):
    if field.type == "enum":
        return f"{value}={catalogue.codes[field.enum][int(value)]}"
    return float(value) if field.is_number else value


def test_workbooks_saved_again_by_libreoffice_get_the_same_answer(
    check, small_city, workbooks, tmp_path
):
    some = small_city.of("2026Q2")[::5][:12]
    folder = tmp_path / "again"
    subprocess.run(  # noqa: S603 our own files
        [
            office(),
            f"-env:UserInstallation=file://{tmp_path / 'profile'}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder),
            *(str(workbooks[each.issue.issue_id]) for each in some),
        ],
        check=True,
        capture_output=True,
    )
    for each in some:
        ours = check(workbooks[each.issue.issue_id])
        theirs = check(folder / workbooks[each.issue.issue_id].name)
        assert theirs.verdict == ours.verdict
        assert [(f.rule, f.sheet, f.cell, f.value) for f in theirs.findings] == [
            (f.rule, f.sheet, f.cell, f.value) for f in ours.findings
        ]


@pytest.mark.parametrize(
    ("field", "typed", "rule", "words"),
    [
        ("member_transfer_in", "约五百", "R002", "应为非负整数,现为“约五百”"),
        ("member_transfer_in", "12%", "R002", "应为非负整数,现为“12%”"),
        ("member_transfer_in", -3, "R002", "现为“-3”"),
        ("member_transfer_in", None, "R001", "为必填项,现为空"),
        ("member_transfer_in", "#REF!", "R002", "单元格是错误值“#REF!”"),
        ("member_transfer_in", "=1+1", "R002", "没有计算结果"),
        ("fund_spent_ytd", 3.456, "R003", "最多两位小数"),
        ("union_set", "7=大概", "R005", "只能填下拉列表中的代码"),
        ("fill_date", "2026-02-30", "R004", "应为日期"),
        ("period_note", "详询13800001111同志", "R013", "含有身份证号或手机号"),
        ("signed_confirmed", "0=否", "R014", "尚未经单位负责人审签"),
        ("unit_code", "330700100036", "R007", "不要借用其他单位的文件"),
        ("report_period", "2026Q1", "R008", "报告期为2026Q1,本次受理的是2026Q2"),
        ("template_version", "2019.9", "R009", "报表版本2019.9已停用"),
        ("branch_close", 999, "R012", "自动计算单元格"),
        ("venue_shared", 5000, "R161", "其中"),
    ],
)
def test_a_bad_cell_is_named_with_what_was_seen_and_what_to_do(
    check, spoilt, field, typed, rule, words
):
    path = spoilt(lambda book: put(book, field, typed))
    found = check(path)
    named = [each for each in found.findings if each.rule == rule and each.field == field]
    assert len(named) == 1
    assert found.verdict == "returned"
    assert words in named[0].message
    sheet, address = next(openpyxl.load_workbook(path).defined_names[field].destinations)
    assert (named[0].sheet, named[0].cell) == (sheet, address.replace("$", ""))
    assert named[0].message.startswith(f"{named[0].sheet}!{named[0].cell} ")


def test_telephone_and_identity_numbers_are_hidden_in_what_is_said(check, spoilt):
    found = check(spoilt(lambda book: put(book, "period_note", "详询13800001111同志")))
    assert "13800001111" not in str(found.as_json())


def test_full_width_digits_with_their_unit_are_read_and_said(check, spoilt, one):
    typed = "３５人"
    found = check(spoilt(lambda book: put(book, "applicant_count", typed)))
    assert not [each for each in found.findings if each.severity == "must"]
    said = [(each["from"], each["to"], each["why"]) for each in found.normalised]
    assert [each for each in said if each[0]] == [(typed, "35", "去掉计量单位")]


def test_a_renamed_sheet_is_found_by_what_is_printed_in_it(check, spoilt):
    def rename(book):
        book["F2 队伍(党员与党务干部)"].title = "队伍情况"
        put(book, "union_set", "大概")

    found = check(spoilt(rename))
    assert [(each.rule, each.field) for each in found.findings] == [("R005", "union_set")]


def test_a_workbook_of_another_maker_has_no_identity(check, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "报表"
    book.save(tmp_path / "other.xlsx")
    found = check(tmp_path / "other.xlsx")
    assert found.verdict == "refused"
    assert "没有本系统下发模板的标识" in found.reason


def test_a_token_of_another_unit_is_not_believed(check, spoilt, small_city, one):
    other = next(each for each in small_city.of("2026Q2") if each.unit != one.unit)
    found = check(spoilt(lambda book: put(book, "meta__issue_id", other.issue.issue_id)))
    assert found.verdict == "refused"
    assert "模板标识与下发记录不符" in found.reason


def test_a_workbook_with_a_sheet_gone_is_refused_with_the_cells_it_lacks(check, spoilt):
    found = check(spoilt(lambda book: book.remove(book["F4 阵地·经费·教育·活动"])))
    assert found.verdict == "refused"
    assert "模板已损坏" in found.reason
    assert "F4-01" in found.reason


def test_bytes_that_are_no_workbook_are_refused(check, tmp_path):
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    assert check(path).verdict == "refused"
