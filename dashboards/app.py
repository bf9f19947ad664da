"""The site: pages over what was published. Reads only, on this machine only."""

from pathlib import Path
from typing import Any

import waitress
from dash import ALL, ClientsideFunction, Dash, Input, Output, State
from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from dashboards import exports
from dashboards.live import LiveOf
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


def build_app(
    published: Path, catalogue: Catalogue, clock: Clock, live: LiveOf | None = None
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
        [
            Output("url", "pathname"),
            Output("url", "search"),
            *(Output(name, "value") for name in FILTERS),
        ],
        Input("url", "search"),
        *(Input(name, "value") for name in FILTERS),
        Input({"kind": "chart", "chart": ALL}, "clickData"),
        State("latest", "data"),
    )


def _routes(server: Flask, site: Site) -> None:
    server.before_request(lambda: _start_page(next(iter(site.pages))))
    server.add_url_rule("/export/<name>", "export", lambda name: _export(site, name))
    server.add_url_rule("/koujing", "koujing", lambda: site.plain_page("/koujing", _asked()))
    server.add_url_rule("/find", "find", lambda: redirect(site.where_found(_asked())))


def _export(site: Site, name: str) -> Response:
    return exports.respond(site, name, _asked())


def _asked() -> str:
    return request.query_string.decode()


def _start_page(first: str) -> Response | None:
    # Dash answers "/" itself, so a rule of ours would never be asked.
    if request.path != "/":
        return None
    return redirect(f"{first}?{_asked()}" if _asked() else first)


def serve(
    published: Path,
    catalogue: Catalogue,
    clock: Clock,
    port: int = 8050,
    live: LiveOf | None = None,
) -> None:
    """Serve on this machine only, until stopped: there is no sign-in yet."""
    app = build_app(published, catalogue, clock, live)
    try:
        waitress.serve(app.server, host=HOST, port=port, threads=8)
    finally:
        app.server.extensions["site"].painter.close()
