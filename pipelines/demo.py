"""`make demo`: the sample city's quarters, from workbooks to a published picture.

Every step is the one a clerk would take on the command line; only the clerk is made up.
"""

import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from models.period import Period, day_of, opens_on, period_range
from pipelines.commands.telling import Teller
from pipelines.defs.run import Job, RunOutcome, run_job
from pipelines.judging.foreseeing import foreseen
from pipelines.judging.quarter_findings import settle
from pipelines.quarter.decisions import approve_city, approve_county, lock
from pipelines.quarter.issuing import issue_period
from pipelines.quarter.status import status
from pipelines.receive import receive_file
from pipelines.registry import reading, writing
from pipelines.sample.files import write_sample
from pipelines.settings import Home, home

PERIODS = "2025Q3..2026Q3"
SEED = 7


@dataclass(frozen=True)
class Scheduled:
    """A file of the sample on its way: the quarter, the path within the sample, the hour."""

    file: str
    period: str
    unit_code: str
    received_at: datetime

    @classmethod
    def read(cls, path: Path) -> list["Scheduled"]:
        """The files of a sample in the order they are sent."""
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [
            cls(**{**each, "received_at": datetime.fromisoformat(each["received_at"])})
            for each in entries
        ]


class DemoError(Exception):
    """A step did not end well; the text is what it said."""


class Demo:
    """Tells what it does while it does it."""

    def __init__(self, where: Home, catalogue: Catalogue) -> None:
        self.home = where
        self.catalogue = catalogue
        self.tell = Teller()
        self.started = time.monotonic()

    def say(self, name: str, /, **fills: object) -> None:
        """Print a line of `wording/demo.yml`, with the seconds since the start."""
        text = self.catalogue.say(f"demo.{name}", **fills)
        sys.stdout.write(f"[{time.monotonic() - self.started:5.0f}s] {text}\n")
        sys.stdout.flush()

    def run(self) -> None:
        """From an empty folder to a published picture, and the next quarter's templates."""
        periods = period_range(PERIODS)
        self._clear()
        schedule = self._sample(periods)
        for period in periods:
            self._collect(period, [each for each in schedule if each.period == str(period)])
        last = periods[-1]
        closed = self._closing(last)
        self.say("building")
        self._job("build", last, closed)
        self.say("publishing")
        self._job("publish", last, closed + timedelta(hours=1))
        issued = self._issue(last.shifted(1))
        self._table(periods, len(schedule), len(issued))

    def _clear(self) -> None:
        """Start over: a home that holds anything but a sample is never touched."""
        root = self.home.root
        if not self.home.is_sample and self.home.registry.exists():
            raise DemoError(self.catalogue.say("cli.not_a_sample_home", home=root))
        for path in root.iterdir():
            if path.name not in {"reference", "run.lock"}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _sample(self, periods: Sequence[Period]) -> Sequence[Scheduled]:
        self.say("sample", periods=PERIODS)
        out = self.home.root / "sample"
        with writing(self.home) as registry:
            write_sample(
                self.home,
                registry,
                self.catalogue,
                periods,
                SEED,
                out,
                self.tell.progress("workbooks"),
                partial(foreseen, self.catalogue),
            )
        return Scheduled.read(out / "schedule.json")

    def _collect(self, period: Period, schedule: Sequence[Scheduled]) -> None:
        """Receive a quarter's files as they came, judge them, approve and lock."""
        closed = self._closing(period)
        with writing(self.home) as registry:
            for each in schedule:
                path = self.home.root / "sample" / each.file
                receive_file(
                    registry, self.home.archive, path, each.received_at, "inbox", self.catalogue
                )
        self._job("intake", period, closed)
        with writing(self.home) as registry:
            why = self.catalogue.say("demo.why")
            settle(registry, str(period), self._clerk(1), closed, why)
            for county in self.catalogue.counties:
                approve_county(registry, period, county, self._clerk(1), closed, why)
            approve_city(registry, period, self._clerk(2), closed, why)
            lock(registry, period, self._clerk(2), closed, why)
            lock(registry, period, self._clerk(3), closed, why)
            found = status(registry, self.catalogue, period, closed)
        self.say("collected", **{**found, "period": period})

    def _clerk(self, number: int) -> str:
        return self.catalogue.say(f"demo.clerk_{number}")

    def _closing(self, period: Period) -> datetime:
        """Office hours of the day on which the quarter is locked."""
        day = day_of("lock", period, self.catalogue.campaign)
        return datetime(day.year, day.month, day.day, 16)  # noqa: DTZ001 wall time

    def _job(self, name: Job, period: Period, at: datetime) -> RunOutcome:
        outcome = run_job(name, str(period), at)
        if not outcome.success:
            raise DemoError("\n".join(outcome.failures))
        return outcome

    def _issue(self, period: Period) -> list[Path]:
        self.say("issuing", period=period)
        day = opens_on(period, self.catalogue.campaign)
        at = datetime(day.year, day.month, day.day, 9)  # noqa: DTZ001 wall time
        with writing(self.home) as registry:
            return issue_period(
                self.home,
                registry,
                self.catalogue,
                period,
                at,
                done=self.tell.progress("workbooks"),
            )

    def _table(self, periods: Sequence[Period], files: int, issued: int) -> None:
        """What was made, where it is, what to open next."""
        with reading(self.home) as registry:
            last = periods[-1]
            found = status(registry, self.catalogue, last, self._closing(last))
        current = (self.home.published / "current").read_text(encoding="utf-8")
        pictures = len(list(self.home.published.rglob("*.png")))
        text = self.catalogue.say(
            "demo.table",
            **{**found, "period": periods[-1]},
            files=files,
            issued=issued,
            current=current,
            pictures=pictures,
            papers=len(list(self.home.published.glob(f"*.briefing/{last}/*.docx"))),
            briefing=f"{Path(current.strip()).stem}.briefing/{last}",
            home=self.home.root,
            seconds=round(time.monotonic() - self.started),
        )
        sys.stdout.write(f"\n{text}\n")


def main() -> None:
    """Run the demo, which takes no arguments; what goes wrong ends with one line."""
    if unknown := sys.argv[1:]:
        sys.stderr.write(load_catalogue().say("demo.no_arguments", given=" ".join(unknown)) + "\n")
        sys.exit(2)
    try:
        Demo(home(), load_catalogue()).run()
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
