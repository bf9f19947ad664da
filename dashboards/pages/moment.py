"""Which moment a page tells of, and what runs behind it."""

from typing import Any

from dash import html

from dashboards import duty_queries, tables, workbooks
from dashboards.pages.visit import Visit

IN_FORCE = "select kind, made_at, catalogue_hash from core.snapshot order by made_at desc limit 1"
MARK_CHARACTERS = 8
"""So much of a catalogue's fingerprint tells it from the others."""


def as_of(visit: Visit, *, is_live: bool = True) -> str:
    """Which moment is told of: now, from the registry, or that of the snapshot."""
    live, say = visit.question.live, visit.say
    if live and is_live:
        return say("as_of_registry", at=workbooks.time_text(live.at, say))
    made = visit.question.snapshot.ask("select max(made_at) as at from core.snapshot")["at"][0]
    return say("as_of_snapshot", at=workbooks.time_text(made, say))


def health(visit: Visit) -> html.Section:
    """The snapshot in force, and what the server of the site says of the machinery."""
    say, live = visit.say, visit.question.live
    facts: list[tuple[str, Any]] = [
        (say("health_as_of"), as_of(visit)),
        (say("health_snapshot"), _in_force(visit)),
        (say("health_duties"), _overdue(visit)),
    ]
    for name, how, is_well in live.health if live else ():
        facts.append((name, html.Span(how, className="" if is_well else "missed")))
    if live and live.scheduler:
        link = html.A(live.scheduler, href=live.scheduler, target="_blank", rel="noreferrer")
        facts.append((say("health_scheduler"), link))
    return tables.facts(facts, "health")


def _in_force(visit: Visit) -> str:
    """Which snapshot, how it came to be, made when, under which catalogue."""
    snapshot, say = visit.question.snapshot, visit.say
    row = snapshot.ask(IN_FORCE).row(0, named=True)
    return say(
        "snapshot_told",
        name=snapshot.name,
        kind=say(f"snapshot_{row['kind']}"),
        at=workbooks.time_text(row["made_at"], say),
        catalogue=(row["catalogue_hash"] or "")[:MARK_CHARACTERS],
    )


def _overdue(visit: Visit) -> Any:
    """How many duties are overdue in the view, and the way to the list."""
    say, question = visit.say, visit.question
    if not question.snapshot.holds(duty_queries.DUTY):
        return say("lacking", tables=duty_queries.DUTY)
    rows = duty_queries.duties(question).filter(state=duty_queries.OVERDUE)
    if rows.is_empty():
        return say("headline_nothing_overdue")
    text = say("duties_overdue", units=rows["unit_code"].n_unique(), count=rows.height)
    return html.A(text, href=f"/lvze{visit.search}#D3a-4")
