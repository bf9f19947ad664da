"""Every SQL model as an asset, by one factory: inputs, title, grain and checks are its own."""

from collections.abc import Iterator

import dagster as dg

from models.catalogue_model import Catalogue
from pipelines.build.checks import check_names
from pipelines.build.lineage import read_schema
from pipelines.build.run import SQL_DIR, Model
from pipelines.building import make_table
from pipelines.catalogues.of_quarters import quarter_catalogues
from pipelines.defs.columns import of_model
from pipelines.defs.partitions import PERIOD
from pipelines.defs.place import Place
from pipelines.defs.telling import joined, key_of, labelled, result_of, spec_of
from pipelines.settings import CHECKOUT
from pipelines.warehouse import open_warehouse


def model_asset(model: Model, catalogue: Catalogue) -> dg.AssetsDefinition:
    """A doorway to `make_table` for one model."""

    @dg.asset(
        key=key_of(model.table),
        # A model that reads nothing is built after the load all the same.
        deps=[key_of(table) for table in sorted(model.inputs or {"core.indicator"})],
        partitions_def=PERIOD,
        group_name="build",
        description=model.zh,
        metadata=labelled(catalogue, {"grain": joined(model.grain), "source": source_of(model)}),
        check_specs=[spec_of(catalogue, model.table, check) for check in check_names(model)],
        kinds={"duckdb", "sql"},
    )
    def made(
        context: dg.AssetExecutionContext, place: Place
    ) -> Iterator[dg.MaterializeResult[None]]:
        with place.reading() as registry:
            under = quarter_catalogues(place.home, registry, catalogue)
        with open_warehouse(place.home.warehouse) as con:
            table = make_table(con, model, under, [context.partition_key])
            columns = of_model(catalogue, model, read_schema(con))
        said: dict[str, int | str] = {"rows": table.rows, "periods": joined(table.periods)}
        yield dg.MaterializeResult(
            metadata={**labelled(catalogue, said), **columns},
            check_results=[result_of(catalogue, model.table, proof) for proof in table.proofs],
        )

    return made


def source_of(model: Model) -> str:
    """The file of a model: in the repository, or in the data folder if it is compiled."""
    schema, _, name = model.table.partition(".")
    path = SQL_DIR / schema / f"{name}.sql"
    return str(path.relative_to(CHECKOUT)) if path.exists() else f"generated/{schema}/{name}.sql"
