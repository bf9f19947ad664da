"""What the marts say on the command line: the duty calendar, and proposals to share."""

from pathlib import Path
from typing import Annotated, Any

import typer

from models.loader import load_catalogue
from pipelines.commands.decision_verbs import deciding
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.proposals import decide_proposal, proposals, write_proposals
from pipelines.registry import reading
from pipelines.regular_duties import by_duty, calendar
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
Unit = Annotated[str | None, typer.Option("--unit")]
County = Annotated[str | None, typer.Option("--county")]
STATUS = {"accept": "accepted", "refuse": "refused"}


def duties_(period: str, unit: Unit = None, county: County = None, json: Json = False) -> None:  # noqa: FBT002
    """Say what units had to do in a quarter: by unit if one is named, else duty by duty."""
    tell, wanted = Teller(), one_period(period)
    _known(county)
    rows = calendar(home().warehouse, wanted, unit, county)
    if json:
        tell.json(rows)
        return
    if not rows:
        raise CannotError("no_duties", period=period)
    for row in rows if unit else ():
        tell.say("duty_of_unit", **row | _shown(row))
    for line in () if unit else by_duty(rows):
        tell.say("duty_line", **line)


def _shown(row: dict[str, Any]) -> dict[str, str]:
    say = load_catalogue().say
    return {
        "state": say(f"cli.duty_{row['state']}"),
        "cadence": say(f"cli.cadence_{row['cadence']}"),
        "expected": _number(row["expected"]),
        "done": _number(row["done"]),
        "due_date": str(row["due_date"] or "—"),
        "norm": row["norm"] or "—",
    }


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.10g}"


def _known(county: str | None) -> None:
    catalogue = load_catalogue()
    if county is not None and county not in {*catalogue.counties, catalogue.structure.city.code}:
        raise CannotError("no_county", county=county)


def proposals_(
    what: str,
    proposal: Annotated[str | None, typer.Argument()] = None,
    county: County = None,
    by: Annotated[str | None, typer.Option("--by")] = None,
    why: Annotated[str | None, typer.Option("--why")] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    at: Annotated[str | None, typer.Option("--at")] = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """List the proposals of a quarter; or accept or refuse one."""
    if what not in STATUS:
        _list(what, county, out, as_json=json)
        return
    if proposal is None or by is None or why is None:
        raise CannotError("proposal_needs", what=what)
    with deciding() as registry:
        status = STATUS[what]
        decide_proposal(home().warehouse, registry, proposal, status, by, at_time(at), why)
    Teller().say(f"proposal_{status}", proposal=proposal)


def _list(period: str, county: str | None, out: Path | None, *, as_json: bool) -> None:
    tell, wanted, catalogue = Teller(), one_period(period), load_catalogue()
    _known(county)
    with reading(home()) as registry:
        rows = proposals(home().warehouse, registry, catalogue, wanted, county)
    if out is not None:
        write_proposals(out, catalogue, rows)
        tell.say("proposals_written", count=len(rows), file=out)
    elif as_json:
        tell.json(rows)
    else:
        for row in rows:
            tell.say(
                "proposal",
                **row | {"status": catalogue.say(f"cli.proposal_status_{row['status']}")},
            )
        if not rows:
            tell.say("no_proposals", period=period)


VERBS = (Verb("duties", duties_), Verb("proposals", proposals_))
