"""A page of charts and tables of words, in the order of the catalogue."""

from typing import Any

import polars as pl
from dash import html

from dashboards import components, tables
from dashboards.charts import entries, setting_for
from dashboards.coverage import coverage
from dashboards.listing import Listing
from dashboards.listings import LISTINGS
from dashboards.pages.moment import as_of
from dashboards.pages.visit import Visit
from dashboards.structures import REPORTED
from models.spec.dashboard import Chart

REVIEWERS = frozenset({"D6-4"})
"""Tables that only reviewers may see."""
OF_NOW = frozenset({"D6-0", "D6-12"})
"""Tables that the registry tells of, where the site is told of it; the others are published."""


def mixed_page(visit: Visit) -> list[Any]:
    """Head, breadcrumb to the whole city, cards."""
    view, name = visit.question.view, visit.question.whole_name
    here = [(visit.dashboard.zh, visit.link(visit.dashboard.path or "") if view.county else "")]
    return [
        visit.head(visit.dashboard.zh, visit.dashboard.lead),
        visit.crumbs([*here, *([(name, "")] if view.county else [])]),
        html.Div(cards(visit), className="grid"),
    ]


def cards(visit: Visit) -> list[Any]:
    """The charts and tables of the page in the order of the catalogue."""
    drawn = {entry.id for entry in entries(visit.question.catalogue, visit.dashboard.id)}
    return [
        _chart(visit, entry.id) if entry.id in drawn else listing_card(visit, entry)
        for entry in visit.dashboard.charts
        if entry.id in drawn or entry.id in LISTINGS
    ]


def _chart(visit: Visit, chart: str) -> Any:
    prepared = visit.prepare(chart, visit.question)
    return components.card(prepared, visit.search, visit.question.catalogue)


def listing_card(visit: Visit, entry: Chart) -> html.Section:
    """A table with what is needed to trust it, and its file."""
    say, question = visit.say, visit.question
    if entry.id in REVIEWERS and not question.reader.sees_small_groups:
        return tables.table_card(entry.id, entry.title, [], [], nothing=say("reviewers_only"))
    listing = LISTINGS[entry.id](question.told_in(REPORTED))
    shown = listing.lines[: question.limits.table_rows]
    export = html.A(say("export_xlsx"), href=f"/export/{entry.id}.xlsx{visit.search}", download="")
    return tables.table_card(
        entry.id,
        listing.headline or entry.title,
        listing.heads,
        shown,
        method=entry.method or "",
        nothing=nothing(visit, listing),
        kicker=[
            html.Span(entry.title),
            components.definition_mark(entry, question.catalogue, say),
        ],
        after=listing.after,
        foot=[
            html.Span(_coverage(visit, entry, len(listing.lines) - len(shown))),
            html.Span(export, className="links"),
        ],
    )


def _coverage(visit: Visit, entry: Chart, left: int) -> str:
    question, say = visit.question, visit.say
    reported, wanted = question.told_in(REPORTED), question.view.structure
    covered, setting = reported.covered(pl.DataFrame()), setting_for(question, entry)
    told = coverage(reported, covered, setting, wanted)
    parts = [
        told,
        as_of(visit, is_live=entry.id in OF_NOW),
        *([say("lines_left", count=left)] if left > 0 else []),
    ]
    return say("separator").join(parts)


def nothing(visit: Visit, listing: Listing) -> str:
    """Why a table has no lines, and what to do about it."""
    if listing.lacking:
        return visit.say("lacking", tables=visit.say("and").join(listing.lacking))
    return listing.nothing or visit.say("nothing_to_list")
