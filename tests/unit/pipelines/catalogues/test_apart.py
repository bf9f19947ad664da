"""Another catalogue's tables stand apart, and tables that quarters share have room for both."""

from dataclasses import replace

import duckdb
import pytest

from pipelines.build.run import read_model
from pipelines.catalogues.apart import make_room, model_under, schema_of, set_apart
from pipelines.catalogues.kept import OtherProgramError

HEAD = "/*\nzh: 试\ngrain: [period]\n*/\n"
TODAY = read_model("core.t", f"{HEAD}select '2026Q2' as period, 1 as kept, 'x' as word")


@pytest.fixture
def con():
    with duckdb.connect() as made:
        made.execute("CREATE SCHEMA core")
        yield made


@pytest.fixture
def other(catalogue):
    one = catalogue.indicators["COO01"]
    known = {**catalogue.indicators, "COO01": one.model_copy(update={"scale": 7})}
    return replace(catalogue, hash="abcdef0123456789", indicators=known)


def test_a_column_that_only_the_other_catalogue_has_is_added(con, other):
    gone = read_model("core.t", f"{HEAD}select '2026Q1' as period, 2 as kept, 3.5 as gone")
    make_room(con, TODAY, gone, other)
    make_room(con, TODAY, gone, other)
    con.execute(f"INSERT INTO core.t BY NAME {gone.sql}")
    con.execute(f"INSERT INTO core.t BY NAME {TODAY.sql}")
    rows = con.execute("SELECT period, kept, word, gone FROM core.t ORDER BY 1").fetchall()
    assert [(*row[:3], row[3] and float(row[3])) for row in rows] == [
        ("2026Q1", 2, None, 3.5), ("2026Q2", 1, "x", None),
    ]  # fmt: skip


def test_a_column_that_was_a_number_and_is_a_text_is_told_with_its_name(con, other):
    numbered = read_model("core.t", f"{HEAD}select '2026Q1' as period, 2 as word")
    with pytest.raises(OtherProgramError, match=r"abcdef012345: core\.t\.word"):
        make_room(con, TODAY, numbered, other)


def test_the_selects_of_another_catalogue_read_what_it_says_and_not_todays(con, catalogue, other):
    set_apart(con, [other])
    model = model_under("marts.indicator_value", other)
    apart = schema_of(other)
    assert f"{apart}.indicator as indicator" in model.sql
    assert f"{apart}.indicator_due" in model.sql
    assert "core.duty" in model.sql
    assert "core.indicator" not in model.sql
    scale = con.execute(f"SELECT scale FROM {apart}.indicator WHERE indicator = 'COO01'")  # noqa: S608
    assert scale.fetchall() == [(7,)]
    set_apart(con, [])
    schemas = con.execute("SELECT schema_name FROM information_schema.schemata").fetchall()
    assert (apart,) not in schemas
    assert model_under("core.no_such_list", other) is None
