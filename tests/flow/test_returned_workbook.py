"""A file with faults comes back as a workbook that can be mended and sent as it is."""

import openpyxl
import pytest
from sqlalchemy import select

from models.registry import submission
from pipelines.registry import reading
from pipelines.workbook.content import Raw
from tests.flow.desk import (
    SHEET,
    Desk,
    Filler,
    as_typed,
    cell_of,
    honest_unit,
    in_short,
    lines_of,
    put,
    values,
)
from tests.flow.office import saved_by_libreoffice

pytestmark = pytest.mark.xdist_group("answers")

FAULTS = {
    "member_transfer_in": Raw("text", "约五百"),
    "applicant_count": Raw("text", "３５人"),
    "staff_total": Raw("text", "=1+1"),
    "fund_spent_ytd": Raw("number", "3.456789"),
    "union_set": Raw("text", "7=大概"),
    "fill_date": Raw("text", "2026-02-30"),
    "venue_shared": 5000,
    "train_slots_used": Raw("error", "#REF!"),
    "signed_confirmed": 0,
}


@pytest.fixture
def desk(small_city, catalogue, tmp_path):
    return Desk(small_city.home(tmp_path / "home"), catalogue, tmp_path / "answers")


@pytest.fixture
def one(small_city):
    return honest_unit(small_city)


@pytest.fixture
def filled(one, catalogue, tmp_path):
    return Filler(one, catalogue, tmp_path)


@pytest.fixture
def right(one, catalogue):
    """What the unit should have typed, cell by cell."""
    return {
        name: as_typed(one.shown.values[name], catalogue.fields[name], catalogue) for name in FAULTS
    }


def test_the_whole_way_from_a_returned_file_to_an_accepted_one(desk, filled, right):
    first = desk.send(filled(FAULTS))
    assert (first.verdict, first.status) == ("returned", "returned")
    path = desk.returned(desk.reply(first))
    assert path.name.startswith(f"{first.unit_code}_")
    assert path.name.endswith("_2026Q2_v1_退回.xlsx")
    assert in_short(desk.check(path).findings) == desk.found(first)
    second = desk.send(put(path, right))
    assert (second.version, second.verdict, second.status) == (2, "accepted", "received")
    assert desk.found(second) == []
    assert desk.reply(second).returned is None
    old = desk.reply(first).answer
    assert (old.standing.is_current, old.standing.newest) == (False, 2)
    assert "第2版" in old.next_step.what


def test_sent_back_as_it_came_every_finding_and_every_value_is_the_same(desk, filled):
    first = desk.check(filled(FAULTS))
    path = desk.returned(first)
    again = desk.check(path)
    assert in_short(again.findings) == in_short(first.findings)
    assert {rule for rule, *_ in in_short(first.findings)} >= {"R002", "R003", "R004", "R005"}
    assert values(again) == values(first)
    before = path.read_bytes()
    assert desk.returned(again).read_bytes() == before


def test_corrected_or_not_a_file_saved_by_libreoffice_is_judged_alike(
    desk, filled, right, tmp_path
):
    first = desk.check(filled(FAULTS))
    path = desk.returned(first)
    untouched = desk.check(saved_by_libreoffice(path, tmp_path / "untouched"))
    assert in_short(untouched.findings) == in_short(first.findings)
    corrected = desk.check(saved_by_libreoffice(put(path, right), tmp_path / "corrected"))
    assert (corrected.verdict, corrected.findings) == ("accepted", [])


def test_wrong_cells_are_coloured_and_commented_and_the_list_leads_to_them(desk, filled):
    first = desk.check(filled(FAULTS))
    path = desk.returned(first)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == SHEET
    cell = cell_of(book, "member_transfer_in")
    assert (cell.value, cell.fill.start_color.rgb) == ("约五百", "FFFFC7CE")
    assert cell.comment.text.startswith("【问题】")
    assert "【要求】请" in cell.comment.text
    assert cell_of(book, "branch_close").comment is None
    lines = lines_of(path)
    assert len(lines) == len(first.findings)
    links = {link.location for row in book[SHEET]["E"] if (link := row.hyperlink) is not None}
    assert f"'{cell.parent.title}'!{cell.coordinate}" in links


def test_what_was_typed_is_text_in_the_workbook_and_no_formula_runs(desk, filled):
    nasty = ['=HYPERLINK("http://x")', "+A1", "-A1+cmd", "@SUM(1)", "=cmd|' /C calc'!A0"]
    names = ["member_transfer_in", "applicant_count", "staff_total", "venue_shared", "union_set"]
    values = {name: Raw("text", text) for name, text in zip(names, nasty, strict=True)}
    path = desk.returned(desk.check(filled(values | {"period_note": "=1+1"})))
    book = openpyxl.load_workbook(path)
    for name, text in zip(names, nasty, strict=True):
        assert (cell_of(book, name).data_type, cell_of(book, name).value) == ("s", text)
    assert (cell_of(book, "period_note").data_type, cell_of(book, "period_note").value) == (
        "s",
        "=1+1",
    )
    typed = {cell.value for row in book[SHEET].iter_rows() for cell in row if cell.data_type == "f"}
    assert typed == set()


def added_rows(one):
    last = next(row for row in reversed(one.shown.rows["l3"]) if row.get("matter_title"))
    return [{**last, "matter_id": f"自编-{n}", "matter_title": f"新增事项{n}"} for n in range(3)]


def test_rows_that_the_unit_added_are_there_with_their_ids(desk, filled, one):
    path = filled({"member_transfer_in": Raw("text", "约五百")}, {"l3": added_rows(one)})
    first = desk.check(path)
    again = desk.check(desk.returned(first))
    assert {"自编-0", "自编-1", "自编-2"} <= {value[1] for value in values(again).values()}
    assert values(again) == values(first)
    assert in_short(again.findings) == in_short(first.findings)


def test_the_formulas_of_a_longer_list_are_known_as_ours_without_cached_results(desk, filled, one):
    path = filled({"member_transfer_in": Raw("text", "约五百")}, {"l3": added_rows(one)})
    first = desk.check(path)
    # The other program drops every cached result and keeps the formulas.
    again = desk.check(put(desk.returned(first), {"period_note": None}))
    assert in_short(again.findings) == in_short(first.findings)


def test_the_check_at_the_desk_records_nothing(desk, filled):
    checked = desk.check(filled(FAULTS))
    assert (checked.verdict, checked.next_step.who) == ("returned", "填报单位")
    assert desk.returned(checked).name.endswith("_自查_退回.xlsx")
    with reading(desk.home) as registry:
        assert registry.execute(select(submission)).all() == []
