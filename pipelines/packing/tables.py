"""The tables of an archive package as Excel files: written row by row, never held as a whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection

from dashboards.findings.asked import guarded
from models.catalogue_model import Catalogue
from models.hidden import hidden
from models.period import Period
from pipelines.books import Book
from pipelines.quarter.decided_about import about
from pipelines.quarter.undoing import decisions
from pipelines.records.units import directory

ROWS_OF_A_SHEET = 1_000_000
AT_ONCE = 1000
WIDTH = 18
ASKED = {
    "unit_code": "unit_code", "unit_name": "unit_name", "version": "version", "rule": "rule",
    "severity": "severity", "moment": "moment", "sheet": "sheet", "cell": "cell",
    "field": "field", "line": "line", "value": "value", "expected": "expected",
    "message": "message", "status": "status", "text": "reason_text",
    "given_by": "explained_by_role",
}  # fmt: skip
"""Column of the file -> column of the publication."""
FINDINGS = tuple(ASKED)
FOUND = f"""
    SELECT {", ".join(ASKED.values())} FROM marts.finding
    WHERE period = ? AND is_sign = ? ORDER BY unit_code, version, number
"""  # noqa: S608 our own names
TITLES = "SELECT rule, zh FROM marts.rule_record WHERE period = ?"
DECISIONS = ("number", "decided_at", "decided_by", "action", "about", "why", "undone")
INDEX = ("part", "what", "file", "unit_code", "unit_name", "version", "received_at", "size",
         "sha256")  # fmt: skip

Rows = Iterable[Sequence[Any]]


def write_table(
    path: Path, catalogue: Catalogue, sheet: str, columns: Sequence[str], rows: Rows
) -> None:
    """Write a table; texts as texts, never as formulas. What one sheet cannot hold goes on."""
    with Book(path, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        line, page = ROWS_OF_A_SHEET, None
        number = 0
        for row in _at_least_none(rows):
            if line >= ROWS_OF_A_SHEET:
                number, line = number + 1, 0
                page = book.add_worksheet(f"{catalogue.say(f'archive.sheet_{sheet}')}{number}")
                page.set_column(0, len(columns) - 1, WIDTH)
                page.freeze_panes(1, 0)
                heads = [catalogue.say(f"archive.col_{each}") for each in columns]
                page.write_row(0, 0, heads, bold)
            if page is not None and row:
                line += 1
                # Not `write_row`: it drops the rest of a row after a text that Excel cuts.
                for column, each in enumerate(row):
                    page.write(line, column, _shown(each))


def _at_least_none(rows: Rows) -> Iterator[Sequence[Any]]:
    """The rows; before them an empty one, so that a table without rows has its heads."""
    yield ()
    yield from rows


def _shown(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def findings(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    period: Period,
    *,
    signs: bool,
    whole: bool,
) -> Iterator[tuple[Any, ...]]:
    """What was found in every version and what was said of it, as published.

    Signs of formality only, or all but these: what is a sign, the publication says. If not `whole`,
    what may tell of a few persons is left out, as for every reader who is no reviewer.
    """
    titles = dict(con.execute(TITLES, [str(period)]).fetchall())
    found = con.cursor().execute(FOUND, [str(period), signs])
    while some := found.fetchmany(AT_ONCE):
        rows = [dict(zip(ASKED.values(), row, strict=True)) for row in some]
        for row in rows if whole else guarded(rows, titles, catalogue):
            yield _told(catalogue, row)


def _told(catalogue: Catalogue, row: Mapping[str, Any]) -> tuple[Any, ...]:
    say, role = catalogue.say, row["explained_by_role"]
    return tuple({
        **row,
        "severity": say(f"validate.severity_{row['severity']}"),
        "moment": say(f"findings.moment_{row['moment']}"),
        "field": _field(catalogue, row["field"]),
        "status": say(f"findings.status_{row['status']}"),
        "explained_by_role": say(f"archive.by_{role}") if role else None,
    }.values())  # fmt: skip


def decided(
    registry: Connection, catalogue: Catalogue, period: Period
) -> Iterator[tuple[Any, ...]]:
    """What people decided for the quarter, with who, when and why."""
    units = directory(registry)
    for row in decisions(registry, period):
        yield (
            row["decision_id"], row["decided_at"], row["decided_by"],
            catalogue.say(f"campaign.action_{row['action']}"),
            about(catalogue, units, period, row), hidden(catalogue, row["why"]),
            catalogue.say("archive.taken_back") if row["undone_by"] is not None else "",
        )  # fmt: skip


def _field(catalogue: Catalogue, name: str | None) -> str:
    entry = catalogue.fields.get(name or "")
    return entry.zh if entry else name or ""
