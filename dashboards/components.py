"""The parts of a page: bar, filters, cards, units table. No data is asked for here."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from dash import dcc, html

from dashboards import definitions
from dashboards.charts import Prepared
from dashboards.view import CITY_CODE, LEVELS, View
from dashboards.wording import Say, period_name
from models.catalogue_model import Catalogue
from models.spec.dashboard import Dashboard

LOCALE = Path(__file__).parent / "assets" / "plotly-zh-CN.json"


@cache
def plot_config() -> dict[str, Any]:
    """Chinese passed with each plot (a script would race), one button, nothing sent away."""
    return {
        "locale": "zh-CN",
        "locales": {"zh-CN": json.loads(LOCALE.read_text(encoding="utf-8"))},
        "modeBarButtons": [["toImage"]],
        "displaylogo": False,
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "toImageButtonOptions": {"format": "png", "scale": 2},
        "doubleClick": False,
        "responsive": True,
    }


def _named(text: str | None) -> dict[str, Any]:
    """What a screen reader says of a part."""
    return {"aria-label": text}


def top_bar(say: Say) -> html.Header:
    return html.Header(
        className="bar",
        children=[
            html.A(say("skip"), href="#page", className="skip"),
            html.Strong(say("site"), className="brand"),
            html.Span(say("site_long"), className="tagline"),
            html.Span(say("header_note"), className="bar-note"),
        ],
    )


def filters(periods: Sequence[str], catalogue: Catalogue, say: Say) -> html.Div:
    """Three controls; they write the address, and the address alone is read."""
    counties = {CITY_CODE: say("city_organs"), **catalogue.counties}
    return html.Div(
        className="filters",
        role="search",
        children=[
            _control("q", say("filter_period"), _periods(periods, say), "", say),
            _control("lv", say("filter_level"), _levels(say), say("all_levels"), say),
            _control("ct", say("filter_county"), _options(counties), say("all_counties"), say),
        ],
    )


def _control(name: str, label: str, options: Any, all_text: str, say: Say) -> html.Div:
    everything = [{"value": "", "label": all_text}] if all_text else []
    control = dcc.Dropdown(
        id=name,
        options=[*everything, *options],
        value="" if all_text else None,
        clearable=False,
        searchable=False,
        labels={"no_options_found": say("nothing_here"), "search": label},
    )
    return html.Div(
        className="filter", children=[html.Label(label, htmlFor=name, id=f"{name}-label"), control]
    )


def _periods(periods: Sequence[str], say: Say) -> list[dict[str, str]]:
    return _options({period: period_name(say, period) for period in reversed(periods)})


def _levels(say: Say) -> list[dict[str, str]]:
    return _options({level: say(f"level_{level}") for level in LEVELS})


def _options(names: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in names.items()]


def navigation(pages: Sequence[Dashboard], current: str, search: str, say: Say) -> html.Nav:
    """The pages, each link keeping the filters."""
    links = [
        dcc.Link(
            page.zh,
            href=f"{page.path}{search}",
            className="page-tab current" if page.path == current else "page-tab",
        )
        for page in pages
    ]
    return html.Nav(links, className="page-tabs", **_named(say("nav")))


def breadcrumb(view: View, place: str, back: str, say: Say) -> html.Div:
    """全市 > 县: the first step leads back to all counties."""
    whole = say("whole_city")
    steps: list[Any] = [html.Span(whole)]
    if view.county:
        steps = [dcc.Link(whole, href=back, id="back"), " › ", html.Span(place)]
    return html.Div(steps, className="crumbs", **_named(say("breadcrumb")))


def card(prepared: Prepared, search: str, catalogue: Catalogue) -> html.Section:
    """A chart with what is needed to trust it: method, coverage, definition, its data."""
    entry, say = prepared.entry, prepared.setting.say
    return html.Section(
        className="card wide" if entry.wide else "card",
        id=entry.id,
        **_named(entry.title),
        children=[
            html.Div(
                [html.Span(entry.title), _definition(prepared, catalogue)], className="kicker"
            ),
            html.H2(prepared.headline, title=prepared.headline),
            html.P(entry.method, className="method", title=entry.method),
            html.Div(_graph(prepared), className="plot", style={"height": f"{entry.height}px"}),
            html.Div(
                [
                    html.Span(prepared.coverage, className="coverage"),
                    html.Span(_links(entry.id, search, say), className="links"),
                ],
                className="foot",
            ),
        ],
    )


def _graph(prepared: Prepared) -> dcc.Graph:
    return dcc.Graph(
        id={"kind": "chart", "chart": prepared.entry.id},
        figure=prepared.figure,
        config=cast(Any, plot_config()),
        # Said each time, so that the same mark can be clicked again after going back.
        clickData=None,
        style={"height": f"{prepared.entry.height}px"},
    )


def _links(chart: str, search: str, say: Say) -> list[html.A | str]:
    links: list[html.A | str] = []
    for kind in ("xlsx", "png", "svg"):
        href = f"/export/{chart}.{kind}{search}"
        links += [" ", html.A(say(f"export_{kind}"), href=href, download="")]
    return links


def _definition(prepared: Prepared, catalogue: Catalogue) -> html.Details:
    say = prepared.setting.say
    parts: list[Any] = []
    for name, lines in definitions.definition(prepared.entry, catalogue, say):
        parts += [html.Dt(name), *(html.Dd(line) for line in lines)]
    return html.Details(
        className="definition",
        children=[
            html.Summary("ⓘ", title=say("definition"), **_named(say("definition"))),
            html.Div(
                [html.P(prepared.entry.question), html.Dl(parts), html.P(say("rule_missing"))],
                className="definition-text",
            ),
        ],
    )


def units_table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], **texts: str
) -> Any:
    """The units of one county, a line each. A cell is a text, or (text, class)."""
    return html.Section(
        className="card wide units",
        id="units",
        **_named(title),
        children=[
            html.H2(title),
            html.P(texts.get("method", ""), className="method"),
            html.Div(
                html.Table(
                    [
                        html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])),
                        html.Tbody([html.Tr([_cell(cell) for cell in row]) for row in rows]),
                    ]
                ),
                className="scroll",
                tabIndex=0,
            ),
            html.Div(
                [
                    html.Span(texts.get("coverage", ""), className="coverage"),
                    html.A(texts.get("export", ""), href=texts.get("href", ""), download=""),
                ],
                className="foot",
            ),
        ],
    )


def _cell(cell: Any) -> html.Td:
    return html.Td(cell) if isinstance(cell, str) else html.Td(cell[0], className=cell[1])


def empty_page(missing: str, period: str, say: Say) -> html.Section:
    """Said honestly when nothing has been published: what is missing and what to run."""
    return html.Section(
        className="card empty",
        children=[
            html.H1(say("empty_title")),
            html.P(say("empty_missing", missing=missing)),
            html.P([say("empty_before"), html.Code(say("empty_command", period=period))]),
            html.P(say("empty_after")),
        ],
    )


def not_found(say: Say) -> html.Section:
    link = dcc.Link(say("not_found_link"), href="/xietiao")
    return html.Section([html.H1(say("not_found")), link], className="card empty")
