"""What waits at the doors, on the command line: the inbox, and files held for a person."""

from dataclasses import asdict
from typing import Annotated

import typer

from models.loader import load_catalogue
from pipelines.commands.decision_verbs import At, By, Json, Why, deciding
from pipelines.commands.telling import Teller, Verb, at_time, one_period
from pipelines.quarter.holding import assign, dismiss, held_receipts
from pipelines.receive import look
from pipelines.receive.names import shown_name
from pipelines.registry import reading
from pipelines.settings import home


def inbox(at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Say what lies in the inbox: what the next run takes, what it leaves and why."""
    folder, catalogue, tell = home().inbox, load_catalogue(), Teller()
    found = look(folder, at_time(at), catalogue)
    ready = [shown_name(str(path.relative_to(folder))) for path in found.ready]
    left = [(each.reason, each.told(folder, catalogue)) for each in found.left]
    if json:
        tell.json({"ready": ready, "left": [{"reason": r, "told": told} for r, told in left]})
        return
    tell.say("inbox_head", ready=len(ready), left=len(left))
    for name in ready:
        tell.say("inbox_ready", file=name)
    for _, told in left:
        tell.say("inbox_left", told=told)


def held(json: Json = False) -> None:  # noqa: FBT002
    """List what is held for a person."""
    tell = Teller()
    with reading(home()) as registry:
        found = held_receipts(home(), registry)
    if json:
        tell.json([asdict(each) for each in found])
        return
    tell.say("held_head", count=len(found))
    for each in found:
        fills = asdict(each) | {"sha": each.file_sha256[:12]}
        fills |= {name: fills[name] or "—" for name in ("unit_code", "period")}
        tell.say("held_line", **fills)


def assign_(
    receipt: int,
    unit: Annotated[str, typer.Option("--unit")],
    period: Annotated[str, typer.Option("--period")],
    by: By,
    why: Why,
    at: At = None,
) -> None:
    """Make a held file the submission of a unit."""
    hour, wanted = at_time(at), one_period(period)
    with deciding() as registry:
        made = assign(home(), registry, load_catalogue(), receipt, unit, wanted, by, hour, why)
    Teller().say("assigned", number=receipt, submission=made)


def dismiss_(receipt: int, by: By, why: Why, at: At = None) -> None:
    """Set a held file aside."""
    hour = at_time(at)
    with deciding() as registry:
        dismiss(home(), registry, receipt, by, hour, why)
    Teller().say("dismissed", number=receipt)


VERBS = (
    Verb("inbox", inbox),
    Verb("held", held),
    Verb("assign", assign_),
    Verb("dismiss", dismiss_),
)
