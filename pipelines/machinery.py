"""Whether the machinery runs: the last run, and the watch over the inbox."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.live import Fact
from models.catalogue_model import Catalogue
from pipelines.settings import Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from pipelines.defs.health import LastRun

STORAGE = "SANJI_DAGSTER"
ALIVE = timedelta(minutes=5)
"""A daemon says every half minute that it lives."""
HOW = {"SUCCESS": "success", "FAILURE": "failure", "STARTED": "started", "CANCELED": "canceled"}
SHOWN = 120
JOBS = frozenset({"intake", "build", "publish"})
BAD = frozenset({"FAILURE", "CANCELED"})


class Machinery:
    """Dagster's records, opened beside the site: the scheduler takes seconds to load.

    Where a home has no such records, or they are not open yet, that is what is said.
    """

    def __init__(self, home: Home, catalogue: Catalogue) -> None:
        self._say = catalogue.say
        self._opening: Future[DagsterInstance] | None = None
        if has_records(home):
            self._opening = ThreadPoolExecutor(1).submit(_opened, home)

    def facts(self, at: datetime) -> tuple[Fact, ...]:
        """The last run, and whether the inbox is watched."""
        run = self._say("dashboards.health_last_run")
        if self._opening is None:
            return ((run, self._say("dashboards.health_no_dagster"), True),)
        if not self._opening.done():
            return ((run, self._say("dashboards.reading"), True),)
        error = self._opening.exception()
        return self._told(self._opening.result(), at) if error is None else self._broken(error)

    def wait(self) -> None:
        """Until the records are open, or are known not to open."""
        if self._opening is not None:
            self._opening.exception()

    def _told(self, instance: "DagsterInstance", at: datetime) -> tuple[Fact, ...]:
        from pipelines.defs.health import UNREADABLE, last_beat, last_run  # noqa: PLC0415 slow

        try:
            return (self._run(last_run(instance)), self._beat(last_beat(instance), at))
        except UNREADABLE as error:
            return self._broken(error)

    def _broken(self, error: BaseException) -> tuple[Fact, ...]:
        """The page must not fail with the records: they are only one line of it."""
        what = str(error).strip().partition("\n")[0][:SHOWN] or type(error).__name__
        name = self._say("dashboards.health_last_run")
        return ((name, self._say("dashboards.health_dagster_broken", what=what), False),)

    def _run(self, last: "LastRun | None") -> Fact:
        name = self._say("dashboards.health_last_run")
        if last is None:
            return (name, self._say("dashboards.never"), True)
        how = self._say(f"dashboards.run_{HOW.get(last.status, 'other')}")
        job = self._say(f"dashboards.job_{last.job if last.job in JOBS else 'other'}")
        told = self._say(
            "dashboards.health_run_told", job=job, at=f"{last.at:%Y-%m-%d %H:%M}", how=how
        )
        return (name, told, last.status not in BAD)

    def _beat(self, beat: datetime | None, at: datetime) -> Fact:
        """A watch that nobody started is no fault: files are then taken in by hand."""
        name = self._say("dashboards.health_sensor")
        if beat is None:
            return (name, self._say("dashboards.health_no_beat"), True)
        return (
            name,
            self._say("dashboards.health_beat", at=f"{beat:%Y-%m-%d %H:%M}"),
            at - beat <= ALIVE,
        )


def has_records(home: Home) -> bool:
    """Whether anything was ever run here; asking must leave no trace."""
    folder = Path(os.environ.get(STORAGE) or home.root / "dagster")
    return (folder / "history").is_dir()


def _opened(home: Home) -> "DagsterInstance":
    from pipelines.defs.health import opened  # noqa: PLC0415 slow to import

    return opened(home)
