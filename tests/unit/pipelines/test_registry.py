import errno
import os
import sqlite3
from contextlib import closing

import pytest

from pipelines.disk import BusyError
from pipelines.registry import DamagedRegistryError, held, reading, writing
from pipelines.settings import Home


def test_a_second_writer_is_told_at_once(tmp_path):
    with held(tmp_path / "a.lock"), pytest.raises(BusyError), held(tmp_path / "a.lock"):
        pass


def test_the_lock_says_who_holds_it_and_is_free_again_afterwards(tmp_path):
    lock = tmp_path / "a.lock"
    lock.write_text("99999999")
    with held(lock):
        assert lock.read_text() == str(os.getpid())
    with held(lock):
        pass


def test_a_file_that_is_no_database_is_called_damaged(tmp_path):
    (tmp_path / "registry.sqlite").write_bytes(b"something else altogether" * 100)
    with pytest.raises(DamagedRegistryError), reading(Home(tmp_path)):
        pass


def test_what_is_wrong_with_a_statement_is_not_called_damage(tmp_path):
    with pytest.raises(Exception, match="no such table") as error, reading(Home(tmp_path)) as con:
        con.exec_driver_sql("SELECT * FROM nowhere")
    assert not isinstance(error.value, DamagedRegistryError | OSError)


def write(home, *statements):
    with writing(home) as con:
        for statement in statements:
            con.exec_driver_sql(statement)


def test_a_full_disk_is_an_error_of_the_disk(tmp_path):
    large = ("CREATE TABLE large (text)", "INSERT INTO large VALUES (zeroblob(10000000))")
    with pytest.raises(OSError, match="full") as error:
        write(Home(tmp_path), "PRAGMA max_page_count = 1", *large)
    assert error.value.errno == errno.ENOSPC


def test_a_neighbour_that_writes_into_the_file_is_being_busy(tmp_path):
    home = Home(tmp_path)
    write(home)
    with closing(sqlite3.connect(home.registry, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError):
            write(home, "PRAGMA busy_timeout = 0", "DELETE FROM receipt")
