"""Bringing an older registry up to the tables of `models/registry.py`; nothing is taken away.

Tables, columns and indexes that are missing are added, in one transaction, after a copy of the file
was put beside it. Anything else (a renamed column, another key) needs a step written by hand.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

import models.registry_archive
import models.registry_judging
import models.registry_readers
import models.registry_sampling  # noqa: F401 likewise
from models.registry import METADATA, SCHEMA

SECONDS_TO_WAIT = 30
DIALECT = sqlite.dialect()


class NewerRegistryError(Exception):
    """The registry was written by a later version of this program."""

    def __init__(self, seen: int) -> None:
        super().__init__(f"schema {seen}, this program knows {SCHEMA}")
        self.seen = seen


def bring_up(path: Path) -> None:
    """Make or complete the tables; an older file is copied beside itself before.

    Raises:
        NewerRegistryError: the file is of a later schema.
    """
    with closing(sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)) as con:
        if version_of(con) == SCHEMA and not any(missing(con)):
            return
        if any(columns(con, table.name) for table in METADATA.sorted_tables):
            copy_registry(path, path.with_name(f"{path.stem}.before-{SCHEMA}{path.suffix}"))
        con.execute("BEGIN IMMEDIATE")
        # Asked again under the lock: another process may have done it meanwhile.
        for statement in list(missing(con)):
            con.execute(statement)
        con.execute(f"PRAGMA user_version = {SCHEMA}")
        con.execute("COMMIT")


def version_of(con: sqlite3.Connection) -> int:
    """The schema recorded in the file; 0 before schemas were numbered.

    Raises:
        NewerRegistryError: it is later than ours.
    """
    (seen,) = con.execute("PRAGMA user_version").fetchone()
    if seen > SCHEMA:
        raise NewerRegistryError(seen)
    return int(seen)


def missing(con: sqlite3.Connection) -> Iterator[str]:
    """The statements that add what the file has not."""
    indexes = {name for (name,) in con.execute("SELECT name FROM sqlite_master")}
    for table in METADATA.sorted_tables:
        yield from _missing_of(table, columns(con, table.name))
        yield from (
            str(CreateIndex(index).compile(dialect=DIALECT))
            for index in table.indexes
            if index.name not in indexes
        )


def _missing_of(table: Table, held: set[str]) -> Iterator[str]:
    if not held:
        yield str(CreateTable(table).compile(dialect=DIALECT))
        return
    for column in table.columns:
        if column.name not in held:
            said = CreateColumn(column).compile(dialect=DIALECT)
            yield f"ALTER TABLE {table.name} ADD COLUMN {said}"


def columns(con: sqlite3.Connection, table: str) -> set[str]:
    """The columns of a table; none if there is no such table."""
    return {row[1] for row in con.execute(f"PRAGMA table_info({table})")}


def copy_registry(path: Path, target: Path) -> None:
    """Copy the registry while others read and write it: one state of it, flushed to the disk."""
    draft = target.with_name(f".{target.name}.making")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(draft)) as copy,
    ):
        # All pages in one step: a step of fewer begins anew whenever someone commits.
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.replace(target)
