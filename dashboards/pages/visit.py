"""One visit to a page: who asks what, under which address; and the head that all pages share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

import polars as pl
from dash import html

from dashboards import components, wording
from dashboards.address import Address, county_path, unit_path
from dashboards.answers import Question
from dashboards.charts import Prepared
from dashboards.coverage import structure_line
from dashboards.structures import REPORTED
from dashboards.view import AS_REPORTED, CITY_CODE, view_search
from models.spec.dashboard import Dashboard

Prepare = Callable[[str, Question], Prepared]
Line = TypeVar("Line")
Step = tuple[str, str]
"""A step of the breadcrumb: its text, and the address it leads to (none for where one is)."""


@dataclass(frozen=True, eq=False)
class Visit:
    """What a page is made from."""

    question: Question
    dashboard: Dashboard
    address: Address
    prepare: Prepare
    sought: str = ""
    note: str = ""
    """Which structure is told, where another one is chosen."""
    is_whole: bool = False
    """Whether its tables hold every line, as a file of them does."""

    @cached_property
    def say(self) -> wording.Say:
        return wording.speaker(self.question.catalogue)

    @property
    def search(self) -> str:
        """The view as the address's search, for the downloads of the page."""
        return view_search(self.question.view, self.question.snapshot.periods)

    @property
    def printed(self) -> str:
        """Where this page is got as PDF."""
        return self._got_from("/print")

    def file(self, card: str) -> html.Span:
        """The link under a table of this page to all its lines as a file."""
        href = self._got_from("/table", card=card)
        link = html.A(self.say("export_xlsx"), href=href, download="")
        return html.Span(link, className="links")

    def _got_from(self, route: str, **more: str) -> str:
        address = "/".join(
            filter(None, (self.address.page, self.address.subject, self.address.detail))
        )
        asked = urlencode({**({"find": self.sought} if self.sought else {}), **more})
        search = "&".join(part for part in (self.search.removeprefix("?"), asked) if part)
        return f"{route}{address}?{search}" if search else f"{route}{address}"

    def about(self, county: str, unit: str | None = None) -> "Visit":
        """The same visit, its view narrowed to the place of the page."""
        view = self.question.view
        narrow = view.at(unit, county) if unit else view.over(county)
        return replace(self, question=replace(self.question, view=narrow))

    def reported(self) -> "Visit":
        """The same visit as reported: for what is told of returns and of nothing else."""
        question, wanted = self.question.told_in(REPORTED), self.question.view.structure
        note = self.note if wanted == AS_REPORTED else structure_line(question, self.say, wanted)
        return replace(self, question=question, note=note)

    @property
    def foot(self) -> list[html.Span]:
        """What stands under a table that is told as reported though another structure is chosen."""
        return [html.Span(self.note, className="coverage")] if self.note else []

    def capped(self, lines: list[Line], left_out: str) -> tuple[list[Line], list[html.Span]]:
        """So many lines as a page holds; under them how many more there are, and the note."""
        most = len(lines) if self.is_whole else self.question.limits.table_rows
        left = len(lines) - most
        told = [html.Span(self.say(left_out, count=left), className="coverage")]
        return lines[:most], [*(told if left > 0 else []), *self.foot]

    def link(self, path: str) -> str:
        """An address that keeps the quarter and the structure, and nothing else."""
        return path + view_search(self.question.view.anywhere(), self.question.snapshot.periods)

    def to_unit(self, unit: str, indicator: str = "") -> str:
        return self.link(unit_path(unit, indicator))

    def to_county(self, county: str, indicator: str = "") -> str:
        """Nowhere for a reader who has no county to look at."""
        if not self.question.reader.may_see_total(county):
            return ""
        return self.link(county_path(county, indicator))

    def county_name(self, county: str) -> str:
        names = {CITY_CODE: self.say("city_organs"), **self.question.catalogue.counties}
        return names.get(county, county)

    def unit(self, code: str) -> dict[str, Any] | None:
        """The unit as the duty list of the quarter names it, if the reader may see it."""
        found = self.question.duty.filter(pl.col("unit_code") == code)
        return found.row(0, named=True) if found.height else None

    def head(self, title: str, lead: str | None) -> html.Div:
        """Title, lead, and what nobody may overlook: a draft, and data that are not real."""
        return html.Div(
            [
                html.H1(title),
                html.P(lead),
                *(html.Span(text, className="mark") for text in self._marks()),
                html.A(self.say("export_pdf"), href=self.printed, className="print", download=""),
            ],
            className="head",
        )

    def _marks(self) -> Iterator[str]:
        snapshot, period = self.question.snapshot, self.question.view.period
        yield wording.period_name(self.say, period)
        yield self.say(f"kind_{snapshot.standing(period)}")
        if period in snapshot.recomputed:
            yield self.say("recomputed")
        if (under := self.question.under.name) != AS_REPORTED:
            yield self.say(f"structure_{under}")
        if snapshot.is_sample:
            yield self.say("sample")

    def crumbs(self, steps: Sequence[Step]) -> html.Nav:
        """From the whole city down to where one is."""
        whole = (self.say("whole_city"), self.link("/zonglan"))
        return components.breadcrumb([whole, *steps], self.say)
