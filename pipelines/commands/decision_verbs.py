"""What people decide on the command line: approve, accept, return, lock, reopen, undo."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from models.loader import load_catalogue
from models.period import Period
from pipelines.commands.status_telling import tell_dropped, tell_left
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.corrections.aftereffects import follow_corrections
from pipelines.corrections.correcting import reopen
from pipelines.judging.checkpoints import Run
from pipelines.judging.remarks import find_cell
from pipelines.judging.reviewing import judge_quarter
from pipelines.quarter.decided_about import about
from pipelines.quarter.decisions import (
    NotAllowedError,
    accept,
    approve_city,
    approve_county,
    approve_for_county,
    find_submission,
    lock,
    must_be_at_work,
    send_back,
)
from pipelines.quarter.status import dropped, unit_statuses
from pipelines.quarter.unapproved import unapproved
from pipelines.quarter.undoing import decisions, undo
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
By = Annotated[str, typer.Option("--by")]
Why = Annotated[str, typer.Option("--why")]
WhyIfAny = Annotated[str | None, typer.Option("--why")]


@contextmanager
def deciding() -> Iterator[Connection]:
    """The registry for a decision; what is not allowed is told in Chinese."""
    with refused(), writing(home()) as registry:
        yield registry


@contextmanager
def refused() -> Iterator[None]:
    """What is not allowed is told in Chinese."""
    try:
        yield
    except NotAllowedError as error:
        raise CannotError(error.reason, **error.fills) from error


def approve(
    period: str,
    by: By,
    why: WhyIfAny = None,
    county: Annotated[str | None, typer.Option("--county")] = None,
    city: Annotated[bool, typer.Option("--city")] = False,  # noqa: FBT002
    at: At = None,
) -> None:
    """Approve for a county, for the city, or for the city in a county's place."""
    wanted, hour = one_period(period), at_time(at)
    if county is None and not city:
        raise CannotError("county_or_city")
    if county is not None and county not in load_catalogue().counties:
        raise CannotError("no_county", county=county)
    why = why or load_catalogue().say("campaign.why_approve")
    with deciding() as registry:
        must_be_at_work(registry, wanted)
        # What others sent meanwhile may stand in the way.
        judge_quarter(home(), registry, load_catalogue(), wanted, Run(at=hour))
        ids = _approve(registry, wanted, county, by, hour, why, city=city)
        follow_corrections(home(), registry, load_catalogue())
        units = unit_statuses(registry, load_catalogue(), wanted)
        left = unapproved(registry, wanted, units, county)
    Teller().say("approved", count=len(ids), period=period)
    tell_left(load_catalogue(), wanted, left)


def _approve(
    registry: Connection, period: Period, county: str | None, by: str, at: datetime, why: str,
    *, city: bool,
) -> list[str]:  # fmt: skip
    if county is None:
        return approve_city(registry, period, by, at, why)
    if city:
        return approve_for_county(registry, period, county, by, at, why)
    return approve_county(registry, period, county, by, at, why)


def accept_(submission: str, by: By, why: Why, at: At = None) -> None:
    """Give the reason for what is to be verified in the unit's stead."""
    with deciding() as registry:
        accept(registry, submission, by, at_time(at), why)
    Teller().say("accepted", submission=submission)


def return_(
    submission: str,
    by: By,
    why: Why,
    cell: Annotated[str | None, typer.Option("--cell")] = None,
    at: At = None,
) -> None:
    """Return a submission to its unit, with a remark on a cell if one is named."""
    with deciding() as registry:
        find_submission(registry, submission)
        remark = find_cell(home(), registry, submission, cell) if cell else None
        if cell and remark is None:
            raise CannotError("no_cell", cell=cell, submission=submission)
        send_back(registry, submission, by, at_time(at), why, remark)
    Teller().say("returned", submission=submission)


def lock_(period: str, by: By, why: WhyIfAny = None, at: At = None) -> None:
    """Lock a quarter; two persons are needed."""
    why = why or load_catalogue().say("campaign.why_lock")
    wanted = one_period(period)
    with deciding() as registry:
        must_be_at_work(registry, wanted)
        units = unit_statuses(registry, load_catalogue(), wanted)
        left, out = unapproved(registry, wanted, units), dropped(registry, wanted, units)
        locked = lock(registry, wanted, by, at_time(at), why)
    Teller().say("now_locked" if locked else "locked_once", period=period, by=by)
    tell_dropped(load_catalogue(), out)
    tell_left(load_catalogue(), wanted, left)


def reopen_(submission: str, by: By, why: Why, at: At = None) -> None:
    """Let an approved submission be superseded; say so if that unlocks its quarter."""
    with deciding() as registry:
        step = reopen(registry, submission, by, at_time(at), why)
    tell, period = Teller(), submission.split("-")[1]
    if step == "asked":
        tell.say("correction_asked", submission=submission, by=by, period=period)
        return
    tell.say("reopened", submission=submission)
    if step == "unlocked":
        tell.say("unlocked", period=period)


def undo_(
    period: str,
    by: By,
    why: Why,
    number: Annotated[int | None, typer.Option("--number")] = None,
    at: At = None,
) -> None:
    """Take back the last decision of a quarter, or the one with this number."""
    with deciding() as registry:
        row = undo(registry, one_period(period), by, at_time(at), why, number)
        follow_corrections(home(), registry, load_catalogue())
        what = about(load_catalogue(), directory(registry), one_period(period), row._asdict())
    tell, catalogue = Teller(), load_catalogue()
    action = catalogue.say(f"campaign.action_{row.action}")
    tell.say("undone", number=row.decision_id, action=action, by=row.decided_by,
             what=what)  # fmt: skip


def decisions_(period: str, json: Json = False) -> None:  # noqa: FBT002
    """Say what people decided for a quarter, with who, when and why."""
    with reading(home()) as registry:
        rows, units = decisions(registry, one_period(period)), directory(registry)
    tell, catalogue = Teller(), load_catalogue()
    if json:
        tell.json(rows)
        return
    for row in rows:
        taken_back = row["undone_by"] is not None
        tell.say(
            "decision_undone" if taken_back else "decision",
            **row,
            at=f"{row['decided_at']:%Y-%m-%d %H:%M}",
            what=about(catalogue, units, one_period(period), row),
            zh=catalogue.say(f"campaign.action_{row['action']}"),
        )
    if not rows:
        tell.say("no_decisions", period=period)


VERBS = (
    Verb("approve", approve),
    Verb("accept", accept_),
    Verb("return", return_),
    Verb("lock", lock_),
    Verb("reopen", reopen_),
    Verb("undo", undo_),
    Verb("decisions", decisions_),
)
