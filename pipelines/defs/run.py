"""Running a job in this process, its history left where `dagster dev` shows it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from models.loader import load_catalogue
from pipelines.definitions import defs
from pipelines.defs.partitions import sync_partitions
from pipelines.defs.publish import BRIEFING, DRAFT, FINAL, PICTURES
from pipelines.defs.telling import joined
from pipelines.keeping.told import told_of
from pipelines.quarter.unfinished import unfinished
from pipelines.registry import reading
from pipelines.settings import CHECKOUT, Home, home

Job = Literal["intake", "build", "publish"]
STORAGE = "SANJI_DAGSTER"
BY_A_CHECK = "DagsterAssetCheckFailedError"


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended; `failures` are texts, `snapshot` the id of what it published."""

    success: bool
    run_id: str
    failures: list[str]
    snapshot: str | None


@contextmanager
def history(where: Home) -> Iterator[dg.DagsterInstance]:
    """The instance that `dagster dev` uses; its storage is in the data folder unless said."""
    given = os.environ.get(STORAGE)
    os.environ[STORAGE] = given or str(where.root / "dagster")
    try:
        folder = os.environ.get("DAGSTER_HOME") or str(CHECKOUT)
        with dg.DagsterInstance.from_config(folder) as found:
            yield found
    finally:
        if given is None:
            del os.environ[STORAGE]


def show_opened() -> None:
    """Add a partition for every quarter that has been opened."""
    with history(home()) as found, reading(home()) as registry:
        sync_partitions(found, registry)


def run_quarter(
    period: str, at: datetime | None, instance: dg.DagsterInstance | None = None
) -> RunOutcome:
    """Take in what waits, for whatever quarter it is, then build from the first one touched."""
    from pipelines.judging.intake import unjudged_periods  # noqa: PLC0415 slow to import

    with nullcontext(instance) if instance else history(home()) as found:
        taken_in = run_job("intake", period, at, found)
        with reading(home()) as registry:
            others = unjudged_periods(registry, load_catalogue())
        for other in others:
            if taken_in.success:
                taken_in = run_job("intake", other, at, found)
        first = min([period, *others])
        return run_job("build", first, at, found) if taken_in.success else taken_in


def publish_quarter(
    period: str, at: datetime | None, instance: dg.DagsterInstance | None = None
) -> RunOutcome:
    """Publish the final snapshot of a locked quarter, and its pictures.

    What broke off after the snapshot was out is finished, not published as another one.
    """
    with reading(home()) as registry:
        begun = unfinished(home(), registry, load_catalogue(), period)
    if begun is None:
        return run_job("publish", period, at, instance)
    outcome = run_job("publish", period, at, instance, [PICTURES, BRIEFING])
    return replace(outcome, snapshot=begun)


def run_job(
    name: Job,
    period: str,
    at: datetime | None,
    instance: dg.DagsterInstance | None = None,
    only: Sequence[dg.AssetKey] | None = None,
) -> RunOutcome:
    """Run a job, or some assets of it, for a quarter that has been opened; `at` is recorded."""
    with nullcontext(instance) if instance else history(home()) as found:
        with reading(home()) as registry:
            sync_partitions(found, registry)
        result = defs.resolve_job_def(name).execute_in_process(
            instance=found,
            partition_key=period,
            asset_selection=only,
            run_config=_config(at),
            raise_on_error=False,
        )
    return RunOutcome(result.success, result.run_id, _failures(result), _snapshot(result))


def _config(at: datetime | None) -> dict[str, object]:
    # The outcome is told by whoever asked; the run's own log is in its history.
    return {
        "resources": {"place": {"config": {"at": at.isoformat() if at else ""}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """What failed: checks, then steps; the run itself only if it never came to a step."""
    steps = [event for event in result.all_events if event.is_step_failure]
    told = [*_failed_checks(result), *(text for event in steps if (text := _of_step(event)))]
    if told or result.success:
        return told
    runs = [event.job_failure_data.error for event in result.all_events if event.is_run_failure]
    return [_text(error) for error in runs if error]


def _of_step(event: dg.DagsterEvent) -> str | None:
    data = event.step_failure_data
    if data.user_failure_data:
        return data.user_failure_data.description
    if data.error is None or data.error.cls_name == BY_A_CHECK:
        return None
    return _text(data.error)


def _text(error: SerializableErrorInfo) -> str:
    """What an error says; the text of a failure that we raised is for people as it is."""
    cause = error.cause or error
    said = told_of(load_catalogue(), cause.cls_name or "", cause.message)
    prefix = f"{dg.Failure.__module__}.{dg.Failure.__qualname__}: "
    return said or cause.message.strip().removeprefix(prefix)


def _failed_checks(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    catalogue = load_catalogue()
    for each in result.get_asset_check_evaluations():
        if not each.passed and each.severity is dg.AssetCheckSeverity.ERROR:
            numbers = joined(f"{name} {held.value}" for name, held in each.metadata.items())
            table, said = ".".join(each.asset_key.path), catalogue.say(f"dagster.{each.check_name}")
            yield catalogue.say("dagster.check_failed", table=table, check=said, numbers=numbers)


def _snapshot(result: dg.ExecuteInProcessResult) -> str | None:
    label = load_catalogue().say("dagster.label_snapshot")
    for event in result.get_asset_materialization_events():
        if event.asset_key in {DRAFT, FINAL}:
            return str(event.materialization.metadata[label].value)
    return None
