"""Models under a catalogue that is not today's: its tables stand apart, its SELECTs read them.

Every quarter is a part of the same tables, whichever catalogue it is computed under. What a
catalogue says as tables (indicators, targets, dimensions) belongs to no quarter: today's stands in
`core`, that of another catalogue in a schema of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

import duckdb

from models.catalogue_model import Catalogue
from pipelines.build import models_in_order
from pipelines.build.run import Model
from pipelines.catalogues.kept import OtherProgramError
from pipelines.load.catalogue_tables import catalogue_tables
from pipelines.load.judged import reason_limits
from pipelines.warehouse import exists, put
from pipelines.warehouse import replace as replace_rows

SHORT = 12
APART = "under_"


def set_apart(con: duckdb.DuckDBPyConnection, others: Iterable[Catalogue]) -> None:
    """Put in what other catalogues say as tables; what no quarter needs any more is dropped."""
    old = con.execute(
        "SELECT schema_name FROM information_schema.schemata"
        " WHERE catalog_name = current_database() AND starts_with(schema_name, ?)",
        [APART],
    ).fetchall()
    for (schema,) in old:
        con.execute(f"DROP SCHEMA {schema} CASCADE")
    for catalogue in others:
        con.execute(f"CREATE SCHEMA {schema_of(catalogue)}")
        frames = {**catalogue_tables(catalogue), "core.reason_limit": reason_limits(catalogue)}
        for table, frame in frames.items():
            put(con, _apart(table, catalogue), frame, None)
        for model in of_no_quarter(catalogue):
            replace_rows(con, _apart(model.table, catalogue), model.sql, None)


def of_no_quarter(catalogue: Catalogue) -> list[Model]:
    """The compiled models that only list what the catalogue says."""
    return [each for each in models_in_order(catalogue) if not each.by_period]


def model_under(table: str, catalogue: Catalogue) -> Model | None:
    """The model of a table as another catalogue has it, reading what stands apart; or None."""
    found = next((each for each in models_in_order(catalogue) if each.table == table), None)
    if found is None:
        return None
    names = {*catalogue_tables(catalogue), "core.reason_limit",
             *(each.table for each in of_no_quarter(catalogue))}  # fmt: skip
    apart = re.compile(rf"\bcore\.({'|'.join(sorted(n.removeprefix('core.') for n in names))})\b")
    return replace(found, sql=apart.sub(rf"{schema_of(catalogue)}.\1", found.sql))


def make_room(
    con: duckdb.DuckDBPyConnection, today: Model, other: Model, catalogue: Catalogue
) -> None:
    """Give a table every column that either catalogue has of it.

    Raises:
        OtherProgramError: a column is a number in one and a text in the other.
    """
    if today.then is not None:
        return  # what a step makes has the same columns under every catalogue
    if not exists(con, today.table):
        con.execute(f"CREATE TABLE {today.table} AS SELECT * FROM ({today.sql}) LIMIT 0")  # noqa: S608
    held = dict(con.execute(f"SELECT column_name, column_type FROM (DESCRIBE {today.table})")  # noqa: S608
                .fetchall())  # fmt: skip
    for name, kind in con.execute(
        f"SELECT column_name, column_type FROM (DESCRIBE {other.sql})"  # noqa: S608
    ).fetchall():
        if name not in held:
            con.execute(f'ALTER TABLE {today.table} ADD COLUMN "{name}" {kind}')
        elif _is_text(kind) != _is_text(held[name]):
            raise OtherProgramError(f"{catalogue.hash[:SHORT]}: {today.table}.{name}")


def _is_text(kind: str) -> bool:
    return kind == "VARCHAR"


def schema_of(catalogue: Catalogue) -> str:
    """The schema in which the tables of another catalogue stand."""
    return f"{APART}{catalogue.hash[:SHORT]}"


def _apart(table: str, catalogue: Catalogue) -> str:
    return f"{schema_of(catalogue)}.{table.partition('.')[2]}"
