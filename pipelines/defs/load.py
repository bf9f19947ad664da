"""The loaded tables, filled in one step from registry and archive."""

from collections.abc import Iterator

import dagster as dg

from models.catalogue_model import Catalogue
from pipelines.build.lineage import Schema, read_schema
from pipelines.build.run import LOADED
from pipelines.building import Loaded, load_quarters
from pipelines.defs.columns import of_loaded
from pipelines.defs.intake import FINDING, SUBMISSION
from pipelines.defs.partitions import PERIOD
from pipelines.defs.place import Place
from pipelines.defs.telling import joined, key_of, labelled, result_of, spec_of
from pipelines.load.checks import CHECKPOINT, FRESH, NO_FINDING_LOST
from pipelines.warehouse import open_warehouse

CHECKS = {"core.submission": CHECKPOINT, "core.finding": NO_FINDING_LOST, "core.duty": FRESH}


def load_asset(catalogue: Catalogue) -> dg.AssetsDefinition:
    """One step that loads the quarter and those after it, and proves that nothing was lost."""

    @dg.multi_asset(
        name="load",
        specs=[_spec(catalogue, table) for table in sorted(LOADED)],
        check_specs=[spec_of(catalogue, table, check) for table, check in CHECKS.items()],
        partitions_def=PERIOD,
    )
    def load(
        context: dg.AssetExecutionContext, place: Place
    ) -> Iterator[dg.MaterializeResult[None]]:
        with place.reading() as registry:
            loaded = load_quarters(place.home, registry, catalogue, [context.partition_key])
        with open_warehouse(place.home.warehouse) as con:
            schema = read_schema(con)
        yield from (_result(catalogue, loaded, table, schema) for table in sorted(LOADED))

    return load


def _spec(catalogue: Catalogue, table: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key_of(table),
        deps=[SUBMISSION, FINDING],
        description=catalogue.say(f"dagster.{table.replace('.', '_')}"),
        group_name="load",
        kinds={"duckdb"},
    )


def _result(
    catalogue: Catalogue, loaded: Loaded, table: str, schema: Schema
) -> dg.MaterializeResult[None]:
    said: dict[str, int | str] = {"rows": loaded.rows[table], "periods": joined(loaded.periods)}
    return dg.MaterializeResult(
        asset_key=key_of(table),
        metadata={**labelled(catalogue, said), **of_loaded(catalogue, table, schema)},
        check_results=[
            result_of(catalogue, table, proof) for name, proof in loaded.proofs if name == table
        ],
    )
