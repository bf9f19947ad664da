"""Quarters in other structures, and quarters built again: what changes, and what must not."""

import shutil
from collections import Counter

import duckdb
import pytest
from sqlalchemy import delete

from dashboards.snapshots import open_snapshot
from models.events import EventKind
from models.registry import snapshot
from pipelines.build import models_in_order
from pipelines.build.compiled import computed_indicators
from pipelines.build.run import standing_on
from pipelines.building import LOAD, UNBUILT, build_warehouse, load_quarters
from pipelines.corrections.correcting import reopen
from pipelines.load.standing import STANDING
from pipelines.publish import publish_snapshot
from pipelines.records.events import add_event
from pipelines.records.units import directory
from pipelines.registry import writing
from pipelines.settings import Home
from tests.flow.conftest import AT, PERIODS
from tests.flow.reshaping import NEW, Q1, Q2, answers, differing, independent, made, townships

pytestmark = pytest.mark.xdist_group("way")


@pytest.fixture
def home(locked_city, tmp_path):
    """A copy, to be changed."""
    return Home(shutil.copytree(locked_city.root, tmp_path / "home"))


def tables(home):
    """Table -> how often each row of the first quarter stands in it; all rows where none has."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        names = con.execute(
            "SELECT table_schema || '.' || table_name, list(column_name)"
            " FROM information_schema.columns WHERE table_name <> 'unbuilt' GROUP BY 1 ORDER BY 1"
        ).fetchall()
        return {
            name: Counter(con.execute(f"SELECT * FROM {name} WHERE period = '{Q1}'").fetchall())  # noqa: S608
            for name, columns in names
            if "period" in columns
        }


def unbuilt(home):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return set(con.execute(f"SELECT period, table_name FROM {UNBUILT}").fetchall())  # noqa: S608


def spoil(home, period):
    """Change a number of the quarter in the warehouse, which only building it again mends."""
    with duckdb.connect(str(home.warehouse)) as con:
        for table, column in (
            ("core.reported_value", "sheet"), ("core.fixed", "unit_kind"),
            ("marts.indicator_value", "target_status"),
        ):  # fmt: skip
            con.execute(f"UPDATE {table} SET {column} = 'spoilt' WHERE period = ?", [str(period)])  # noqa: S608


def spoilt(home):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return [
            row[0]
            for row in con.execute(
                "SELECT DISTINCT period FROM core.reported_value WHERE sheet = 'spoilt'"
                " UNION SELECT DISTINCT period FROM core.fixed WHERE unit_kind = 'spoilt'"
                " UNION SELECT DISTINCT period FROM marts.indicator_value"
                " WHERE target_status = 'spoilt' ORDER BY 1"
            ).fetchall()
        ]


def test_correcting_a_quarter_builds_it_and_those_after_it_and_no_other(home, catalogue):
    names = {model.table for model in models_in_order(catalogue)} | {LOAD}
    with writing(home) as registry:
        for first, wanted in ((Q2, {str(Q2)}), (Q1, {str(Q1), str(Q2)})):
            load_quarters(home, registry, catalogue, [str(first)])
            left = unbuilt(home)
            assert left == {(period, name) for period in wanted for name in names - {LOAD}}
            assert build_warehouse(home, registry, catalogue, [str(first)]).periods == tuple(
                sorted(wanted)
            )


def test_what_stands_in_an_earlier_quarter_is_not_touched(home, catalogue):
    before = tables(home)
    spoil(home, Q1)
    with writing(home) as registry:
        build_warehouse(home, registry, catalogue, [str(Q2)])
        assert spoilt(home) == [str(Q1)]
        build_warehouse(home, registry, catalogue, [str(Q1)])
    assert spoilt(home) == []
    assert tables(home) == before


def test_a_reader_sees_which_quarter_is_final_and_which_is_not(home, catalogue, small_city):
    unit = small_city.of(str(Q2))[0].issue.unit_code
    with writing(home) as registry:
        for person in ("丁", "戊"):
            reopen(registry, f"{unit}-{Q2}-v1", person, AT, "更正")
        build_warehouse(home, registry, catalogue, [str(Q2)])
        made = publish_snapshot(home, registry, catalogue, "draft", AT)
        registry.execute(delete(snapshot).where(snapshot.c.kind == "final"))
        never = publish_snapshot(home, registry, catalogue, "draft", AT)
    for each, locked in ((made, "final"), (never, "locked")):
        told = open_snapshot(home.published / f"{each.snapshot_id}.duckdb")
        assert told.kinds == each.periods == {str(Q1): locked, str(Q2): "draft"}
        assert catalogue.say(f"dashboards.kind_{told.standing(str(Q1))}")


def test_an_event_moves_the_past_in_today_s_view_and_nothing_else_of_it(
    locked_city, reshaped, catalogue
):
    before, now = tables(locked_city), tables(reshaped)
    changed = {name for name in now if now[name] != before[name]}
    assert changed <= {*standing_on(catalogue, STANDING), *STANDING}
    views = {row[1] for row in now["marts.indicator_value"] - before["marts.indicator_value"]}
    assert views == {"today"}


def test_a_unit_split_and_merged_again_keeps_its_whole_history(home, catalogue):
    with writing(home) as registry:
        code = townships(directory(registry))[0].unit_code
        legs = [(code, code, 0.6), (code, NEW, 0.4)]
        add_event(registry, made("1", EventKind.SPLIT, legs))
        add_event(registry, made("2", EventKind.MERGE, [(code, code), (NEW, code)]))
        build_warehouse(home, registry, catalogue, [str(Q2)])
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        rows = con.execute(
            "SELECT DISTINCT heir_code, share_from, share_to, is_estimated FROM core.view_scope"
            " WHERE view = 'today' AND period = ? AND unit_code = ?",
            [str(Q1), code],
        ).fetchall()
    assert rows == [(code, None, None, False)]


@pytest.mark.parametrize("city", ["locked_city", "reshaped"])
def test_today_s_view_of_every_group_equals_an_independent_computation(
    city, request, small_city, catalogue
):
    home = request.getfixturevalue(city)
    views, stored = independent(home, small_city, catalogue), answers(home, TODAY)
    mine = {
        (str(period), *scope, indicator.id): views.value_today(indicator, members, period)
        for period in PERIODS
        for scope, members in views.today(period).items()
        for indicator in computed_indicators(catalogue)
    }
    assert differing(mine, stored) == []


@pytest.mark.parametrize("city", ["locked_city", "reshaped"])
def test_every_change_equals_an_independent_computation(city, request, small_city, catalogue):
    home = request.getfixturevalue(city)
    views, stored = independent(home, small_city, catalogue), answers(home, CHANGE)
    same = views.same(Q2, Q1)
    mine = {
        (str(Q2), *scope, indicator.id): views.change(
            indicator, [unit for unit in units if unit.unit_code in same], Q2, Q1
        )
        for scope, units in views.told.scopes(Q2).items()
        for indicator in computed_indicators(catalogue)
        if scope[0] != "unit"
    }
    assert differing(mine, stored) == []


TODAY = """
    SELECT period, scope_level, scope_code, indicator, numerator, denominator,
        units_expected, units_used
    FROM marts.indicator_value WHERE view = 'today' AND scope_level <> 'unit'
"""
CHANGE = """
    SELECT period, scope_level, scope_code, indicator, numerator_now, denominator_now,
        numerator_then, denominator_then, units_expected, units_same
    FROM marts.indicator_change WHERE kind = 'previous'
"""
