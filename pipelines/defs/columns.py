"""The columns of a table as people read them: type, meaning, and which columns each comes from.

The scheduler keeps column lineage and answers for it, but its free pages do not draw it. So the
origins stand beside the meaning of each column too, with links from table to table.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby

import dagster as dg

from models.catalogue_model import Catalogue
from pipelines.build.lineage import Origin, Schema, column_origins
from pipelines.build.run import Model
from pipelines.defs.telling import joined, key_of
from pipelines.dictionary.columns import meaning

Described = Mapping[str, dg.TableSchema | dg.TableColumnLineage]


def of_model(catalogue: Catalogue, model: Model, schema: Schema) -> Described:
    """The columns of a table made by a model, and where they come from."""
    origins = column_origins(model, schema)
    columns = [
        dg.TableColumn(
            column,
            kind,
            description=_told(catalogue, meaning(catalogue, model, column), origins[column]),
        )
        for column, kind in _columns(schema, model.table).items()
    ]
    lineage = {
        column: [dg.TableColumnDep(key_of(table), name) for table, name in sorted(some)]
        for column, some in origins.items()
    }
    return {
        "dagster/column_schema": dg.TableSchema(columns),
        "dagster/column_lineage": dg.TableColumnLineage(lineage),
    }


def of_loaded(catalogue: Catalogue, table: str, schema: Schema) -> Described:
    """The columns of a table that the load fills."""
    told = catalogue.warehouse.tables[table]
    meanings = {**{name: catalogue.warehouse.shared[name] for name in told.shared}, **told.own}
    columns = [
        dg.TableColumn(column, kind, description=meanings.get(column, ""))
        for column, kind in _columns(schema, table).items()
    ]
    return {"dagster/column_schema": dg.TableSchema(columns)}


def _columns(schema: Schema, table: str) -> Mapping[str, str]:
    name, _, rest = table.partition(".")
    return schema[name][rest]


def _told(catalogue: Catalogue, said: str, origins: Iterable[Origin]) -> str:
    """The meaning, then table by table the columns it comes from; in Markdown."""
    tables = groupby(sorted(origins), key=lambda each: each[0])
    read = joined(
        f"[{table}](/assets/{table.replace('.', '/')}) {' '.join(f'`{name}`' for _, name in some)}"
        for table, some in tables
    )
    return f"{said}\n\n{catalogue.say('dagster.comes_from', columns=read)}" if read else said
