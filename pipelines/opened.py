"""A warehouse or a snapshot opened for reading; one that is older than what is asked says so."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.warehouse import exists, undamaged

LACKING = re.compile(r'(?:column|column named) "(\w+)"|Table with name "?([\w.]+)')
"""How DuckDB names what is not there."""


class OlderFileError(Exception):
    """A file lacks a table or a column: its name, which version made it, what it lacks."""


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file of the warehouse's form for reading.

    Raises:
        DamagedWarehouseError: it is damaged.
        OlderFileError: an earlier version of this program made it, without what is asked of it.
    """
    with undamaged(path), duckdb.connect(str(path), read_only=True) as con:
        try:
            yield con
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            found = LACKING.search(str(error))
            if found is None:
                raise
            lacks = found[1] or found[2]
            raise OlderFileError(f"{path.name} {_made_by(con)} {lacks}") from error


def _made_by(con: duckdb.DuckDBPyConnection) -> str:
    """Which version made a file: of a snapshot its hour, of either the catalogue."""
    asked = {
        "core.snapshot": "SELECT strftime(made_at, '%Y-%m-%d %H:%M '), catalogue_hash"
        " FROM core.snapshot",
        "core.built_under": "SELECT '', catalogue_hash FROM core.built_under",
    }
    rows = next((con.execute(sql).fetchall() for table, sql in asked.items() if exists(con, table)),
                [])  # fmt: skip
    return "".join(f"{hour}{catalogue[:12]}" for hour, catalogue in rows) or "—"
