"""`sanji directory`: the unit directory out to a workbook and back, its events, what is odd."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from models.events import EventKind
from models.loader import load_catalogue
from models.period import Period
from pipelines.commands.directory_telling import DirectoryTeller
from pipelines.commands.event_drafting import drafted
from pipelines.commands.telling import CannotError, Verb, at_time, one_file, one_period
from pipelines.directory import (
    NoSuchEventError,
    NotDirectoryBookError,
    RefusedError,
    Signed,
    enter,
    inspect,
    take,
    undo,
    write_book,
)
from pipelines.records.events import unit_events
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
By = Annotated[str, typer.Option("--by")]
Why = Annotated[str, typer.Option("--why")]
DryRun = Annotated[bool, typer.Option("--dry-run")]
Out = Annotated[Path, typer.Option("--out")]
Text = Annotated[str | None, typer.Option()]
CANNOT = 2


def export(out: Out, at: At = None) -> None:
    """Write the directory as a workbook; with `--at`, only what is in force on that day."""
    catalogue, tell = load_catalogue(), DirectoryTeller()
    day = one_day(at) if at else None
    with reading(home()) as registry:
        versions = directory(registry).versions
        events = [event for event in unit_events(registry) if event.undone_at is None]
    if day is not None:
        versions = [version for version in versions if version.covers(day)]
    write_book(out, catalogue, versions, events, day, at_time(at))
    units = len({version.unit_code for version in versions})
    tell.say("exported", units=units, rows=len(versions), out=out)


def template(out: Out) -> None:
    """Write a blank directory workbook."""
    write_book(out, load_catalogue(), [], [], None, at_time(None))
    DirectoryTeller().say("templated", out=out)


def import_(
    file: Path,
    by: By = "",
    why: Why = "",
    dry_run: DryRun = False,  # noqa: FBT002
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Take a directory workbook in, or say every cell that is wrong."""
    catalogue, tell = load_catalogue(), DirectoryTeller()
    one_file(file)
    signed = _signed(by, why, at, dry_run=dry_run)
    try:
        with writing(home()) as registry:
            taken = take(home(), registry, catalogue, file, signed, dry_run=dry_run)
    except NotDirectoryBookError as error:
        raise CannotError(f"directory_{error.reason}", file=file) from error
    except RefusedError as error:
        tell.refused(error, as_json=json, head=("nothing_taken", {"file": file}))
        raise typer.Exit(CANNOT) from error
    tell.taken(taken, as_json=json, dry_run=dry_run)


def event(
    kind: str,
    effective: Annotated[str, typer.Option("--date")],
    from_codes: Annotated[list[str] | None, typer.Option("--from")] = None,
    to_codes: Annotated[list[str] | None, typer.Option("--to")] = None,
    name: Annotated[list[str] | None, typer.Option("--name")] = None,
    share: Annotated[list[str] | None, typer.Option("--share")] = None,
    share_funds: Annotated[list[str] | None, typer.Option("--share-funds")] = None,
    document: Annotated[str, typer.Option("--document")] = "",
    short: Text = None,
    unit_kind: Text = None,
    county: Text = None,
    org_type: Text = None,
    party_group: Text = None,
    coord_parent: Text = None,
    party_parent: Text = None,
    system: Text = None,
    office: Text = None,
    by: By = "",
    why: Why = "",
    dry_run: DryRun = False,  # noqa: FBT002
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Register a change of units, or say why it cannot be."""
    catalogue, tell = load_catalogue(), DirectoryTeller()
    columns = {
        "short_name": short,
        "unit_kind": unit_kind,
        "county_code": county,
        "party_org_type": org_type,
        "party_group_type": party_group,
        "coord_parent_code": coord_parent,
        "party_parent_code": party_parent,
        "leading_system": system,
        "contact_office": office,
    }
    signed = _signed(by, why, at, dry_run=dry_run)
    try:
        with writing(home()) as registry:
            draft = drafted(
                catalogue,
                directory(registry),
                _kind(kind),
                one_day(effective),
                from_codes or [],
                to_codes or [],
                name or [],
                (share or [], share_funds or []),
                document,
                {key: value for key, value in columns.items() if value is not None},
            )
            made = enter(home(), registry, catalogue, draft, signed, dry_run=dry_run)
    except RefusedError as error:
        tell.refused(error, as_json=json, head=("event_refused", {}))
        raise typer.Exit(CANNOT) from error
    tell.entered(made, as_json=json, dry_run=dry_run)


def events(json: Json = False) -> None:  # noqa: FBT002
    """List the changes that were registered, undone ones too."""
    with reading(home()) as registry:
        found = unit_events(registry)
    DirectoryTeller().events(found, as_json=json)


def undo_(event: str, by: By, why: Why, at: At = None) -> None:
    """Take a change back, as long as nothing depends on it."""
    tell = DirectoryTeller()
    try:
        with writing(home()) as registry:
            undo(registry, event, by, at_time(at), why)
    except NoSuchEventError as error:
        raise CannotError("directory_no_event", event=event) from error
    except RefusedError as error:
        tell.refused(error, as_json=False, head=("event_refused", {}))
        raise typer.Exit(CANNOT) from error
    tell.say("undone", event=event)


def check(
    period: Annotated[str | None, typer.Argument()] = None,
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Say what is odd in the directory and what events have still to add up."""
    wanted = one_period(period) if period else Period.containing(at_time(at).date())
    with reading(home()) as registry:
        found = inspect(home(), registry, load_catalogue(), wanted)
    DirectoryTeller().inspected(found, as_json=json)


def one_day(text: str) -> date:
    """The day named on the command line.

    Raises:
        CannotError: the text is no date.
    """
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise CannotError("directory_bad_day", day=text) from error


def _kind(text: str) -> EventKind:
    """A kind by its Chinese name or its id."""
    words = load_catalogue().wording["directory"]
    found = {words[f"kind_{kind}"]: kind for kind in EventKind} | {k.value: k for k in EventKind}
    if text not in found:
        choices = "、".join(words[f"kind_{kind}"] for kind in EventKind)
        raise CannotError("directory_bad_kind", kind=text, choices=choices)
    return found[text]


def _signed(by: str, why: str, at: str | None, *, dry_run: bool) -> Signed:
    if not dry_run and not (by and why):
        raise CannotError("directory_who_and_why")
    return Signed(by, at_time(at), why)


VERBS = (
    Verb("export", export),
    Verb("import", import_),
    Verb("template", template),
    Verb("event", event),
    Verb("events", events),
    Verb("undo", undo_),
    Verb("check", check),
)
