"""What Dagster is shown."""

from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from models.period import Period
from pipelines.build import models_in_order
from pipelines.build.checks import GRAIN
from pipelines.build.run import LOADED
from pipelines.definitions import defs
from pipelines.defs.partitions import sync_partitions
from pipelines.records.quarters import open_period
from pipelines.registry import reading, writing
from pipelines.settings import Home

GOLDEN = Path(__file__).parents[3] / "golden" / "asset_keys.txt"


@pytest.fixture(scope="module")
def graph():
    return defs.resolve_asset_graph()


def test_the_assets_are_those_that_were_agreed(graph):
    found = sorted(key.to_user_string() for key in graph.get_all_asset_keys())
    assert found == GOLDEN.read_text(encoding="utf-8").split()


def test_every_table_of_the_warehouse_is_an_asset(graph, catalogue):
    tables = LOADED | {model.table for model in models_in_order(catalogue)}
    assets = {".".join(key.path) for key in graph.get_all_asset_keys()}
    assert tables <= assets


def test_a_model_depends_on_what_its_sql_reads(graph, catalogue):
    for model in models_in_order(catalogue):
        if model.inputs:
            parents = graph.get(dg.AssetKey(model.table.split("."))).parent_keys
            assert {".".join(key.path) for key in parents} == model.inputs


def test_every_model_comes_after_the_load(graph, catalogue):
    for model in models_in_order(catalogue):
        key = dg.AssetKey(model.table.split("."))
        loaded = {dg.AssetKey(table.split(".")) for table in LOADED}
        assert graph.get_ancestor_asset_keys(key) & loaded


def test_every_model_has_its_grain_checked_before_anything_is_published(graph, catalogue):
    for model in models_in_order(catalogue):
        key = dg.AssetCheckKey(dg.AssetKey(model.table.split(".")), GRAIN)
        assert graph.get_check_spec(key).blocking


def test_both_snapshots_wait_for_every_model(graph, catalogue):
    for name in ("draft", "final"):
        before = graph.get_ancestor_asset_keys(dg.AssetKey(["published", name]))
        assert {dg.AssetKey(each.table.split(".")) for each in models_in_order(catalogue)} <= before


def test_every_asset_says_in_chinese_what_it_is(graph):
    for key in graph.get_all_asset_keys():
        described = graph.get(key).description or ""
        assert any("一" <= letter <= "鿿" for letter in described), key


def test_every_asset_is_partitioned_by_the_quarters_opened(graph):
    assert {graph.get(key).partitions_def.name for key in graph.get_all_asset_keys()} == {"period"}


@pytest.mark.parametrize(
    ("job", "first", "last"),
    [
        ("intake", "registry/receipt", "registry/finding"),
        ("build", "core/submission", "published/draft"),
        ("publish", "core/submission", "published/pictures"),
    ],
)
def test_a_job_goes_from_here_to_there(job, first, last):
    layer = defs.resolve_job_def(job).asset_layer
    keys = {key.to_user_string() for key in layer.selected_asset_keys}
    assert {first, last} <= keys
    assert ("published/draft" in keys) == (job == "build")


def test_all_steps_of_a_run_share_one_process():
    for job in ("intake", "build", "publish"):
        assert defs.resolve_job_def(job).executor_def.name == "in_process"


def test_opening_a_quarter_adds_its_partition(tmp_path):
    home = Home(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        with writing(home) as registry:
            open_period(registry, Period(2026, 1), datetime(2026, 1, 1))
            assert sync_partitions(instance, registry) == ["2026Q1"]
            open_period(registry, Period(2026, 2), datetime(2026, 4, 1))
            assert sync_partitions(instance, registry) == ["2026Q2"]
        with reading(home) as registry:
            assert sync_partitions(instance, registry) == []
        assert instance.get_dynamic_partitions("period") == ["2026Q1", "2026Q2"]
