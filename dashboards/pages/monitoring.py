"""监测与填报质量: who owes what, what was found; a rule, and other things, open what is behind."""

from typing import Any

from dash import html

from dashboards import tables
from dashboards.affected import affected_listing
from dashboards.listing import Listing
from dashboards.listings import found_by
from dashboards.monitoring_charts import rule_text
from dashboards.pages.mixed import cards, nothing
from dashboards.pages.moment import health
from dashboards.pages.visit import Visit
from dashboards.version_lists import CONTROLLED, VERSION_PAGE, behind, versions


def monitoring_page(visit: Visit) -> list[Any]:
    """The charts and tables of the page, or what is behind a line of one of them."""
    subject = visit.address.subject
    if subject:
        visit = visit.reported()
    if subject == VERSION_PAGE:
        title = visit.say("versions_title", name=visit.question.whole_name)
        return _behind(visit, title, visit.say("versions_lead"), versions(visit.question))
    if subject and subject in CONTROLLED:
        title = visit.question.catalogue.fields[subject].zh
        return _behind(visit, title, visit.say("behind_lead"), behind(visit.question, subject))
    if subject:
        return _rule_page(visit, subject)
    return [
        visit.head(visit.dashboard.zh, visit.dashboard.lead),
        visit.crumbs([(visit.dashboard.zh, "")]),
        html.Div([health(visit), *_affected(visit), *cards(visit)], className="grid"),
    ]


def _affected(visit: Visit) -> list[Any]:
    """What corrections made false in the returns of the quarter; nothing where nothing is."""
    visit = visit.reported()
    listing = affected_listing(visit.question)
    if not listing.lines:
        return []
    shown, foot = visit.capped(list(listing.lines), "lines_narrow")
    return [
        tables.table_card(
            "affected", listing.headline or "", listing.heads, shown,
            method=visit.say("affected_method"), kicker=[html.Span(visit.say("affected_title"))],
            foot=foot, file=visit.file,
        )
    ]  # fmt: skip


def _rule_page(visit: Visit, rule: str) -> list[Any]:
    if rule not in visit.question.catalogue.rules:
        return [tables.message(visit.say("no_rule"), visit.say("no_rule_why"))]
    listing = found_by(visit.question, rule)
    title = visit.say("rule_name", rule=rule)
    return _behind(visit, title, rule_text(visit.question, rule), listing)


def _behind(visit: Visit, title: str, lead: str, listing: Listing) -> list[Any]:
    """A page of one table, one step below the page of all."""
    count = visit.say("lines_told", title=title, count=len(listing.lines))
    shown, foot = visit.capped(list(listing.lines), "lines_narrow")
    return [
        visit.head(title, lead),
        visit.crumbs([(visit.dashboard.zh, visit.link("/jiance")), (title, "")]),
        html.Div(
            tables.table_card(
                "found",
                listing.headline or count,
                listing.heads,
                shown,
                nothing=nothing(visit, listing),
                foot=foot,
                file=visit.file,
            ),
            className="grid",
        ),
    ]
