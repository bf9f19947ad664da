"""States and permitted moves: what is open in a state, what is refused and what is said then."""

import pytest
from sqlalchemy import insert, select

from models.registry import decision, finding, move, submission
from pipelines.corrections.correcting import reopen
from pipelines.judging.remarks import Remark
from pipelines.quarter.decisions import (
    NotAllowedError,
    accept,
    approve_city,
    approve_county,
    approve_for_county,
    lock,
    send_back,
)
from pipelines.records.quarters import is_locked
from tests.unit.pipelines.small_registry import (
    CITY_ORGAN,
    LATE,
    ON_TIME,
    ORGAN,
    OTHER_TOWN,
    TOWN,
    P,
    sent,
)

COUNTY = "330702"
REASON = "已电话核实,数字属实,见情况说明"


def status_of(registry, submission_id):
    return registry.execute(
        select(submission.c.status).where(submission.c.submission_id == submission_id)
    ).scalar_one()


def note(registry, submission_id, severity="verify", status="open"):
    registry.execute(
        insert(finding).values(
            submission_id=submission_id, rule="R202", part=1, severity=severity,
            message="样例", status=status,
        )
    )  # fmt: skip


def notes(registry, submission_id):
    return list(
        registry.execute(
            select(finding.c.status).where(finding.c.submission_id == submission_id)
        ).scalars()
    )


def test_every_move_says_who_when_and_why(registry):
    one = sent(registry, TOWN)
    approve_county(registry, P, COUNTY, "甲", LATE, "看过")
    rows = registry.execute(
        select(move, decision).join(decision, decision.c.decision_id == move.c.decision_id)
    ).all()
    assert [
        (r.submission_id, r.from_status, r.to_status, r.decided_by, r.decided_at, r.why)
        for r in rows
    ] == [(one, "received", "county_approved", "甲", LATE, "看过")]


def test_a_county_approves_its_own_units_and_only_what_is_ready(registry):
    ready, waits = sent(registry, TOWN), sent(registry, ORGAN, verdict="explain")
    foreign = sent(registry, OTHER_TOWN)
    assert approve_county(registry, P, COUNTY, "甲", LATE, "看过") == [ready]
    assert [status_of(registry, each) for each in (waits, foreign)] == ["received", "received"]


def test_the_city_approves_after_the_counties_and_its_own_units_itself(registry):
    own, foreign = sent(registry, CITY_ORGAN), sent(registry, TOWN)
    assert approve_city(registry, P, "乙", LATE, "看过") == [own]
    approve_county(registry, P, COUNTY, "甲", LATE, "看过")
    assert approve_city(registry, P, "乙", LATE, "看过") == [foreign]


def test_the_city_approves_for_a_county_only_once_its_time_is_over(registry):
    one = sent(registry, TOWN)
    with pytest.raises(NotAllowedError, match="county_in_time"):
        approve_for_county(registry, P, COUNTY, "乙", ON_TIME, "催过")
    assert approve_for_county(registry, P, COUNTY, "乙", LATE, "县级未审") == [one]
    taken = registry.execute(select(move.c.action)).scalars().all()
    assert taken == ["city_approved_directly"]


def test_what_is_to_be_verified_counts_once_a_reviewer_gives_the_reason(registry):
    one = sent(registry, TOWN, verdict="explain")
    note(registry, one)
    assert approve_county(registry, P, COUNTY, "甲", LATE, "看过") == []
    accept(registry, one, "甲", LATE, REASON)
    assert (status_of(registry, one), notes(registry, one)) == ("explained", ["explained"])
    assert approve_county(registry, P, COUNTY, "甲", LATE, "看过") == [one]
    assert notes(registry, one) == ["accepted"]


@pytest.mark.parametrize(
    ("verdict", "why", "reason"),
    [("explain", "属实", "reason_too_short"), ("returned", REASON, "not_permitted"),
     ("accepted", REASON, "not_permitted")],
)  # fmt: skip
def test_a_reviewer_gives_no_careless_reason_and_none_where_none_is_asked(
    registry, verdict, why, reason
):
    one = sent(registry, TOWN, verdict=verdict)
    with pytest.raises(NotAllowedError, match=reason):
        accept(registry, one, "甲", LATE, why)


def test_a_remark_is_a_finding_at_its_cell(registry):
    one = sent(registry, TOWN)
    remark = Remark("F1 组织与换届", "D8", "F1", "org_total_close", None, "7")
    send_back(registry, one, "甲", LATE, "与台账不符", remark)
    row = registry.execute(select(finding)).one()
    assert (row.rule, row.severity, row.status) == ("R000", "must", "open")
    assert (row.sheet, row.cell, row.field, row.value) == (
        "F1 组织与换届", "D8", "org_total_close", "7",
    )  # fmt: skip
    assert "与台账不符" in row.message
    assert "F1 组织与换届!D8" in row.message
    assert status_of(registry, one) == "returned"


def test_a_step_that_is_not_open_is_refused_with_those_that_are(registry, catalogue):
    one = sent(registry, TOWN)
    approve_county(registry, P, COUNTY, "甲", LATE, "看过")
    approve_city(registry, P, "乙", LATE, "看过")
    with pytest.raises(NotAllowedError) as refused:
        send_back(registry, one, "甲", LATE, "想退")
    said = catalogue.say(f"cli.{refused.value.reason}", **refused.value.fills)
    assert said == (
        f"{one}现为“市级审核通过”,不能办理“退回(sanji return)”。"
        "现在可以:锁定(sanji lock)、批准重报(sanji reopen)。"
    )


def test_what_nobody_approved_cannot_be_reopened(registry):
    one = sent(registry, TOWN)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        reopen(registry, one, "乙", LATE, "没有审过")


def test_a_correction_in_a_locked_quarter_needs_two_persons_and_unlocks(registry):
    one, other = sent(registry, CITY_ORGAN), sent(registry, TOWN)
    approve_county(registry, P, COUNTY, "甲", LATE, "看过")
    approve_city(registry, P, "乙", LATE, "看过")
    lock(registry, P, "乙", LATE, "锁定")
    assert lock(registry, P, "丙", LATE, "锁定")
    assert status_of(registry, other) == "locked"
    assert reopen(registry, one, "乙", LATE, "数字有误") == "asked"
    assert is_locked(registry, str(P))
    with pytest.raises(NotAllowedError, match="same_person_reopens"):
        reopen(registry, one, "乙", LATE, "还是我")
    assert reopen(registry, one, "丙", LATE, "同意") == "unlocked"
    assert not is_locked(registry, str(P))
    assert (status_of(registry, one), status_of(registry, other)) == ("received", "city_approved")
    assert reopen(registry, other, "乙", LATE, "也有误") == "reopened"


def test_reopening_what_was_never_approved_does_not_unlock(registry):
    one = sent(registry, TOWN, verdict="returned")
    lock(registry, P, "乙", LATE, "锁定")
    lock(registry, P, "丙", LATE, "锁定")
    with pytest.raises(NotAllowedError, match="not_permitted"):
        reopen(registry, one, "乙", LATE, "想补")
    assert is_locked(registry, str(P))


def test_one_person_does_not_lock_twice_and_nothing_is_decided_afterwards(registry):
    one = sent(registry, TOWN)
    assert lock(registry, P, "乙", LATE, "锁定") is False
    with pytest.raises(NotAllowedError, match="same_person"):
        lock(registry, P, "乙", LATE, "锁定")
    assert lock(registry, P, "丙", LATE, "锁定") is True
    for step in (
        lambda: lock(registry, P, "丁", LATE, "再锁"),
        lambda: send_back(registry, one, "甲", LATE, "晚了"),
        lambda: approve_county(registry, P, COUNTY, "甲", LATE, "晚了"),
        lambda: accept(registry, one, "甲", LATE, REASON),
    ):
        with pytest.raises(NotAllowedError, match=r"^locked$"):
            step()
