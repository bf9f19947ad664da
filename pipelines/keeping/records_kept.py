"""Probes of registry and archive, the two that cannot be made again."""

import sqlite3
from collections import deque
from collections.abc import Iterator

from models.registry import METADATA, SCHEMA
from pipelines.keeping.reconcile import archived, drafts, shortened
from pipelines.keeping.trouble import Probe, Trouble, Visit, hint, looking_at, problem
from pipelines.receive.archive import digest
from pipelines.schema import NewerRegistryError, columns, missing, version_of
from pipelines.workbook.token import is_genuine

LARGE_LOG = 256 << 20
UNJUDGED = "SELECT submission_id FROM submission WHERE judged_by IS NULL ORDER BY 1"
WITHOUT_FINDING = """
    SELECT submission_id FROM submission WHERE verdict IN ('returned', 'explain')
    AND submission_id NOT IN (SELECT submission_id FROM finding) ORDER BY 1
"""
NOT_ONE_CURRENT = """
    SELECT unit_code || ' ' || period FROM submission
    GROUP BY unit_code, period HAVING sum(is_current) <> 1 ORDER BY 1
"""
TWICE = "SELECT receipt_id FROM submission GROUP BY 1 HAVING count(*) > 1 ORDER BY 1"


def registry(visit: Visit) -> Iterator[Trouble]:
    """The file as SQLite sees it."""
    with looking_at(visit) as con:
        wrong = [row[0] for row in con.execute("PRAGMA integrity_check(5)")]
        if wrong != ["ok"]:
            yield problem("registry_damaged", path=visit.home.registry, seen=wrong[0])
        if (unreadable := _unreadable(con)) and wrong == ["ok"]:
            yield problem("registry_damaged", path=visit.home.registry, seen=unreadable)
        dangling = con.execute("PRAGMA foreign_key_check").fetchall()
        if dangling:
            yield problem("registry_dangling", tables=shortened(sorted({r[0] for r in dangling})))
    log = visit.home.registry.with_name(f"{visit.home.registry.name}-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        yield hint("large_log", size=log.stat().st_size >> 20)


def _unreadable(con: sqlite3.Connection) -> str | None:
    """Read every row: SQLite does not look at whether its texts are texts, we do."""
    for table in METADATA.sorted_tables:
        if not columns(con, table.name):
            continue
        try:
            deque(con.execute(f"SELECT * FROM {table.name}"), maxlen=0)  # noqa: S608 our own name
        except sqlite3.OperationalError as error:
            return str(error)[:80]
    return None


def schema(visit: Visit) -> Iterator[Trouble]:
    """The tables, against those the program knows."""
    with looking_at(visit) as con:
        try:
            seen, left = version_of(con), list(missing(con))
        except NewerRegistryError as error:
            yield problem("newer_registry", seen=error.seen, known=SCHEMA)
            return
    if seen < SCHEMA or left:
        yield hint("older_registry", seen=seen, known=SCHEMA, count=len(left))


def archive(visit: Visit) -> Iterator[Trouble]:
    """Every receipt has its file, of its size; every file has its receipt."""
    with looking_at(visit) as con:
        rows = con.execute(
            "SELECT receipt_id, original_name, file_sha256, size FROM receipt ORDER BY 1"
        ).fetchall()
    there = archived(visit.home.archive)
    names = {sha256: f"{number}({name})" for number, name, sha256, _ in rows}
    if lost := [name for sha256, name in names.items() if sha256 not in there]:
        yield problem("lost_files", what=shortened(lost))
    sizes = {sha256: size for _, _, sha256, size in rows}
    bad = [
        names.get(sha256, sha256)
        for sha256, path in there.items()
        if path.stat().st_size != sizes.get(sha256, path.stat().st_size)
        or (visit.deep and digest(path) != sha256)
    ]
    if bad:
        yield problem("damaged_files", what=shortened(bad))
    if extra := sorted(there.keys() - {row[2] for row in rows}):
        yield hint("without_receipt", count=len(extra), what=shortened(extra))
    if cut := drafts(visit.home.archive):
        yield hint("drafts", count=len(cut), folder=visit.home.archive)


def submissions(visit: Visit) -> Iterator[Trouble]:
    """Judged, with findings where the verdict says so, one current version each."""
    with looking_at(visit) as con:
        for trouble, name, sql in (
            (hint, "unjudged", UNJUDGED),
            (problem, "without_finding", WITHOUT_FINDING),
            (problem, "not_one_current", NOT_ONE_CURRENT),
            (problem, "receipt_twice", TWICE),
        ):
            if found := [str(row[0]) for row in con.execute(sql)]:
                yield trouble(name, count=len(found), what=shortened(found))


def tokens(visit: Visit) -> Iterator[Trouble]:
    """The key is the one with which the workbooks were issued."""
    with looking_at(visit) as con:
        rows = con.execute("SELECT issue_id, layout, token FROM issued").fetchall()
    if not rows:
        return
    if not visit.home.key.exists():
        yield problem("no_key", key=visit.home.key, count=len(rows))
        return
    key = visit.home.key.read_bytes()
    if false := [row[0] for row in rows if not is_genuine(key, *row)]:
        yield problem("other_key", key=visit.home.key, count=len(false), what=shortened(false))


PROBES: tuple[Probe, ...] = (registry, schema, archive, submissions, tokens)
