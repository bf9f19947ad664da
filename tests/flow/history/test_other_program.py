"""A later program computes otherwise: nothing is mixed, and readers of old quarters see it."""

from datetime import timedelta

import duckdb
import pytest
from sqlalchemy import update

from dashboards.snapshots import open_snapshot
from models.registry import snapshot
from pipelines.building import UnbuiltError, publish, quarters_to_build
from pipelines.publish import publish_snapshot
from pipelines.registry import writing
from pipelines.warehouse import open_warehouse, stamp
from tests.flow.conftest import AT
from tests.flow.history.city import Q1, Q2, snapshot_of

pytestmark = pytest.mark.xdist_group("history")


def test_a_warehouse_of_another_program_is_built_anew_before_anything_is_published_of_it(
    home, catalogue
):
    with open_warehouse(home.warehouse) as con:
        stamp(con, catalogue.hash, "of the program before")
    with writing(home) as registry:
        with pytest.raises(UnbuiltError):
            publish(home, registry, catalogue, "final", AT + timedelta(1))
        assert quarters_to_build(home, registry, catalogue, [Q2]) == [Q1, Q2]


def recomputed(home, catalogue, kind, day):
    with writing(home) as registry:
        made = publish_snapshot(home, registry, catalogue, kind, AT + timedelta(day))
    return open_snapshot(home.published / f"{made.snapshot_id}.duckdb").recomputed


def test_readers_see_which_published_quarters_a_later_program_tells_otherwise(home, catalogue):
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute(
            "UPDATE marts.indicator_value SET value = value + 1"
            " WHERE period = ? AND scope_level = 'city'",
            [Q1],
        )
    assert recomputed(home, catalogue, "draft", 1) == frozenset()
    with writing(home) as registry:
        registry.execute(update(snapshot).values(sql_hash="of the program before"))
    assert recomputed(home, catalogue, "draft", 2) == {Q1}
    assert recomputed(home, catalogue, "final", 3) == {Q1}
    assert recomputed(home, catalogue, "final", 4) == frozenset()
    assert open_snapshot(snapshot_of(home, 0)).recomputed == frozenset()
