"""A published quarter keeps its definitions: a later catalogue is for the quarters after it."""

import shutil

import duckdb
import pytest

from dashboards.answers import Question
from dashboards.charts import prepare
from dashboards.defined import defined, since, unlike
from dashboards.reader import CITY
from dashboards.snapshots import open_snapshot
from dashboards.view import View
from models.period import Period
from pipelines.building import UnbuiltError, build_warehouse, publish, quarters_to_build
from pipelines.catalogues.of_quarters import recorded_hashes
from pipelines.explaining import explain
from pipelines.quarter.decisions import NotAllowedError
from pipelines.quarter.redefining import redefine
from pipelines.registry import writing
from pipelines.settings import Home
from tests.flow.conftest import AT
from tests.flow.history.city import COUNTY, Q1, Q2, snapshot_of

pytestmark = pytest.mark.xdist_group("history")
CHANGED, KEPT, AIMED = "COO03", "COO09", "COO01"
"""Indicators: of another formula in the older catalogue, of the same, of another target."""


def rows_of(home, period):
    """Table -> every row of one quarter."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        tables = con.execute(
            "SELECT DISTINCT table_schema || '.' || table_name FROM information_schema.columns"
            " WHERE column_name = 'period' AND table_schema IN ('core', 'marts')"
            " AND table_name <> 'unbuilt' ORDER BY 1"
        ).fetchall()
        return {
            table: con.execute(f"SELECT * FROM {table} WHERE period = ? ORDER BY ALL",  # noqa: S608
                               [period]).fetchall()
            for (table,) in tables
        }  # fmt: skip


def asked(home, sql, *values):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return con.execute(sql, list(values)).fetchall()


@pytest.fixture(scope="module")
def under_older(published, older, tmp_path_factory):
    """The county with its first quarter published under the older catalogue; its rows then."""
    home = Home(shutil.copytree(published.root, tmp_path_factory.mktemp("older") / "home"))
    with writing(home) as registry:
        assert not redefine(registry, Period.parse(Q1), "乙", AT, "样例")
        with pytest.raises(NotAllowedError, match="same_person_redefines"):
            redefine(registry, Period.parse(Q1), "乙", AT, "样例")
        assert redefine(registry, Period.parse(Q1), "丙", AT, "样例")
        build_warehouse(home, registry, older, [Q1])
        publish(home, registry, older, "final", AT.replace(day=21))
    return home


@pytest.fixture(scope="module")
def under_both(under_older, catalogue, tmp_path_factory):
    """The same after the catalogue was edited, its next quarter built under the edited one."""
    home = Home(shutil.copytree(under_older.root, tmp_path_factory.mktemp("both") / "home"))
    with writing(home) as registry:
        build_warehouse(home, registry, catalogue, [])
        publish(home, registry, catalogue, "final", AT.replace(day=22))
    return home


def test_the_older_quarter_keeps_every_row_and_the_newer_has_the_new_definitions(
    published, under_older, under_both, older, catalogue
):
    before, after = rows_of(under_older, Q1), rows_of(under_both, Q1)
    assert [table for table in before if after[table] != before[table]] == []
    with writing(under_both) as registry:
        assert recorded_hashes(registry) == {Q1: older.hash, Q2: catalogue.hash}
    city = (
        "SELECT numerator FROM marts.indicator_value WHERE indicator = ? AND period = ?"
        " AND scope_level = 'city' AND view = 'as_reported'"
    )
    fields = {Q1: ("feedback_fixed", "feedback_new"), Q2: ("feedback_fixed",)}
    for period, read in fields.items():
        assert asked(under_both, city, CHANGED, period) == asked(
            under_both,
            "SELECT sum(total) FROM (SELECT sum(v.number) FILTER (v.field = ANY(?)) AS total,"
            " sum(v.number) FILTER (v.field IN ('feedback_open', 'feedback_new')) AS below"
            " FROM core.value AS v JOIN core.submission AS s USING (submission_id)"
            " WHERE s.is_used AND v.period = ? GROUP BY v.submission_id) WHERE below > 0",
            list(read), period,
        )  # fmt: skip
    status = (
        "SELECT target_status FROM marts.indicator_value WHERE indicator = ? AND period = ?"
        " AND value BETWEEN 61 AND 90 AND view = 'as_reported'"
    )
    assert set(asked(under_both, status, AIMED, Q1)) == {("met",)}
    assert ("met",) not in asked(under_both, status, AIMED, Q2)
    assert (
        rows_of(under_both, Q2)["marts.indicator_part"]
        == (rows_of(published, Q2)["marts.indicator_part"])
    )


def test_a_change_between_two_definitions_is_not_computed(under_both):
    changes = asked(
        under_both,
        "SELECT DISTINCT indicator, is_comparable, change IS NULL FROM marts.indicator_change"
        " WHERE period = ? AND compare_to = ? AND indicator = ANY(?) AND value_then IS NOT NULL"
        " ORDER BY 1",
        Q2, Q1, [CHANGED, KEPT, AIMED],
    )  # fmt: skip
    assert changes == [(AIMED, True, False), (CHANGED, False, True), (KEPT, True, False)]


def test_what_has_two_definitions_is_in_neither_index_of_the_same_units(under_both):
    scored = asked(
        under_both,
        "SELECT DISTINCT view, state, score IS NULL FROM marts.indicator_score"
        " WHERE indicator = ? AND period = ? AND compare_to = ? AND scope_level = 'city'",
        CHANGED, Q2, Q1,
    )  # fmt: skip
    views = ("same_units", "same_units_then")
    assert set(scored) == {(view, "not_applicable", True) for view in views}


def test_explain_says_the_definition_of_each_quarter(under_both, catalogue, older):
    path = snapshot_of(under_both)
    then, now = (explain(path, catalogue, CHANGED, COUNTY, period) for period in (Q1, Q2))
    assert then["definition"] == {"catalogue_hash": older.hash, "is_todays": False}
    assert now["definition"] == {"catalogue_hash": catalogue.hash, "is_todays": True}
    assert then["formula"] != now["formula"]
    assert {part["field"] for part in then["parts"]} > {"feedback_fixed", "feedback_new"}
    aimed = explain(path, catalogue, AIMED, COUNTY, Q1)
    assert aimed["definition"] == {"catalogue_hash": older.hash, "is_todays": True}
    assert sum(unit["numerator"] for unit in then["units"]) == then["numerator"]


def test_the_line_under_a_chart_names_the_change_and_its_target_is_that_of_the_quarter(
    under_both, catalogue, older
):
    snapshot = open_snapshot(snapshot_of(under_both))
    # The index, its dimensions and the axes in which either of the two stands, nothing else.
    assert since(snapshot, Q2) == dict.fromkeys(
        {CHANGED, *made_of({CHANGED, AIMED}, catalogue)}, Q2
    )
    assert unlike(snapshot, Q1, Q2) == {CHANGED, *made_of({CHANGED, AIMED}, catalogue)}
    assert unlike(snapshot, Q1, Q2, "score_mark") == unlike(snapshot, Q1, Q2) | {AIMED}
    assert defined(snapshot, catalogue, Q1).indicators[AIMED] == older.indicators[AIMED]
    assert defined(snapshot, catalogue, Q2) is catalogue
    chart = next(each.id for board in catalogue.dashboards.values() for each in board.charts
                 if each.drawn_as and CHANGED in each.shows)  # fmt: skip
    said = {
        period: prepare(chart, Question(CITY, snapshot, View(period), catalogue)).coverage
        for period in (Q1, Q2)
    }
    assert f"口径变更：{CHANGED}自2026年二季度起" in said[Q2]
    assert "口径变更" not in said[Q1]


def made_of(indicators, catalogue):
    """Indices, dimensions, profiles and axes that have one of them in it."""
    composites = {
        name
        for owner in catalogue.composites.values()
        for part in owner.dimensions
        if indicators & set(part.indicators)
        for name in (owner.id, part.id)
    }
    profiles = {
        name
        for owner in catalogue.profiles.values()
        for number, part in enumerate(owner.axes, 1)
        if indicators & set(part.indicators)
        for name in (owner.id, f"{owner.id}.{number}")
    }
    return composites | profiles


def test_an_index_made_of_something_else_is_shown_for_both_quarters_and_compared_in_none(
    under_both, catalogue, older
):
    path = snapshot_of(under_both)
    question = Question(CITY, open_snapshot(path), View(Q2), catalogue)
    tiles = prepare("D0-1", question)
    told = {row["column"]: (row["previous"] is None, row["is_unlike"])
            for row in tiles.answer.rows.to_dicts()}  # fmt: skip
    assert told == {"X1": (True, True), "X2": (False, False), "X3": (False, False)}
    assert "口径不同，不比较" in tiles.headline
    assert "X1自2026年二季度起" in tiles.coverage
    axes = {row["column"]: row["previous"] is None
            for row in prepare("D0-4", question).answer.rows.to_dicts()
            if row["value"] is not None}  # fmt: skip
    assert {name for name, is_gone in axes.items() if is_gone} == {
        name for name in made_of({CHANGED, AIMED}, catalogue) if name in axes
    }
    moved = set(prepare("D0-5", question).answer.rows["column"])
    assert moved
    assert not moved & {CHANGED, AIMED}
    then, now = (explain(path, catalogue, "X1", COUNTY, period) for period in (Q1, Q2))
    assert then["definition"] == {"catalogue_hash": older.hash, "is_todays": False}
    assert now["definition"]["is_todays"]
    states = {each["kind"]: each["state"] for each in now["changes"]}
    assert states["previous"] in {"definition", "no_value"}
    alike = explain(path, catalogue, "X3", COUNTY, Q2)
    assert {each["state"] for each in alike["changes"] if each["kind"] == "previous"} <= {
        "compared", "no_value"
    }  # fmt: skip


def test_a_rebuild_is_under_the_catalogues_that_were_recorded_and_says_which_is_lost(
    under_both, older, sanji, monkeypatch, tmp_path
):
    home = Home(shutil.copytree(under_both.root, tmp_path / "again"))
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    expected = {period: rows_of(home, period) for period in (Q1, Q2)}
    home.warehouse.unlink()
    status, said, _ = sanji("rebuild")
    assert status == 0
    assert older.hash[:12] in said
    assert {period: rows_of(home, period) for period in (Q1, Q2)} == expected
    status, said, _ = sanji("explain", CHANGED, "--period", Q1)
    assert older.hash[:12] in said
    assert sanji("explain", CHANGED, "--period", Q2)[1].count("口径:") == 0
    shutil.rmtree(home.catalogues / older.hash)
    status, _, wrong = sanji("rebuild")
    assert (status, wrong.count("\n")) == (2, 1)
    assert older.hash[:12] in wrong
    assert "sanji redefine" in wrong
    assert {period: rows_of(home, period) for period in (Q1, Q2)} == expected


def test_what_two_persons_decided_is_built_by_the_next_run_of_any_quarter_before_it_is_published(
    under_both, catalogue, tmp_path
):
    home = Home(shutil.copytree(under_both.root, tmp_path / "decided"))
    with writing(home) as registry:
        assert quarters_to_build(home, registry, catalogue, [Q2]) == [Q2]
        for person in ("乙", "丙"):
            redefine(registry, Period.parse(Q1), person, AT.replace(day=23), "样例")
        with pytest.raises(UnbuiltError, match=f"^{Q1}$"):
            publish(home, registry, catalogue, "final", AT.replace(day=24))
        assert quarters_to_build(home, registry, catalogue, [Q2]) == [Q1, Q2]


def test_redefining_on_the_command_line_takes_two_persons_and_is_for_published_quarters(
    home, sanji, monkeypatch
):
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    at = ("--at", "2026-08-01T09:00:00", "--why", "统一口径")
    assert "第一人" in sanji("redefine", Q1, "--by", "乙", *at)[1]
    status, _, wrong = sanji("redefine", Q1, "--by", "乙", *at)
    assert (status, wrong.count("\n")) == (2, 1)
    assert f"sanji run {Q1}" in sanji("redefine", Q1, "--by", "丙", *at)[1]
    with writing(home) as registry:
        assert set(recorded_hashes(registry)) == {Q2}
    assert sanji("undo", Q1, "--by", "丙", *at)[0] == 0
    with writing(home) as registry:
        assert set(recorded_hashes(registry)) == {Q1, Q2}
    status, _, wrong = sanji("redefine", "2026Q3", "--by", "乙", *at)
    assert status == 2
    assert "没有发布过正式快照" in wrong
