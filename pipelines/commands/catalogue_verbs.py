"""`sanji catalogue`: what the catalogue says, and what of it does not run yet."""

from typing import Annotated

import typer

from dashboards.provenance import formula, words_of
from models.expression import NotInWorkbookError, parse, to_chinese
from models.loader import load_catalogue
from pipelines.build.compiled import compiled, is_computed, part_sql
from pipelines.commands.telling import CannotError, Teller, Verb
from pipelines.validate.plan import pending_parts

Json = Annotated[bool, typer.Option("--json")]


def check() -> None:
    """Check the catalogue."""
    found = load_catalogue()
    Teller().say(
        "catalogue_ok",
        fields=len(found.fields),
        rules=len(found.rules),
        indicators=len(found.indicators),
        hash=found.hash[:12],
    )


def list_(json: Json = False) -> None:  # noqa: FBT002
    """List the indicators with their definitions."""
    found, tell = load_catalogue(), Teller()
    rows = [(i.id, i.zh, formula(found, i)) for i in found.indicators.values()]
    if json:
        tell.json([dict(zip(("id", "zh", "formula"), row, strict=True)) for row in rows])
        return
    for row in rows:
        tell.say("catalogue_line", id=row[0], zh=row[1], text=row[2])


def pending(json: Json = False) -> None:  # noqa: FBT002
    """List what is in the catalogue and does not run yet."""
    found, tell = load_catalogue(), Teller()
    rules = [f"{rule}.{number}" for rule, number in pending_parts(found)]
    indicators = [i.id for i in found.indicators.values() if not is_computed(i)]
    if json:
        tell.json({"rules": rules, "indicators": indicators})
        return
    none = found.say("dagster.none")
    tell.say("pending", rules="、".join(rules) or none, indicators="、".join(indicators) or none)


def sql(name: str) -> None:
    """Show the SQL of an indicator or of a compiled table."""
    found = load_catalogue()
    tables = compiled(found)
    if name in found.indicators:
        typer.echo(part_sql(found, found.indicators[name]))
    elif name in tables:
        typer.echo(tables[name])
    else:
        raise CannotError("no_such_entry", name=name)


def show(name: str) -> None:
    """Say a rule or an indicator in Chinese."""
    found, tell = load_catalogue(), Teller()
    if name in found.indicators:
        indicator = found.indicators[name]
        tell.say("catalogue_line", id=name, zh=indicator.zh, text=formula(found, indicator))
        return
    if name not in found.rules:
        raise CannotError("no_such_entry", name=name)
    rule = found.rules[name]
    tell.say("rule_head", id=name, message=rule.message)
    for part in rule.parts:
        texts = [part.test] if part.test else [part.left, part.right]
        said = f" {part.op or ''} ".join(_said(text) for text in texts if text)
        when = _said(part.when) if part.when else "—"
        tell.say("rule_part", when=when, text=said)


def _said(text: str) -> str:
    try:
        return to_chinese(parse(text), words_of(load_catalogue()))
    except (KeyError, NotInWorkbookError):
        return text


VERBS = (
    Verb("check", check),
    Verb("list", list_),
    Verb("pending", pending),
    Verb("sql", sql),
    Verb("show", show),
)
