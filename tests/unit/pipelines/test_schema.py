import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.registry import METADATA, SCHEMA
from pipelines.registry import open_registry
from pipelines.schema import NewerRegistryError, bring_up, columns, copy_registry, missing

FIRST = Path(__file__).parents[2] / "golden" / "registry_0.sql"
RECEIPT = (
    "INSERT INTO receipt (received_at, door, original_name, file_sha256, size, outcome)"
    " VALUES ('2026-07-01 09:00:00', 'cli', '表.xlsx', 'ab', 1, 'received')"
)


@pytest.fixture
def oldest(tmp_path):
    """A registry of the first version, with a receipt in it."""
    path = tmp_path / "registry.sqlite"
    with closing(sqlite3.connect(path)) as con:
        con.executescript(FIRST.read_text(encoding="utf-8"))
        con.execute(RECEIPT)
        con.commit()
    return path


def ask(path, sql):
    with closing(sqlite3.connect(path)) as con:
        return con.execute(sql).fetchall()


def test_the_oldest_registry_gets_every_table_and_column_and_keeps_its_rows(oldest):
    before = ask(oldest, "SELECT receipt_id, original_name, file_sha256 FROM receipt")
    open_registry(oldest).dispose()
    assert ask(oldest, "SELECT receipt_id, original_name, file_sha256 FROM receipt") == before
    with closing(sqlite3.connect(oldest)) as con:
        for table in METADATA.sorted_tables:
            assert columns(con, table.name) >= {column.name for column in table.columns}
        assert list(missing(con)) == []
    assert ask(oldest, "PRAGMA user_version") == [(SCHEMA,)]


def test_an_upgraded_registry_takes_what_the_program_writes(oldest):
    with open_registry(oldest).begin() as connection:
        connection.exec_driver_sql(RECEIPT.replace("'ab'", "'cd'"))
        assert len(connection.exec_driver_sql("SELECT * FROM receipt").all()) == 2


def test_the_file_as_it_was_stands_beside_it(oldest):
    bring_up(oldest)
    copy = oldest.with_name(f"registry.before-{SCHEMA}.sqlite")
    assert ask(copy, "PRAGMA user_version") == [(0,)]
    assert ask(copy, "SELECT count(*) FROM receipt") == [(1,)]
    assert copy.stat().st_mode & 0o077 == 0


def test_a_registry_that_is_up_to_date_is_not_copied_again(oldest):
    bring_up(oldest)
    copy = oldest.with_name(f"registry.before-{SCHEMA}.sqlite")
    copy.unlink()
    bring_up(oldest)
    assert not copy.exists()


def test_a_new_registry_needs_no_copy(tmp_path):
    bring_up(tmp_path / "registry.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["registry.sqlite"]


def test_a_column_that_is_missing_alone_is_added(oldest):
    bring_up(oldest)
    with closing(sqlite3.connect(oldest)) as con:
        con.execute("ALTER TABLE receipt DROP COLUMN reason")
        con.commit()
    bring_up(oldest)
    assert ask(oldest, "SELECT reason FROM receipt") == [(None,)]


def test_a_registry_of_a_later_program_is_refused_and_left_as_it_is(oldest):
    with closing(sqlite3.connect(oldest)) as con:
        con.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = oldest.read_bytes()
    with pytest.raises(NewerRegistryError):
        open_registry(oldest)
    assert oldest.read_bytes() == before


def test_an_upgrade_that_cannot_be_finished_changes_nothing(oldest):
    with closing(sqlite3.connect(oldest)) as con:
        # A view in the way of an index: the statement for it fails.
        con.execute("DROP INDEX ix_finding_submission_id")
        con.execute("DROP TABLE finding")
        con.execute("CREATE VIEW finding AS SELECT 1 AS one")
        con.commit()
    tables = ask(oldest, "SELECT name FROM sqlite_master ORDER BY 1")
    with pytest.raises(sqlite3.OperationalError):
        bring_up(oldest)
    assert ask(oldest, "SELECT name FROM sqlite_master ORDER BY 1") == tables
    assert ask(oldest, "PRAGMA user_version") == [(0,)]


def test_a_copy_taken_while_somebody_writes_is_one_state_of_it(tmp_path):
    path, copy = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE t (i)")
        writer.execute("INSERT INTO t VALUES (1)")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO t VALUES (2)")
        copy_registry(path, copy)
        writer.execute("COMMIT")
    assert ask(copy, "SELECT i FROM t") == [(1,)]
    assert ask(path, "SELECT count(*) FROM t") == [(2,)]
