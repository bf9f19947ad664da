"""Opening what was published: one read-only connection for each snapshot, found by its pointer."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import duckdb
import polars as pl

from dashboards.pointer import CURRENT, in_force

KEPT = 3


class NothingPublishedError(Exception):
    """There is no snapshot to read; `missing` is the path that should have been there."""

    def __init__(self, missing: Path) -> None:
        super().__init__(str(missing))
        self.missing = missing


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A published state. It never changes, so what was asked of it may be kept."""

    name: str
    connection: duckdb.DuckDBPyConnection
    is_sample: bool
    kinds: dict[str, str]

    @property
    def periods(self) -> tuple[str, ...]:
        """The quarters it holds, in order of time."""
        return tuple(sorted(self.kinds))

    @cached_property
    def columns(self) -> frozenset[str]:
        """Every column as `core.value.cell`: an older snapshot may lack what a page needs."""
        found = self.ask(
            "select concat_ws('.', table_schema, table_name, column_name) as name"
            " from information_schema.columns"
        )
        return frozenset(found["name"])

    @cached_property
    def corrected(self) -> frozenset[str]:
        """The final quarters that were corrected after they had been published."""
        if not self.holds("core.period", "corrections"):
            return frozenset()
        asked = "select period from core.period where corrections > 0 and kind = 'final'"
        return frozenset(self.ask(asked)["period"])

    @cached_property
    def recomputed(self) -> frozenset[str]:
        """The published quarters of which a later program tells other numbers than before."""
        if not self.holds("core.snapshot", "is_other_program"):
            return frozenset()
        asked = (
            "select distinct period from core.restatement"
            " where (select bool_or(is_other_program) from core.snapshot)"
        )
        return frozenset(self.ask(asked)["period"])

    def standing(self, period: str) -> str:
        """How far a quarter's numbers hold: draft, locked, final, or corrected since."""
        return "corrected" if period in self.corrected else self.kinds[period]

    def holds(self, table: str, *columns: str) -> bool:
        """Whether it has a table, with all of these columns."""
        if not columns:
            return any(name.startswith(f"{table}.") for name in self.columns)
        return all(f"{table}.{column}" in self.columns for column in columns)

    def ask(self, sql: str, *params: object) -> pl.DataFrame:
        """Put one question, on a cursor of its own: connections are not shared by threads."""
        with self.connection.cursor() as cursor:
            rows: pl.DataFrame = cursor.sql(sql, params=list(params)).pl()
            return rows


def open_snapshot(path: Path) -> Snapshot:
    """Open a published file for reading.

    Raises:
        NothingPublishedError: the file is not there, or holds no quarter.
    """
    if not path.is_file():
        raise NothingPublishedError(path)
    connection = duckdb.connect(str(path), read_only=True)
    kinds = dict(connection.execute("select period, kind from core.period").fetchall())
    sample = connection.execute("select bool_or(is_sample) from core.snapshot").fetchone()
    if not kinds:
        raise NothingPublishedError(path)
    return Snapshot(path.stem, connection, bool(sample and sample[0]), kinds)


class Publications:
    """The published folder. The pointer is read at each request, a path is opened once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Snapshot] = {}
        self._lock = Lock()

    def current(self) -> Snapshot:
        """The snapshot in force.

        Raises:
            NothingPublishedError: nothing has been published yet.
        """
        path = in_force(self.folder)
        if path is None:
            raise NothingPublishedError(self.folder / CURRENT)
        with self._lock:
            if path.name not in self._open:
                self._open[path.name] = open_snapshot(path)
                self._forget_oldest()
            return self._open[path.name]

    def _forget_oldest(self) -> None:
        # Dropped, not closed: a request may still be reading it.
        while len(self._open) > KEPT:
            del self._open[next(iter(self._open))]
