"""The tables of the warehouse and the meaning of their columns, without the warehouse.

From the SQL headers, the fields of the forms and `warehouse.yml`; see `models/spec/warehouse.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from models.catalogue_model import Catalogue
from pipelines.build import models_in_order
from pipelines.build.run import Model

LIST_OF = {"core.l1": "l1", "core.l2": "l2", "core.l3": "l3", "core.tie": "l2", "marts.tie": "l2"}
"""Tables whose rows are the rows of a list, by its alias; any other table of matters is l3."""
MATTERS = "l3"


@dataclass(frozen=True)
class Table:
    """A table: its Chinese title, what a row is, its columns with their meaning, its SQL.

    `inputs` are the tables it is made of; one that load fills is made of none.
    """

    name: str
    zh: str
    grain: tuple[str, ...]
    columns: Mapping[str, str]
    sql: str = ""
    inputs: tuple[str, ...] = ()


def tables(catalogue: Catalogue) -> list[Table]:
    """Every table of core and marts, loaded ones first; a column without a meaning is empty."""
    found = list(_loaded(catalogue))
    known = {table.name: tuple(table.columns) for table in found}
    for model in models_in_order(catalogue):
        known[model.table] = columns_of(model, known)
        meanings = {name: meaning(catalogue, model, name) for name in known[model.table]}
        inputs = tuple(sorted(model.inputs - {model.table}))
        found.append(Table(model.table, model.zh, model.grain, meanings, model.sql, inputs))
    return found


def _loaded(catalogue: Catalogue) -> Iterator[Table]:
    words = catalogue.wording["dagster"]
    for name, table in catalogue.warehouse.tables.items():
        shared = {column: catalogue.warehouse.shared[column] for column in table.shared}
        zh = table.zh or words.get(name.replace(".", "_"), "")
        yield Table(name, zh, table.grain, {**shared, **table.own})


def columns_of(model: Model, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The columns of a model: those of its SELECT, or those its header names if a step follows."""
    if model.then:
        return tuple(dict.fromkeys([*model.grain, *model.columns]))
    tree = sqlglot.parse_one(model.sql, dialect="duckdb")
    if isinstance(tree, exp.Query) and any(each.is_star for each in tree.selects):
        schema = _schema({table: known[table] for table in model.inputs & known.keys()})
        tree = qualify(tree, schema=schema, dialect="duckdb", validate_qualify_columns=False)
    assert isinstance(tree, exp.Query)  # noqa: S101 for the type checker
    return tuple(tree.named_selects)


def _schema(known: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """Schema -> table -> column -> some type."""
    schemas: dict[str, dict[str, dict[str, str]]] = {}
    for table, columns in known.items():
        place, _, name = table.partition(".")
        schemas.setdefault(place, {})[name] = dict.fromkeys(columns, "text")
    return {**schemas}


def meaning(catalogue: Catalogue, model: Model, column: str) -> str:
    """What a column means, or an empty text."""
    shared = catalogue.warehouse.shared
    return (
        model.columns.get(column)
        or _of_field(catalogue, model.table, column)
        or shared.get(column)
        or _of_year(catalogue, column)
        or _of_fact(catalogue, column)
        or ""
    )


def _of_field(catalogue: Catalogue, table: str, column: str) -> str:
    alias = LIST_OF.get(table, MATTERS)
    names = [f"{alias}.{column}"] if table != "core.fixed" else [column]
    field = next((catalogue.fields[name] for name in names if name in catalogue.fields), None)
    return f"{field.zh}({field.code})" if field else ""


def _of_year(catalogue: Catalogue, column: str) -> str:
    field = catalogue.fields.get(column.removeprefix("ytd__"))
    if field is None or not column.startswith("ytd__"):
        return ""
    return catalogue.say("dictionary.year_to_date", label=f"{field.zh}({field.code})")


def _of_fact(catalogue: Catalogue, column: str) -> str:
    facts = {fact.name: fact.zh for fact in catalogue.vocabulary.facts}
    return facts.get(column.replace("sys__", "sys."), "")
