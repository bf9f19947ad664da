"""导出PDF: the page of an address with the rights of whoever asks, as sheets of A4."""

from dataclasses import replace
from typing import Any

import polars as pl
from dash import html
from flask import Response

from dashboards import exports
from dashboards.address import Address, read_path
from dashboards.answers import Question
from dashboards.charts import charts, entry_of, setting_for
from dashboards.coverage import coverage
from dashboards.painter import BrowserFailedError, NoBrowserError
from dashboards.paper import print_page
from dashboards.reader import Reader
from dashboards.site import Site
from dashboards.snapshots import NothingPublishedError
from dashboards.workbooks import time_text

PAGE = "{page}"
PAGES = "{pages}"


def respond(site: Site, path: str, search: str, reader: Reader) -> Response:
    """Answer with the page as PDF, or with one line that says why not."""
    address = read_path(path)
    dashboard = site.pages.get(address.page)
    try:
        question = site.question(search, reader)
    except NothingPublishedError:
        return exports.plain_answer(site.say("empty_title"), 404)
    if dashboard is None:
        return exports.plain_answer(site.say("not_found"), 404)
    question = _about(question, address)
    body: list[Any] = [html.Main(site.page(path, search, reader), id="page")]
    heads = (f"{site.say('site')}　{site.say('site_long')}", told(question))
    count = site.say("page_of_pages", page=PAGE, pages=PAGES)
    feet = (site.say("export_at", at=time_text(site.clock(), site.say)), count)
    try:
        data = print_page(site.painter, dashboard.zh, body, heads, feet)
    except NoBrowserError:
        return exports.plain_answer(site.say("no_browser_page"), 503)
    except BrowserFailedError:
        return exports.plain_answer(site.say("browser_hangs"), 503)
    return exports.file_answer(data, _title(dashboard.zh, question), question, "pdf")


def _title(page: str, question: Question) -> str:
    """A page about a unit is named after it; file_answer adds the quarter and the county."""
    named = dict(question.duty.select("unit_code", "unit_name").iter_rows())
    unit = named.get(question.view.unit or "")
    return f"{page}_{unit}" if unit else page


def told(question: Question) -> str:
    """What stands on every sheet: returns, quarter, 口径, whether it is a draft, whether real."""
    catalogue = question.catalogue
    setting = setting_for(question, entry_of(catalogue, next(iter(charts(catalogue)))))
    return coverage(question, question.covered(pl.DataFrame()), setting)


def _about(question: Question, address: Address) -> Question:
    """The question of a page about one place: its coverage is that of the place."""
    place, view = address.subject, question.view
    if place is None:
        return question
    if address.page == "/county":
        return replace(question, view=view.over(place))
    if address.page == "/unit":
        return replace(question, view=replace(view, level=None, county=None, unit=place))
    return question
