"""Downloads: exactly the chart on the page, as Excel or as a picture."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Response

from dashboards import units, workbooks
from dashboards.answers import Question
from dashboards.charts import Prepared, charts, entries
from dashboards.listings import LISTINGS
from dashboards.painter import BrowserFailedError, NoBrowserError
from dashboards.pictures import framed
from dashboards.reader import Reader
from dashboards.site import Site
from dashboards.snapshots import NothingPublishedError
from dashboards.structures import REPORTED
from dashboards.wording import period_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
UNITS = "units-"


def respond(site: Site, name: str, search: str, reader: Reader) -> Response:
    """Answer `D1-2.xlsx`, `D1-2.png`, `D1-2.svg` or `units-D1.xlsx` for the view of `search`."""
    stem, _, kind = name.rpartition(".")
    try:
        question = site.question(search, reader)
    except NothingPublishedError:
        return plain_answer(site.say("empty_title"), 404)
    question = site.of_now(question, stem.removeprefix(UNITS).partition("-")[0])
    if stem.removeprefix(UNITS) in site.catalogue.dashboards and kind == "xlsx":
        return _units(site, stem.removeprefix(UNITS), question)
    if stem in LISTINGS and kind == "xlsx":
        return _listing(site, stem, question)
    if stem in charts(site.catalogue) and kind in MAKERS:
        return _chart(site, stem, kind, question)
    return plain_answer(site.say("not_found"), 404)


def _chart(site: Site, stem: str, kind: str, question: Question) -> Response:
    """A chart as the page shows it."""
    prepared = site.kept.prepare(stem, question)
    try:
        data = MAKERS[kind](site, prepared, question)
    except NoBrowserError as error:
        return plain_answer(str(error), 503)
    except BrowserFailedError:
        return plain_answer(site.say("browser_hangs"), 503)
    return file_answer(data, prepared.entry.title, question, kind)


def _workbook(site: Site, prepared: Prepared, question: Question) -> bytes:
    return workbooks.chart_workbook(prepared, question, site.clock())


def _png(site: Site, prepared: Prepared, _: Question) -> bytes:
    return site.painter.paint(framed(prepared), "png")


def _svg(site: Site, prepared: Prepared, _: Question) -> bytes:
    return site.painter.paint(framed(prepared), "svg")


MAKERS: dict[str, Callable[[Site, Prepared, Question], bytes]] = {
    "xlsx": _workbook,
    "png": _png,
    "svg": _svg,
}
"""The files of a chart; a whole page is got as PDF, a chart is not."""


def _units(site: Site, dashboard: str, question: Question) -> Response:
    """All units of the view, also those that the page leaves out."""
    first = next(entries(site.catalogue, dashboard), None)
    if first is None:
        return plain_answer(site.say("not_found"), 404)
    prepared = site.kept.prepare(first.id, question)
    table = units.unit_table(question, first.shows, site.say)
    title = site.say("units_title", name=question.whole_name)
    data = workbooks.rows_workbook(title, table.rows, prepared, question, site.clock())
    return file_answer(data, title, question, "xlsx")


def _listing(site: Site, stem: str, question: Question) -> Response:
    """A table of 监测与填报质量, as the page shows it."""
    listing, say = LISTINGS[stem](question.told_in(REPORTED)), site.say
    board = site.catalogue.dashboards[stem.partition("-")[0]]
    title = next(one.title for one in board.charts if one.id == stem)
    header = [
        say("export_unit", scope=workbooks.scope_name(question, say)),
        say("export_period", period=period_name(say, question.view.period)),
        say("export_at", at=workbooks.time_text(site.clock(), say)),
    ]
    data = workbooks.write(title, header, listing.heads, listing.texts, say)
    return file_answer(data, title, question, "xlsx")


def file_answer(data: bytes, title: str, question: Question, kind: str) -> Response:
    """A download under a Chinese name: what, which quarter, of whom."""
    name = quote(f"{title}_{question.view.period}_{question.whole_name}.{kind}")
    attached = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(data, content_type=TYPES[kind], headers=attached)


def plain_answer(text: str, status: int) -> Response:
    """One line instead of a file."""
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
