"""What was published before: what a new snapshot is compared with, quarter by quarter."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import duckdb
from sqlalchemy import Connection, Row, select

from models.registry import snapshot
from pipelines.catalogues.kept import sql_hash
from pipelines.publish.changes import EMPTY, RESTATEMENT, changes_sql
from pipelines.settings import Home

OPEN = "SELECT min(period) FROM core.period WHERE kind <> 'final'"
AFTER_OPEN = f"SELECT 1 FROM core.period WHERE kind = 'final' AND period > ({OPEN}) LIMIT 1"  # noqa: S608
UNSETTLED = f"""
    UPDATE core.period SET kind = 'draft' WHERE period > ({OPEN}) AND period IN
        (SELECT period FROM ({{changed}}) WHERE view <> 'today')
"""  # noqa: S608
"""Where a unit stands today moves with the directory, not with a correction."""

ToldLast = Mapping[str, Sequence[str]]
"""Publication -> the quarters that it was the last to tell as final."""


class Restated(NamedTuple):
    """The publication before a new one, and whether other SELECTs made it."""

    name: str | None = None
    is_other_program: bool = False


def restated(home: Home, registry: Connection, kind: str) -> Restated:
    """The last final publication that is still there: a new final one says what it changes.

    So does a draft, where another program made it: readers see what is told otherwise.
    """
    for row in _finals(home, registry):
        is_other = row.sql_hash != sql_hash()
        return Restated(row.snapshot_id, is_other) if kind == "final" or is_other else Restated()
    return Restated()


def told_last(home: Home, registry: Connection) -> ToldLast:
    """Final publications that are still there, newest first, and the quarters each told last.

    One that was made while a quarter was being corrected holds that quarter as open: what it said
    before stands in an earlier one.
    """
    rows = _finals(home, registry)
    return last_of((row.snapshot_id, json.loads(row.periods)) for row in rows)


def last_of(finals: Iterable[tuple[str, Mapping[str, str]]]) -> ToldLast:
    """The same of publications by name and the kinds of their quarters, newest first."""
    found: dict[str, list[str]] = {}
    known: set[str] = set()
    for name, kinds in finals:
        told = [each for each, kind in kinds.items() if kind == "final"]
        found[name] = [each for each in told if each not in known]
        known.update(told)
    return {name: quarters for name, quarters in found.items() if quarters}


def _finals(home: Home, registry: Connection) -> Iterator[Row[Any]]:
    """Final publications whose files are there, newest first."""
    rows = registry.execute(
        select(snapshot)
        .where(snapshot.c.kind == "final")
        .order_by(snapshot.c.made_at.desc(), snapshot.c.snapshot_id.desc())
    )
    return (row for row in rows if (home.published / f"{row.snapshot_id}.duckdb").is_file())


def mark_unsettled(con: duckdb.DuckDBPyConnection, home: Home, told: ToldLast) -> None:
    """Take back the mark of quarters that an open quarter before them makes say something else."""
    if con.execute(AFTER_OPEN).fetchall():
        con.execute(UNSETTLED.format(changed=_changed(con, home, told)))


def restate(con: duckdb.DuckDBPyConnection, home: Home, told: ToldLast) -> None:
    """Put in what this publication says otherwise than what was published last of each quarter."""
    con.execute(f"CREATE TABLE {RESTATEMENT} AS {_changed(con, home, told)}")


def _changed(con: duckdb.DuckDBPyConnection, home: Home, told: ToldLast) -> str:
    """The SELECT of what is said here otherwise than in publications, which are attached."""
    here = con.execute("SELECT current_database()").fetchall()[0][0]
    selects = [EMPTY]
    for number, (name, quarters) in enumerate(told.items()):
        file = home.published / f"{name}.duckdb"
        con.execute(f"ATTACH IF NOT EXISTS '{file}' AS before{number} (READ_ONLY)")
        changed = changes_sql(con, f"before{number}", f'"{here}"')
        within = ", ".join(f"'{period}'" for period in quarters)
        selects.append(f"SELECT * FROM ({changed}) WHERE period IN ({within})")  # noqa: S608
    return " UNION ALL BY NAME ".join(selects)
