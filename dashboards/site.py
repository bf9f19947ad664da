"""What answers a request: publications, catalogue, clock, and the charts already made."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any

from dash import dcc, html

from dashboards import components, wording
from dashboards.answers import Question
from dashboards.charts import Prepared, prepare
from dashboards.pages.board import board, paths
from dashboards.pictures import Painter
from dashboards.reader import CITY, Reader
from dashboards.snapshots import NothingPublishedError, Publications
from dashboards.view import View, parse_view, view_search
from models.catalogue_model import Catalogue
from models.period import Clock, Period

KEPT_CHARTS = 600


class Kept:
    """Charts already made: a snapshot never changes, so a chart of it is made once."""

    def __init__(self) -> None:
        self._charts: OrderedDict[tuple[str, str, View, Reader], Prepared] = OrderedDict()
        self._lock = Lock()

    def prepare(self, chart: str, question: Question) -> Prepared:
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

    def __init__(self, published: Path, catalogue: Catalogue, clock: Clock) -> None:
        self.publications = Publications(published)
        self.catalogue = catalogue
        self.clock = clock
        self.say = wording.speaker(catalogue)
        self.kept = Kept()
        self.painter = Painter(self.say("no_browser"))
        self.pages = paths(list(catalogue.dashboards.values()))

    def question(self, search: str | None, reader: Reader = CITY) -> Question:
        """What an address asks of the snapshot in force.

        Raises:
            NothingPublishedError: there is no snapshot.
        """
        snapshot = self.publications.current()
        view = parse_view(search, snapshot.periods, self.catalogue.counties)
        return Question(reader, snapshot, view, self.catalogue)

    def periods(self) -> tuple[str, ...]:
        try:
            return self.publications.current().periods
        except NothingPublishedError:
            return ()

    def shell(self) -> html.Div:
        """The part that stays: bar, filters, and the place of the page."""
        periods = self.periods()
        return html.Div(
            [
                dcc.Location(id="url", refresh=False),
                dcc.Store(id="latest", data=periods[-1] if periods else ""),
                components.top_bar(self.say),
                components.filters(periods, self.catalogue, self.say),
                html.Main(id="page"),
            ]
        )

    def page(self, path: str, search: str | None) -> list[Any]:
        """The page of an address."""
        try:
            question = self.question(search)
        except NothingPublishedError as nothing:
            return [self._empty(nothing)]
        written = view_search(question.view, question.snapshot.periods)
        links = components.navigation(list(self.pages.values()), path, written, self.say)
        if path not in self.pages:
            return [links, components.not_found(self.say)]
        return [links, *board(question, self.pages[path], self.kept.prepare)]

    def _empty(self, nothing: NothingPublishedError) -> html.Section:
        now = self.clock()
        period = Period(now.year, (now.month - 1) // 3 + 1).shifted(-1)
        return components.empty_page(nothing.missing.name, str(period), self.say)
