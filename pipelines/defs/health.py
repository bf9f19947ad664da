"""What Dagster's own records say: how the last run ended, and whether the inbox is watched."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
from sqlalchemy.exc import SQLAlchemyError

from models.period import ZONE
from pipelines.defs.run import history
from pipelines.settings import Home

SENSOR = "SENSOR"
UNREADABLE = (dg.DagsterError, SQLAlchemyError, OSError)
"""What asking the records may end with: damaged, of another version, no right to them."""


@dataclass(frozen=True)
class LastRun:
    """The run that began last."""

    job: str
    status: str
    at: datetime


def opened(where: Home) -> dg.DagsterInstance:
    """The records of a home, kept open; nothing is started."""
    return ExitStack().enter_context(history(where))


def last_run(instance: dg.DagsterInstance) -> LastRun | None:
    """The newest run, running or ended."""
    for record in instance.get_run_records(limit=1):
        run = record.dagster_run
        return LastRun(run.job_name, run.status.value, _wall(record.create_timestamp))
    return None


def last_beat(instance: dg.DagsterInstance) -> datetime | None:
    """When the daemon that watches the inbox last said that it lives."""
    beat = instance.get_daemon_heartbeats().get(SENSOR)
    return _wall(datetime.fromtimestamp(beat.timestamp, UTC)) if beat else None


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
