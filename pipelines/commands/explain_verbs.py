"""溯源 on the command line: from a number, or the code printed beside it, to its cells."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from dashboards.provenance import NothingToExplainError, Structure
from models.loader import load_catalogue
from pipelines.citing import Cited, as_code, find_code
from pipelines.commands.explain_telling import tell_explained
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, one_period
from pipelines.explaining import (
    cited_structure,
    deepened,
    explain,
    known_names,
    latest_quarter,
    structure,
)
from pipelines.settings import home

SHOWN = 20
TARGET = "target"
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
    code = as_code(indicator)
    if code and indicator not in known_names(load_catalogue()):
        _explain_code(code, snapshot, json=json)
        return
    path = published_path(snapshot)
    quarter = str(one_period(period)) if period else latest_quarter(path)
    where = scope or load_catalogue().structure.city.code
    under = structure(path, view, quarter)
    found = _followed(path, indicator, where, quarter, None if json else SHOWN, under=under)
    if to_cells and "dimensions" in found:
        found = deepened(path, load_catalogue(), found, None if json else SHOWN)
    _tell(found, json=json)


def _explain_code(code: str, snapshot: str | None, *, json: bool) -> None:
    """Resolve a code: in the snapshot asked for, else in the one in force, else the newest."""
    found = find_code(home().published, code)
    if not found:
        raise CannotError("no_code", code=code)
    names = [each.snapshot for each in found]
    wanted = snapshot or published_path(None).stem
    if snapshot and snapshot not in names:
        raise CannotError("code_elsewhere", code=code, snapshot=snapshot, others="、".join(names))
    cited = found[names.index(wanted)] if wanted in names else found[-1]
    told = _traced(cited, None if json else SHOWN)
    if json:
        Teller().json({"code": code, "snapshots": names, **told})
        return
    tell = Teller()
    tell.say("code_head", **told["cited"] | {"code": code, "snapshot": cited.snapshot})
    if len(names) > 1:
        tell.say("code_in_several", count=len(names), names="、".join(names))
    if told["explained"] is None:
        is_target = cited.entry["part"] == TARGET
        tell.say("code_target" if is_target else "code_counted", name=cited.entry["name"])
    else:
        _tell(told["explained"], json=False)


def _traced(cited: Cited, limit: int | None) -> dict[str, Any]:
    """The entry of the code, and the number it cites; what a briefing counts has no cells."""
    entry, path = cited.entry, published_path(cited.snapshot)
    has_cells = entry["part"] != TARGET and (
        entry["name"].partition("=")[0] in known_names(load_catalogue())
    )
    return {
        "snapshot": cited.snapshot,
        "cited": entry,
        "explained": _followed(
            path,
            entry["name"],
            entry["scope_code"],
            entry["period"],
            limit,
            entry["scope_level"],
            under=cited_structure(entry),
        )
        if has_cells
        else None,
    }


def _followed(
    path: Path,
    name: str,
    scope: str,
    period: str,
    limit: int | None,
    level: str | None = None,
    under: Structure = REPORTED,
) -> dict[str, Any]:
    try:
        return explain(
            path, load_catalogue(), name, scope, period, level=level, limit=limit, under=under
        )
    except NothingToExplainError as error:
        raise CannotError(error.reason, **error.fills) from error


def _tell(found: dict[str, Any], *, json: bool) -> None:
    if json:
        Teller().json(found)
    else:
        tell_explained(Teller(), found)


VERBS = (Verb("explain", explain_),)
