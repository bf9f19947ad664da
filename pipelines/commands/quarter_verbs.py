"""The steps of a quarter's life on the command line: issue, run, approve, lock, publish."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from models.loader import load_catalogue
from pipelines.building import rebuild as rebuild_warehouse
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.decisions import (
    NotAllowedError,
    approve_city,
    approve_county,
    lock,
    reopen,
    send_back,
)
from pipelines.explaining import NothingToExplainError, explain
from pipelines.issuing import NoSuchUnitError, issue_period
from pipelines.records import directory, is_locked, opened_periods
from pipelines.registry import reading, writing
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
By = Annotated[str, typer.Option("--by")]
Why = Annotated[str, typer.Option("--why")]
SnapshotId = Annotated[str | None, typer.Option("--snapshot")]


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
    outcome = run_quarter(str(wanted), at_time(at))
    tell = Teller()
    if json:
        tell.json(vars(outcome))
    elif outcome.success:
        tell.say("ran", period=period, snapshot=outcome.snapshot)
    if not outcome.success:
        raise CannotError("run_failed", period=period, failures="；".join(outcome.failures))


def approve(
    period: str,
    by: By,
    why: Why = "审核通过",
    county: Annotated[str | None, typer.Option("--county")] = None,
    city: Annotated[bool, typer.Option("--city")] = False,  # noqa: FBT002
    at: At = None,
) -> None:
    """Approve for a county, or for the city."""
    wanted = one_period(period)
    if (county is None) == (not city):
        raise CannotError("county_or_city")
    if county is not None and county not in load_catalogue().counties:
        raise CannotError("no_county", county=county)
    with _deciding() as registry:
        if county is not None:
            ids = approve_county(registry, wanted, county, by, at_time(at), why)
        else:
            ids = approve_city(registry, wanted, by, at_time(at), why)
    Teller().say("approved", count=len(ids), period=period)


def return_(submission: str, by: By, why: Why, at: At = None) -> None:
    """Return a submission to its unit."""
    with _deciding() as registry:
        send_back(registry, submission, by, at_time(at), why)
    Teller().say("returned", submission=submission)


def lock_(period: str, by: By, why: Why = "锁定", at: At = None) -> None:
    """Lock a quarter; two persons are needed."""
    with _deciding() as registry:
        locked = lock(registry, one_period(period), by, at_time(at), why)
    Teller().say("now_locked" if locked else "locked_once", period=period, by=by)


def reopen_(submission: str, by: By, why: Why, at: At = None) -> None:
    """Let an approved submission be superseded."""
    with _deciding() as registry:
        reopen(registry, submission, by, at_time(at), why)
    Teller().say("reopened", submission=submission)


def publish(period: str, at: At = None) -> None:
    """Publish the final snapshot and its pictures."""
    from pipelines.defs.run import publish_quarter  # noqa: PLC0415 the scheduler is slow to import

    with reading(home()) as registry:
        if not is_locked(registry, str(one_period(period))):
            raise CannotError("not_locked", period=period)
    outcome = publish_quarter(period, at_time(at))
    if not outcome.success:
        raise CannotError("publish_failed", period=period, failures="；".join(outcome.failures))
    Teller().say("published", period=period, snapshot=outcome.snapshot)


def explain_(
    indicator: str,
    scope: Annotated[str, typer.Option("--scope")],
    period: Annotated[str, typer.Option("--period")],
    snapshot: SnapshotId = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Follow a number to formula, units and cells."""
    path = published_path(snapshot)
    try:
        found = explain(path, load_catalogue(), indicator, scope, str(one_period(period)))
    except NothingToExplainError as error:
        raise CannotError(error.reason, **error.fills) from error
    tell = Teller()
    if json:
        tell.json(found)
    else:
        _tell_explained(tell, found)


def published_path(snapshot: str | None) -> Path:
    """The snapshot asked for, or the one in force.

    Raises:
        CannotError: there is none.
    """
    pointer = home().published / "current"
    if snapshot is None and not pointer.exists():
        raise CannotError("nothing_published")
    name = f"{snapshot}.duckdb" if snapshot else pointer.read_text(encoding="utf-8").strip()
    path = home().published / name
    if not path.exists():
        raise CannotError("no_snapshot", snapshot=snapshot)
    return path


def _tell_explained(tell: Teller, found: dict[str, Any], shown: int = 20) -> None:
    tell.say("explained_head", **found)
    tell.say("explained_formula", formula=found["formula"])
    tell.say("explained_coverage", missing="、".join(found["missing"]) or "—", **{
        key: found[key] for key in ("units_expected", "units_used")
    })  # fmt: skip
    for part in found["parts"][:shown]:
        tell.say("explained_part", **part)
    if len(found["parts"]) > shown:
        tell.say("explained_more", more=len(found["parts"]) - shown)


def rebuild(json: Json = False) -> None:  # noqa: FBT002
    """Make the warehouse again from archive and registry."""
    tell = Teller()
    with writing(home()) as registry:
        made = rebuild_warehouse(home(), registry, load_catalogue())
    if json:
        tell.json({"periods": made.periods, "rows": made.rows})
    else:
        tell.say("rebuilt", periods="、".join(made.periods), tables=len(made.rows))


@contextmanager
def _deciding() -> Iterator[Connection]:
    """The registry for a decision; what is not allowed is told in Chinese."""
    try:
        with writing(home()) as registry:
            yield registry
    except NotAllowedError as error:
        raise CannotError(error.reason, **error.fills) from error


VERBS = (
    Verb("issue", issue),
    Verb("run", run),
    Verb("approve", approve),
    Verb("return", return_),
    Verb("lock", lock_),
    Verb("reopen", reopen_),
    Verb("publish", publish),
    Verb("explain", explain_),
    Verb("rebuild", rebuild),
)
