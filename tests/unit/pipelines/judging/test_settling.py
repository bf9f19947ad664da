"""What a reviewer settled is kept by its subject, holds for later versions, and can be undone."""

import pytest
from sqlalchemy import insert, select, update

from models.registry import decision, finding, submission
from pipelines.judging.quarter_findings import settle
from pipelines.judging.settling import settled
from pipelines.quarter.decisions import NotAllowedError, approve_county
from pipelines.quarter.undoing import undo
from tests.unit.pipelines.quarter.test_decisions import COUNTY, REASON
from tests.unit.pipelines.small_registry import LATE, TOWN, P, sent

ABOUT = ("R601", 1, None, None, "0.9", None, "mark")
NAMES = ("rule", "part", "field", "row_key", "value", "expected", "rule_mark")


def asked(registry, submission_id, **changes):
    """Record a finding of the quarter."""
    registry.execute(
        insert(finding).values(
            **{**dict(zip(NAMES, ABOUT, strict=True)), **changes}, submission_id=submission_id,
            severity="verify", message="雷同", status="open", moment="quarter",
        )
    )  # fmt: skip


def statuses(registry):
    return registry.execute(select(finding.c.status, finding.c.settled_by)).all()


def test_a_settlement_is_kept_by_unit_and_subject_with_its_decision(registry):
    one = sent(registry, TOWN)
    asked(registry, one)
    assert settle(registry, str(P), "乙", LATE, REASON) == 1
    (number,) = registry.execute(select(decision.c.decision_id)).scalars()
    assert statuses(registry) == [("accepted", number)]
    assert settled(registry, str(P)) == {(TOWN, ABOUT): number}


def test_it_is_undone_and_then_holds_for_nothing(registry):
    asked(registry, sent(registry, TOWN))
    settle(registry, str(P), "乙", LATE, REASON)
    assert undo(registry, P, "乙", LATE, "看错了").action == "settle"
    assert statuses(registry) == [("open", None)]
    assert settled(registry, str(P)) == {}


def test_it_is_not_undone_under_an_approval_that_rests_on_it(registry):
    one = sent(registry, TOWN)
    asked(registry, one)
    settle(registry, str(P), "乙", LATE, REASON)
    assert approve_county(registry, P, COUNTY, "甲", LATE, "看过") == [one]
    number = min(registry.execute(select(decision.c.decision_id)).scalars())
    with pytest.raises(NotAllowedError, match="depends"):
        undo(registry, P, "乙", LATE, "看错了", number)


def test_undoing_it_leaves_what_the_unit_itself_explained(registry):
    one = sent(registry, TOWN, verdict="explain")
    asked(registry, one)
    asked(registry, one, rule="R150", value="0")
    registry.execute(update(finding).where(finding.c.rule == "R150").values(status="explained"))
    settle(registry, str(P), "乙", LATE, REASON)
    undo(registry, P, "乙", LATE, "看错了")
    found = dict(registry.execute(select(finding.c.rule, finding.c.status)).all())
    assert found == {"R601": "open", "R150": "explained"}


def test_a_finding_of_an_older_program_is_settled_where_it_stands(registry):
    asked(registry, sent(registry, TOWN), rule_mark=None)
    assert settle(registry, str(P), "乙", LATE, REASON) == 1
    assert settled(registry, str(P)) == {}
    assert [status for status, _ in statuses(registry)] == ["accepted"]
    assert registry.execute(select(submission.c.status)).scalars().all() == ["received"]
