"""Archive, registry and recorded catalogue give the same marts, in whatever order files came."""

import random

import duckdb
import pytest

from pipelines.build import models_in_order
from pipelines.building import rebuild
from pipelines.registry import writing
from tests.flow.history.city import lock_all, receive_all

pytestmark = pytest.mark.xdist_group("history")


def tables(home, *, schemas=("core", "marts")):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        found = con.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            " WHERE table_schema = ANY(?) ORDER BY 1",
            [list(schemas)],
        ).fetchall()
        return {
            name: con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()  # noqa: S608
            for (name,) in found
        }


def test_files_in_another_order_of_arrival_give_the_same_marts_and_so_does_a_rebuild(
    published, city, workbooks, catalogue, tmp_path
):
    other = city.home(tmp_path / "other")
    mixed = list(city.planned)
    random.Random(3).shuffle(mixed)  # noqa: S311 an order that can be had again
    receive_all(other, city, mixed, workbooks, catalogue)
    lock_all(other)
    expected = tables(published, schemas=("marts",))
    made = {model.table for model in models_in_order(catalogue)}
    assert set(expected) == {table for table in made if table.startswith("marts.")}
    for _ in range(2):
        with writing(other) as registry:
            rebuild(other, registry, catalogue)
        found = tables(other, schemas=("marts",))
        assert found.keys() == expected.keys()
        assert [name for name in expected if found[name] != expected[name]] == []
