"""Opening the registry, and the one lock that keeps two writers apart."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event

from models.registry import METADATA
from pipelines.settings import Home


class BusyError(Exception):
    """Another run is writing."""


def open_registry(path: Path) -> Engine:
    """Open the registry, its tables made if they are missing: WAL, every commit on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _on_connect(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    METADATA.create_all(engine)
    return engine


@contextmanager
def writing(home: Home) -> Iterator[Connection]:
    """Hold the lock and a connection of the registry; committed when the block ends well.

    The block may commit on its way: what was received is not lost when a later file fails.

    Raises:
        BusyError: another process holds the lock.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    with (home.root / "run.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(str(home.root)) from error
        engine = open_registry(home.registry)
        try:
            with engine.connect() as connection:
                yield connection
                connection.commit()
        finally:
            engine.dispose()


@contextmanager
def reading(home: Home) -> Iterator[Connection]:
    """A connection of the registry for questions only."""
    engine = open_registry(home.registry)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
