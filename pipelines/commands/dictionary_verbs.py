"""Verb about what is collected and computed: the dictionary."""

from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from pipelines.commands.telling import Teller, Verb
from pipelines.dictionary import dictionary_page, sections
from pipelines.settings import home


def dictionary(
    out: Annotated[Path | None, typer.Option("--out")] = None,
    json: Annotated[bool, typer.Option("--json")] = False,  # noqa: FBT002
) -> None:
    """Write the dictionary."""
    tell, catalogue = Teller(), load_catalogue()
    found = sections(catalogue)
    if out is not None or not json:
        path = out or home().root / "dictionary.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dictionary_page(catalogue, found), encoding="utf-8")
    if json:
        keys = ("title", "rows", "made_of")
        tell.json({each.id: {key: getattr(each, key) for key in keys} for each in found})
        return
    tell.say("dictionary_written", file=path)


VERBS = (Verb("dictionary", dictionary),)
