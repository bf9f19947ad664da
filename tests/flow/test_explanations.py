"""What a unit writes beside a finding travels back, and holds while value and rule stand."""

import openpyxl
import pytest

from pipelines.workbook.content import Raw
from tests.flow.desk import Desk, Filler, cell_of, honest_unit, lines_of, put
from tests.flow.office import saved_by_libreoffice

pytestmark = pytest.mark.xdist_group("answers")
WHY = "本季集中开展学习,次数较多,已有记录"
DOUBTFUL = {"branch_meet_ok": 0}


@pytest.fixture
def desk(small_city, catalogue, tmp_path):
    return Desk(small_city.home(tmp_path / "home"), catalogue, tmp_path / "answers")


@pytest.fixture
def one(small_city):
    return honest_unit(small_city)


@pytest.fixture
def filled(one, catalogue, tmp_path):
    return Filler(one, catalogue, tmp_path)


def explain(path, text, reason=None):
    """Type an explanation beside every finding that asks for one."""
    book = openpyxl.load_workbook(path)
    for name in book.defined_names:
        if name.startswith("explain__"):
            cell_of(book, name).value = text
        if name.startswith("explain_reason__"):
            cell_of(book, name).value = reason
    book.save(path)
    return path


def test_it_is_recorded_survives_a_plain_file_and_lapses_when_the_value_changes(desk, filled):
    doubtful = desk.send(filled(DOUBTFUL))
    assert (doubtful.verdict, doubtful.status) == ("explain", "received"), desk.found(doubtful)
    sent = desk.send(explain(desk.returned(desk.reply(doubtful)), WHY, "3=集中开展"))
    assert sent.status == "explained"
    assert {status for _, status in desk.statuses(sent)} == {"explained"}
    assert {(row.text, row.reason, row.given_by) for row in desk.given()} == {(WHY, 3, "unit")}
    answer = desk.reply(sent).answer
    assert answer.next_step.who == "县(市、区)工委"
    assert {each.answered.text for each in answer.findings if each.answered} == {WHY}

    plain = desk.send(filled({**DOUBTFUL, "member_transfer_in": Raw("text", "约五百")}))
    assert (plain.status, {status for _, status in desk.statuses(plain)}) == (
        "returned",
        {"explained"},
    )
    path = desk.returned(desk.reply(plain))
    assert WHY in {line[8] for line in lines_of(path).values()}

    given = len(desk.given())
    changed = desk.send(put(path, {"branch_meet_ok": 1, "member_transfer_in": 0}))
    assert len(desk.given()) == given
    assert "open" in {status for _, status in desk.statuses(changed)}
    reply = desk.reply(changed)
    assert "value" in {each.answered.lapsed for each in reply.answer.findings if each.answered}
    assert "已失效" in str(lines_of(desk.returned(reply)))


def test_enough_words_leave_nothing_to_do_and_too_few_do_not(desk, filled):
    path = desk.returned(desk.check(filled(DOUBTFUL)))
    enough = desk.check(explain(path, WHY))
    assert (enough.verdict, enough.next_step.who) == ("accepted", "填报单位")
    assert {each["text"] for each in enough.explanations} == {WHY}
    few = desk.check(explain(path, "属实"))
    assert few.verdict == "explain"
    assert {each["lapsed"] for each in few.explanations} == {"short"}


def test_a_note_on_the_cover_still_explains_everything(desk, filled):
    found = desk.check(filled({**DOUBTFUL, "period_note": WHY}))
    assert found.verdict == "accepted"
    assert {each["given_by"] for each in found.explanations} == {"填报单位(封面F0-14)"}


def test_saved_by_libreoffice_it_travels_back_with_its_reason(desk, filled, tmp_path):
    path = explain(desk.returned(desk.check(filled(DOUBTFUL))), WHY, "9=其他")
    found = desk.check(saved_by_libreoffice(path, tmp_path / "office"))
    assert found.verdict == "accepted"
    assert {each["reason"] for each in found.explanations} == {"其他"}


def test_a_key_that_another_hand_wrote_explains_nothing(desk, filled):
    path = explain(desk.returned(desk.check(filled(DOUBTFUL))), WHY)
    book = openpyxl.load_workbook(path)
    for name in book.defined_names:
        if name.startswith("explain_key__"):
            cell_of(book, name).value = '["R001", "no number", null, null, null, null, 5]'
    book.save(path)
    assert desk.check(path).verdict == "explain"
