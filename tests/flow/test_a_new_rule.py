"""A rule is one YAML entry and nothing else: it is judged, doubly, told, and checked live."""

import shutil
from dataclasses import replace

import pytest

from models.loader import CATALOGUE_DIR, load_catalogue
from models.period import Period
from models.yaml_source import CatalogueError
from pipelines.calibrating.sample_quarter import Sent, receipt_batch
from pipelines.sample.writing import make_sample
from pipelines.validate import judge
from pipelines.validate.checkpoint import second_opinion
from pipelines.workbook.live import live_lines

QUARTER = Period(2026, 1)
ENTRY = """
- id: R900
  kind: cross_form
  severity: verify
  form: F3
  message: 【F3-21】谈心谈话{{value}}人次,少于党支部数{{expected}}。请说明安排。
  norm: N05
  {since}parts:
    - {{left: talk_count, op: '>=', right: branch_close + 100000, target: talk_count}}
  examples:
    - {{given: {{talk_count: 100001, branch_close: 1}}, passes: true}}
    - {{given: {{talk_count: 1, branch_close: 1}}, passes: false}}
"""


def _catalogue(folder, entry):
    shutil.copytree(CATALOGUE_DIR, folder)
    path = folder / "rules" / "cross_form.yml"
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    return load_catalogue(folder)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """The catalogue with one more rule."""
    return _catalogue(tmp_path_factory.mktemp("more") / "catalogue", ENTRY.format(since=""))


@pytest.fixture(scope="module")
def batch(catalogue):
    """Some honest workbooks, under that catalogue."""
    sent = Sent.of(make_sample(catalogue, (QUARTER,), 7))
    return receipt_batch(sent, QUARTER, [each for each, _ in sent.within(QUARTER)][:8])


@pytest.fixture(scope="module")
def judgement(batch):
    """What is said of them."""
    return judge(batch)


def test_its_finding_names_cell_value_bound_gap_what_to_do_and_the_norm(judgement, catalogue):
    found = [each for each in judgement.findings if each.rule == "R900"]
    assert len(found) == 8
    one = found[0]
    assert (one.field, one.form) == ("talk_count", "F3")
    gap = int(one.expected) - int(one.value)
    assert one.message == (
        f"{one.sheet}!{one.cell} 【F3-21】谈心谈话{one.value}人次,少于党支部数{one.expected}。"
        f"请说明安排。(相差{gap})依据:{catalogue.norms['N05'].title}。"
    )


def test_the_gate_has_its_expectation_and_names_the_same_rows(judgement, batch):
    judged = [each for each in second_opinion(judgement, batch).results if each.part == "R900.1"]
    assert [(each.evaluated, each.unexpected) for each in judged] == [(8, 8)]


def test_the_template_checks_it_live(catalogue):
    lines = live_lines(catalogue, "city_organ", 1, str(QUARTER))
    assert any(line.ask.rule.id == "R900" and line.state for line in lines)


def test_a_rule_past_its_last_quarter_is_not_judged(tmp_path, batch):
    retired = _catalogue(tmp_path / "catalogue", ENTRY.format(since="until: 2025Q4\n  "))
    sent = Sent.of(make_sample(retired, (QUARTER,), 7))
    some = receipt_batch(sent, QUARTER, [each for each, _ in sent.within(QUARTER)][:8])
    assert "R900" not in {each.rule for each in judge(some).findings}


def test_a_rule_that_asks_what_nothing_answers_is_refused(tmp_path):
    entry = ENTRY.format(since="").replace("branch_close + 100000", "sys.return_count")
    with pytest.raises(CatalogueError, match=r"R900.*nothing answers sys\.return_count"):
        _catalogue(tmp_path / "catalogue", entry)


def test_a_waived_rule_is_judged_for_the_others_only(batch, judgement):
    first = batch.submissions["submission_id"][0]
    waived = judge(replace(batch, waived=frozenset({(first, "R900")})))
    told = {each.submission_id for each in waived.findings if each.rule == "R900"}
    before = {each.submission_id for each in judgement.findings if each.rule == "R900"}
    assert before - told == {first}
    assert {each.item.id for each in waived.failures} >= {"R900.1"}
