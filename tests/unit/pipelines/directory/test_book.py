"""The workbook: what goes out comes back the same, with drop-downs a clerk can use."""

from datetime import date, datetime

import openpyxl
import pytest

from models.events import EventKind
from pipelines.directory import Asked, EventDraft, RefusedError, choices, enter, take, write_book
from pipelines.records.events import unit_events
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from tests.directory_books import CENTRE, EAST_OTHER, FIRST, SECOND, city
from tests.unit.pipelines.directory.conftest import SIGNED

AT = datetime(2026, 7, 3, 9)
DAY = date(2026, 8, 15)


@pytest.fixture
def exported(home, catalogue, tmp_path):
    """The small city with a rename, as a workbook."""
    draft = EventDraft(EventKind.RENAME, DAY, (Asked(FIRST, columns={"unit_name": "虚构新局"}),))
    with writing(home) as registry:
        enter(home, registry, catalogue, draft, SIGNED, dry_run=False)
        versions, events = directory(registry).versions, unit_events(registry)
    path = tmp_path / "导出.xlsx"
    write_book(path, catalogue, versions, events, None, AT)
    return path


def test_what_is_exported_and_imported_again_changes_nothing(exported, home, catalogue):
    with writing(home) as registry:
        before = directory(registry).versions
        taken = take(home, registry, catalogue, exported, SIGNED, dry_run=False)
        assert directory(registry).versions == before
    differing = [taken.added, taken.changed, taken.ended, taken.removed, taken.events]
    assert differing == [[]] * 5
    assert taken.ignored == []
    assert taken.units == 10


def test_lists_are_chosen_from_drop_downs(exported, catalogue):
    book = openpyxl.load_workbook(exported)
    sheet = book["单位"]
    lists = {rule.formula1: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    for column in ("level", "unit_kind", "county_code", "party_org_type", "leading_system"):
        assert f"options__{column}" in lists
        name = book.defined_names[f"options__{column}"]
        sheet_name, area = next(iter(name.destinations))
        words = [row[0].value for row in book[sheet_name][area]]
        assert words == list(choices(catalogue, column))
    assert book["选项"].sheet_state == "hidden"


def test_codes_stay_texts_and_dates_dates(exported):
    sheet = openpyxl.load_workbook(exported)["单位"]
    assert sheet["A4"].value == CENTRE
    head = [cell.value for cell in sheet[3]]
    assert sheet.cell(4, head.index("生效日期*") + 1).value == datetime(2020, 1, 1)
    assert sheet.cell(5, head.index("协调上级名称(核对用)") + 1).value == "虚构市直机关工委"


def test_the_same_directory_gives_the_same_bytes(home, catalogue, tmp_path):
    with reading(home) as registry:
        versions = directory(registry).versions
    for name in ("a.xlsx", "b.xlsx"):
        write_book(tmp_path / name, catalogue, versions, [], None, AT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_blank_template_has_both_sheets_and_no_rows(catalogue, home, tmp_path):
    write_book(tmp_path / "空白.xlsx", catalogue, [], [], None, AT)
    book = openpyxl.load_workbook(tmp_path / "空白.xlsx")
    assert book.sheetnames == ["说明", "单位", "变动", "选项"]
    with writing(home) as registry, pytest.raises(RefusedError) as caught:
        take(home, registry, catalogue, tmp_path / "空白.xlsx", SIGNED, dry_run=True)
    assert [each.reason for each in caught.value.problems] == ["no_rows"]


MERGER = [
    {"event_id": "1", "kind": "合并", "effective_date": DAY, "from_code": FIRST,
     "unit_name": "虚构合局", "document_no": "虚构2026年1号", "why": "机构改革"},
    {"event_id": "1", "kind": None, "effective_date": None, "from_code": SECOND,
     "unit_name": "虚构合局"},
    {"event_id": "2", "kind": "撤销", "effective_date": date(2026, 9, 1), "from_code": EAST_OTHER},
]  # fmt: skip


def test_events_of_a_sheet_are_entered_in_the_order_of_their_dates(importing, home):
    taken = importing(home, None, list(reversed(MERGER)))
    assert [(each.event_id, each.kind) for each in taken.events] == [
        ("2026-001", EventKind.MERGE),
        ("2026-002", EventKind.ABOLISH),
    ]
    assert taken.events[0].why == "机构改革"
    assert taken.events[1].why == SIGNED.why
    assert {each.unit_code for each in taken.ended} == {FIRST, SECOND, EAST_OTHER}


def test_units_and_events_may_come_in_one_workbook(importing, empty):
    taken = importing(empty, city(), MERGER)
    assert (taken.units, len(taken.events)) == (11, 2)


def test_events_on_record_are_passed_over_when_the_workbook_comes_back(importing, home):
    importing(home, None, MERGER)
    recorded = [{**each, "event_id": f"2026-00{each['event_id']}"} for each in MERGER]
    assert importing(home, None, recorded).events == []


@pytest.mark.parametrize(
    ("line", "cells", "reason", "cell"),
    [
        (2, {"from_code": FIRST}, "unit_ended", "D6"),
        (1, {"effective_date": date(2026, 8, 16)}, "rows_disagree", "C5"),
        (0, {"effective_date": "下月"}, "bad_date", "C4"),
        (0, {"kind": None}, "blank", "B4"),
        (2, {"kind": "取消"}, "not_in_list", "B6"),
        (1, {"from_code": "330700100029"}, "bad_code", "D5"),
    ],
)
def test_a_wrong_row_of_the_event_sheet_is_told_at_its_cell(
    importing, home, line, cells, reason, cell
):
    rows = [dict(each) for each in MERGER]
    rows[line].update(cells)
    with pytest.raises(RefusedError) as caught:
        importing(home, None, rows)
    assert (reason, "变动", cell) in {(p.reason, p.sheet, p.cell) for p in caught.value.problems}
    with reading(home) as registry:
        assert unit_events(registry) == []
        assert len(directory(registry).by_code) == 10
