"""A page: the charts of one dashboard in one view, and the units once a county is chosen."""

from typing import Any

from dash import html

from dashboards import components, tables, units
from dashboards.charts import Prepared, entries
from dashboards.pages.mixed import cards as all_cards
from dashboards.pages.structure import structure_card
from dashboards.pages.visit import Visit
from dashboards.view import view_search


def board(visit: Visit) -> list[Any]:
    """Breadcrumb, headline cards, units table."""
    cards = all_cards(visit)
    question, dashboard = visit.question, visit.dashboard
    first = next(entries(question.catalogue, dashboard.id))
    if question.view.county and set(first.shows) & set(question.catalogue.indicators):
        cards.insert(1, units_card(visit, visit.prepare(first.id, question), first.shows))
    cards += structure_card(visit, question.whole)
    return [
        visit.head(dashboard.zh, dashboard.lead),
        _crumbs(visit),
        html.Div(cards, className="grid"),
    ]


def chart_cards(visit: Visit, *left_out: str) -> list[Any]:
    """The charts of the page as cards, in the order of the catalogue."""
    question = visit.question
    shown = [
        visit.prepare(entry.id, question)
        for entry in entries(question.catalogue, visit.dashboard.id)
        if entry.id not in left_out
    ]
    return [components.card(one, visit.search, question.catalogue) for one in shown]


def _crumbs(visit: Visit) -> Any:
    view, periods = visit.question.view, visit.question.snapshot.periods
    back = f"{visit.dashboard.path}{view_search(view.over(None), periods)}"
    whole = (visit.say("whole_city"), back if view.county else "")
    here = [(visit.question.whole_name, "")] if view.county else []
    return components.breadcrumb([whole, *here], visit.say)


def units_card(visit: Visit, first: Prepared, shown: tuple[str, ...]) -> Any:
    """The units of the view with the indicators of a chart; each leads to its own page."""
    say, question = visit.say, visit.question
    table = units.unit_table(question, shown, say, visit.to_unit)
    note = say("separator") + say("units_omitted", count=table.omitted) if table.omitted else ""
    export = f"/export/units-{visit.dashboard.id}.xlsx{visit.search}"
    return tables.table_card(
        "units",
        say("units_title", name=question.whole_name),
        table.heads,
        table.lines,
        method=say("units_method"),
        nothing=say("nothing_here"),
        foot=[
            html.Span(first.coverage + note, className="coverage"),
            html.A(say("export_xlsx"), href=export, download=""),
        ],
        look="numbers",
    )
