"""The site: pages over what was published. Reads only, on this machine only."""

from pathlib import Path
from typing import Any

import waitress
from dash import ALL, ClientsideFunction, Dash, Input, Output, State
from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from dashboards import exports
from dashboards.site import Site
from models.catalogue_model import Catalogue
from models.period import Clock

HOST = "127.0.0.1"
FILTERS = ("q", "lv", "ct")

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


def build_app(published: Path, catalogue: Catalogue, clock: Clock) -> Dash:
    """The Dash app over a folder of published snapshots; `app.server` is its WSGI server."""
    site = Site(published, catalogue, clock)
    app = ChineseDash(
        "dashboards",
        assets_folder=str(Path(__file__).parent / "assets"),
        compress=True,
        update_title="",
        title=site.say("site_long"),
        suppress_callback_exceptions=True,
    )
    app.loading = site.say("loading")
    app.layout = site.shell
    _callbacks(app, site)
    _routes(app.server, site)
    app.server.extensions["site"] = site
    return app


def _callbacks(app: Dash, site: Site) -> None:
    app.callback(Output("page", "children"), Input("url", "pathname"), Input("url", "search"))(
        site.page
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("address", "sync"),
        [Output("url", "search"), *(Output(name, "value") for name in FILTERS)],
        Input("url", "search"),
        *(Input(name, "value") for name in FILTERS),
        Input({"kind": "chart", "chart": ALL}, "clickData"),
        State("latest", "data"),
    )


def _routes(server: Flask, site: Site) -> None:
    server.before_request(_start_page)
    server.add_url_rule("/export/<name>", "export", lambda name: _export(site, name))


def _export(site: Site, name: str) -> Response:
    return exports.respond(site, name, request.query_string.decode())


def _start_page() -> Response | None:
    if request.path != "/":
        return None
    query = request.query_string.decode()
    return redirect(f"/xietiao?{query}" if query else "/xietiao")


def serve(published: Path, catalogue: Catalogue, clock: Clock, port: int = 8050) -> None:
    """Serve on this machine only, until stopped: there is no sign-in yet."""
    app = build_app(published, catalogue, clock)
    try:
        waitress.serve(app.server, host=HOST, port=port, threads=8)
    finally:
        app.server.extensions["site"].painter.close()
