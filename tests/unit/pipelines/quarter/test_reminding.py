"""The list of those who still have to do something, for a committee to send on."""

from dataclasses import replace
from datetime import datetime
from zipfile import ZipFile

import openpyxl
import pytest
from sqlalchemy import insert

from models.registry import finding
from pipelines.quarter.decisions import send_back
from pipelines.quarter.granting import waive
from pipelines.quarter.reminder_book import write_reminders
from pipelines.quarter.reminding import reminders, text_of
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import (
    CITY_ORGAN,
    COUNTY_WC,
    LATE,
    OPENED,
    ORGAN,
    OTHER_TOWN,
    OTHER_WC,
    TOWN,
    P,
    sent,
)

AT = datetime(2026, 10, 20, 10)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


@pytest.fixture
def found(home, registry, catalogue):
    """One unit of each kind of trouble; 市直 and the second county have nothing but missing."""
    back = sent(registry, ORGAN)
    send_back(registry, back, "甲", LATE, "请核对经费")
    unclear = sent(registry, TOWN, verdict="explain")
    for submission_id, severity in ((back, "must"), (unclear, "verify"), (unclear, "hint")):
        registry.execute(
            insert(finding).values(
                submission_id=submission_id, rule="R1", part=1, severity=severity,
                message="样例", status="open",
            )
        )  # fmt: skip
    sent(registry, COUNTY_WC)
    waive(registry, OTHER_WC, P, P, "甲", OPENED, "涉密单位")
    return reminders(home, registry, catalogue, P, AT)


def test_everyone_with_something_to_do_is_listed_city_first_and_nobody_else(found):
    assert [(each.unit_code, each.state) for each in found] == [
        ("330700100010", "missing"),
        (CITY_ORGAN, "missing"),
        (ORGAN, "returned"),
        (TOWN, "explain"),
        (OTHER_TOWN, "missing"),
    ]


def test_each_is_told_what_to_do_by_when_and_how_late_it_is(found):
    by_code = {each.unit_code: each for each in found}
    assert by_code[OTHER_TOWN].todo == (
        "未报。截止2026-10-13,已逾期5个工作日。请填好本期下发的报表后报送。"
    )
    assert by_code[ORGAN].todo == (
        "退回后未重报(强制问题1处),审核人意见:请核对经费。截止2026-10-23,还剩3个工作日。"
        "请改正后重新报送。"
    ), "three working days after the return"
    assert by_code[TOWN].todo.startswith("有核实意见1处未说明。")


def test_a_county_text_is_addressed_to_its_committee_and_the_city_units_stand_apart(
    found, catalogue
):
    city_part, county_part, other_part = text_of(catalogue, P, found, AT).split("\n\n")
    assert city_part.startswith("【市直各单位】2026年第3季度报表,市直尚有2家")
    assert county_part.splitlines()[0] == (
        "【单位00016(样例)】2026年第3季度报表,你地尚有2家单位需要办理,请协助督促:"
    )
    assert county_part.splitlines()[1].startswith("1. 单位00024(样例):退回后未重报")
    assert len(other_part.strip().splitlines()) == 3


def test_a_waived_committee_is_still_told_of_its_units(found):
    other = next(each for each in found if each.unit_code == OTHER_TOWN)
    assert other.addressed_to == "单位00015(样例)"


def test_where_everyone_is_done_the_text_says_so(catalogue):
    assert text_of(catalogue, P, [], AT) == "2026年第3季度没有需要催报的单位。\n"


def test_the_workbook_holds_the_list_and_the_texts_and_no_formula(found, catalogue, tmp_path):
    path = tmp_path / "out" / "催报名单.xlsx"
    write_reminders(path, catalogue, P, found, AT)
    book = openpyxl.load_workbook(path)
    rows = list(book["催报名单"].iter_rows(min_row=3, values_only=True))
    assert rows[0][:3] == ("序号", "地区", "单位名称")
    assert [row[3] for row in rows[1:]] == [each.unit_code for each in found]
    assert book["通知文本"].max_row == 3
    with ZipFile(path) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_a_text_that_looks_like_a_formula_stays_a_text(found, catalogue, tmp_path):
    path = tmp_path / "list.xlsx"
    write_reminders(path, catalogue, P, [replace(found[0], todo="=1+1")], AT)
    cells = [cell for row in openpyxl.load_workbook(path)["催报名单"].iter_rows() for cell in row]
    (cell,) = [cell for cell in cells if cell.value == "=1+1"]
    assert cell.data_type == "s" or cell.quotePrefix
