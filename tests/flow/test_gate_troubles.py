"""When the gate itself breaks, the run stops with our name on it and no unit is told anything."""

from dataclasses import replace

import pytest

from models.period import Period
from pipelines.calibrating.sample_quarter import Sent, receipt_batch
from pipelines.keeping.told import OURS, told, told_of
from pipelines.validate import judge
from pipelines.validate.batch import Failure
from pipelines.validate.checkpoint import BrokenRuleError, second_opinion
from pipelines.validate.plan import part_named

pytestmark = pytest.mark.xdist_group("settling")
Q2 = Period(2026, 2)


@pytest.fixture(scope="module")
def batch(small_city):
    return receipt_batch(Sent.of(small_city.sample), Q2, small_city.of(str(Q2))[:2])


@pytest.mark.parametrize(
    ("crash", "named"),
    [("DROP TABLE l1", "l1"), ("ALTER TABLE l1 DROP COLUMN org_status", "org_status")],
)
def test_a_crash_inside_the_library_is_ours_and_no_finding(batch, crash, named):
    judgement = judge(batch)
    judgement.frames.con.execute(crash)
    with pytest.raises(BrokenRuleError, match=rf"R\d{{3}}\.\d.*{named}"):
        second_opinion(judgement, batch)


def test_two_opinions_that_differ_stop_the_run(batch):
    judgement = judge(batch)
    extra = replace(judgement, failures=[*judgement.failures, *_one_failure(judgement)])
    with pytest.raises(BrokenRuleError, match="only the rules"):
        second_opinion(extra, batch)
    judgement.frames.con.execute("UPDATE s SET branch_close = branch_close + 1")
    with pytest.raises(BrokenRuleError, match="only the gate"):
        second_opinion(judgement, batch)


def _one_failure(judgement):
    """A failure that nobody but us names."""
    item = part_named(judgement.frames.catalogue, "R101.1")
    (row,) = judgement.frames.con.execute("SELECT submission_id FROM s LIMIT 1").fetchall()
    return [Failure(item, row[0], None, None)]


def test_people_are_told_that_it_is_not_the_units_fault(catalogue):
    error = BrokenRuleError("only the rules: R101.1")
    assert BrokenRuleError in OURS
    said = told(catalogue, error)
    assert "不是填报单位的问题" in said
    assert "R101.1" in said
    kept = f"{BrokenRuleError.__module__}.BrokenRuleError: only the rules: R101.1"
    assert told_of(catalogue, "BrokenRuleError", kept) == said
