"""Two-sided matters and ties on the command line: confirmation sheets, both sides, matches."""

from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from pipelines.commands.decision_verbs import By, Why, deciding
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.registry import reading, writing
from pipelines.settings import home
from pipelines.sides.book import counted, write_sides
from pipelines.sides.claims import claims, has_period
from pipelines.sides.confirming import OutsideWindowError, issue_confirmations
from pipelines.sides.listing import counts, sides
from pipelines.sides.matching import Proposal, decide_match, proposals

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
Out = Annotated[Path | None, typer.Option("--out")]
To = Annotated[str, typer.Option("--to")]
SnapshotId = Annotated[str | None, typer.Option("--snapshot")]


def confirmations(
    period: str,
    out: Out = None,
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Issue a confirmation sheet to every unit whose answer others wait for."""
    tell, wanted, hour = Teller(), one_period(period), at_time(at)
    snapshot = snapshot_with(str(wanted))
    try:
        with writing(home()) as registry:
            paths = issue_confirmations(
                home(), registry, load_catalogue(), wanted, snapshot, hour, out
            )
    except OutsideWindowError as error:
        days = {"first": error.first, "last": error.last}
        raise CannotError(f"window_{error.reason}", period=period, **days) from error
    if json:
        tell.json([str(path) for path in paths])
    elif paths:
        tell.say("sheets_issued", count=len(paths), period=period, folder=paths[0].parent)
    else:
        tell.say("sheets_none", period=period)


def snapshot_with(period: str, snapshot: str | None = None) -> Path:
    """The snapshot asked for, or the one in force, if it has the quarter.

    Raises:
        CannotError: it has not.
    """
    path = published_path(snapshot)
    if not has_period(path, period):
        raise CannotError("not_in_snapshot", period=period)
    return path


def sides_(
    period: str,
    county: Annotated[str | None, typer.Option("--county")] = None,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    snapshot: SnapshotId = None,
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """List what only one side says, what is disputed, what nobody has answered."""
    tell, catalogue, wanted = Teller(), load_catalogue(), str(one_period(period))
    if county is not None and county not in {*catalogue.counties, catalogue.structure.city.code}:
        raise CannotError("no_county", county=county)
    found = sides(catalogue, claims(snapshot_with(wanted, snapshot), wanted), county, unit)
    if out is not None:
        write_sides(out, catalogue, wanted, found, at_time(at))
        tell.say("sides_written", count=len(found), file=out)
    elif json:
        tell.json({"counts": counts(found), "rows": [each.as_json() for each in found]})
    else:
        tell.say("sides_head", period=wanted, counts=counted(catalogue, found))
        for each in found:
            tell.say("side", row_key=each.claim.row_key, **vars(each))


def match_list(
    period: str,
    snapshot: SnapshotId = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """List partners in doubt, and the units that may be meant."""
    tell, wanted = Teller(), one_period(period)
    path = snapshot_with(str(wanted), snapshot)
    with reading(home()) as registry:
        found = proposals(registry, load_catalogue(), wanted, path)
    if json:
        tell.json([each.as_json() for each in found])
        return
    tell.say("match_head", period=period, count=len(found),
             open=sum(each.to_code is None for each in found))  # fmt: skip
    for each in found:
        _tell_proposal(tell, each)


def _tell_proposal(tell: Teller, each: Proposal) -> None:
    doubt = {name: "" if value is None else value for name, value in vars(each.doubt).items()}
    tell.say(f"match_{each.doubt.doubt}", **doubt)
    if not each.doubt.is_used:
        tell.say("match_not_used")
    if each.to_code is not None:
        tell.say("match_settled", code=each.to_code)
        return
    for one in each.candidates:
        distance = "—" if one.distance is None else one.distance
        likeness = "—" if one.likeness is None else f"{one.likeness:.0%}"
        tell.say("match_candidate", code=one.unit_code, name=one.unit_name, distance=distance,
                 likeness=likeness)  # fmt: skip
    if not each.candidates:
        tell.say("match_nobody")


def match_accept(period: str, row: str, to_unit: To, by: By, why: Why, at: At = None) -> None:
    """Say that the partner of a row is this unit."""
    _decide(period, row, to_unit, by, why, at, is_accepted=True)


def match_refuse(period: str, row: str, to_unit: To, by: By, why: Why, at: At = None) -> None:
    """Say that the partner of a row is not this unit."""
    _decide(period, row, to_unit, by, why, at, is_accepted=False)


def _decide(
    period: str, row: str, to: str, by: str, why: str, at: str | None, *, is_accepted: bool
) -> None:
    wanted, hour = one_period(period), at_time(at)
    path = snapshot_with(str(wanted))
    with deciding() as registry:
        doubt = decide_match(
            registry, wanted, path, row, to, by, hour, why, is_accepted=is_accepted
        )
    said = "match_accepted" if is_accepted else "match_refused"
    Teller().say(said, row=row, unit=doubt.unit_code, code=to, period=period)


VERBS = (
    Verb("confirmations", confirmations),
    Verb("sides", sides_),
    Verb("list", match_list),
    Verb("accept", match_accept),
    Verb("refuse", match_refuse),
)
