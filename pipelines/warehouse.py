"""The warehouse file: one writer, tables replaced whole or by quarter."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

SCHEMAS = ("core", "marts")
MEMORY = "768MiB"
"""What DuckDB may hold of it; the rest waits on the disk beside the file, so that a build of
thousands of units stays under 2 GiB on any machine (`tests/bench/scale.py` measures it)."""
DAMAGE = (
    "Corrupt database file",
    "not a valid DuckDB database file",
    "Could not read enough bytes",
    "Failure while replaying WAL",
)
"""What DuckDB says of a damaged file; it has no class of its own for that."""


class DamagedWarehouseError(Exception):
    """The file of the warehouse is damaged: it can be made again from archive and registry."""


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing; closed, with its log written back, when the block ends.

    Raises:
        DamagedWarehouseError: the file, or what was read of it, is damaged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with undamaged(path), duckdb.connect(str(path)) as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        for schema in SCHEMAS:
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        yield con
        con.execute("CHECKPOINT")


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Tell a damaged file from every other trouble with it.

    Raises:
        DamagedWarehouseError: the file is damaged.
    """
    try:
        yield
    except duckdb.Error as error:
        if any(mark in str(error) for mark in DAMAGE):
            raise DamagedWarehouseError(str(path)) from error
        raise


def remove_warehouse(path: Path) -> None:
    """Delete the warehouse and the log beside it, which belongs to no other file."""
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def exists(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a table is there."""
    schema, _, name = table.partition(".")
    return bool(
        con.execute(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?",
            [schema, name],
        ).fetchall()
    )


def put(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, period: str | None) -> int:
    """Put rows in place of the table, or of its rows of one quarter; return how many."""
    con.register("incoming", frame)
    rows = replace(con, table, "SELECT * FROM incoming", period)
    con.unregister("incoming")
    return rows


def put_parts(
    con: duckdb.DuckDBPyConnection, table: str, frames: Iterable[pl.DataFrame], period: str
) -> int:
    """Put rows that come in parts in place of the table's rows of one quarter; return how many.

    Only one part is held at a time.
    """
    for number, frame in enumerate(frames):
        con.register("incoming", frame)
        if number == 0:
            # Outside the transaction: DuckDB 2.0 keeps no statistics of a table that is made and
            # filled in the same one, and a filter on it then finds nothing until it is reopened.
            con.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM incoming LIMIT 0")  # noqa: S608
            con.execute("BEGIN")
            con.execute(f"DELETE FROM {table} WHERE period = ?", [period])  # noqa: S608
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")  # noqa: S608
        con.unregister("incoming")
    con.execute("COMMIT")
    return _count(con, table, period)


def replace(con: duckdb.DuckDBPyConnection, table: str, select: str, period: str | None) -> int:
    """Put the result of a SELECT in place of the table, or of its rows of one quarter."""
    if period is None:
        con.execute(f"CREATE OR REPLACE TABLE {table} AS {select}")
        return _count(con, table, None)
    con.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM ({select}) LIMIT 0")  # noqa: S608
    con.execute("BEGIN")
    con.execute(f"DELETE FROM {table} WHERE period = ?", [period])  # noqa: S608
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM ({select}) WHERE period = ?", [period])  # noqa: S608
    con.execute("COMMIT")
    return _count(con, table, period)


def remove(con: duckdb.DuckDBPyConnection, table: str, periods: Sequence[str]) -> int:
    """Take the rows of these quarters out of a table; return how many are left of them: none."""
    con.execute(f"DELETE FROM {table} WHERE list_contains(?, period)", [list(periods)])  # noqa: S608
    return 0


def _count(con: duckdb.DuckDBPyConnection, table: str, period: str | None) -> int:
    where = "" if period is None else f" WHERE period = '{period}'"
    # fetchone would leave the connection waiting for the rest of the result
    return int(con.execute(f"SELECT count(*) FROM {table}{where}").fetchall()[0][0])  # noqa: S608


def stamp(con: duckdb.DuckDBPyConnection, catalogue_hash: str, sql_hash: str) -> None:
    """Note under which catalogue and by which SELECTs the warehouse was built."""
    con.execute(
        "CREATE OR REPLACE TABLE core.built_under AS SELECT ? AS catalogue_hash, ? AS sql_hash",
        [catalogue_hash, sql_hash],
    )


def read_stamp(path: Path) -> tuple[str, ...] | None:
    """The catalogue and the SELECTs by which the warehouse was built, or None.

    Earlier versions noted the catalogue alone.

    Raises:
        DamagedWarehouseError: the file is damaged.
    """
    if not path.exists():
        return None
    with undamaged(path), duckdb.connect(str(path)) as con:
        if not exists(con, "core.built_under"):
            return None
        return tuple(map(str, con.execute("FROM core.built_under").fetchall()[0]))
