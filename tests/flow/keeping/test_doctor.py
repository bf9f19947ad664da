"""What the doctor says of an installation that has been harmed in one way, and of one that is well.

Every harm is done to a copy of a home that is well, so that what is named is what was done.
"""

import sqlite3
from contextlib import closing

import duckdb
import pytest

from models.registry import SCHEMA
from pipelines.keeping.doctor import examine
from pipelines.keeping.trouble import Visit
from pipelines.receive import receive_file
from pipelines.registry import held, writing
from pipelines.settings import Home
from tests.flow.keeping.conftest import LATER

pytestmark = pytest.mark.xdist_group("keeping")
OF_THE_MACHINE = {"no_browser", "no_font", "no_office", "disk_low"}


def said(home, catalogue, *, deep=True):
    """What is said, in words too: a text whose placeholders are not filled is an error."""
    found = [
        each
        for each in examine(Visit(home, catalogue, LATER, deep))
        if each.name not in OF_THE_MACHINE
    ]
    for each in found:
        assert catalogue.say(f"keeping.{each.name}", **each.fills)
    return {(each.severity, each.name) for each in found}


def change(home, *statements):
    with closing(sqlite3.connect(home.registry, isolation_level=None)) as con:
        for statement in statements:
            con.execute(statement)


def test_a_home_that_is_well_is_said_to_be_well(home, catalogue):
    assert said(home, catalogue) == set()


def test_an_empty_home_is_called_empty(tmp_path, catalogue):
    assert said(Home(tmp_path), catalogue) == {("hint", "no_registry")}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE submission SET judged_by = NULL", ("hint", "unjudged")),
        ("DELETE FROM finding", ("problem", "without_finding")),
        ("UPDATE submission SET is_current = 0", ("problem", "not_one_current")),
        ("UPDATE submission SET receipt_id = 1", ("problem", "receipt_twice")),
        ("UPDATE submission SET receipt_id = 99", ("problem", "registry_dangling")),
        ("UPDATE receipt SET size = size + 1 WHERE receipt_id = 1", ("problem", "damaged_files")),
        ("UPDATE receipt SET file_sha256 = 'ab' WHERE receipt_id = 1", ("problem", "lost_files")),
        ("DELETE FROM receipt WHERE receipt_id = 1", ("hint", "without_receipt")),
        ("DELETE FROM submission WHERE receipt_id = 1", ("problem", "unknown_to_registry")),
        ("UPDATE issued SET token = '标识' || token", ("problem", "other_key")),
        ("UPDATE snapshot SET sha256 = 'ab'", ("problem", "damaged_snapshots")),
        ("PRAGMA user_version = 0", ("hint", "older_registry")),
        (f"PRAGMA user_version = {SCHEMA + 1}", ("problem", "newer_registry")),
        ("ALTER TABLE receipt DROP COLUMN reason", ("hint", "older_registry")),
    ],
)
def test_what_was_done_to_the_registry_is_named(home, catalogue, statement, expected):
    change(home, "UPDATE submission SET verdict = 'explain'", statement)
    assert expected in said(home, catalogue)


def test_a_text_in_the_registry_that_is_no_text_any_more_is_damage(home, catalogue):
    change(home, "UPDATE issued SET prefill = CAST(x'ff00' AS TEXT)")
    assert said(home, catalogue) == {("problem", "registry_damaged")}


def test_files_that_are_in_the_wrong_place_or_half_are_named(home, catalogue):
    (home.archive / ".draft-1-ab").write_bytes(b"half")
    (home.cells / "reader-0").mkdir()
    assert said(home, catalogue) == {("hint", "drafts"), ("hint", "stale_cells")}


def test_a_key_that_others_can_read_is_named_and_one_that_is_gone(home, catalogue):
    home.key.chmod(0o644)
    assert said(home, catalogue) == {("problem", "key_is_open")}
    home.key.unlink()
    assert said(home, catalogue) == {("problem", "no_key")}
    home.key.write_bytes(b"another key")
    home.key.chmod(0o600)
    assert said(home, catalogue) == {("problem", "other_key")}


def test_who_holds_the_lock_is_named(home, catalogue):
    with held(home.root / "run.lock"):
        assert said(home, catalogue) == {("hint", "locked_by")}
    assert said(home, catalogue) == set()


def test_what_came_since_the_last_build_is_no_problem(home, few, workbooks, catalogue):
    path = workbooks[few.planned[-1].issue.issue_id]
    with writing(home) as registry:
        receive_file(registry, home.archive, path, LATER, "cli", catalogue)
    assert said(home, catalogue) == set()
    change(home, "UPDATE submission SET is_current = 0, version = 2 WHERE receipt_id = 1")
    assert ("hint", "not_built") in said(home, catalogue)


def test_a_warehouse_that_is_gone_or_of_another_catalogue_is_named(home, catalogue):
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute("UPDATE core.built_under SET catalogue_hash = 'another'")
    assert said(home, catalogue) == {("hint", "other_catalogue")}
    home.warehouse.unlink()
    assert said(home, catalogue) == {("hint", "no_warehouse")}


def test_cells_that_cannot_be_read_are_named_with_the_way_out(home, catalogue):
    for path in home.cells.rglob("file-*.parquet"):
        path.write_bytes(b"not parquet")
    assert said(home, catalogue) == {("problem", "damaged_cells")}


def test_cells_that_are_gone_are_read_again(home, catalogue):
    for path in home.cells.rglob("*.parquet"):
        path.unlink()
    assert said(home, catalogue) == {("hint", "unread_cells")}


def test_a_final_that_is_gone_and_a_pointer_to_nothing_are_named(home, catalogue):
    for path in home.published.glob("*.duckdb"):
        path.unlink()
    assert said(home, catalogue) == {("problem", "lost_snapshots"), ("problem", "dangling_pointer")}


def test_a_final_that_was_changed_is_found_by_reading_every_byte(home, catalogue):
    (final,) = home.published.glob("final-*.duckdb")
    final.chmod(0o600)
    final.write_bytes(final.read_bytes() + b"more")
    assert said(home, catalogue, deep=False) == set()
    assert said(home, catalogue) == {("problem", "damaged_snapshots")}


def test_looking_changes_nothing(home, catalogue):
    before = contents(home)
    said(home, catalogue)
    assert contents(home) == before


def contents(home):
    """Every file, but for the two that SQLite keeps beside a file while it is open."""
    beside = (".sqlite-wal", ".sqlite-shm")
    paths = [path for path in home.root.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in paths if path.suffix not in beside}
