"""Which columns of its inputs each column of a model comes from, read off its SELECT.

Compiled SELECTs are read like those that people wrote. Where a step (`then`) makes the table, its
header says of which columns of the SELECT each column is made.
"""

from collections.abc import Mapping
from typing import cast

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from pipelines.build.run import Model

Schema = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Schema -> table -> column -> type."""
Origin = tuple[str, str]
"""Table and column."""


def read_schema(con: duckdb.DuckDBPyConnection) -> Schema:
    """The tables of the warehouse with their columns, in order."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    rows = con.execute(
        "SELECT table_schema, table_name, column_name, data_type"
        " FROM information_schema.columns ORDER BY ordinal_position"
    ).fetchall()
    for schema, table, column, kind in rows:
        found.setdefault(schema, {}).setdefault(table, {})[column] = kind
    return found


def column_origins(model: Model, schema: Schema) -> dict[str, frozenset[Origin]]:
    """Column -> the columns of input tables that its expression is made of.

    What only joins or filters is left out: the tables say that already. But a constant and a count
    of rows read no column: they come from what decides which rows there are.
    """
    found = _of_select(model, schema)
    if model.then is None:
        return found
    made = {name: model.made_of.get(name, (name,)) for name in (*model.grain, *model.columns)}
    return {
        name: frozenset().union(*(found.get(one, frozenset()) for one in some))
        for name, some in made.items()
    }


def _of_select(model: Model, schema: Schema) -> dict[str, frozenset[Origin]]:
    read = {table.partition(".")[::2] for table in model.inputs}
    known = {
        name: {table: columns for table, columns in some.items() if (name, table) in read}
        for name, some in schema.items()
    }
    tables: dict[str, object] = {name: some for name, some in known.items() if some}
    tree = sqlglot.parse_one(model.sql, dialect="duckdb")
    scope = build_scope(
        qualify(tree, schema=tables, dialect="duckdb", validate_qualify_columns=False)
    )
    if scope is None:
        return {}
    return {name: _origins(scope, at) for at, name in enumerate(_query(scope).named_selects)}


def _query(scope: Scope) -> exp.Query:
    return cast("exp.Query", scope.expression)


def _origins(scope: Scope, at: int) -> frozenset[Origin]:
    """Where the column at a place of a SELECT, or of each part of a UNION, comes from."""
    if scope.set_operation_scopes:
        return frozenset().union(*(_origins(part, at) for part in scope.set_operation_scopes))
    columns = list(_query(scope).selects[at].find_all(exp.Column)) or _deciding(scope)
    return frozenset().union(*(_of_column(scope, column) for column in columns))


def _deciding(scope: Scope) -> list[exp.Column]:
    """The columns that decide which rows a SELECT has: grouped, joined or filtered by.

    Where all rows of an input are taken, what else is taken of them says which rows they are.
    """
    query = _query(scope)
    clauses = [query.args.get(name) for name in ("group", "where")]
    joins = [join.args.get("on") for join in query.args.get("joins") or ()]
    found = [
        column
        for clause in (*clauses, *joins)
        if isinstance(clause, exp.Expression)
        for column in clause.find_all(exp.Column)
    ]
    return found or [column for each in query.selects for column in each.find_all(exp.Column)]


def _of_column(scope: Scope, column: exp.Column) -> frozenset[Origin]:
    source = scope.sources.get(column.table)
    if isinstance(source, exp.Table):
        return frozenset({(f"{source.db}.{source.name}", column.name)})
    if source is None or column.name not in _query(source).named_selects:
        return frozenset()
    return _origins(source, _query(source).named_selects.index(column.name))
