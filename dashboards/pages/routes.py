"""Which page stands under which address."""

from collections.abc import Callable
from typing import Any

from dashboards.pages.board import board
from dashboards.pages.county import county_page
from dashboards.pages.mixed import mixed_page
from dashboards.pages.monitoring import monitoring_page
from dashboards.pages.overview import overview_page
from dashboards.pages.reference import reference_page
from dashboards.pages.unit import unit_page
from dashboards.pages.visit import Visit
from dashboards.reader import Reader

Page = Callable[[Visit], list[Any]]

OWN: dict[str, Page] = {
    "D0": overview_page,
    "D2a": mixed_page,
    "D3a": mixed_page,
    "D6": monitoring_page,
    "D7": unit_page,
    "D8": county_page,
    "D9": reference_page,
}
"""Pages that are more than the charts of their dashboard."""

PLACES = frozenset({"D6", "D7", "D8"})
"""Pages about one thing, which is named in the path."""


TOLD_LIVE = frozenset({"D2a", "D6"})
"""Pages that tell of this moment, where the server of the site knows it."""


def may_open(reader: Reader, dashboard: str) -> bool:
    """Whether a page is offered: a unit has no county to look at."""
    return dashboard != "D8" or reader.units is None


def page_for(dashboard: str) -> Page:
    return OWN.get(dashboard, board)
