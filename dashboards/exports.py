"""Downloads: exactly the chart on the page, as Excel or as a picture."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Response

from dashboards import units, workbooks
from dashboards.answers import Question
from dashboards.charts import Prepared, charts, entries
from dashboards.listings import LISTINGS
from dashboards.pictures import Format, NoBrowserError, framed
from dashboards.site import Site
from dashboards.snapshots import NothingPublishedError
from dashboards.wording import period_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "png": "image/png", "svg": "image/svg+xml"}
UNITS = "units-"


def respond(site: Site, name: str, search: str) -> Response:
    """Answer `D1-2.xlsx`, `D1-2.png`, `D1-2.svg` or `units-D1.xlsx` for the view of `search`."""
    stem, _, kind = name.rpartition(".")
    try:
        question = site.question(search)
    except NothingPublishedError:
        return _plain(site.say("empty_title"), 404)
    if stem.removeprefix(UNITS) in site.catalogue.dashboards and kind == "xlsx":
        return _units(site, stem.removeprefix(UNITS), question)
    if stem in LISTINGS and kind == "xlsx":
        return _listing(site, stem, question)
    if stem not in charts(site.catalogue) or kind not in TYPES:
        return _plain(site.say("not_found"), 404)
    prepared = site.kept.prepare(stem, question)
    makers: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: workbooks.chart_workbook(prepared, question, site.clock()),
        "png": lambda: _picture(site, prepared, "png"),
        "svg": lambda: _picture(site, prepared, "svg"),
    }
    try:
        return _file(makers[kind](), prepared.entry.title, question, kind)
    except NoBrowserError as error:
        return _plain(str(error), 503)


def _picture(site: Site, prepared: Prepared, kind: Format) -> bytes:
    return site.painter.paint(framed(prepared), kind)


def _units(site: Site, dashboard: str, question: Question) -> Response:
    """All units of the view, also those that the page leaves out."""
    first = next(entries(site.catalogue, dashboard), None)
    if first is None:
        return _plain(site.say("not_found"), 404)
    prepared = site.kept.prepare(first.id, question)
    table = units.unit_table(question, first.shows, site.say)
    title = site.say("units_title", name=question.whole_name)
    data = workbooks.rows_workbook(title, table.rows, prepared, question, site.clock())
    return _file(data, title, question, "xlsx")


def _listing(site: Site, stem: str, question: Question) -> Response:
    """A table of 监测与填报质量, as the page shows it."""
    listing, say = LISTINGS[stem](question), site.say
    board = site.catalogue.dashboards[stem.partition("-")[0]]
    title = next(one.title for one in board.charts if one.id == stem)
    header = [
        say("export_unit", scope=workbooks.scope_name(question, say)),
        say("export_period", period=period_name(say, question.view.period)),
        say("export_at", at=workbooks.time_text(site.clock(), say)),
    ]
    data = workbooks.write(title, header, listing.heads, listing.lines, say)
    return _file(data, title, question, "xlsx")


def _file(data: bytes, title: str, question: Question, kind: str) -> Response:
    name = quote(f"{title}_{question.view.period}_{question.whole_name}.{kind}")
    attached = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(data, content_type=TYPES[kind], headers=attached)


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
