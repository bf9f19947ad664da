"""What one publication says otherwise than another: every number, old and new.

Two snapshots are compared quarter by quarter, where both hold the quarter as final. Definitions
and structure views that only one of them has are no changes: nothing was said before.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from pipelines.publish.compared import MARTS, Compared

RESTATEMENT = "core.restatement"
COLUMNS = (
    *("period", "measure", "name", "scope_level", "scope_code", "part", "view", "compare_to"),
    *("old", "new"),
)
KEYS = ("period", "name", "scope_level", "scope_code", "view", "compare_to")
EMPTY = """
    SELECT NULL::VARCHAR AS period, NULL::VARCHAR AS measure, NULL::VARCHAR AS name,
        NULL::VARCHAR AS scope_level, NULL::VARCHAR AS scope_code, NULL::VARCHAR AS part,
        NULL::VARCHAR AS view, NULL::VARCHAR AS compare_to,
        NULL::DOUBLE AS old, NULL::DOUBLE AS new WHERE FALSE
"""
FINAL = "SELECT period FROM {place}.core.period WHERE kind = 'final'"
MARK = "SELECT period, sum(hash(told)) AS mark FROM ({rows}) AS told GROUP BY period"


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
    sides = [(mart, _sides(con, mart, old, new)) for mart in MARTS if mart.table in both]
    selects = [
        _select(mart, rows, quarters)
        for mart, rows in sides
        if (quarters := _unlike(con, rows, old, new))
    ]
    return " UNION ALL BY NAME ".join([EMPTY, *selects])


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    rows = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = ?",
        [database.strip('"')],
    ).fetchall()
    return {name for (name,) in rows}


def _sides(con: duckdb.DuckDBPyConnection, mart: Compared, old: str, new: str) -> tuple[str, str]:
    """The numbers of a mart in both snapshots; of the parts, those that both of them know."""
    sources = (mart.source(old, new), mart.source(new, old))
    known = [
        {column[0] for column in con.execute(f"SELECT * FROM {each} LIMIT 0").description or []}  # noqa: S608
        for each in sources
    ]
    parts = ", ".join(
        f"{part}::DOUBLE AS {part}" if all(part in columns for columns in known)
        else f"NULL::DOUBLE AS {part}"
        for part in mart.parts
    )  # fmt: skip
    before, after = (
        f"SELECT period, {mart.name} AS name, {mart.entry} AS entry, {mart.level} AS scope_level,"  # noqa: S608
        f" {mart.code} AS scope_code, {_view(mart, columns)}, {parts} FROM {source}"
        for source, columns in zip(sources, known, strict=True)
    )
    return before, after


def _view(mart: Compared, known: set[str]) -> str:
    """The columns of the structure view; of a mart or snapshot without them, what is meant."""
    meant = {"view": mart.view, "compare_to": "NULL"}
    return ", ".join(
        name if name in known else f"{text}::VARCHAR AS {name}" for name, text in meant.items()
    )


def _unlike(
    con: duckdb.DuckDBPyConnection, sides: tuple[str, str], old: str, new: str
) -> list[str]:
    """The quarters, final in both, in which anything differs: most need not be joined at all."""
    before, after = (MARK.format(rows=rows) for rows in sides)
    rows = con.execute(
        f"SELECT period FROM ({before}) AS b FULL JOIN ({after}) AS a USING (period)"  # noqa: S608
        " WHERE b.mark IS DISTINCT FROM a.mark"
        f" AND period IN ({FINAL.format(place=old)} INTERSECT {FINAL.format(place=new)})"
        " ORDER BY period"
    ).fetchall()
    return [period for (period,) in rows]


def _select(mart: Compared, sides: tuple[str, str], quarters: Sequence[str]) -> str:
    within = ", ".join(f"'{period}'" for period in quarters)
    before, after = (f"SELECT * FROM ({rows}) WHERE period IN ({within})" for rows in sides)  # noqa: S608
    same = " AND ".join(f"b.{key} IS NOT DISTINCT FROM a.{key}" for key in KEYS)
    told = ", ".join(f"coalesce(b.{key}, a.{key}) AS {key}" for key in KEYS)
    differ = " OR ".join(f"b.{part} IS DISTINCT FROM a.{part}" for part in mart.parts)
    names = ", ".join(f"'{mart.shown_as.get(part, part)}'" for part in mart.parts)
    return f"""
        SELECT period, '{mart.measure}' AS measure, name, scope_level, scope_code, part, view,
            compare_to, old, new
        FROM (
            SELECT {told}, unnest([{names}]) AS part,
                unnest([{_columns("b", mart.parts)}]) AS old,
                unnest([{_columns("a", mart.parts)}]) AS new
            FROM ({before}) AS b FULL JOIN ({after}) AS a ON {same}
            WHERE ({differ}) AND coalesce(b.entry, a.entry) IN
                (SELECT DISTINCT entry FROM ({sides[0]}))
                AND coalesce(b.view, a.view) IN (SELECT DISTINCT view FROM ({sides[0]}))
        )
        WHERE old IS DISTINCT FROM new
    """  # noqa: S608 names are ours


def _columns(side: str, parts: Sequence[str]) -> str:
    return ", ".join(f"{side}.{part}" for part in parts)
