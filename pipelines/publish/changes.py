"""What one publication says otherwise than another: every number, old and new.

Two snapshots are compared quarter by quarter, where both hold the quarter as final. Definitions
and structure views that only one of them has are no changes: nothing was said before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

RESTATEMENT = "core.restatement"


@dataclass(frozen=True)
class Compared:
    """A mart of numbers: what they measure, what names one, which columns are printed."""

    measure: str
    table: str
    name: str
    parts: tuple[str, ...]
    entry: str


COVERAGE = ("units_expected", "units_used")
SIDES = ("value", "numerator", "denominator", *COVERAGE)
MARTS = (
    Compared("indicator", "marts.indicator_value", "indicator", SIDES, "indicator"),
    Compared("composite", "marts.composite_value", "composite",
             ("value", "low", "high", "tier", *COVERAGE), "composite"),
    Compared("dimension", "marts.dimension_value", "dimension", ("value",), "dimension"),
    Compared("field", "marts.field_total", "field", ("total", *COVERAGE), "field"),
    Compared("count", "marts.code_count", "concat(field, '=', code)", ("units", *COVERAGE),
             "field"),
)  # fmt: skip
VIEW = ("view", "'as_reported'"), ("compare_to", "NULL")
"""What names a structure view, and what a mart without the column means."""
SHOWN_AS = {"total": "value", "units": "value"}
COLUMNS = (
    *("period", "measure", "name", "scope_level", "scope_code", "part", "view", "compare_to"),
    *("old", "new"),
)
EMPTY = """
    SELECT NULL::VARCHAR AS period, NULL::VARCHAR AS measure, NULL::VARCHAR AS name,
        NULL::VARCHAR AS scope_level, NULL::VARCHAR AS scope_code, NULL::VARCHAR AS part,
        NULL::VARCHAR AS view, NULL::VARCHAR AS compare_to,
        NULL::DOUBLE AS old, NULL::DOUBLE AS new WHERE FALSE
"""


def changed_numbers(old: Path, new: Path) -> pl.DataFrame:
    """One row a number that is not what it was, in the order of COLUMNS."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"ATTACH '{old}' AS before (READ_ONLY)")
        con.execute(f"ATTACH '{new}' AS after (READ_ONLY)")
        rows: pl.DataFrame = con.sql(f"{changes_sql(con, 'before', 'after')} ORDER BY ALL").pl()
        return rows


def changes_sql(con: duckdb.DuckDBPyConnection, old: str, new: str) -> str:
    """The SELECT of what changed between two attached snapshots."""
    both = _tables(con, old) & _tables(con, new)
    selects = [_select(con, each, old, new) for each in MARTS if each.table in both]
    return " UNION ALL BY NAME ".join([EMPTY, *selects])


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    rows = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = ?",
        [database.strip('"')],
    ).fetchall()
    return {name for (name,) in rows}


def _view(con: duckdb.DuckDBPyConnection, place: str, table: str) -> str:
    """The columns of the structure view, also of a snapshot that knew one view only."""
    told = con.execute(f"SELECT * FROM {place}.{table} LIMIT 0").description or []  # noqa: S608
    known = {column[0] for column in told}
    return ", ".join(
        name if name in known else f"{meant}::VARCHAR AS {name}" for name, meant in VIEW
    )


def _select(con: duckdb.DuckDBPyConnection, mart: Compared, old: str, new: str) -> str:
    keys = ("period", "name", "scope_level", "scope_code", "view", "compare_to")
    parts = ", ".join(f"{part}::DOUBLE AS {part}" for part in mart.parts)
    before, after = (
        f"SELECT period, {mart.name} AS name, {mart.entry} AS entry, scope_level, scope_code,"  # noqa: S608
        f" {_view(con, place, mart.table)}, {parts} FROM {place}.{mart.table}"
        for place in (old, new)
    )
    same = " AND ".join(f"b.{key} IS NOT DISTINCT FROM a.{key}" for key in keys)
    told = ", ".join(f"coalesce(b.{key}, a.{key}) AS {key}" for key in keys)
    differ = " OR ".join(f"b.{part} IS DISTINCT FROM a.{part}" for part in mart.parts)
    names = ", ".join(f"'{SHOWN_AS.get(part, part)}'" for part in mart.parts)
    return f"""
        SELECT period, '{mart.measure}' AS measure, name, scope_level, scope_code, part, view,
            compare_to, old, new
        FROM (
            SELECT {told}, unnest([{names}]) AS part,
                unnest([{_columns("b", mart.parts)}]) AS old,
                unnest([{_columns("a", mart.parts)}]) AS new
            FROM ({before}) AS b FULL JOIN ({after}) AS a ON {same}
            WHERE ({differ}) AND coalesce(b.entry, a.entry) IN
                (SELECT DISTINCT {mart.entry} FROM {old}.{mart.table})
                AND coalesce(b.view, a.view) IN (SELECT DISTINCT view FROM ({before}))
        )
        WHERE old IS DISTINCT FROM new AND period IN (
            SELECT period FROM {old}.core.period WHERE kind = 'final'
            INTERSECT SELECT period FROM {new}.core.period WHERE kind = 'final')
    """  # noqa: S608 names are ours


def _columns(side: str, parts: Sequence[str]) -> str:
    return ", ".join(f"{side}.{part}" for part in parts)
