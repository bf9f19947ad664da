"""总览: what to look at first, by name and number, and below it the charts of the whole."""

from typing import Any

from dash import dcc, html

from dashboards import tables
from dashboards.listings import LISTINGS
from dashboards.pages.board import board
from dashboards.pages.visit import Visit
from dashboards.structures import REPORTED

FIRST = ("D0-6", "D1-14", "D2a-4", "D3a-4", "D6-0")
"""Tables that say who fell, who never answers, what stands idle, who is late, whom to remind."""
OF_NOW = frozenset({"D6-0"})
"""Told of the registry at this moment: asked for on its own page only."""


def overview_page(visit: Visit) -> list[Any]:
    """The page of charts, and over them the way to what needs somebody."""
    head, crumbs, grid = board(visit)
    cards = [tables.facts([_first(visit, name) for name in FIRST], "first"), *grid.children]
    return [head, crumbs, html.Div(cards, className="grid")]


def _first(visit: Visit, name: str) -> tuple[str, Any]:
    """The title of a table, and in a sentence what it says; the sentence leads to the table."""
    question = visit.question
    board_id = name.partition("-")[0]
    dashboard = question.catalogue.dashboards[board_id]
    entry = next(one for one in dashboard.charts if one.id == name)
    href = f"{dashboard.path}{visit.search}#{name}"
    return entry.title, dcc.Link(_sentence(visit, name) or entry.question, href=href)


def _sentence(visit: Visit, name: str) -> str | None:
    if name in OF_NOW:
        return None
    listing = LISTINGS[name](visit.question.told_in(REPORTED))
    return listing.headline or (None if listing.lacking else listing.nothing)
