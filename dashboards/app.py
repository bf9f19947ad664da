"""The site: pages over what was published. It reads only; who may read is settled at the door."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import waitress
from dash import ClientsideFunction, Dash, Input, Output, State, html
from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from dashboards import disclosure, exports, page_prints, plain, table_files, tables
from dashboards.accounts import Accounts, NotRecordedError
from dashboards.address import read_path, unit_path
from dashboards.live import LiveOf
from dashboards.sign_in import Door, is_settled, reader
from dashboards.site import Site
from models.catalogue_model import Catalogue
from models.period import Clock

HOST = "127.0.0.1"
FILTERS = ("q", "lv", "ct", "vw")
ONE_PLACE = frozenset({"/unit", "/county"})
PLACE_FILTERS = frozenset({"lv", "ct", "un"})

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>{metas}<title>{title}</title>{favicon}{css}</head>
<body><div id="react-entry-point"><div class="_dash-loading">{loading}</div></div>
<footer>{config}{scripts}{renderer}</footer></body>
</html>"""


class ChineseDash(Dash):
    """Dash without its English waiting text."""

    loading = ""

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """Fill the page; Dash passes its parts by name."""
        return PAGE.format(**{**parts, "loading": self.loading})


def build_app(
    published: Path,
    catalogue: Catalogue,
    clock: Clock,
    live: LiveOf | None = None,
    accounts: Accounts | None = None,
) -> Dash:
    """The Dash app over a folder of published snapshots; `app.server` is its WSGI server."""
    site = Site(published, catalogue, clock, live)
    app = ChineseDash(
        "dashboards",
        assets_folder=str(Path(__file__).parent / "assets"),
        compress=True,
        update_title="",
        title=site.say("site_long"),
        suppress_callback_exceptions=True,
    )
    app.loading = site.say("loading")
    door = Door(catalogue, clock, accounts)
    door.put_before(app.server)
    # Dash looks at the layout once for itself, before anybody was let in: there is nothing in it.
    app.layout = lambda: site.shell(reader(), door.who()) if is_settled() else html.Div()
    _callbacks(app, site, door)
    _routes(app.server, site, door)
    app.server.extensions["site"] = site
    return app


def _callbacks(app: Dash, site: Site, door: Door) -> None:
    catalogue = site.catalogue

    def page(path: str, search: str | None) -> str:
        try:
            kinds = disclosure.of_page(catalogue, path, search or "", reader())
            door.log(kinds, path + (search or ""))
        except NotRecordedError:
            return plain.to_html(tables.message(catalogue.say("sign_in.not_recorded")))
        return site.markup(path, search, reader())

    app.callback(Output("markup", "data"), Input("url", "pathname"), Input("url", "search"))(page)
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("page", "show"), Input("markup", "data")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("address", "sync"),
        [Output("url", "search"), *(Output(name, "value") for name in FILTERS)],
        Input("url", "search"),
        *(Input(name, "value") for name in FILTERS),
        State("latest", "data"),
    )


def _routes(server: Flask, site: Site, door: Door) -> None:
    def export(name: str) -> Response:
        stem = name.rpartition(".")[0]
        door.log(disclosure.of_export(site.catalogue, stem, reader()))
        return exports.respond(site, name, _asked(), reader())

    def printed(path: str) -> Response:
        door.log(disclosure.of_page(site.catalogue, path, _asked(), reader()))
        return page_prints.respond(site, path, _asked(), reader())

    def table(path: str) -> Response:
        door.log(disclosure.of_page(site.catalogue, path, _asked(), reader()))
        return table_files.respond(site, path, _asked(), reader())

    def definitions() -> str:
        return site.plain_page("/koujing", _asked(), reader(), door.who())

    server.before_request(lambda: _start_page(next(iter(site.pages))))
    server.before_request(_of_one_place)
    server.add_url_rule("/export/<name>", "export", export)
    server.add_url_rule("/print/<path:path>", "print", printed)
    server.add_url_rule("/table/<path:path>", "table", table)
    server.add_url_rule("/koujing", "koujing", definitions)
    server.add_url_rule("/find", "find", lambda: redirect(site.where_found(_asked(), reader())))


def _asked() -> str:
    return request.query_string.decode()


def _start_page(first: str) -> Response | None:
    # Dash answers "/" itself, so a rule of ours would never be asked.
    if request.path != "/":
        return None
    if own := reader().units:
        return redirect(unit_path(min(own)))
    return redirect(f"{first}?{_asked()}" if _asked() else first)


def _of_one_place() -> Response | None:
    """A page about one place names it in its path: filters of place would say something else."""
    address = read_path(request.path)
    if not address.subject or address.page not in ONE_PLACE:
        return None
    asked = list(request.args.items(multi=True))
    kept = [(name, value) for name, value in asked if name not in PLACE_FILTERS]
    if kept == asked:
        return None
    return redirect(f"{request.path}?{urlencode(kept)}" if kept else request.path)


def serve(
    published: Path,
    catalogue: Catalogue,
    clock: Clock,
    port: int = 8050,
    live: LiveOf | None = None,
    accounts: Accounts | None = None,
    host: str = HOST,
) -> None:
    """Serve until stopped; on this machine only, unless the caller made sure of accounts."""
    app = build_app(published, catalogue, clock, live, accounts)
    try:
        waitress.serve(app.server, host=host, port=port, threads=8)
    finally:
        app.server.extensions["site"].painter.close()
