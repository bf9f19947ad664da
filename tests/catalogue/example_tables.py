"""The values of an example as tables of one file, so that the rules' own SQL can judge them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from models.catalogue_model import Catalogue
from models.expression import Type
from models.names import Names, part_names
from models.spec.rule import Rule, RuleKind
from pipelines.frames import Source, column_of
from pipelines.validate.plan import Judged, fails, table_of

LISTS = ("l1", "l2", "l3", "child", "peer_all", "sub")
BOUND = ("par.", "DIRECTORY_COUNTIES")
"""Names that are put in as values before a formula is compiled."""
POLARS = {Type.NUMBER: pl.Float64, Type.TEXT: pl.String, Type.DATE: pl.Date}


def sql_passes(catalogue: Catalogue, rule: Rule, given: Mapping[str, Any]) -> bool:
    """Whether every part passes, by the SQL that judges files."""
    return not any(
        _fails(catalogue, Judged(rule, number, part, table_of(rule, part)), given)
        for number, part in enumerate(rule.parts, start=1)
    )


def _fails(catalogue: Catalogue, item: Judged, given: Mapping[str, Any]) -> bool:
    names = {name for name in part_names(item.part) if not name.startswith(BOUND)}
    con = duckdb.connect()
    kind, quarter = _kind(catalogue, item)
    fixed = {name for name in names if _alias(name) is None or name.startswith("ytd(")}
    rows = {alias: given.get(alias, []) for alias in LISTS}
    if item.table in rows and item.table != "sub":
        rows[item.table] = [{n.partition(".")[2]: v for n, v in given.items() if "." in n}]
    _fixed_table(con, catalogue, item, fixed, given, kind)
    for alias, some in rows.items():
        _list_table(con, catalogue, alias, names, some)
    source = Source(item.table)
    condition = fails(catalogue, item, int(given.get("sys.quarter", quarter)), source)
    found = con.execute(f"SELECT {condition} FROM {source.sql}").fetchall()  # noqa: S608
    return any(failed for (failed,) in found)


def _kind(catalogue: Catalogue, item: Judged) -> tuple[str, int]:
    """A kind of unit, and a quarter, in which the part is judged."""
    targets = [catalogue.fields[target] for target in item.part.targets]
    return next(
        (kind, quarter)
        for kind in item.rule.only or tuple(catalogue.unit_kinds)
        for quarter in (2, 4, 1, 3)
        if not targets
        or any(each.exists_for(kind, catalogue.unit_kinds[kind][0], quarter) for each in targets)
    )


def _alias(name: str) -> str | None:
    prefix, dot, _ = name.partition(".")
    return prefix if dot and prefix in LISTS else None


def _fixed_table(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    item: Judged,
    names: set[str],
    given: Mapping[str, Any],
    kind: str,
) -> None:
    columns = {"submission_id": pl.Series(["x"]), "unit_kind": pl.Series([kind])}
    for name in names:
        if name.startswith("ytd("):
            columns[f"so_far__{name[4:-1]}"] = _series(catalogue, name, [given.get(name)])
            columns[name[4:-1]] = pl.Series([0.0])
            continue
        column = column_of(name).removeprefix("s.")
        columns[column] = _series(catalogue, name, [given.get(name)])
        if item.rule.kind is RuleKind.CROSS_PERIOD:
            columns[f"typed__{name}"] = columns[column]
    con.register("s", pl.DataFrame(columns))


def _list_table(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    alias: str,
    names: set[str],
    rows: Any,
) -> None:
    wanted = sorted({name.partition(".")[2] for name in names if _alias(name) == alias})
    columns = {
        "submission_id": pl.Series(["x"] * len(rows), dtype=pl.String),
        "line": pl.Series(range(1, len(rows) + 1), dtype=pl.Int32),
        **{
            name: _series(catalogue, f"{alias}.{name}", [row.get(name) for row in rows])
            for name in wanted
        },
    }
    frame = pl.DataFrame(columns)
    if alias == "peer_all":
        # All units of the city: the file judged stands among them, without figures of its own.
        base = con.table("s").pl()
        others = frame.with_columns(unit_kind=pl.lit(None, dtype=pl.String)).drop("line")
        con.register("s", pl.concat([base, others.with_columns(submission_id=pl.lit("y"))],
                                    how="diagonal_relaxed")) if rows else None  # fmt: skip
        return
    con.register(alias, frame)
    if alias == "l3":
        con.register("register", frame)


def _series(catalogue: Catalogue, name: str, values: list[Any]) -> pl.Series:
    kind = Names(catalogue).type_of(name)
    return pl.Series([_value(value, kind) for value in values], dtype=POLARS[kind])


def _value(raw: Any, kind: Type) -> Any:
    if raw is None or isinstance(raw, dt.date):
        return raw
    if kind is Type.NUMBER:
        return float(raw)
    return dt.date.fromisoformat(raw) if kind is Type.DATE else str(raw)
