"""Opening the registry, and the one lock that keeps two writers apart."""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from pipelines.disk import BusyError
from pipelines.schema import bring_up
from pipelines.settings import Home

DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
DISK = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
}
PRIMARY_CODE = 0xFF


class DamagedRegistryError(Exception):
    """The file of the registry is damaged: what it holds must come from a backup."""


def open_registry(path: Path) -> Engine:
    """Open the registry, made or brought up to date if need be: WAL, every commit on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bring_up(path)
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _on_connect(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock file, without waiting; the id of the process is written in it.

    Raises:
        BusyError: another process holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(str(lock)) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


@contextmanager
def writing(home: Home) -> Iterator[Connection]:
    """Hold the lock and a connection of the registry; committed when the block ends well.

    The block may commit on its way: what was received is not lost when a later file fails.

    Raises:
        BusyError: another process holds the lock.
        DamagedRegistryError: the file cannot be read.
        OSError: the disk will not take it.
    """
    with held(home.root / "run.lock"), _connected(home.registry) as connection:
        yield connection
        connection.commit()


@contextmanager
def reading(home: Home) -> Iterator[Connection]:
    """A connection of the registry for questions only.

    Raises:
        DamagedRegistryError: the file cannot be read.
    """
    with _connected(home.registry) as connection:
        yield connection


@contextmanager
def _connected(path: Path) -> Iterator[Connection]:
    try:
        engine = open_registry(path)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except (sqlite3.DatabaseError, DatabaseError) as error:
        raise meaning(error, path) from error


def meaning(error: sqlite3.DatabaseError | DatabaseError, path: Path) -> Exception:
    """What SQLite's code says of the file, the disk or a neighbour; else the error itself."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    code = getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE
    if code in DAMAGE:
        return DamagedRegistryError(str(path))
    if code in DISK:
        return OSError(DISK[code], str(cause), str(path))
    return BusyError(str(path)) if code == sqlite3.SQLITE_BUSY else error
