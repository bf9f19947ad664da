"""The three jobs on a few units: what they leave in the home and in Dagster's history."""

import json
import shutil
from datetime import datetime, timedelta

import dagster as dg
import duckdb
import pytest
from sqlalchemy import update

from models.period import Period
from models.registry import submission
from pipelines.building import UnbuiltError, alone, load_quarters, publish
from pipelines.defs.run import history, publish_quarter, run_job, run_quarter
from pipelines.issue.write import write_issue
from pipelines.judging.quarter_findings import settle
from pipelines.quarter.decisions import approve_city, approve_county, lock
from pipelines.quarter.unfinished import unfinished
from pipelines.records.quarters import current
from pipelines.registry import reading, writing
from tests.flow.conftest import SmallCity

pytestmark = pytest.mark.xdist_group("jobs")
AT = datetime(2026, 7, 20, 16)
Q1, Q2 = "2026Q1", "2026Q2"
UNITS = 3


@pytest.fixture(scope="module")
def few(small_city):
    """The first units of the small city, in both quarters."""
    codes = sorted({each.issue.unit_code for each in small_city.of(Q1)})[:UNITS]
    return SmallCity(
        small_city.sample,
        tuple(each for each in small_city.planned if each.issue.unit_code in codes),
    )


@pytest.fixture(scope="module")
def ran(few, catalogue, tmp_path_factory):
    """A home whose inbox held the files of two quarters, after `sanji run` of the first."""
    where = few.home(tmp_path_factory.mktemp("home"))
    for each in few.planned:
        write_issue(where.inbox / f"{each.issue.issue_id}.xlsx", catalogue, each)
    with pytest.MonkeyPatch.context() as patch:
        _enter(patch, where)
        outcome = run_quarter(Q1, AT)
    return where, outcome


@pytest.fixture
def home(ran, tmp_path, monkeypatch):
    """A copy of that home, in force."""
    where = type(ran[0])(tmp_path / "home")
    shutil.copytree(ran[0].root, where.root)
    _enter(monkeypatch, where)
    return where


def _enter(patch, where):
    patch.setenv("SANJI_HOME", str(where.root))
    for name in ("DAGSTER_HOME", "SANJI_DAGSTER"):
        patch.delenv(name, raising=False)


def _locked(home, catalogue, period):
    with writing(home) as registry:
        wanted = Period.parse(period)
        settle(registry, period, "甲", AT, "已与双方核对")
        for county in catalogue.counties:
            approve_county(registry, wanted, county, "甲", AT, "样例")
        approve_city(registry, wanted, "乙", AT, "样例")
        lock(registry, wanted, "乙", AT, "样例")
        assert lock(registry, wanted, "丙", AT, "样例")


def _in_force(home):
    return (home.published / "current").read_text(encoding="utf-8")


def test_a_run_takes_in_the_inbox_judges_what_came_and_publishes_a_draft(ran, few):
    home, outcome = ran
    assert (outcome.success, outcome.failures) == (True, [])
    assert _in_force(home) == f"{outcome.snapshot}.duckdb"
    with duckdb.connect(str(home.published / _in_force(home)), read_only=True) as con:
        rows = con.execute(
            "SELECT period, count(*), count(*) FILTER (is_used) FROM core.submission GROUP BY 1"
        ).fetchall()
    first, second = len(few.of(Q1)), len(few.of(Q2))
    assert sorted(rows) == [(Q1, first, first), (Q2, second, second)]


def test_the_history_is_in_the_data_folder_for_everyone_to_see(ran, few):
    home, outcome = ran
    with history(home) as instance:
        runs = instance.get_runs()
        keys = [dg.AssetKey(["registry", "finding"]), dg.AssetKey(["marts", "indicator_value"])]
        found = [instance.get_latest_materialization_event(key) for key in keys]
        assert instance.get_dynamic_partitions("period") == [Q1, Q2]
    assert [run.job_name for run in runs] == ["build", "intake", "intake"]
    assert runs[0].run_id == outcome.run_id
    assert all(run.status == dg.DagsterRunStatus.SUCCESS for run in runs)
    judged, built = (event.asset_materialization for event in found)
    assert (judged.partition, judged.metadata["本次审核"].value) == (Q2, len(few.of(Q2)))
    assert built.metadata["行数"].value > 0
    assert built.metadata["dagster/column_lineage"].value.deps_by_column["numerator"]
    columns = built.metadata["dagster/column_schema"].value.columns
    (told,) = (each.description for each in columns if each.name == "numerator")
    assert told.startswith("分子\n\n来自[")
    assert "[marts.indicator_part](/assets/marts/indicator_part) `numerator`" in told


def test_a_quarter_that_is_not_locked_gets_no_final_snapshot(home):
    before = _in_force(home)
    outcome = publish_quarter(Q1, AT)
    assert not outcome.success
    assert outcome.failures == [
        "报告期2026Q1尚未由两人锁定,不能发布正式快照。请先完成审核,再由两人分别锁定。"
    ]
    assert _in_force(home) == before
    assert list(home.published.glob("final-*")) == []


def test_a_locked_quarter_is_published_with_its_charts(home, catalogue, monkeypatch):
    # Without a browser: pictures are looked at elsewhere, here the workbooks of the charts.
    monkeypatch.setenv("BROWSER_PATH", "/no/browser")
    _locked(home, catalogue, Q1)
    in_the_way = home.published / f"final-20260720T170000-{catalogue.hash[:8]}.briefing"
    in_the_way.write_text("no folder", encoding="utf-8")
    broken = publish_quarter(Q1, AT + timedelta(hours=1))
    assert (broken.success, broken.snapshot) == (False, in_the_way.stem)
    assert _unfinished(home, catalogue) == in_the_way.stem
    in_the_way.unlink()
    outcome = publish_quarter(Q1, AT + timedelta(hours=2))
    assert (outcome.success, outcome.failures, outcome.snapshot) == (True, [], broken.snapshot)
    assert [path.stem for path in home.published.glob("final-*.duckdb")] == [broken.snapshot]
    assert _unfinished(home, catalogue) is None
    assert _in_force(home) == f"{outcome.snapshot}.duckdb"
    with duckdb.connect(str(home.published / _in_force(home)), read_only=True) as con:
        kinds = con.execute("SELECT period, kind FROM core.period ORDER BY 1").fetchall()
    assert kinds == [(Q1, "final"), (Q2, "draft")]
    assert list((home.published / outcome.snapshot / Q1).glob("*.xlsx"))
    papers = home.published / f"{outcome.snapshot}.briefing" / Q1
    manifest = json.loads((home.published / f"{outcome.snapshot}.json").read_text("utf-8"))
    assert {"tongbao.docx", "slides.pptx", "annex2.docx"} <= set(manifest["briefing"][Q1])
    assert {path.name for path in papers.iterdir()} == {*manifest["briefing"][Q1], "files.json"}


def _unfinished(home, catalogue):
    with reading(home) as registry:
        return unfinished(home, registry, catalogue, Q1)


def test_nothing_is_published_from_a_submission_that_was_not_judged(home):
    before = _in_force(home)
    with writing(home) as registry:
        used = next(iter(current(registry, Q1).values())).submission_id
        registry.execute(
            update(submission).where(submission.c.submission_id == used).values(judged_by=None)
        )
    outcome = run_job("build", Q1, AT)
    assert not outcome.success
    assert outcome.failures == [
        "core.submission未通过检查(质量关卡:采用的报送件都经过两道审核):"
        f"采用报送件 {2 * UNITS}、不符之处 {used}"
    ]
    assert _in_force(home) == before


def test_a_build_that_broke_off_is_not_published_but_taken_up(home, catalogue):
    with writing(home) as registry:
        loaded = load_quarters(home, registry, catalogue, [Q1])
        assert loaded.periods == (Q1, Q2)
        with pytest.raises(UnbuiltError):
            publish(home, registry, catalogue, "draft", AT)
    outcome = run_job("build", Q2, AT + timedelta(hours=1))
    assert outcome.success
    with history(home) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["marts", "tie"]))
    assert event.asset_materialization.metadata["涉及报告期"].value == f"{Q1}、{Q2}"


def test_two_runs_at_once_are_refused(home):
    with alone(home):
        outcome = run_job("build", Q1, AT)
    assert not outcome.success
    assert outcome.failures == ["另一次运行正在进行,请稍后再试。"]


def test_a_step_waits_for_nobody_when_the_registry_is_being_written(home):
    with writing(home):
        outcome = run_job("intake", Q1, AT)
    assert not outcome.success
    assert outcome.failures == ["另一次运行正在进行,请稍后再试。"]


def test_an_intake_with_nothing_new_changes_nothing(home):
    with reading(home) as registry:
        before = current(registry, Q1)
        assert run_job("intake", Q1, AT).success
        assert current(registry, Q1) == before
