"""What answers a request: publications, catalogue, clock, and the charts already made."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlencode

import pyarrow as pa  # noqa: F401 what answers travel in: no reader waits until it is loaded
from dash import dcc, html

from dashboards import components, plain, wording
from dashboards.address import read_path, unit_path
from dashboards.answers import Question
from dashboards.charts import Prepared, prepare
from dashboards.defined import defined
from dashboards.live import LiveOf
from dashboards.pages.finding_units import found_units
from dashboards.pages.routes import PLACES, TOLD_LIVE, may_open, page_for
from dashboards.pages.visit import Visit
from dashboards.painter import Painter
from dashboards.reader import Reader
from dashboards.scopes import narrowed
from dashboards.snapshots import NothingPublishedError, Publications
from dashboards.view import View, absent_quarter, parse_view, view_search
from models.catalogue_model import Catalogue
from models.period import Clock, Period

KEPT_CHARTS = 600


def sought(search: str | None) -> str:
    """The words of a search for a unit."""
    return parse_qs((search or "").lstrip("?")).get("find", [""])[-1].strip()


class Kept:
    """Charts already made: a snapshot never changes, so a chart of it is made once."""

    def __init__(self) -> None:
        self._charts: OrderedDict[tuple[str, str, View, Reader], Prepared] = OrderedDict()
        self._lock = Lock()

    def prepare(self, chart: str, question: Question) -> Prepared:
        if question.live:  # the registry changes from one moment to the next
            return prepare(chart, question)
        key = (question.snapshot.name, chart, question.view, question.reader)
        with self._lock:
            if key in self._charts:
                self._charts.move_to_end(key)
                return self._charts[key]
        made = prepare(chart, question)
        with self._lock:
            self._charts[key] = made
            while len(self._charts) > KEPT_CHARTS:
                self._charts.popitem(last=False)
        return made


class Site:
    """The site without its web framework."""

    def __init__(
        self, published: Path, catalogue: Catalogue, clock: Clock, live: LiveOf | None = None
    ) -> None:
        self.live = live
        self.publications = Publications(published)
        self.catalogue = catalogue
        self.clock = clock
        self.say = wording.speaker(catalogue)
        self.kept = Kept()
        self.painter = Painter(self.say("no_browser"))
        self.pages = {one.path: one for one in catalogue.dashboards.values() if one.path}

    def question(self, search: str | None, reader: Reader) -> Question:
        """What an address asks of the snapshot in force, as far as the reader may ask it.

        Raises:
            NothingPublishedError: there is no snapshot.
        """
        snapshot = self.publications.current()
        view = parse_view(search, snapshot.periods, self.catalogue.counties)
        asked = Question(reader, snapshot, view, defined(snapshot, self.catalogue, view.period))
        return replace(asked, view=narrowed(view, reader, asked.duty))

    def of_now(self, question: Question, dashboard: str) -> Question:
        """The question with what the registry says now, where the page is one that tells it."""
        if not self.live or dashboard not in TOLD_LIVE:
            return question
        live = self.live(question.view.period)
        return replace(question, live=live.seen_by(question.reader))

    def periods(self) -> tuple[str, ...]:
        try:
            return self.publications.current().periods
        except NothingPublishedError:
            return ()

    def shell(self, reader: Reader, who: Sequence[Any] = ()) -> html.Div:
        """The part that stays: bar, filters, and the place of the page."""
        periods = self.periods()
        return html.Div(
            [
                dcc.Location(id="url", refresh=False),
                dcc.Store(id="latest", data=periods[-1] if periods else ""),
                components.top_bar(self.say, who),
                components.filters(periods, self.catalogue, self.say, reader),
                dcc.Store(id="markup"),
                self._main({"aria-busy": "true"}),
            ]
        )

    def _main(self, state: dict[str, Any], *children: Any) -> html.Main:
        """The place of the page; skipping to it moves the keyboard there."""
        waiting: dict[str, Any] = {"data-waiting": self.say("reading"), **state}
        return html.Main(list(children) or None, id="page", tabIndex=-1, **waiting)

    def markup(self, path: str, search: str | None, reader: Reader) -> str:
        """The page of an address as the browser draws it."""
        return plain.to_html(self.page(path, search, reader))

    def page(
        self, path: str, search: str | None, reader: Reader, *, is_whole: bool = False
    ) -> list[Any]:
        """The page of an address; a whole one leaves no line of its tables out."""
        try:
            question = self.question(search, reader)
        except NothingPublishedError as nothing:
            return [self._empty(nothing)]
        address = read_path(path)
        written = view_search(replace(question.view, unit=None), question.snapshot.periods)
        pages = [one for one in self.pages.values() if may_open(reader, one.id)]
        links = components.navigation(pages, address.page, written, self.say)
        dashboard = self.pages.get(address.page)
        if dashboard is None or not address.is_known:
            return [links, components.not_found(self.say)]
        if address.subject and dashboard.id not in PLACES:
            return [links, components.not_found(self.say)]
        if quarter := absent_quarter(search, question.snapshot.periods):
            known, here = question.view.period, f"{address.page}{written}"
            return [links, components.no_quarter(str(quarter), known, here, self.say)]
        now = self.of_now(question, dashboard.id)
        visit = Visit(now, dashboard, address, self.kept.prepare, sought(search), is_whole=is_whole)
        return [links, *page_for(dashboard.id)(visit)]

    def plain_page(self, path: str, search: str, reader: Reader, who: Sequence[Any] = ()) -> str:
        """A page that is all text, drawn here and not in the browser."""
        bar = components.top_bar(self.say, who)
        main = self._main({}, self.page(path, search, reader))
        return plain.page(self.say("site_long"), bar, main)

    def where_found(self, search: str, reader: Reader) -> str:
        """Where a search for a unit leads: to the unit if there is one only, else to the list."""
        try:
            question = self.question(search, reader)
        except NothingPublishedError:
            return "/unit"
        written = view_search(question.view.anywhere(), question.snapshot.periods)
        found = found_units(question, sought(search))
        if found.height == 1:
            return unit_path(found["unit_code"][0]) + written
        more = urlencode({"find": sought(search)})
        return f"/unit{written}&{more}" if written else f"/unit?{more}"

    def _empty(self, nothing: NothingPublishedError) -> html.Section:
        now = self.clock()
        period = Period(now.year, (now.month - 1) // 3 + 1).shifted(-1)
        return components.empty_page(nothing.missing.name, str(period), self.say)
