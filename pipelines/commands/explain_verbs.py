"""溯源 on the command line: from a number, or the code printed beside it, to its cells."""

import unicodedata
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from dashboards.provenance import NothingToExplainError, Structure
from dashboards.provenance.naming import as_name, near_names
from models.loader import load_catalogue
from pipelines.citing import Cited, as_code, find_code, near_codes
from pipelines.commands.code_telling import tell_code
from pipelines.commands.explain_telling import tell_explained
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, one_period
from pipelines.explaining import (
    deepened,
    explain,
    explain_cited,
    latest_quarter,
    scopes,
    structure,
)
from pipelines.settings import home

SHOWN = 20
REPORTED = Structure()
Json = Annotated[bool, typer.Option("--json")]
SnapshotId = Annotated[str | None, typer.Option("--snapshot")]
Deep = Annotated[bool, typer.Option("--deep")]
StructureView = Annotated[Literal["as_reported", "today", "same_units"], typer.Option("--view")]


def explain_(
    indicator: str,
    scope: Annotated[str | None, typer.Option("--scope")] = None,
    period: Annotated[str | None, typer.Option("--period")] = None,
    snapshot: SnapshotId = None,
    view: StructureView = "as_reported",
    to_cells: Deep = False,  # noqa: FBT002
    json: Json = False,  # noqa: FBT002
) -> None:
    """Follow a number, or a code printed beside one, to formula, units and cells."""
    name, code = as_name(load_catalogue(), indicator), as_code(indicator)
    if code and name is None:
        _alone(code, {"--scope": scope, "--period": period, "--view": view != REPORTED.name})
        _explain_code(code, snapshot, json=json)
        return
    if name is None:
        raise _unknown(indicator)
    path = published_path(snapshot)
    quarter = str(one_period(period.strip().upper())) if period else latest_quarter(path)
    where = _scope(path, (scope or load_catalogue().structure.city.code).strip(), quarter)
    under = structure(path, view, quarter)
    found = _followed(path, name, where, quarter, None if json else SHOWN, under=under)
    if to_cells and "dimensions" in found:
        found = deepened(path, load_catalogue(), found, None if json else SHOWN)
    _tell(found, json=json)


def _scope(path: Path, typed: str, quarter: str) -> str:
    """The code of the scope that was typed, be it a code or a name."""
    found = scopes(path, load_catalogue(), typed, quarter)
    if len(found) > 1:
        raise CannotError("many_scopes", name=typed, codes="、".join(found))
    return found[0]


def _alone(code: str, options: dict[str, object]) -> None:
    """A code says all of this itself: whoever says it too would be told of something else."""
    for option, given in options.items():
        if given:
            raise CannotError("code_alone", code=code, option=option)


def _unknown(typed: str) -> CannotError:
    """Nothing has this name: which code is not one of its field, or which names are like it."""
    catalogue = load_catalogue()
    head, equals, _ = unicodedata.normalize("NFKC", typed).partition("=")
    field = catalogue.fields.get(as_name(catalogue, head) or "")
    if equals and field:
        codes = catalogue.codes.get(field.enum or "", {})
        listed = "、".join(f"{code}={label}" for code, label in codes.items())
        key = "no_field_code" if codes else "not_a_choice"
        return CannotError(key, name=typed, field=field.zh, codes=listed)
    near = "、".join(near_names(catalogue, typed))
    return CannotError("no_name_near" if near else "no_name", name=typed, near=near)


def _explain_code(code: str, snapshot: str | None, *, json: bool) -> None:
    """Resolve a code: in the snapshot asked for, else in the one in force, else the newest."""
    found = find_code(home().published, code)
    if not found:
        raise _unprinted(code)
    names = [each.snapshot for each in found]
    wanted = snapshot or published_path(None).stem
    if snapshot and snapshot not in names:
        raise CannotError("code_elsewhere", code=code, snapshot=snapshot, others="、".join(names))
    cited = found[names.index(wanted)] if wanted in names else found[-1]
    told = _resolved(cited, None if json else SHOWN)
    if json:
        head = {"code": code, "snapshots": names, "snapshot": cited.snapshot}
        Teller().json({**head, "cited": cited.entry, "places": cited.places, **told})
    else:
        tell_code(Teller(), code, cited, told, names)


def _unprinted(code: str) -> CannotError:
    say = load_catalogue().say
    near = "、".join(say("cli.near_code", **each) for each in near_codes(home().published, code))
    return CannotError("no_code_near" if near else "no_code", code=code, near=near)


def _resolved(cited: Cited, limit: int | None) -> dict[str, Any]:
    path = published_path(cited.snapshot)
    try:
        return explain_cited(path, load_catalogue(), cited.entry, limit)
    except NothingToExplainError as error:
        raise CannotError(error.reason, **error.fills) from error


def _followed(
    path: Path,
    name: str,
    scope: str,
    period: str,
    limit: int | None,
    under: Structure,
) -> dict[str, Any]:
    try:
        return explain(path, load_catalogue(), name, scope, period, limit=limit, under=under)
    except NothingToExplainError as error:
        raise CannotError(error.reason, **error.fills) from error


def _tell(found: dict[str, Any], *, json: bool) -> None:
    if json:
        Teller().json(found)
    else:
        tell_explained(Teller(), found)


VERBS = (Verb("explain", explain_),)
