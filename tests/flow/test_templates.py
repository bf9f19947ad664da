"""The workbook that units fill: what is open, what is locked, what it is made of."""

import re
import shutil
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from models.loader import load_catalogue
from models.period import Period
from pipelines.issue import Past, plan_issue, prefill, write_issue
from pipelines.workbook.layout import CHECKS_SHEET, plan

AT = datetime(2026, 6, 20, 9)
PERIOD = Period(2026, 2)
FUNCTIONS_OF_2007 = {
    *("ABS", "AND", "CHAR", "COLUMN", "COUNTA", "DATE", "DAY", "EXACT", "FIND", "HYPERLINK", "IF"),
    *("IFERROR", "INDEX", "ISERROR", "ISNUMBER", "LEFT", "LEN", "LOOKUP", "MATCH", "MAX", "MID"),
    *("MIN", "MMULT", "MONTH", "NOT", "OR", "ROUND", "ROW", "ROWS", "SUM", "SUMPRODUCT", "TEXT"),
    *("VALUE", "YEAR"),
}
A_CODE = re.compile(r"[FL][0-9]-[0-9]{2}")


@pytest.fixture(scope="module")
def units(small_city):
    return small_city.sample.directory


@pytest.fixture(scope="module")
def unit(units):
    return next(each for each in units.owing(PERIOD).values() if each.unit_kind == "county_organ")


def issued(catalogue, units, unit, past, path):
    """Issue one workbook and open it."""
    known = prefill(catalogue, unit, PERIOD, units, past)
    planned = plan_issue(catalogue, b"k" * 32, unit, PERIOD, known, number=1, at=AT)
    write_issue(path, catalogue, planned)
    return openpyxl.load_workbook(path)


def cell(book, name):
    sheet, address = next(iter(book.defined_names[name].destinations))
    return book[sheet][address]


@pytest.fixture(scope="module")
def fresh(catalogue, units, unit, tmp_path_factory):
    return issued(catalogue, units, unit, Past(), tmp_path_factory.mktemp("fresh") / "one.xlsx")


def test_the_first_campaign_types_its_openings_and_later_ones_carry_them_locked(
    catalogue, units, unit, fresh, tmp_path
) -> None:
    opening = cell(fresh, "member_open")
    assert (opening.value, opening.protection.locked) == (None, False)
    later = issued(catalogue, units, unit, Past({"member_close": 88}), tmp_path / "later.xlsx")
    opening = cell(later, "member_open")
    assert (opening.value, opening.protection.locked) == (88, True)
    assert cell(fresh, "member_transfer_in").protection.locked is False
    assert cell(fresh, "member_close").protection.locked is True


def test_only_the_partner_answers_and_only_in_rows_of_others(
    catalogue, units, unit, tmp_path
) -> None:
    other = next(code for code in units.owing(PERIOD) if code != unit.unit_code)
    row = {
        "matter_id": f"{other}20261001",
        "matter_title": "联合开展活动",
        "initiator_code": other,
        "counterpart_code": unit.unit_code,
        "matter_status": 2,
    }
    book = issued(catalogue, units, unit, Past({}, {}, (row,)), tmp_path / "asked.xlsx")
    layout = plan(catalogue, unit.unit_kind, PERIOD.quarter, {"l3": 2}).lists["l3"]
    sheet = book[layout.form.sheet]

    def is_open(name: str, line: int) -> bool:
        place = layout.place(catalogue.fields[f"l3.{name}"], line)
        return not sheet[place.cell].protection.locked

    assert [is_open(name, 1) for name in ("partner_answer", "partner_note")] == [True, True]
    assert not any(is_open(name, 1) for name in ("matter_title", "matter_status", "closed_date"))
    assert not any(is_open(name, 2) for name in ("partner_answer", "partner_note", "matter_id"))
    assert all(is_open(name, 2) for name in ("matter_title", "matter_status", "closed_date"))


def test_the_rows_of_a_list_have_the_same_ids_when_it_is_issued_again(
    catalogue, units, unit
) -> None:
    rows = [{"org_code": f"{unit.unit_code}001", "org_name": "甲", "org_status": 1}]
    past = Past({}, {"l1": rows})
    first, again = (prefill(catalogue, unit, PERIOD, units, past).rows for _ in range(2))
    assert first == again
    codes = [row["org_code"] for row in first["l1"]]
    assert len(set(codes)) == len(codes) == 1 + catalogue.aliases["l1"].spare_rows
    assert [row["org_seq"] for row in first["l1"][1:]] == list(range(2, len(codes) + 1))


def test_formulas_use_nothing_newer_than_excel_2007(fresh) -> None:
    used: set[str] = set()
    for sheet in fresh:
        for row in sheet.iter_rows():
            for each in row:
                if isinstance(each.value, str) and each.value.startswith("="):
                    bare = re.sub(r'"[^"]*"', '""', each.value)
                    used |= set(re.findall(r"([A-Z][A-Z0-9.]*)\(", bare))
                    assert "{" not in bare
                    assert len(each.value) < 8192
        for checked in sheet.conditional_formatting:
            for rule in checked.rules:
                used |= set(re.findall(r"([A-Z][A-Z0-9.]*)\(", " ".join(rule.formula)))
    assert used <= FUNCTIONS_OF_2007


def test_the_sheets_of_checks_cannot_be_taken_for_a_form(catalogue, fresh) -> None:
    forms = {form.sheet for form in catalogue.forms.values()}
    for name in (catalogue.say("workbook.results"), CHECKS_SHEET):
        assert name not in forms
        texts = [each for row in fresh[name].iter_rows(values_only=True) for each in row]
        assert not [each for each in texts if isinstance(each, str) and A_CODE.fullmatch(each)]
    assert fresh[CHECKS_SHEET].sheet_state == "hidden"


def test_every_form_prints_on_a4_with_its_head_on_every_page(catalogue, fresh) -> None:
    for form in catalogue.forms.values():
        sheet = fresh[form.sheet]
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.print_title_rows
        assert "&P" in sheet.oddFooter.right.text
        assert sheet.sheet_properties.tabColor is not None
        assert sheet.freeze_panes


def test_numbers_days_and_texts_have_limits_with_a_chinese_stop(catalogue, fresh) -> None:
    kinds = set()
    for form in catalogue.forms.values():
        for limit in fresh[form.sheet].data_validations.dataValidation:
            kinds.add(limit.type)
            assert limit.errorTitle == catalogue.say("workbook.stop_title")
            assert limit.error
            assert limit.prompt
    assert kinds == {"whole", "custom", "date", "list", "textLength"}


def test_one_edit_of_the_catalogue_takes_a_field_out_of_a_quarter_and_nothing_else(
    catalogue, units, unit, tmp_path
) -> None:
    root = tmp_path / "catalogue"
    shutil.copytree(catalogue.root, root)
    form = root / "forms" / "F2.yml"
    before = (
        "code: F2-18, zh: 入党申请人, type: int, uom: 人, kind: stock, entry: carried_editable,"
    )
    text = form.read_text(encoding="utf-8")
    assert before in text
    form.write_text(text.replace(before, f"{before} quarters: [4],"), encoding="utf-8")
    edited = load_catalogue(root)
    was, now = (
        plan(each, unit.unit_kind, PERIOD.quarter, {"l1": 1, "l2": 1, "l3": 1})
        for each in (catalogue, edited)
    )
    assert set(was.fixed) - set(now.fixed) == {"applicant_count"}
    assert set(now.fixed) <= set(was.fixed)
    book = issued(edited, units, unit, Past(), tmp_path / "edited.xlsx")
    assert "applicant_count" not in book.defined_names
    other = {name for name in was.fixed if catalogue.fields[name].form != "F2"}
    assert {name: was.fixed[name] for name in other} == {name: now.fixed[name] for name in other}


def test_the_same_issue_gives_the_same_bytes(catalogue, units, unit, tmp_path) -> None:
    known = prefill(catalogue, unit, PERIOD, units, Past())
    planned = plan_issue(catalogue, b"k" * 32, unit, PERIOD, known, number=1, at=AT)
    paths = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for path in paths:
        write_issue(path, catalogue, replace(planned))
    assert paths[0].read_bytes() == paths[1].read_bytes()
