"""更正 and the quarters around it: which are built, which judged again, what is said of each."""

import hashlib
import json

import duckdb
import pytest
from sqlalchemy import select

from dashboards.snapshots import open_snapshot
from models.registry import finding
from pipelines.building import build_warehouse
from pipelines.corrections.correcting import reopen
from pipelines.publish import publish_snapshot
from pipelines.publish.changes import changed_numbers
from pipelines.records.states import quarter_state
from pipelines.registry import reading, writing
from tests.flow.conftest import AT, PERIODS
from tests.flow.history.city import FIELD, Q1, Q2, correct, lock_all, names, send_again, snapshot_of
from tests.flow.history.test_definitions import rows_of

pytestmark = pytest.mark.xdist_group("history")
BUDGET = "fund_budget_year"
"""Rules ask that it be the same as in the quarter before; nothing of it is issued as an opening."""


def state(home, period):
    with reading(home) as registry:
        return quarter_state(registry, period)


def hashes(home, period):
    rows = rows_of(home, period)
    return {name: hashlib.sha256(repr(some).encode()).hexdigest() for name, some in rows.items()}


def test_a_correction_builds_its_quarter_and_those_after_and_leaves_earlier_rows_alone(
    home, city, catalogue, tmp_path
):
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute("UPDATE marts.indicator_value SET target_status = 'spoilt' WHERE period = ?",
                    [Q1])  # fmt: skip
    before = {period: hashes(home, period) for period in (Q1, Q2)}
    each = next(each for each in city.of(Q2) if each.shown.values.get(FIELD))
    assert state(home, Q2).state == "published"
    correct(home, catalogue, each, tmp_path)
    assert state(home, Q2).state == "relocked"
    with writing(home) as registry:
        built = build_warehouse(home, registry, catalogue, [Q2])
    assert built.periods == (Q2,)
    assert hashes(home, Q1) == before[Q1]
    changed = {name for name, sha256 in hashes(home, Q2).items() if sha256 != before[Q2][name]}
    assert {"core.submission", "core.value", "marts.indicator_value"} <= changed
    assert "core.definition" not in changed


def test_while_a_correction_is_open_a_quarter_that_it_moves_is_not_told_as_final(
    home, city, catalogue, tmp_path, sanji, monkeypatch
):
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    each = next(each for each in city.of(Q1) if each.shown.values.get(FIELD))
    send_again(home, catalogue, each, tmp_path)
    draft, final = publish_as(home, catalogue, "draft"), publish_as(home, catalogue, "final")
    assert draft.periods == {Q1: "draft", Q2: "draft"}
    assert final.periods == {Q1: "draft", Q2: "final"}
    lock_all(home, [period for period in PERIODS if str(period) == Q1])
    assert publish_as(home, catalogue, "final").periods == {Q1: "final", Q2: "final"}
    with duckdb.connect(str(snapshot_of(home)), read_only=True) as con:
        restated = con.sql("SELECT * FROM core.restatement ORDER BY ALL").fetchall()
    first, between, now = (each for each in names(home) if each.startswith("final"))
    since = changed_numbers(*(home.published / f"{each}.duckdb" for each in (first, now)))
    assert restated
    assert set(restated) == set(since.filter(period=Q1).rows())
    told = json.loads(sanji("changes", "--json")[1])
    assert told["old"].split("、") == [between, first]
    assert {tuple(each.values()) for each in told["numbers"]} == set(restated)


def publish_as(home, catalogue, kind):
    with writing(home) as registry:
        build_warehouse(home, registry, catalogue, [Q1])
        return publish_snapshot(home, registry, catalogue, kind, AT)


def found_of(home, submission):
    with reading(home) as registry:
        return registry.execute(
            select(finding.c.field, finding.c.value, finding.c.expected).where(
                finding.c.submission_id == submission, finding.c.field == BUDGET
            )
        ).all()


def test_what_was_sent_for_a_later_quarter_is_judged_against_the_correction_again(
    home, city, catalogue, tmp_path
):
    later = {each.issue.unit_code: each for each in city.of(Q2)}
    each = next(
        each for each in city.of(Q1)
        if each.shown.values.get(BUDGET) and each.issue.unit_code in later
        and not found_of(home, f"{each.issue.unit_code}-{Q2}-v1")
    )  # fmt: skip
    name = f"{each.issue.unit_code}-{Q2}-v1"
    with writing(home) as registry:
        for person in "乙丙":
            reopen(registry, name, person, AT, "等上季更正")
    assert state(home, Q2).state == "correcting"
    correct(home, catalogue, each, tmp_path, BUDGET)
    ((field, value, expected),) = found_of(home, name)
    assert (field, float(expected) - float(value)) == (BUDGET, 2)


def test_the_state_of_a_corrected_quarter_names_the_correction_and_pages_say_so(
    corrected, sanji, monkeypatch
):
    home, each = corrected
    name = f"{each.issue.unit_code}-{Q1}-v1"
    found = state(home, Q1)
    assert (found.state, found.snapshot) == ("corrected", snapshot_of(home).stem)
    assert [(one.submission_id, one.why) for one in found.corrections] == [(name, "数字有误")]
    assert (state(home, Q2).state, state(home, Q2).corrections) == ("published", ())
    snapshot = open_snapshot(snapshot_of(home))
    assert [snapshot.standing(period) for period in (Q1, Q2)] == ["corrected", "final"]
    assert open_snapshot(snapshot_of(home, 0)).standing(Q1) == "final"
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    said = sanji("status", Q1)[1]
    assert "本期:已更正发布" in said
    assert name in said
    told = json.loads(sanji("status", Q2, "--json")[1])["quarter"]
    assert (told["state"], told["corrections"]) == ("published", [])
