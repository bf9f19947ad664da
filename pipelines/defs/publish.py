"""What leaves the warehouse: draft and final snapshot of a quarter, pictures and papers."""

from pathlib import Path

import dagster as dg

from dashboards.pointer import CURRENT, in_force
from models.catalogue_model import Catalogue
from pipelines.build import models_in_order
from pipelines.building import publish
from pipelines.defs.partitions import PERIOD
from pipelines.defs.place import Place
from pipelines.defs.telling import joined, key_of, labelled
from pipelines.publish import Published
from pipelines.publish.snapshot import TABLES
from pipelines.records.quarters import is_locked

DRAFT, FINAL, PICTURES, BRIEFING = (
    dg.AssetKey(["published", name]) for name in ("draft", "final", "pictures", "briefing")
)


def publish_assets(catalogue: Catalogue) -> list[dg.AssetsDefinition]:
    """What is published."""
    return [_draft(catalogue), _final(catalogue), _pictures(catalogue), _briefing(catalogue)]


def _draft(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.asset(
        key=DRAFT,
        deps=_everything(catalogue),
        partitions_def=PERIOD,
        group_name="publish",
        description=catalogue.say("dagster.draft"),
        kinds={"duckdb"},
    )
    def draft(context: dg.AssetExecutionContext, place: Place) -> dg.MaterializeResult[None]:
        with place.writing() as registry:
            published = publish(place.home, registry, catalogue, "draft", place.now())
        return _result(catalogue, published, _reported(context, place, catalogue, published))

    return draft


def _final(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.asset(
        key=FINAL,
        deps=_everything(catalogue),
        partitions_def=PERIOD,
        group_name="publish",
        description=catalogue.say("dagster.final"),
        kinds={"duckdb"},
    )
    def final(context: dg.AssetExecutionContext, place: Place) -> dg.MaterializeResult[None]:
        period = context.partition_key
        with place.writing() as registry:
            if not is_locked(registry, period):
                said = catalogue.say("dagster.not_locked", period=period)
                raise dg.Failure(said, allow_retries=False)
            published = publish(place.home, registry, catalogue, "final", place.now())
        return _result(catalogue, published, _reported(context, place, catalogue, published))

    return final


def _snapshot(place: Place) -> Path:
    """The snapshot that was published just before."""
    found = in_force(place.home.published)
    if found is None:
        raise FileNotFoundError(place.home.published / CURRENT)
    return found


def _pictures(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.asset(
        key=PICTURES,
        deps=[FINAL],
        partitions_def=PERIOD,
        group_name="publish",
        description=catalogue.say("dagster.pictures"),
        kinds={"plotly"},
    )
    def pictures(context: dg.AssetExecutionContext, place: Place) -> dg.MaterializeResult[None]:
        from dashboards.pictures import export_charts  # noqa: PLC0415 slow to import

        snapshot = _snapshot(place)
        files = export_charts(
            snapshot,
            snapshot.with_suffix("") / context.partition_key,
            catalogue,
            place.now(),
            period=context.partition_key,
            told=context.log.warning,
        )
        folder = f"{snapshot.stem}/{context.partition_key}"
        return dg.MaterializeResult(
            metadata=labelled(catalogue, {"charts": len(files), "folder": folder})
        )

    return pictures


def _briefing(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.asset(
        key=BRIEFING,
        deps=[FINAL],
        partitions_def=PERIOD,
        group_name="publish",
        description=catalogue.say("dagster.briefing"),
        kinds={"word"},
    )
    def briefing(context: dg.AssetExecutionContext, place: Place) -> dg.MaterializeResult[None]:
        from pipelines.briefing import write_briefing  # noqa: PLC0415 slow to import

        snapshot, period = _snapshot(place), context.partition_key
        written = write_briefing(place.home, snapshot, catalogue, period, context.log.warning)
        counts = {"files": len(written.files), "numbers": written.numbers}
        said: dict[str, int | str] = {**counts, "dropped": written.dropped}
        said["folder"] = f"{written.folder.parent.name}/{written.folder.name}"
        return dg.MaterializeResult(metadata=labelled(catalogue, said))

    return briefing


def _everything(catalogue: Catalogue) -> list[dg.AssetKey]:
    """What a snapshot holds, and every model: none may be left unbuilt behind it."""
    tables = {*TABLES, *(model.table for model in models_in_order(catalogue))}
    return [key_of(table) for table in sorted(tables)]


def _reported(
    context: dg.AssetExecutionContext, place: Place, catalogue: Catalogue, published: Published
) -> str:
    """The report on findings, written beside the snapshot; its name."""
    from dashboards.findings import write_beside  # noqa: PLC0415 only where something is published

    snapshot = place.home.published / f"{published.snapshot_id}.duckdb"
    written = write_beside(snapshot, catalogue, context.partition_key)
    return written.name if written else ""


def _result(catalogue: Catalogue, published: Published, report: str) -> dg.MaterializeResult[None]:
    kinds = (
        f"{period} {catalogue.say(f'dagster.kind_{kind}')}"
        for period, kind in published.periods.items()
    )
    said: dict[str, int | str] = {
        "snapshot": published.snapshot_id,
        "kinds": joined(kinds),
        "used": published.submissions,
        "sha256": published.sha256,
        "report": report,
    }
    return dg.MaterializeResult(metadata=labelled(catalogue, said))
