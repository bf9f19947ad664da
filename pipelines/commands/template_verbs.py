"""Verbs about the workbooks that units fill: burden."""

from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from pipelines.burden import named, of_catalogue, of_period, totals, write_burden
from pipelines.commands.telling import Teller, Verb, one_period
from pipelines.registry import reading
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
Out = Annotated[Path | None, typer.Option("--out")]


def burden(
    period: Annotated[str | None, typer.Argument()] = None,
    json: Json = False,  # noqa: FBT002
    out: Out = None,
) -> None:
    """Count what units must fill."""
    tell, catalogue = Teller(), load_catalogue()
    if period is None:
        found = of_catalogue(catalogue)
    else:
        wanted = one_period(period)
        with reading(home()) as registry:
            found = of_period(registry, catalogue, wanted)
    if out is not None:
        write_burden(out, catalogue, found)
    if json:
        tell.json([vars(each) for each in found])
        return
    for each in totals(found):
        shown = named(catalogue, each)
        change = "—" if shown.change is None else f"{shown.change:+g}"
        tell.say("burden_line", **{**vars(shown), "change": change})
    if out is not None:
        tell.say("burden_written", file=out)


VERBS = (Verb("burden", burden),)
