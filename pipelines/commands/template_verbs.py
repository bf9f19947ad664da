"""Verbs about the workbooks that units fill: burden."""

from pathlib import Path
from typing import Annotated

import typer

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from pipelines.burden import named, of_catalogue, of_period, totals, write_burden
from pipelines.commands.telling import Teller, Verb, one_book, one_period
from pipelines.field_uses import is_asked
from pipelines.field_uses import uses as field_uses
from pipelines.registry import reading
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
Out = Annotated[Path | None, typer.Option("--out")]


def burden(
    period: Annotated[str | None, typer.Argument()] = None,
    json: Json = False,  # noqa: FBT002
    out: Out = None,
    uses: Annotated[bool, typer.Option("--uses")] = False,  # noqa: FBT002
) -> None:
    """Count what units must fill, or say what each field is used by."""
    tell, catalogue = Teller(), load_catalogue()
    if out is not None:
        one_book(out)
    if uses:
        tell_uses(tell, catalogue, as_json=json)
        return
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


def tell_uses(tell: Teller, catalogue: Catalogue, *, as_json: bool) -> None:
    """Say of every field that is asked what uses it; what nothing uses comes last."""
    asked = [each for each in field_uses(catalogue) if is_asked(each.field)]
    if as_json:
        rows = [(each.field, each.used_by, each.is_used) for each in asked]
        tell.json(
            [
                {"code": f.code, "field": f.qualified, "label": f.zh, "is_used": used, **by}
                for f, by, used in rows
            ]
        )
        return
    for each in sorted(asked, key=lambda each: not each.is_used):
        kinds = [
            catalogue.say(f"cli.uses_{use}", names="、".join(names))
            for use, names in each.used_by.items()
            if names
        ]
        text = ";".join(kinds) or catalogue.say("cli.uses_none")
        tell.say("uses_line", code=each.field.code, label=each.field.zh, uses=text)
    tell.say("uses_total", asked=len(asked), unused=sum(not each.is_used for each in asked))


VERBS = (Verb("burden", burden),)
