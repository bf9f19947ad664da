"""The machine's steps of a quarter on the command line: issue, run, publish."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from models.loader import load_catalogue
from pipelines.commands.status_telling import tell_dropped
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.judging.turned_away import newest, turned_away, waiting
from pipelines.quarter.issuing import NoSuchUnitError, issue_period
from pipelines.quarter.status import dropped, unit_statuses
from pipelines.records.quarters import is_locked, opened_periods
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]


def issue(
    period: str,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    at: At = None,
) -> None:
    """Issue a workbook to every unit that owes a return."""
    tell, wanted = Teller(), one_period(period)
    try:
        with writing(home()) as registry:
            _must_have_directory(registry)
            paths = issue_period(
                home(),
                registry,
                load_catalogue(),
                wanted,
                at_time(at),
                unit_code=unit,
                out=out,
                done=tell.progress("workbooks"),
            )
    except NoSuchUnitError as error:
        raise CannotError("no_unit", unit=unit, period=period) from error
    from pipelines.defs.run import show_opened  # noqa: PLC0415 the scheduler is slow to import

    show_opened()
    tell.say("issued", count=len(paths), period=period, folder=paths[0].parent)


def _must_have_directory(registry: Connection) -> None:
    if not directory(registry).versions:
        raise CannotError("no_directory")


def run(period: str, at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Take in, judge, build, and publish a draft, through the scheduler."""
    from pipelines.defs.run import run_quarter  # noqa: PLC0415 the scheduler is slow to import

    wanted = one_period(period)
    with reading(home()) as registry:
        if str(wanted) not in opened_periods(registry):
            raise CannotError("not_open", period=period)
        before = waiting(registry), newest(registry)
    tell = Teller()
    tell.begun("running", period=period)
    outcome = run_quarter(str(wanted), at_time(at))
    if json:
        tell.json(vars(outcome))
    elif outcome.success:
        tell.say("ran", period=period, snapshot=outcome.snapshot)
        with reading(home()) as registry:
            tell.turned_away(turned_away(registry, *before))
        tell.say("ran_next", period=period)
    if not outcome.success:
        raise CannotError("run_failed", period=period, failures="；".join(outcome.failures))


def publish(period: str, at: At = None) -> None:
    """Publish the final snapshot and its pictures."""
    from pipelines.defs.run import publish_quarter  # noqa: PLC0415 the scheduler is slow to import

    wanted = one_period(period)
    with reading(home()) as registry:
        if not is_locked(registry, str(wanted)):
            raise CannotError("not_locked", period=period)
        out = dropped(registry, wanted, unit_statuses(registry, load_catalogue(), wanted))
    tell = Teller()
    tell.begun("publishing", period=period)
    outcome = publish_quarter(period, at_time(at))
    if not outcome.success:
        raise CannotError("publish_failed", period=period, failures="；".join(outcome.failures))
    tell.say("published", period=period, snapshot=outcome.snapshot)
    tell_dropped(load_catalogue(), out)


VERBS = (
    Verb("issue", issue),
    Verb("run", run),
    Verb("publish", publish),
)
