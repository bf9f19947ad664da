"""Matters and ties between two units: asked of the partner, answered, counted, matched."""

from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import delete, insert, select

from models.registry import mirror_answer
from pipelines.building import rebuild
from pipelines.judging.checking import check_file
from pipelines.judging.reviewing import judge_quarter
from pipelines.records.mirrors import add_sheet, sheet_of
from pipelines.registry import reading, writing
from pipelines.sides.confirming import OutsideWindowError
from tests.flow.pairs import (
    CITY,
    CLAIMANT,
    IN_WINDOW,
    MISTYPED,
    OTHER,
    PEER,
    PERIOD,
    ROWS,
    TOWNSHIP,
    fill,
    matter,
    tables,
    value,
)

pytestmark = pytest.mark.xdist_group("pairs")


def _answers(pairs):
    with reading(pairs.home) as registry:
        return registry.execute(
            select(mirror_answer).order_by(mirror_answer.c.mirror_answer_id)
        ).all()


def _told(pairs):
    return pairs.receipts()[-1].reason


def test_a_sheet_asks_each_partner_of_what_names_it_and_prints_what_was_said(pairs, rows):
    sheets = pairs.sheets()
    assert {TOWNSHIP, CITY, PEER} <= sheets.keys()
    assert not {CLAIMANT, MISTYPED} & sheets.keys()
    book = openpyxl.load_workbook(sheets[TOWNSHIP])
    assert book["_meta"].sheet_state == "veryHidden"
    sheet = book["互认单"]
    printed = {row[3]: row for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert printed.keys() == {rows["to_township"], rows["tie"]}
    said = printed[rows["to_township"]]
    assert said[2:9] == (
        "联动事项", rows["to_township"], "上对下", f"婺城区综合类单位甲(样例)({CLAIMANT})",
        "联动样例事项1", "2026-04-01", "2026-05-20",
    )  # fmt: skip
    assert said[9] == "已办结;首次答复2026-04-20;办结2026-05-18"
    lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    assert [(str(each.sqref), each.formula1) for each in lists] == [("K4:K5", '"确认,异议"')]


def test_answers_through_the_inbox_make_the_mirror_and_the_indicators(pairs, rows):
    before = {name: value(pairs, name, CLAIMANT) for name in ("COO01", "COO04", "COO06", "PAR01")}
    sheets = pairs.sheets()
    good = fill(
        sheets[TOWNSHIP], {rows["to_township"]: ("确认", None), rows["tie"]: ("确认", "属实")}
    )
    city = fill(sheets[CITY], {rows["to_city"]: ("确认", None)})
    bad = fill(sheets[PEER], {rows["to_peer"]: ("异议", "我单位没有参加")})
    untouched = pairs.submissions()
    for number, path in enumerate((good, city, bad)):
        assert pairs.drop(path, IN_WINDOW + timedelta(hours=number)) == ["answered"]
    assert pairs.submissions() == untouched
    assert [(each.row_key, each.answer, each.claim_submission_id) for each in _answers(pairs)] == [
        (rows["tie"], 1, f"{CLAIMANT}-{PERIOD}-v1"),
        (rows["to_township"], 1, f"{CLAIMANT}-{PERIOD}-v1"),
        (rows["to_city"], 1, f"{CLAIMANT}-{PERIOD}-v1"),
        (rows["to_peer"], 2, f"{CLAIMANT}-{PERIOD}-v1"),
    ]
    pairs.build(IN_WINDOW + timedelta(hours=4))
    mirror = pairs.mirror()
    assert mirror[rows["to_township"]] == mirror[rows["to_city"]] == mirror[rows["tie"]]
    assert mirror[rows["tie"]] == "confirmed"
    assert mirror[rows["to_peer"]] == "disputed"
    assert mirror[rows["mistyped"]] == mirror[rows["conflict"]] == "one_sided"
    # Two of our closed matters are confirmed; the disputed one leaves both parts of COO01 and
    # enters the denominator of COO06; a relation is confirmed where there was none.
    (on_time, ended), (agreed, asked) = before["COO01"], before["COO06"]
    assert value(pairs, "COO01", CLAIMANT) == (on_time - 1, ended - 1)
    assert value(pairs, "COO06", CLAIMANT) == (agreed + 2, asked + 3)
    assert (before["PAR01"], value(pairs, "PAR01", CLAIMANT)) == ((0, 1), (1, 1))
    assert before["COO04"] == (0, 1)
    assert value(pairs, "COO04", CLAIMANT) == (1, 1)


def test_the_newest_answer_wins_and_all_are_kept(pairs, rows):
    sheet = pairs.sheets()[PEER]
    first = fill(sheet, {rows["to_peer"]: ("异议", "时间不符")}, pairs.folder / "1.xlsx")
    second = fill(sheet, {rows["to_peer"]: ("确认", None)}, pairs.folder / "2.xlsx")
    pairs.send(second, at=IN_WINDOW + timedelta(hours=2))
    pairs.send(first, at=IN_WINDOW + timedelta(hours=1))
    assert pairs.send(first, at=IN_WINDOW + timedelta(hours=3)) == []
    assert len(_answers(pairs)) == 2
    pairs.build(IN_WINDOW + timedelta(hours=4))
    assert pairs.mirror()[rows["to_peer"]] == "confirmed"


def test_a_workbook_that_comes_after_the_sheet_has_the_last_word(pairs, rows, small_city):
    sheet = fill(pairs.sheets()[PEER], {rows["to_peer"]: ("确认", None)})
    pairs.send(sheet, at=IN_WINDOW)
    own = matter(3, PEER, matter_id=rows["to_peer"], initiator_code=CLAIMANT, partner_answer=2,
                 partner_note="并无此事")  # fmt: skip
    pairs.answer_in_workbook(PEER, own, at=IN_WINDOW + timedelta(hours=1))
    assert pairs.mirror()[rows["to_peer"]] == "disputed"


def test_the_order_in_which_answers_were_recorded_does_not_matter(pairs, rows, catalogue):
    sheet = pairs.sheets()[PEER]
    for hour, (answer, note) in enumerate(
        (("异议", "日期不符"), ("确认", None), ("异议", "还是不符"))
    ):
        path = fill(sheet, {rows["to_peer"]: (answer, note)}, pairs.folder / f"{hour}.xlsx")
        pairs.send(path, at=IN_WINDOW + timedelta(hours=hour))
    pairs.build(IN_WINDOW + timedelta(hours=5))
    built = tables(pairs)
    assert ("disputed",) in built["marts.matter"]
    with writing(pairs.home) as registry:
        kept = [dict(row) for row in registry.execute(select(mirror_answer)).mappings()]
        registry.execute(delete(mirror_answer))
        for number, row in enumerate(reversed(kept), start=1):
            registry.execute(insert(mirror_answer).values({**row, "mirror_answer_id": number}))
        rebuild(pairs.home, registry, catalogue)
    assert tables(pairs, pairs.home.warehouse) == built


def test_a_sheet_with_anothers_identity_is_held(pairs, rows):
    sheets = pairs.sheets()
    stolen = fill(sheets[TOWNSHIP], {rows["to_township"]: ("确认", None)})
    book = openpyxl.load_workbook(stolen)
    for row in book["_meta"].iter_rows():
        row[1].value = {"unit_code": PEER, "issue_id": f"{PEER}-{PERIOD}-C1"}.get(
            row[0].value, row[1].value
        )
    book.save(stolen)
    foreign = fill(sheets[CITY], {rows["to_city"]: ("确认", None)})
    with writing(pairs.home) as registry:
        known = sheet_of(registry, f"{CITY}-{PERIOD}-C1")
        add_sheet(registry, replace(known, sheet_id=f"{CITY}-{PERIOD}-C9"))
    book = openpyxl.load_workbook(foreign)
    for row in book["_meta"].iter_rows():
        if row[0].value == "issue_id":
            row[1].value = f"{CITY}-{PERIOD}-C9"
    book.save(foreign)
    assert pairs.send(stolen, foreign) == ["held", "held"]
    assert _answers(pairs) == []
    assert "模板标识与下发记录不符" in _told(pairs)


def test_outside_the_window_no_sheet_is_issued_and_late_answers_are_marked(pairs, rows):
    for at, reason in ((datetime(2026, 7, 8, 23), "early"), (datetime(2026, 7, 16), "late")):
        with pytest.raises(OutsideWindowError) as told:
            pairs.sheets(at=at)
        assert told.value.reason == reason
        assert (told.value.first.day, told.value.last.day) == (9, 15)
    sheet = fill(pairs.sheets()[PEER], {rows["to_peer"]: ("确认", None)})
    assert pairs.send(sheet, at=datetime(2026, 7, 16, 9)) == ["answered"]
    assert "互认期已过,记为迟复" in _told(pairs)
    assert [each.is_late for each in _answers(pairs)] == [True]


def test_after_the_lock_a_sheet_waits_for_a_person(pairs, rows, catalogue):
    sheet = fill(pairs.sheets()[PEER], {rows["to_peer"]: ("确认", None)})
    pairs.lock()
    assert pairs.send(sheet, at=IN_WINDOW) == ["held"]
    assert "已锁定" in _told(pairs)


def test_a_row_that_was_withdrawn_or_taken_out_is_told_and_not_recorded(pairs, rows):
    sheets = pairs.sheets()
    corrected = [
        matter(1, TOWNSHIP, direction=1),
        matter(2, CITY, direction=2, matter_status=5, closed_date=None),
        matter(3, OTHER),
    ]
    pairs.send(pairs.write(CLAIMANT, "again", {**ROWS, "l3": corrected}), at=IN_WINDOW)
    for code, row, said in (
        (CITY, "to_city", "已撤回这件事项"),
        (PEER, "to_peer", "已改写对方单位"),
    ):
        answered = fill(sheets[code], {rows[row]: ("确认", None)})
        assert pairs.send(answered, at=IN_WINDOW + timedelta(hours=1)) == ["refused"]
        assert said in _told(pairs)
        assert rows[row] in _told(pairs)
    assert _answers(pairs) == []


def test_what_cannot_be_recorded_is_told_row_by_row_and_the_rest_is_recorded(pairs, rows):
    sheet = pairs.sheets()[TOWNSHIP]
    path = fill(sheet, {rows["to_township"]: ("异议", None), rows["tie"]: ("2=异议", "无此关系")})
    pairs.send(path, at=IN_WINDOW)
    assert [(each.row_key, each.answer, each.note) for each in _answers(pairs)] == [
        (rows["tie"], 2, "无此关系")
    ]
    assert "选了异议但没有写明哪里不符" in _told(pairs)
    path = fill(
        sheet, {rows["to_township"]: ("同意", None), rows["tie"]: ("异议", "打13800138000问")}
    )
    assert pairs.send(path, at=IN_WINDOW) == ["refused"]
    assert "答复不是“确认”或“异议”" in _told(pairs)
    assert "身份证号或手机号" in _told(pairs)
    assert "13800138000" not in _told(pairs)


def test_a_check_of_a_sheet_tells_what_would_be_recorded_and_writes_nothing(pairs, rows):
    path = fill(pairs.sheets()[PEER], {rows["to_peer"]: ("确认", None)})
    before = pairs.receipts()
    with reading(pairs.home) as registry:
        found = check_file(pairs.home, registry, pairs.catalogue, path, IN_WINDOW)
    assert (found.verdict, found.unit_code) == ("answers", PEER)
    assert found.as_json()["answers"] == [
        {"form": "L3", "row_key": rows["to_peer"], "line": "4", "answer": 1, "note": None,
         "problem": None}
    ]  # fmt: skip
    assert found.reason.startswith("交回后将登记1条答复:确认1条")
    assert pairs.receipts() == before
    assert _answers(pairs) == []


def test_the_same_question_again_is_the_same_sheet_and_what_is_answered_is_not_asked(pairs, rows):
    first = pairs.sheets(out=pairs.folder / "first")
    again = pairs.sheets(at=IN_WINDOW + timedelta(days=1), out=pairs.folder / "again")
    assert first[TOWNSHIP].read_bytes() == again[TOWNSHIP].read_bytes()
    pairs.send(fill(first[TOWNSHIP], {rows["tie"]: ("确认", None)}), at=IN_WINDOW)
    rest = pairs.sheets(out=pairs.folder / "rest")[TOWNSHIP]
    sheet = openpyxl.load_workbook(rest)["互认单"]
    assert [sheet["D4"].value, sheet["D5"].value] == [rows["to_township"], None]
    # What was sent out before can still come back.
    late = fill(first[TOWNSHIP], {rows["to_township"]: ("确认", None)}, pairs.folder / "late.xlsx")
    assert pairs.send(late, at=IN_WINDOW) == ["answered"]


def test_the_initiator_is_asked_to_mend_what_the_partner_disputes(pairs, rows, catalogue):
    sheet = fill(pairs.sheets()[PEER], {rows["to_peer"]: ("异议", "没有这件事")})
    pairs.send(sheet, at=IN_WINDOW)
    with writing(pairs.home) as registry:
        found = judge_quarter(pairs.home, registry, catalogue, PERIOD).findings
    disputed = [each for each in found if each.rule == "R408"]
    assert [each.submission_id for each in disputed] == [f"{CLAIMANT}-{PERIOD}-v1"]
