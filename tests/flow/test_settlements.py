"""What a reviewer settled outlives a resent file while the same is found, and can be undone."""

from datetime import datetime

import pytest
from sqlalchemy import select

from models.registry import decision, finding
from pipelines.quarter.decisions import NotAllowedError, accept, approve_county
from pipelines.quarter.undoing import undo
from pipelines.registry import reading, writing
from pipelines.workbook.content import Raw
from tests.flow.conftest import SmallCity
from tests.flow.desk import PERIOD, Desk, Filler, honest_unit
from tests.flow.test_explanations import DOUBTFUL

pytestmark = pytest.mark.xdist_group("settling")
AT = datetime(2026, 7, 8, 10)
SECOND = {"period_note": "第二版"}
WHY = "已电话核实,支部因换届推迟会议"


@pytest.fixture
def desk(small_city, catalogue, tmp_path):
    own = (honest_unit(small_city),)
    return Desk(SmallCity(small_city.sample, own).home(tmp_path / "home"), catalogue, tmp_path)


@pytest.fixture
def filled(small_city, catalogue, tmp_path):
    return Filler(honest_unit(small_city), catalogue, tmp_path)


def settlers(desk, sent):
    """Status and origin of what is to be verified in a version."""
    with reading(desk.home) as registry:
        rows = registry.execute(
            select(finding.c.status, decision.c.action, decision.c.submission_id, decision.c.why)
            .outerjoin(decision, decision.c.decision_id == finding.c.settled_by)
            .where(finding.c.submission_id == sent.submission_id, finding.c.severity == "verify")
        )
        return {tuple(row) for row in rows}


def accepted(desk, sent):
    with writing(desk.home) as registry:
        accept(registry, sent.submission_id, "甲", AT, WHY)


def test_the_same_finding_in_the_next_version_stays_settled_and_says_by_whom(desk, filled):
    first = desk.send(filled(DOUBTFUL))
    accepted(desk, first)
    again = desk.send(filled({**DOUBTFUL, **SECOND}))
    assert (again.version, again.verdict, again.status) == (2, "explain", "explained")
    assert settlers(desk, again) == {("explained", "accept", first.submission_id, WHY)}
    said = {each.answered.text for each in desk.reply(again).answer.findings if each.answered}
    assert said == {WHY}
    assert desk.check(filled(DOUBTFUL)).verdict == "accepted"


def test_it_survives_a_version_that_was_returned(desk, filled):
    accepted(desk, desk.send(filled(DOUBTFUL)))
    broken = desk.send(filled({**DOUBTFUL, "member_transfer_in": Raw("text", "约五百")}))
    assert broken.status == "returned"
    third = desk.send(filled({**DOUBTFUL, "period_note": "第三版"}))
    assert (third.status, {each[0] for each in settlers(desk, third)}) == (
        "explained", {"explained"},
    )  # fmt: skip


def test_another_value_is_asked_about_again(desk, filled):
    accepted(desk, desk.send(filled(DOUBTFUL)))
    changed = desk.send(filled(dict.fromkeys(DOUBTFUL, 1)))
    assert changed.status == "received"
    assert {row for row in settlers(desk, changed) if row[0] == "open"}


def test_it_is_undone_in_the_version_that_carries_it(desk, filled):
    accepted(desk, desk.send(filled(DOUBTFUL)))
    again = desk.send(filled({**DOUBTFUL, **SECOND}))
    with writing(desk.home) as registry:
        assert undo(registry, PERIOD, "乙", AT, "核实有误").action == "accept"
    assert settlers(desk, again) == {("open", None, None, None)}
    third = desk.send(filled({**DOUBTFUL, "period_note": "第三版"}))
    assert (third.status, {each[0] for each in settlers(desk, third)}) == ("received", {"open"})


def test_it_is_not_undone_once_the_version_that_carries_it_was_approved(desk, filled):
    accepted(desk, desk.send(filled(DOUBTFUL)))
    again = desk.send(filled({**DOUBTFUL, **SECOND}))
    with writing(desk.home) as registry:
        county = honest_county(again)
        assert approve_county(registry, PERIOD, county, "甲", AT, "看过") == [again.submission_id]
        number = registry.execute(
            select(decision.c.decision_id).where(decision.c.action == "accept")
        ).scalar_one()
        with pytest.raises(NotAllowedError, match="depends"):
            undo(registry, PERIOD, "乙", AT, "核实有误", number)


def honest_county(sent):
    return sent.unit_code[:6]
