"""Archive, registry and recorded catalogue give the same marts, in whatever order files came."""

import random
import re
import shutil

import duckdb
import pytest

from models.loader import CATALOGUE_DIR, load_catalogue
from pipelines.building import rebuild
from pipelines.catalogues import kept_catalogue
from pipelines.registry import writing
from tests.flow.history.city import lock_all, publish_final, receive_all

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
    for _ in range(2):
        with writing(other) as registry:
            rebuild(other, registry, catalogue)
        found = tables(other, schemas=("marts",))
        assert [name for name in expected if found[name] != expected[name]] == []


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """A catalogue in which one indicator was defined otherwise."""
    root = shutil.copytree(CATALOGUE_DIR, tmp_path_factory.mktemp("older") / "catalogue")
    path = root / "indicators" / "COO.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("numerator: feedback_fixed\n") == 1
    text = text.replace("numerator: feedback_fixed\n", "numerator: feedback_fixed + feedback_new\n")
    text = re.sub(r"(- id: COO03\n(?:(?!- id:).*\n)*?  examples:\n)(?:    .*\n)+",
                  r"\1    - {given: {feedback_fixed: 1, feedback_new: 1, feedback_open: 1},"
                  " value: 100}\n", text)  # fmt: skip
    path.write_text(text, encoding="utf-8")
    return load_catalogue(root)


def test_a_rebuild_is_under_the_catalogue_that_was_recorded_and_not_under_todays(
    home, older, catalogue, sanji
):
    with writing(home) as registry:
        rebuild(home, registry, older)
    publish_final(home, older)
    expected = tables(home)
    home.warehouse.unlink()
    sanji_home = home.root
    assert kept_catalogue(home, older.hash).indicators["COO03"] == older.indicators["COO03"]
    status, said, _ = run_in(sanji, sanji_home, "rebuild")
    assert status == 0
    assert older.hash[:12] in said
    assert tables(home) == expected
    shutil.rmtree(home.catalogues / older.hash)
    status, _, wrong = run_in(sanji, sanji_home, "rebuild")
    assert (status, wrong.count("\n")) == (2, 1)
    assert older.hash[:12] in wrong


def run_in(sanji, root, *words):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANJI_HOME", str(root))
        return sanji(*words)
