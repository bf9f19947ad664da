"""The inbox sensor: one run for a batch of files, once nothing in it changes any more."""

import hashlib
import os
from pathlib import Path

import dagster as dg
from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.registry import submission
from pipelines.defs.partitions import sync_partitions
from pipelines.receive.inbox import waiting
from pipelines.records.quarters import opened_periods
from pipelines.registry import reading
from pipelines.settings import home

SECONDS_BETWEEN = 30


def inbox_sensor(catalogue: Catalogue) -> dg.SensorDefinition:
    """Look at the inbox, and for quarters whose files were taken in with another quarter's."""

    @dg.sensor(
        name="inbox",
        job_name="intake",
        minimum_interval_seconds=SECONDS_BETWEEN,
        description=catalogue.say("dagster.inbox"),
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen = fingerprint(waiting(home().inbox, catalogue))
        with reading(home()) as registry:
            sync_partitions(context.instance, registry)
            opened, unjudged = opened_periods(registry)[-1:], unjudged_submissions(registry)
        # A file may still be on its way: it is taken when two looks in a row see the same.
        is_settled = seen == (context.cursor or "")
        batch = [dg.RunRequest(f"inbox {seen}", partition_key=p) for p in opened if seen]
        left = [dg.RunRequest(f"{p} {ids}", partition_key=p) for p, ids in unjudged.items()]
        requests = (batch or left) if is_settled else []
        return dg.SensorResult(run_requests=requests, cursor=seen)

    return inbox


def fingerprint(paths: list[Path]) -> str:
    """Names, sizes and times of files in one text; empty when there is no file."""
    if not paths:
        return ""
    facts = [
        (str(path), each.st_size, each.st_mtime_ns) for path in paths if (each := _facts(path))
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _facts(path: Path) -> os.stat_result | None:
    """What the folder says of a file; None if it has gone meanwhile."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def unjudged_submissions(registry: Connection) -> dict[str, str]:
    """Quarter -> a text that stands for its submissions nobody judged yet."""
    rows = registry.execute(
        select(submission.c.period, submission.c.submission_id)
        .where(submission.c.judged_by.is_(None))
        .order_by(submission.c.submission_id)
    )
    ids: dict[str, list[str]] = {}
    for period, submission_id in rows:
        ids.setdefault(period, []).append(submission_id)
    return {period: hashlib.sha256(repr(some).encode()).hexdigest() for period, some in ids.items()}
