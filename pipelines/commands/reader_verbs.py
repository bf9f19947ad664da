"""`sanji readers`: who may read the site, their passwords, and the log of what they saw."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, get_args

import typer
from sqlalchemy import Connection

from dashboards.reader import Role
from dashboards.sign_in_page import rights_text
from models.loader import load_catalogue
from pipelines.admitting import NotAdmittedError, admit, dismiss, renew, rights
from pipelines.commands.telling import CannotError, Teller, Verb, at_time
from pipelines.records.readers import all_readers, last_views, rights_of
from pipelines.registry import reading, writing
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
By = Annotated[str, typer.Option("--by")]


@contextmanager
def _admitting() -> Iterator[Connection]:
    try:
        with writing(home()) as registry:
            yield registry
    except NotAdmittedError as error:
        raise CannotError(error.reason, **error.fills) from error


def _role(text: str) -> Role:
    for role in get_args(Role):
        if text == role:
            known: Role = role
            return known
    raise CannotError("reader_role", role=text)


def add(
    reader: str,
    role: Annotated[str, typer.Option("--role")],
    by: By,
    county: Annotated[str | None, typer.Option("--county")] = None,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Give an account and print its password, once."""
    wanted = _role(role)
    with _admitting() as registry:
        asked = rights(registry, load_catalogue(), wanted, county, unit)
        password = admit(registry, reader, asked, by, at_time(at))
    _tell_password("reader_added", reader, password, rights_text(load_catalogue(), asked), json)


def reset(reader: str, by: By, at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Give a new password, printed once."""
    with _admitting() as registry:
        password = renew(registry, reader, by, at_time(at))
    _tell_password("reader_reset", reader, password, "", json)


def _tell_password(key: str, name: str, password: str, rights: str, json: bool) -> None:  # noqa: FBT001
    if json:
        Teller().json({"reader": name, "password": password})
    else:
        Teller().say(key, reader=name, password=password, rights=rights)


def remove(reader: str, by: By, at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Take an account away, at once."""
    with _admitting() as registry:
        dismiss(registry, reader, by, at_time(at))
    if json:
        Teller().json({"reader": reader, "removed": True})
    else:
        Teller().say("reader_removed", reader=reader)


def list_(json: Json = False) -> None:  # noqa: FBT002
    """Every account, without passwords."""
    with reading(home()) as registry:
        told = [_told(row) for row in all_readers(registry)]
    if json:
        Teller().json(told)
        return
    for each in told:
        state = "reader_disabled" if each["disabled_at"] else "reader_line"
        Teller().say(state, **each)
    if not told:
        Teller().say("no_readers_yet")


def _told(row: Any) -> dict[str, Any]:
    reader = rights_of(row)
    return {
        "reader": row.reader_name,
        "role": reader.role,
        "counties": sorted(reader.counties) if reader.counties is not None else None,
        "units": sorted(reader.units) if reader.units is not None else None,
        "rights": rights_text(load_catalogue(), reader),
        "created_at": row.created_at,
        "created_by": row.created_by,
        "password_at": row.password_at,
        "password_by": row.password_by,
        "disabled_at": row.disabled_at,
        "disabled_by": row.disabled_by,
    }


def log(
    most: Annotated[int, typer.Option("--most", min=1)] = 100,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Who saw what, the newest first."""
    with reading(home()) as registry:
        told = [
            {"reader": row.reader_name, "at": row.seen_at, "kind": row.kind, "path": row.path}
            for row in last_views(registry, most)
        ]
    if json:
        Teller().json(told)
        return
    catalogue = load_catalogue()
    for each in told:
        kind = catalogue.say(f"sign_in.kind_{each['kind']}")
        Teller().say("reader_view", **{**each, "kind": kind, "at": f"{each['at']:%Y-%m-%d %H:%M}"})
    if not told:
        Teller().say("no_views_yet")


VERBS = (
    Verb("add", add),
    Verb("list", list_),
    Verb("reset", reset),
    Verb("remove", remove),
    Verb("log", log),
)
