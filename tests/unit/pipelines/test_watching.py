"""What the site is told of this moment: decisions, the directory, and whether all runs."""

from datetime import datetime

import dagster as dg
import duckdb
import pytest
from sqlalchemy import insert

from models.loader import load_catalogue
from models.registry import snapshot
from pipelines.defs.run import history
from pipelines.machinery import Machinery, has_records
from pipelines.records.quarters import decide
from pipelines.registry import reading, writing
from pipelines.settings import Home
from pipelines.watching import live_of, registry_facts
from tests.unit.pipelines.small_registry import COUNTY_WC, KINDS, ORGAN, TOWN, P, city, sent, unit

AT = datetime(2026, 10, 27, 9)
ID = f"2026Q3-3-{COUNTY_WC}-{TOWN}"
MADE = {"kind": "draft", "catalogue_hash": "h", "periods": "{}", "sha256": "0"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("SANJI_DAGSTER", raising=False)
    return Home(tmp_path)


@pytest.fixture
def words():
    return load_catalogue()


def told(facts):
    return {name: (how, is_well) for name, how, is_well in facts}


def test_a_decision_and_a_wrong_parent_are_told_as_the_registry_has_them(home, words):
    crossed = unit(ORGAN, coord_parent_code=COUNTY_WC, party_parent_code="330703200015")
    units = [crossed, *(unit(code) for code in KINDS if code != ORGAN)]
    with writing(home) as registry:
        city(registry, units=units)
        decide(registry, str(P), "proposal_accepted", "张三", AT, "路近", scope=ID)
    live = live_of(home, words, lambda: AT)(str(P))
    assert dict(live.decided) == {ID: "accepted"}
    (one,) = [problem for problem in live.directory if problem.kind == "crossed"]
    assert (one.unit_code, one.county_code) == (ORGAN, "330702")


def test_returns_that_the_snapshot_in_force_does_not_hold_are_counted(home, words, tmp_path):
    """Also one that came before it was made, and was taken in after."""
    with writing(home) as registry:
        city(registry)
        registry.execute(insert(snapshot).values(
            snapshot_id="draft-1", made_at=datetime(2026, 10, 13), **MADE
        ))  # fmt: skip
        held = sent(registry, ORGAN, at=datetime(2026, 10, 12, 15))
        sent(registry, COUNTY_WC, at=datetime(2026, 10, 12, 16))
        sent(registry, TOWN, at=datetime(2026, 10, 20, 9))
    path = tmp_path / "draft-1.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema core")
        con.execute("create table core.submission as select ? as submission_id", [held])
    with reading(home) as registry:
        some = told(registry_facts(registry, words, path))
        every = told(registry_facts(registry, words, None))
    assert some["之后新收"] == ("2份报表，最近一份2026-10-20 09:00；尚未汇总", False)
    assert every["之后新收"][0].startswith("3份报表")
    assert some["最近汇总"] == ("2026-10-13 00:00", True)


def test_a_home_in_which_nothing_ran_is_told_so_and_left_as_it_is(home, words):
    assert told(Machinery(home, words).facts(AT)) == {
        "最近运行": ("这个数据目录里没有运行记录", True)
    }
    assert not has_records(home)
    assert list(home.root.iterdir()) == []


def test_the_records_of_a_home_are_read_and_no_daemon_is_started(home, words, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp := home.root))
    (tmp / "dagster").mkdir()
    (tmp / "dagster.yaml").write_text(
        "telemetry: {enabled: false}\nstorage:\n  sqlite:\n    base_dir: {env: SANJI_DAGSTER}\n"
    )
    with history(home) as instance:
        assert isinstance(instance, dg.DagsterInstance)
    machinery = Machinery(home, words)
    machinery.wait()
    facts = told(machinery.facts(AT))
    assert facts["最近运行"] == ("还没有", True)
    assert facts["收件监视"][0].startswith("没有心跳")


@pytest.mark.parametrize("harm", ["not a database", None])
def test_records_that_cannot_be_opened_are_said_and_the_card_does_not_fail(
    home, words, monkeypatch, harm
):
    """The file is no database; or the folder is there and what Dagster asks for is not."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp := home.root))
    (tmp / "dagster.yaml").write_text(
        "telemetry: {enabled: false}\nstorage:\n  sqlite:\n    base_dir: {env: SANJI_DAGSTER}\n"
    )
    runs = tmp / "dagster" / "history" / "runs.db"
    runs.parent.mkdir(parents=True)
    if harm:
        runs.write_text(harm * 1000)
    else:
        runs.mkdir()
    machinery = Machinery(home, words)
    machinery.wait()
    ((name, how, is_well),) = machinery.facts(AT)
    assert (name, is_well) == ("最近运行", False)
    assert how.startswith("运行记录打不开")
    assert "sanji doctor" in how
