"""What the marts say on the command line: the duty calendar, and proposals to share."""

from pathlib import Path
from typing import Annotated, Any

import typer

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from pipelines.commands.decision_verbs import deciding
from pipelines.commands.opened_quarters import must_be_opened
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_book, one_period
from pipelines.proposals import counts, decide_proposal, proposals, undecided, why_none
from pipelines.proposals_book import write_proposals
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
    book: Annotated[Path | None, typer.Option("--out")] = None,
    at: Annotated[str | None, typer.Option("--at")] = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """List the proposals of a quarter; or accept or refuse one."""
    if what not in STATUS:
        _list(what, county, book, at, as_json=json)
        return
    if proposal is None or by is None or why is None:
        raise CannotError("proposal_needs", what=what)
    with deciding() as registry:
        status = STATUS[what]
        number = decide_proposal(home().warehouse, registry, proposal, status, by, at_time(at), why)
    if json:
        Teller().json({"proposal_id": proposal, "status": status, "decision_id": number})
        return
    period = proposal.partition("-")[0]
    Teller().say(f"proposal_{status}", proposal=proposal, period=period, number=number)


def _list(
    period: str, county: str | None, book: Path | None, at: str | None, *, as_json: bool
) -> None:
    tell, wanted, catalogue = Teller(), one_period(period), load_catalogue()
    _known(county)
    if book is not None:
        one_book(book)
    with reading(home()) as registry:
        must_be_opened(registry, wanted)
        rows = proposals(home().warehouse, registry, catalogue, wanted, county)
    if book is not None:
        write_proposals(book, catalogue, period, rows, at_time(at))
        tell.say("proposals_written", count=len(rows), file=book)
    elif as_json:
        tell.json(rows)
    elif rows:
        _tell_all(tell, catalogue, period, rows)
    else:
        why, fills = why_none(home().warehouse, wanted, county)
        tell.say(why, period=period, **fills)


def _tell_all(tell: Teller, catalogue: Catalogue, period: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        status = catalogue.say(f"cli.proposal_status_{row['status']}")
        tell.say("proposal", **row | {"status": status})
    tell.say("proposals_count", period=period, **counts(rows))
    for each in undecided(rows)[:1]:
        tell.say("proposals_next", proposal=each)


VERBS = (Verb("duties", duties_), Verb("proposals", proposals_))
