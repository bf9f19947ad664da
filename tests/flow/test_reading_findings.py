"""What people do to a workbook beside filling it is told, cell by cell, and never passed over."""

from datetime import date

import openpyxl
import pytest

from models.period import Period
from pipelines.judging.checking import check_file
from pipelines.registry import reading

pytestmark = pytest.mark.xdist_group("others")

FORM, LIST, MATTERS = "F1 组织与换届", "L1 换届台账", "L3 联动事项清单"


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


@pytest.fixture
def told(home, catalogue, one, workbooks, tmp_path):
    """What is told of an honest workbook after somebody has done something to it."""

    def checked(what):
        book = openpyxl.load_workbook(workbooks[one.issue.issue_id])
        what(book)
        book.save(tmp_path / "changed.xlsx")
        with reading(home) as registry:
            return check_file(home, registry, catalogue, tmp_path / "changed.xlsx")

    return checked


def place(book, name):
    sheet, address = next(book.defined_names[name].destinations)
    return book[sheet][address.replace("$", "")]


def named(found):
    return [(f.rule, f.sheet, f.cell) for f in found.findings]


def said(found):
    ours = "自动计算单元格按模板公式重算"
    return [(n["sheet"], n["why"]) for n in found.normalised if n["why"] != ours]


def last_row(sheet, col=3):
    return max(row for row in range(5, sheet.max_row + 1) if sheet.cell(row, col).value)


def below(book):
    return book[LIST].max_row + 1


def test_a_value_beside_a_form_is_to_be_verified_and_hides_what_is_private(told):
    found = told(lambda book: book[FORM].__setitem__("H5", "问13800001111"))
    assert (found.verdict, named(found)) == ("explain", [("R017", FORM, "H5")])
    assert "138********" in found.findings[0].message


@pytest.mark.parametrize(("label", "rule"), [("党组织数", "R017"), ("党总支数·期末", "R027")])
def test_a_label_typed_over_is_told(told, label, rule):
    found = told(lambda book: book[FORM].__setitem__("B7", label))
    assert named(found) == [(rule, FORM, "B7")]


def test_sums_that_agree_and_notes_are_left_out_and_said(told):
    def change(book):
        sheet, row = book[LIST], below(book)
        sheet.cell(row, 3).value = "合 计"
        sheet.cell(row, 5).value = sum(sheet.cell(n, 5).value or 0 for n in range(5, row))
        sheet.cell(row + 1, 1).value = "注:数据截至6月30日"

    found = told(change)
    assert (found.verdict, named(found)) == ("accepted", [])
    assert said(found) == [
        (LIST, "合计行,与各行核对后不作为一行读取"),
        (LIST, "附注,不作为数据读取"),
    ]


def test_a_sum_that_differs_is_told_at_its_cell_with_both_figures(told):
    def change(book):
        sheet, row = book[LIST], below(book)
        sheet.cell(row, 3).value = "小计"
        sheet.cell(row, 5).value = 99999

    found = told(change)
    (finding,) = found.findings
    assert (finding.rule, finding.value, finding.field) == (
        "R018",
        "99999",
        "l1.org_formal_members",
    )
    assert "99999" in finding.message
    assert found.verdict == "explain"


def test_a_row_outside_the_issued_ones_is_not_taken_in_without_an_id(told):
    def change(book):
        sheet, source, row = book[LIST], last_row(book[LIST]), below(book)
        for col in range(3, 16):
            sheet.cell(row, col).value = sheet.cell(source, col).value

    found = told(change)
    assert found.verdict == "returned"
    (finding,) = [f for f in found.findings if f.rule == "R023"]
    assert finding.message.endswith("空行不够的,请联系上级工委重新下发。")


def test_an_id_that_was_changed_is_told(told):
    def change(book):
        book[LIST].cell(5, 2).value = "330702200024999"

    found = told(change)
    assert ("R023", LIST, "B5") in named(found)


def test_an_id_that_lost_its_last_digits_as_a_number_is_told(told, one):
    def change(book):
        book[LIST].cell(5, 2).value = 33070220002400112345

    found = told(change)
    assert found.verdict == "returned"
    assert {("R022", LIST, "B5"), ("R023", LIST, "B5")} & set(named(found))


def test_a_locked_cell_changed_is_taken_as_issued_and_hinted(told, one):
    def change(book):
        book[LIST].cell(5, 1).value = 77

    found = told(change)
    assert (found.verdict, named(found)) == ("accepted", [("R021", LIST, "A5")])
    assert "仍按下发的“1”处理" in found.findings[0].message


def test_a_partner_that_nobody_lists_is_hinted_with_the_units_near_it(told, one, small_city):
    """Typed with its name behind it, a letter for a digit, and its last digit wrong."""
    listed = small_city.sample.directory.owing(Period(2026, 2))
    meant = next(code for code in listed if code != one.issue.unit_code and code[-1] != "0")

    def change(book):
        filled = [row for row in range(5, 30) if book[MATTERS].cell(row, 2).value]
        book[MATTERS].cell(filled[0], 6).value = f"33O7{meant[4:-1]}0 写错的单位"

    found = told(change)
    assert [(f.rule, f.severity, f.field) for f in found.findings] == [
        ("R026", "hint", "l3.counterpart_code")
    ]
    assert f"{listed[meant].unit_name}({meant})" in found.findings[0].message
    assert found.verdict == "accepted"


def test_an_error_in_an_optional_text_is_not_taken_for_a_blank(told):
    found = told(lambda book: setattr(place(book, "period_note"), "value", "#REF!"))
    assert [(f.rule, f.field) for f in found.findings] == [("R022", "period_note")]
    assert found.verdict == "returned"


def test_a_text_shorter_than_its_field_asks_is_told(told):
    found = told(lambda book: setattr(place(book, "filler_name"), "value", "王"))
    assert [(f.rule, f.field, f.expected) for f in found.findings] == [
        ("R024", "filler_name", "2—20")
    ]


def test_a_copied_form_with_another_value_is_told_with_both_places(told):
    def change(book):
        copy = book.copy_worksheet(book[FORM])
        copy.title = "F1 备份"
        copy["C5"] = 7

    found = told(change)
    (finding,) = found.findings
    assert (finding.cell, found.verdict) == ("C5", "returned")
    assert "在文件中有两处" in finding.message
    assert "F1 备份!C5 7" in finding.message


def test_a_form_moved_into_a_new_sheet_without_names_is_read_and_said(told):
    def change(book):
        old, new = book[FORM], book.create_sheet("我们的F1")
        for row in old.iter_rows(min_row=3):
            for cell in row:
                new.cell(cell.row + 4, cell.column + 1).value = cell.value
        for name in list(book.defined_names):
            if FORM in book.defined_names[name].attr_text:
                del book.defined_names[name]
        del book[FORM]
        for row in new.iter_rows(min_col=7, max_col=7):
            row[0].value = None  # the checks of the template, which lost what they look at

    found = told(change)
    assert not [f for f in found.findings if f.severity == "must" and f.rule != "R012"]
    assert (
        "我们的F1",
        "工作表“F1 组织与换届”改名为“我们的F1”,已识别",
    ) in said(found)
    assert ("我们的F1", "单元格名称缺失或错位,按旁边印的编号识别") in said(found)


def test_merged_headers_and_line_breaks_in_them_move_nothing(told):
    def change(book):
        sheet = book[LIST]
        sheet.cell(4, 3).value = "党组织\n名称"
        sheet.unmerge_cells(str(next(iter(sheet.merged_cells.ranges))))
        sheet.merge_cells("A1:B1")
        book[FORM].merge_cells("C5:D5")

    found = told(change)
    assert (found.verdict, named(found)) == ("accepted", [])


def test_a_date_counted_from_1904_is_the_same_day(told, one):
    def change(book):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        cell = place(book, "fill_date")
        day = cell.value if isinstance(cell.value, date) else date.fromisoformat(cell.value)
        cell.value = (date(day.year, day.month, day.day) - date(1904, 1, 1)).days
        cell.number_format = "General"

    found = told(change)
    days = [n for n in found.normalised if n["why"] == "日期序号改为日期"]
    assert (found.verdict, [n["to"] for n in days]) == (
        "accepted",
        [one.shown.values["fill_date"].isoformat()],
    )


def test_a_hundred_percent_shown_as_such_is_a_hundred_not_one(
    home, catalogue, small_city, workbooks, tmp_path
):
    unit = next(
        each for each in small_city.of("2026Q2")
        if each.shown.values.get("assess_weight")
    )  # fmt: skip
    book = openpyxl.load_workbook(workbooks[unit.issue.issue_id])
    cell = place(book, "assess_weight")
    cell.value, cell.number_format = float(cell.value) / 100, "0%"
    book.save(tmp_path / "percent.xlsx")
    with reading(home) as registry:
        found = check_file(home, registry, catalogue, tmp_path / "percent.xlsx")
    assert not [f for f in found.findings if f.field == "assess_weight"]
    (change,) = [n for n in found.normalised if n["why"] == "百分数格式的单元格,按百分之几读取"]
    assert float(change["to"]) == float(unit.shown.values["assess_weight"])


def test_a_workbook_that_lost_its_identity_is_held_with_the_unit_it_claims(told, one):
    def change(book):
        for name in list(book.defined_names):
            if "_meta" in book.defined_names[name].attr_text:
                del book.defined_names[name]
        del book["_meta"]

    found = told(change)
    assert found.verdict == "refused"
    assert f"封面上写的是{one.issue.unit_code}、2026Q2" in found.reason


def test_an_identity_that_only_lost_its_names_is_still_believed(told):
    def change(book):
        for name in list(book.defined_names):
            if "_meta" in book.defined_names[name].attr_text:
                del book.defined_names[name]

    assert told(change).verdict == "accepted"


def test_a_damaged_template_says_form_by_form_what_is_gone_and_what_to_do(told):
    found = told(lambda book: book.remove(book[FORM]))
    assert found.verdict == "refused"
    assert "“F1 组织与换届”缺" in found.reason
    assert "F1-02机关党委数·本季增加" in found.reason
    assert "等)" in found.reason


def test_extra_and_hidden_sheets_are_listed(told):
    def change(book):
        book.create_sheet("草稿")["A1"] = 1
        book.create_sheet("藏着")["A1"] = 1
        book["藏着"].sheet_state = "hidden"

    found = told(change)
    assert (found.verdict, named(found)) == ("accepted", [])
    assert said(found) == [("草稿", "多出的工作表,没有读取"), ("藏着", "多出的工作表,没有读取")]
