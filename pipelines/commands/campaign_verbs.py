"""A quarter's campaign on the command line: its days, who owes what, who is to be reminded."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from models.period import calendar as dated_steps
from models.period import is_announced
from pipelines.commands.decision_verbs import At, By, Json, Why, deciding
from pipelines.commands.opened_quarters import must_not_be_before_all
from pipelines.commands.status_telling import tell_status
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.quarter.campaign import plan, progress
from pipelines.quarter.granting import extend, freeze, unwaive, waive
from pipelines.quarter.reminder_book import write_reminders
from pipelines.quarter.reminding import reminders, text_of
from pipelines.quarter.status import status
from pipelines.quarter.unfinished import unfinished
from pipelines.registry import reading
from pipelines.settings import home


def calendar(period: str, json: Json = False) -> None:  # noqa: FBT002
    """Say on which day each step of a quarter falls."""
    catalogue, tell = load_catalogue(), Teller()
    steps = dated_steps(one_period(period), catalogue.campaign)
    if json:
        tell.json(
            [
                {**each.step.model_dump(include={"id", "zh", "who", "result"}), "first": each.first,
                 "last": each.last, "is_provisional": each.is_provisional}
                for each in steps
            ]
        )  # fmt: skip
        return
    tell.say("calendar_head", period=period)
    for each in steps:
        days = f"{each.first}" + (f"..{each.last:%m-%d}" if each.last > each.first else "")
        mark = catalogue.say("campaign.provisional") if each.is_provisional else ""
        tell.say("calendar_line", days=f"{days:<18}", zh=each.step.zh, who=each.step.who, mark=mark)
    for year in sorted({each.last.year for each in steps}):
        if not is_announced(year, catalogue.campaign):
            typer.echo(catalogue.say("campaign.provisional_note", year=year))


def schedule(
    first: Annotated[str, typer.Option("--from")],
    last: Annotated[str, typer.Option("--to")],
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,  # noqa: FBT002
    json: Json = False,  # noqa: FBT002
) -> None:
    """Say what the schedules would do from day to day; only the scheduler does it."""
    if not dry_run:
        raise CannotError("only_dry_run")
    catalogue, tell = load_catalogue(), Teller()
    start, end = one_day(first), one_day(last)
    with reading(home()) as registry:
        tasks = plan(start, end, catalogue.campaign, progress(registry))
    if json:
        tell.json([{**vars(task), "period": str(task.period)} for task in tasks])
        return
    for task in tasks:
        steps = "、".join(catalogue.campaign.step(each).zh for each in task.steps)
        what = catalogue.say(f"campaign.task_{task.what}", steps=steps)
        tell.say("schedule_line", on=task.on, period=task.period, what=what)
    tell.say("schedule_foot", first=start, last=end, count=len(tasks))


def freeze_(period: str, by: By, why: Why, at: At = None) -> None:
    """Lay down who owes what for a quarter, as the directory has it now."""
    catalogue, wanted = load_catalogue(), one_period(period)
    with deciding() as registry:
        done = freeze(registry, catalogue.campaign, wanted, by, at_time(at), why)
    Teller().say("frozen", period=period, **{k: len(v) for k, v in vars(done).items()})


def waive_(
    unit: str,
    by: By,
    why: Why,
    period: Annotated[str | None, typer.Option("--period")] = None,
    first: Annotated[str | None, typer.Option("--from")] = None,
    last: Annotated[str | None, typer.Option("--to")] = None,
    at: At = None,
) -> None:
    """Free a unit from reporting, for one quarter or from one on."""
    if (period is None) == (first is None):
        raise CannotError("period_or_from")
    begin = one_period(period or first or "")
    end = begin if period else one_period(last) if last else None
    with deciding() as registry:
        waive(registry, unit, begin, end, by, at_time(at), why)
    span = f"{begin}" if end == begin else f"{begin}..{end or ''}"
    Teller().say("waived", unit=unit, span=span)


def unwaive_(
    unit: str,
    first: Annotated[str, typer.Option("--from")],
    by: By,
    why: Why,
    at: At = None,
) -> None:
    """Let a unit report again from a quarter on."""
    with deciding() as registry:
        unwaive(registry, unit, one_period(first), by, at_time(at), why)
    Teller().say("unwaived", unit=unit, period=first)


def extend_(
    period: str,
    day: Annotated[str, typer.Option("--to")],
    by: By,
    why: Why,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    county: Annotated[str | None, typer.Option("--county")] = None,
    at: At = None,
) -> None:
    """Put off the deadline of a unit or of a county's units."""
    count = _extend(period, one_day(day), unit or county, by, why, at)
    Teller().say("extended", period=period, count=count, day=day)


def unextend(
    period: str,
    by: By,
    why: Why,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    county: Annotated[str | None, typer.Option("--county")] = None,
    at: At = None,
) -> None:
    """Give a unit, or a county's units, their own deadline back."""
    count = _extend(period, None, unit or county, by, why, at)
    Teller().say("unextended", period=period, count=count)


def _extend(
    period: str, to: date | None, scope: str | None, by: str, why: str, at: str | None
) -> int:
    if scope is None:
        raise CannotError("unit_or_county")
    catalogue, wanted = load_catalogue(), one_period(period)
    with deciding() as registry:
        return len(extend(registry, catalogue.campaign, wanted, scope, to, by, at_time(at), why))


def status_(period: str, at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Say who owes what for a quarter."""
    catalogue = load_catalogue()
    with reading(home()) as registry:
        must_not_be_before_all(registry, one_period(period))
        found = status(registry, catalogue, one_period(period), at_time(at))
        found["unfinished"] = unfinished(home(), registry, catalogue, period)
    if json:
        Teller().json(found)
    else:
        tell_status(catalogue, one_period(period), found)


def remind(
    period: str,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    text: Annotated[bool, typer.Option("--text")] = False,  # noqa: FBT002
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Say who is to be reminded, as a workbook, as a text for messages, or as JSON."""
    catalogue, wanted, hour, tell = load_catalogue(), one_period(period), at_time(at), Teller()
    with reading(home()) as registry:
        found = reminders(home(), registry, catalogue, wanted, hour)
    if out is not None:
        write_reminders(out, catalogue, wanted, found, hour)
    if json:
        tell.json([vars(each) for each in found])
    elif text or out is None:
        typer.echo(text_of(catalogue, wanted, found, hour), nl=False)
    else:
        tell.say("reminders_written", count=len(found), out=out)


def one_day(text: str) -> date:
    """The day named on the command line.

    Raises:
        CannotError: the text is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CannotError("bad_day", day=text) from error


VERBS = (
    Verb("status", status_),
    Verb("remind", remind),
    Verb("calendar", calendar),
    Verb("schedule", schedule),
    Verb("freeze", freeze_),
    Verb("waive", waive_),
    Verb("unwaive", unwaive_),
    Verb("extend", extend_),
    Verb("unextend", unextend),
)
