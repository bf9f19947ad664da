"""更正的波及 on the command line: what a correction made false in later returns."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from models.loader import load_catalogue
from pipelines.commands.decision_verbs import At, By, Json, Why, deciding
from pipelines.commands.opened_quarters import must_be_opened
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.quarter.decisions import find_submission
from pipelines.records.aftereffects import affected, explain_affected
from pipelines.registry import reading
from pipelines.settings import home

Rule = Annotated[str | None, typer.Option("--rule")]


def affected_(period: str, json: Json = False) -> None:  # noqa: FBT002
    """List what corrections of earlier quarters made false in the returns of a quarter."""
    tell, wanted = Teller(), str(one_period(period))
    with reading(home()) as registry:
        must_be_opened(registry, one_period(period))
        rows = affected(registry, wanted)
    if json:
        tell.json(rows)
        return
    for row in rows:
        _tell(tell, row)
    if not rows:
        tell.say("none_affected", period=wanted)


def _tell(tell: Teller, row: Mapping[str, Any]) -> None:
    say = load_catalogue().say
    tell.say("affected", **{
        **row,
        "severity": say(f"validate.severity_{row['severity']}"),
        "at": f"{row['corrected_at']:%Y-%m-%d %H:%M}",
    })  # fmt: skip
    if row["status"] == "explained":
        tell.say("affected_explained", **row)
        return
    whose = "ours" if row["is_ours"] else "theirs"
    tell.say(f"affected_step_{whose}", **row, cause=row["caused_by"].split("-")[1])


def explain_affected_(submission: str, by: By, why: Why, rule: Rule = None, at: At = None) -> None:
    """Say why what a correction made false in a later return may stand."""
    shortest = load_catalogue().parameters["explanation"]["shortest"]
    if len(why.strip()) < shortest:
        raise CannotError("reason_too_short", shortest=shortest)
    with deciding() as registry:
        row = find_submission(registry, submission)
        count = explain_affected(registry, row.period, submission, by, at_time(at), why, rule)
    if not count:
        raise CannotError("nothing_affected", submission=submission)
    Teller().say("affected_said", submission=submission, count=count)


VERBS = (Verb("affected", affected_), Verb("explain-affected", explain_affected_))
