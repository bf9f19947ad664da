"""A decision is taken back while nothing that came later depends on it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from models.registry import finding, snapshot, submission
from pipelines.corrections.correcting import reopen
from pipelines.judging.identify import add_submission
from pipelines.judging.remarks import Remark
from pipelines.quarter.decisions import (
    NotAllowedError,
    accept,
    approve_city,
    approve_county,
    lock,
    send_back,
)
from pipelines.quarter.undoing import decisions, undo
from pipelines.records.quarters import is_locked
from tests.unit.pipelines.quarter.test_decisions import COUNTY, REASON, note, notes, status_of
from tests.unit.pipelines.small_registry import CITY_ORGAN, LATE, ORGAN, TOWN, P, sent


def test_an_approval_is_undone_for_all_that_it_moved(registry):
    plain, explained = sent(registry, TOWN), sent(registry, ORGAN, verdict="explain")
    note(registry, explained)
    accept(registry, explained, "甲", LATE, REASON)
    approve_county(registry, P, COUNTY, "甲", LATE, "看过")
    undone = undo(registry, P, "甲", LATE, "选错了县")
    assert undone.action == "county_approved"
    assert (status_of(registry, plain), status_of(registry, explained)) == ("received", "explained")
    assert notes(registry, explained) == ["explained"]
    undo(registry, P, "甲", LATE, "说明也不对")
    assert (status_of(registry, explained), notes(registry, explained)) == ("received", ["open"])


def test_a_return_is_taken_back_with_its_remark(registry):
    one = sent(registry, TOWN)
    note(registry, one, severity="hint")
    remark = Remark("F1 组织与换届", "D8", "F1", "org_total_close", None, "7")
    send_back(registry, one, "甲", LATE, "退错了", remark)
    undo(registry, P, "甲", LATE, "退错了单位")
    assert status_of(registry, one) == "received"
    assert registry.execute(select(finding.c.rule)).scalars().all() == ["R202"]


def test_a_return_that_was_answered_stays(registry):
    one = sent(registry, TOWN)
    send_back(registry, one, "甲", LATE, "请补")
    row = registry.execute(select(submission)).one()
    issue = type("Issue", (), {"unit_code": TOWN, "period": str(P), "issue_id": "i"})
    add_submission(registry, row, issue)
    with pytest.raises(NotAllowedError, match="depends"):
        undo(registry, P, "甲", LATE, "晚了")


def test_what_was_built_upon_is_undone_from_the_last_one_back(registry, catalogue):
    one = sent(registry, TOWN)
    approve_county(registry, P, COUNTY, "甲", LATE, "看过")
    approve_city(registry, P, "乙", LATE, "看过")
    first = next(row for row in decisions(registry, P) if row["action"] == "county_approved")
    with pytest.raises(NotAllowedError) as refused:
        undo(registry, P, "甲", LATE, "想撤", first["decision_id"])
    said = catalogue.say(f"cli.{refused.value.reason}", **refused.value.fills)
    assert f"{one}已变为“市级审核通过”" in said
    undo(registry, P, "乙", LATE, "撤")
    undo(registry, P, "甲", LATE, "撤", first["decision_id"])
    assert status_of(registry, one) == "received"


def test_a_lock_is_undone_by_either_signature_until_it_is_published(registry):
    one = sent(registry, CITY_ORGAN)
    approve_city(registry, P, "乙", LATE, "看过")
    lock(registry, P, "乙", LATE, "锁定")
    undo(registry, P, "乙", LATE, "锁早了")
    lock(registry, P, "丙", LATE, "锁定")
    assert not is_locked(registry, str(P)), "the signature taken back does not count"
    lock(registry, P, "乙", LATE, "锁定")
    assert status_of(registry, one) == "locked"
    undo(registry, P, "乙", LATE, "又早了")
    assert (is_locked(registry, str(P)), status_of(registry, one)) == (False, "city_approved")
    assert lock(registry, P, "丁", LATE, "锁定"), "丙 had signed and still has"
    registry.execute(
        insert(snapshot).values(
            snapshot_id="final-1", kind="final", made_at=LATE + timedelta(hours=1), sha256="0",
            catalogue_hash="0", periods=json.dumps({str(P.shifted(-1)): "final", str(P): "final"}),
        )
    )  # fmt: skip
    with pytest.raises(NotAllowedError, match="published_already"):
        undo(registry, P, "丁", LATE, "晚了")


def test_a_snapshot_in_which_the_quarter_is_a_draft_does_not_keep_the_lock(registry):
    lock(registry, P, "乙", LATE, "锁定")
    lock(registry, P, "丙", LATE, "锁定")
    registry.execute(
        insert(snapshot).values(
            snapshot_id="final-1", kind="final", made_at=LATE, sha256="0", catalogue_hash="0",
            periods=json.dumps({str(P.shifted(-1)): "final", str(P): "draft"}),
        )
    )  # fmt: skip
    undo(registry, P, "丙", LATE, "锁早了")
    assert not is_locked(registry, str(P))


def test_reopening_by_mistake_is_undone_in_two_steps_and_locks_again(registry):
    one = sent(registry, CITY_ORGAN)
    approve_city(registry, P, "乙", LATE, "看过")
    lock(registry, P, "乙", LATE, "锁定")
    lock(registry, P, "丙", LATE, "锁定")
    reopen(registry, one, "乙", LATE, "点错")
    assert reopen(registry, one, "丙", LATE, "点错") == "unlocked"
    assert undo(registry, P, "乙", LATE, "点错").action == "reopen"
    assert undo(registry, P, "乙", LATE, "点错").action == "unlock"
    assert (is_locked(registry, str(P)), status_of(registry, one)) == (True, "locked")


def test_where_nothing_was_decided_nothing_is_undone(registry):
    with pytest.raises(NotAllowedError, match="nothing_to_undo"):
        undo(registry, P, "甲", LATE, "手滑")


def test_what_was_undone_stays_on_record(registry):
    sent(registry, TOWN)
    approve_county(registry, P, COUNTY, "甲", LATE, "看过")
    undo(registry, P, "乙", LATE, "选错了县")
    first, second = decisions(registry, P)
    assert (first["action"], first["undone_by"]) == ("county_approved", second["decision_id"])
    assert (second["action"], second["decided_by"], second["why"]) == ("undo", "乙", "选错了县")
