"""What the site is told of this moment: the returns of a quarter and the last things that ran."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from dashboards.live import DirectoryProblem, Fact, Live, LiveOf, LiveUnit
from dashboards.pointer import in_force
from models.catalogue_model import Catalogue
from models.period import Clock, Period
from models.proposal import STATUS_OF
from models.registry import receipt, snapshot
from pipelines.directory.inspecting import committees, crossed
from pipelines.directory.judging import judge
from pipelines.directory.problems import problem_lines
from pipelines.freshness import waiting
from pipelines.proposals import decided
from pipelines.quarter.reminding import reminders
from pipelines.quarter.status import unit_statuses
from pipelines.records.states import quarter_state
from pipelines.records.units import directory
from pipelines.registry import reading
from pipelines.settings import Home

SCHEDULER = "http://127.0.0.1:3000"
Machinery = Callable[[datetime], tuple[Fact, ...]]
"""The present -> how the scheduler does."""


def nothing_known(_: datetime) -> tuple[Fact, ...]:
    """Where the scheduler's records are not asked."""
    return ()


def live_of(
    home: Home, catalogue: Catalogue, clock: Clock, machinery: Machinery = nothing_known
) -> LiveOf:
    """The registry of a home, asked anew at every call; `machinery` tells of the scheduler."""

    def live(period: str) -> Live:
        at = clock()
        with reading(home) as registry:
            facts = (
                quarter_fact(registry, catalogue, period),
                *registry_facts(registry, catalogue, in_force(home.published)),
                *machinery(at),
            )
            return _now(home, registry, catalogue, Period.parse(period), at, facts)

    return live


def _now(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    at: datetime,
    facts: tuple[Fact, ...],
) -> Live:
    todo = {one.unit_code: one.todo for one in reminders(home, registry, catalogue, period, at)}
    units = tuple(
        LiveUnit(
            unit_code=each.unit.unit_code,
            unit_name=each.unit.unit_name,
            level=each.unit.level,
            county_code=each.unit.county_code,
            state=each.state,
            todo=todo.get(each.unit.unit_code, ""),
            is_late=each.is_received and not each.is_on_time,
        )
        for each in unit_statuses(registry, catalogue, period)
    )
    return Live(
        at,
        units,
        facts,
        SCHEDULER,
        {name: STATUS_OF[made.action] for name, made in decided(registry, period).items()},
        tuple(_directory(registry, catalogue, period)),
    )


def _directory(
    registry: Connection, catalogue: Catalogue, period: Period
) -> Iterator[DirectoryProblem]:
    """What is to be put right in the directory."""
    units, say = directory(registry), catalogue.say
    for line in crossed(catalogue, units, period):
        unit = units.version(line["unit_code"], period)
        county = unit.county_code if unit else ""
        text = say("directory.crossed_told", **line)
        yield DirectoryProblem("crossed", line["unit_code"], line["unit_name"], county, text)
    for each in committees(catalogue, units, period):
        text = say("directory.check_committees", **each)
        yield DirectoryProblem("committee", "", each["name"], each["county"], text)
    for problem in judge(catalogue, list(enumerate(units.versions))):
        own = units.versions[problem.line or 0]
        ((told),) = problem_lines(catalogue, [problem])
        yield DirectoryProblem(
            "entry",
            own.unit_code,
            own.unit_name,
            own.county_code,
            say("directory.problem_told", **told),
        )


def quarter_fact(registry: Connection, catalogue: Catalogue, period: str) -> Fact:
    """Where the quarter stands; a package that a correction made out of date is not well."""
    found = quarter_state(registry, period)
    told = catalogue.say(f"campaign.quarter_{found.state}")
    is_due = bool(found.packages) and found.state != "archived"
    if is_due:
        told += catalogue.say("dashboards.health_archive_due")
    return (catalogue.say("dashboards.health_quarter", period=period), told, not is_due)


def registry_facts(
    registry: Connection, catalogue: Catalogue, current: Path | None
) -> tuple[Fact, ...]:
    """When the last file came, the last snapshot was made, and what is not in the one in force."""
    say = catalogue.say
    last = registry.execute(select(func.max(receipt.c.received_at))).scalar()
    made = registry.execute(select(func.max(snapshot.c.made_at))).scalar()
    never = say("dashboards.never")
    return (
        (say("dashboards.health_last_file"), _at(last) or never, last is not None),
        (say("dashboards.health_last_snapshot"), _at(made) or never, made is not None),
        _newer(registry, catalogue, current),
    )


def _at(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if when else ""


def _newer(registry: Connection, catalogue: Catalogue, current: Path | None) -> Fact:
    """Returns that are not in the snapshot in force: its numbers do not have them."""
    say = catalogue.say
    name = say("dashboards.health_newer")
    late = waiting(current, registry)
    if not late:
        return (name, say("dashboards.health_none_newer"), True)
    told = say("dashboards.health_newer_told", count=len(late), at=_at(late[-1]))
    return (name, told, False)
