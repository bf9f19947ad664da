"""监测与填报质量: who owes what, what was found; a rule opens its findings."""

from typing import Any

from dash import html

from dashboards import components, tables, workbooks
from dashboards.charts import entries
from dashboards.listings import LISTINGS, Listing, found_by
from dashboards.monitoring_charts import rule_text
from dashboards.pages.visit import Visit

REVIEWERS = frozenset({"D6-4"})
"""Tables that only reviewers may see."""


def monitoring_page(visit: Visit) -> list[Any]:
    """The charts and tables of the page in the order of the catalogue, or one rule's findings."""
    if visit.address.subject:
        return _rule_page(visit, visit.address.subject)
    drawn = {entry.id for entry in entries(visit.question.catalogue, visit.dashboard.id)}
    cards = [
        _chart(visit, entry.id)
        if entry.id in drawn
        else _listing_card(visit, entry.id, entry.title)
        for entry in visit.dashboard.charts
        if entry.id in drawn or entry.id in LISTINGS
    ]
    return [
        visit.head(visit.dashboard.zh, visit.dashboard.lead),
        visit.crumbs([(visit.dashboard.zh, "")]),
        html.Div([_health(visit), *cards], className="grid"),
    ]


def _chart(visit: Visit, chart: str) -> Any:
    prepared = visit.prepare(chart, visit.question)
    return components.card(prepared, visit.search, visit.question.catalogue)


def _listing_card(visit: Visit, key: str, title: str) -> html.Section:
    say, question = visit.say, visit.question
    if key in REVIEWERS and not question.reader.sees_small_groups:
        return tables.table_card(key, title, [], [], nothing=say("reviewers_only"))
    listing = LISTINGS[key](question)
    export = html.A(say("export_xlsx"), href=f"/export/{key}.xlsx{visit.search}", download="")
    return tables.table_card(
        key,
        title,
        listing.heads,
        listing.lines,
        method=say(f"listing_{key.replace('-', '_').lower()}"),
        nothing=_nothing(visit, listing),
        foot=[html.Span(as_of(visit), className="coverage"), export],
    )


def _nothing(visit: Visit, listing: Listing) -> str:
    if listing.lacking:
        return visit.say("lacking", tables=visit.say("and").join(listing.lacking))
    return visit.say("nothing_to_list")


def as_of(visit: Visit) -> str:
    """Which moment the page tells of: now, from the registry, or that of the snapshot."""
    live, say = visit.question.live, visit.say
    if live:
        return say("as_of_registry", at=workbooks.time_text(live.at, say))
    made = visit.question.snapshot.ask("select max(made_at) as at from core.snapshot")["at"][0]
    return say("as_of_snapshot", at=workbooks.time_text(made, say))


def _health(visit: Visit) -> html.Section:
    """The snapshot in force, and what the server of the site says of the machinery."""
    say, live = visit.say, visit.question.live
    facts: list[tuple[str, Any]] = [
        (say("health_as_of"), as_of(visit)),
        (say("health_snapshot"), visit.question.snapshot.name),
    ]
    for name, how, is_well in live.health if live else ():
        facts.append((name, html.Span(how, className="" if is_well else "missed")))
    if live and live.scheduler:
        link = html.A(live.scheduler, href=live.scheduler, target="_blank", rel="noreferrer")
        facts.append((say("health_scheduler"), link))
    return tables.facts(facts, "health")


def _rule_page(visit: Visit, rule: str) -> list[Any]:
    say = visit.say
    kind = visit.question.catalogue.rules.get(rule)
    if kind is None:
        return [tables.message(say("no_rule"), say("no_rule_why"))]
    listing = found_by(visit.question, rule)
    title = say("rule_name", rule=rule)
    return [
        visit.head(title, rule_text(visit.question, rule)),
        visit.crumbs([(visit.dashboard.zh, visit.link("/jiance")), (title, "")]),
        html.Div(
            tables.table_card(
                "found",
                say("rule_findings", rule=rule, count=len(listing.lines)),
                listing.heads,
                [[*line[:3], (line[3], "text"), line[4]] for line in listing.lines],
                nothing=_nothing(visit, listing),
            ),
            className="grid",
        ),
    ]
