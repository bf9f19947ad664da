"""Every rule of the catalogue is tripped by a case made for it, at its own stage and cell."""

from collections import defaultdict

import pytest

from models.loader import load_catalogue
from models.names import moment_of
from models.period import Period, period_range
from models.spec.rule import Moment
from pipelines import frames
from pipelines.calibrating.sample_quarter import Sent, receipt_batch, together
from pipelines.sample.faults import planted
from pipelines.sample.writing import make_sample
from pipelines.validate import judge, judge_together
from pipelines.validate.checkpoint import second_opinion
from tests.flow.constructed import TOGETHER
from tests.flow.constructed_books import BY_HAND

pytestmark = pytest.mark.xdist_group("sample")
CATALOGUE = load_catalogue()
QUARTER = Period(2026, 2)
OF_A_FILE = frozenset(rule.id for rule in CATALOGUE.rules.values() if rule.each == "reading")
"""Rules about a file as it was written: what breaks them is no cell of the form."""


JUDGED_TWICE = frozenset({"R401", "R412", "R501", "R507", "R608"})
"""One on each table, for which the gate is asked too: each time it takes some seconds."""


OF_A_COUNTY = "R607"
"""A sign about all the files of a county: no cell of any of them is evidence."""


def _moments(rule):
    return {moment_of(rule, part) for part in rule.parts}


RECEIPT = [r.id for r in CATALOGUE.rules.values() if Moment.RECEIPT in _moments(r)]
TOGETHER_ONLY = [r.id for r in CATALOGUE.rules.values() if Moment.QUARTER in _moments(r)]


@pytest.fixture(scope="module")
def sent():
    return Sent.of(make_sample(CATALOGUE, period_range("2025Q3..2026Q3"), 7))


@pytest.fixture(scope="module")
def drafts(sent):
    """The workbooks with slips, by unit and quarter."""
    return {key: each.draft for key, each in planted(sent.sample, sent.filled).items()}


@pytest.fixture(scope="module")
def slips(drafts):
    """Rule -> (unit, quarter, sheet, cell) of the workbooks in which it is broken on purpose."""
    found = defaultdict(set)
    for (unit, period), each in drafts.items():
        for slip in each.slips:
            for remark in [*([slip.main] if slip.main else []), *slip.entailed]:
                place = each.place((remark.field, remark.line))
                found[remark.rule].add((unit, period, place.sheet, place.cell))
    return found


@pytest.fixture(scope="module")
def told(sent, drafts):
    """(rule, unit, quarter, sheet, cell) of what is said of those workbooks on receipt."""
    found = set()
    for period in sent.sample.periods:
        books = [each.filled() for key, each in drafts.items() if key[1] == str(period)]
        found |= {
            (each.rule, each.submission_id, str(period), each.sheet, each.cell)
            for each in judge(receipt_batch(sent, period, books)).findings
        }
    return found


@pytest.fixture(scope="module")
def honest(sent):
    """The files of an honest quarter, together."""
    return together(sent, QUARTER)


@pytest.mark.parametrize("rule", sorted(set(RECEIPT) - BY_HAND.keys() - OF_A_FILE))
def test_a_slip_made_for_the_rule_is_told_at_its_cell(rule, slips, told):
    assert slips[rule]
    assert {(rule, *each) for each in slips[rule]} <= told


@pytest.mark.parametrize("rule", sorted(BY_HAND))
def test_a_workbook_made_for_the_rule_is_told_at_its_cell(rule, sent):
    book, sheet, cell = BY_HAND[rule](sent, QUARTER)
    batch = receipt_batch(sent, QUARTER, [book])
    judgement = judge(batch)
    second_opinion(judgement, batch)
    found = {(each.rule, each.sheet, each.cell) for each in judgement.findings}
    assert (rule, sheet, cell) in found


def test_plans_as_written_and_improved_ones_find_the_same(sent, drafts, monkeypatch):
    """Files that come alone are judged with the former, those of a whole quarter the latter."""
    books = [each.filled() for key, each in drafts.items() if key[1] == str(QUARTER)]
    batch = receipt_batch(sent, QUARTER, books[: frames.FEW])
    as_written = {str(each) for each in judge(batch).findings}
    monkeypatch.setattr(frames, "FEW", 0)
    assert {str(each) for each in judge(batch).findings} == as_written
    assert len(as_written) > 5


@pytest.mark.parametrize("rule", TOGETHER_ONLY)
def test_a_quarter_made_for_the_rule_shows_it_at_its_cell(rule, honest):
    changed = TOGETHER[rule](honest)
    judgement = judge_together(changed.quarter)
    if rule in JUDGED_TWICE:
        second_opinion(judgement, changed.quarter.batch)
    made = [
        each
        for each in judgement.findings
        if each.rule == rule and (each.submission_id, each.field) in changed.expected
    ]
    assert {(each.submission_id, each.field) for each in made} == changed.expected
    assert all((each.cell is None) == (each.field is None) for each in made)
    if CATALOGUE.rules[rule].kind == "perfunctory" and rule != OF_A_COUNTY:
        assert all(each.related for each in made)  # the cells, for reviewers


def test_no_rule_is_left_untried():
    tried = {*RECEIPT, *TOGETHER_ONLY}
    assert tried == set(CATALOGUE.rules)
    assert set(TOGETHER_ONLY) == set(TOGETHER)


def test_the_honest_quarter_trips_no_must_rule_and_signs_point_at_few(honest):
    found = judge_together(honest).findings
    kinds = {CATALOGUE.rules[each.rule].kind for each in found}
    assert {each.severity for each in found} <= {"verify", "hint"}
    assert kinds <= {"cross_level", "perfunctory"}
    signs = {
        each.submission_id for each in found if CATALOGUE.rules[each.rule].kind == "perfunctory"
    }
    assert len(signs) <= 0.05 * honest.batch.submissions.height
