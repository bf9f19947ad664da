"""The parts of a page: bar, filters, cards, units table. No data is asked for here."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from dash import dcc, html

from dashboards import definitions
from dashboards.charts import Prepared
from dashboards.data_tables import data_table
from dashboards.reader import Reader
from dashboards.view import AS_REPORTED, CITY_CODE, LEVELS, STRUCTURES
from dashboards.wording import Say, period_name
from models.catalogue_model import Catalogue
from models.spec.dashboard import Chart, Dashboard

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


def top_bar(say: Say, who: Sequence[Any] = ()) -> html.Header:
    return html.Header(
        className="bar",
        children=[
            html.A(say("skip"), href="#page", className="skip"),
            html.Strong(say("site"), className="brand"),
            html.Span(say("site_long"), className="tagline"),
            html.Span(say("header_note"), className="bar-note"),
            find_form(say),
            *who,
        ],
    )


def find_form(say: Say) -> html.Form:
    """A plain form: it works by keyboard, and the server answers with the unit or a list."""
    return html.Form(
        action="/find",
        method="get",
        className="find",
        role="search",
        children=[
            html.Label(say("find_unit"), htmlFor="find"),
            dcc.Input(id="find", name="find", type="search", placeholder=say("find_hint")),
            html.Button(say("find_go"), type="submit"),
        ],
    )


def filters(periods: Sequence[str], catalogue: Catalogue, say: Say, reader: Reader) -> html.Div:
    """Four controls; they write the address, and the address alone is read."""
    named = {CITY_CODE: say("city_organs"), **catalogue.counties}
    counties = {code: name for code, name in named.items() if reader.may_see_county(code)}
    # One county is the whole of what its reader may choose from.
    everything = " ".join(counties.values()) if reader.has_limits else say("all_counties")
    choice = {} if reader.has_limits else counties
    return html.Div(
        className="filters",
        role="search",
        children=[
            _control("q", say("filter_period"), _periods(periods, say), "", say),
            _control("lv", say("filter_level"), _levels(say), say("all_levels"), say),
            _control("ct", say("filter_county"), _options(choice), everything, say),
            _control("vw", say("filter_structure"), *_structures(say), say),
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
        className=f"filter filter-{name}",
        children=[html.Label(label, htmlFor=name, id=f"{name}-label"), control],
    )


def _periods(periods: Sequence[str], say: Say) -> list[dict[str, str]]:
    return _options({period: period_name(say, period) for period in reversed(periods)})


def _levels(say: Say) -> list[dict[str, str]]:
    return _options({level: say(f"level_{level}") for level in LEVELS})


def _structures(say: Say) -> tuple[list[dict[str, str]], str]:
    """The structure views to choose from, and the one that is there unless one chooses."""
    others = {name: say(f"structure_{name}") for name in STRUCTURES if name != AS_REPORTED}
    return _options(others), say(f"structure_{AS_REPORTED}")


def _options(names: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in names.items()]


def navigation(pages: Sequence[Dashboard], current: str, search: str, say: Say) -> html.Nav:
    """The pages, each link keeping the filters."""
    links = [
        # A page without charts is drawn by the server, and so is what stands on it.
        (dcc.Link if page.charts else html.A)(
            page.zh,
            href=f"{page.path}{search}",
            className="page-tab current" if page.path == current else "page-tab",
        )
        for page in pages
    ]
    return html.Nav(links, className="page-tabs", **_named(say("nav")))


def breadcrumb(steps: Sequence[tuple[str, str]], say: Say) -> html.Nav:
    """全市 › 县 › 单位 › 指标: every step but the last leads back to itself."""
    last = max((place for place, (_, href) in enumerate(steps) if href), default=-1)
    parts: list[Any] = []
    for place, (text, href) in enumerate(steps):
        known: dict[str, Any] = {"id": "back"} if place == last else {}
        link = dcc.Link(text, href=href, **known) if href else html.Span(text)
        parts += [" › ", link] if parts else [link]
    return html.Nav(parts, className="crumbs", **_named(say("breadcrumb")))


def card(prepared: Prepared, search: str, catalogue: Catalogue) -> html.Section:
    """A chart with what is needed to trust it: method, coverage, definition, its data."""
    entry, say = prepared.entry, prepared.setting.say
    return html.Section(
        className="card wide" if entry.wide else "card",
        id=entry.id,
        **_named(entry.title),
        children=[
            html.Div(
                [
                    html.Span(entry.title),
                    definition_mark(entry, catalogue, say, prepared.sampled),
                ],
                className="kicker",
            ),
            html.H2(prepared.headline, title=prepared.headline),
            html.P(entry.method, className="method", title=entry.method),
            html.Div(_graph(prepared), className="plot", style=_height(prepared)),
            html.Div(
                [
                    html.Span(prepared.coverage, className="coverage"),
                    html.Span(_links(entry.id, search, say), className="links"),
                ],
                className="foot",
            ),
            data_table(prepared),
        ],
    )


def _graph(prepared: Prepared) -> dcc.Graph:
    return dcc.Graph(
        id={"kind": "chart", "chart": prepared.entry.id},
        figure=prepared.figure,
        config=cast(Any, plot_config()),
        style=_height(prepared),
    )


def _height(prepared: Prepared) -> dict[str, str]:
    """As high as the figure: one of nothing takes little room."""
    return {"height": f"{prepared.figure['layout']['height']}px"}


def _links(chart: str, search: str, say: Say) -> list[html.A | str]:
    links: list[html.A | str] = []
    for kind in ("xlsx", "png", "svg"):
        href = f"/export/{chart}.{kind}{search}"
        links += [" ", html.A(say(f"export_{kind}"), href=href, download="")]
    return links


def definition_mark(
    entry: Chart, catalogue: Catalogue, say: Say, sampled: Mapping[str, str] = MappingProxyType({})
) -> html.Details:
    """The ⓘ of a chart or table: its question, what it shows, and what a check of that found."""
    parts: list[Any] = []
    shown = definitions.shown_by(entry, catalogue)
    told = definitions.definition(entry, catalogue, say)
    for one, (name, lines) in zip(shown, told, strict=True):
        checked = [sampled[one.id]] if one.id in sampled else []
        link = html.A(name, href=f"/koujing#{one.id}")
        parts += [html.Dt(link), *(html.Dd(line) for line in [*lines, *checked])]
    for name, lines in definitions.terms(entry, catalogue, say):
        parts += [html.Dt(name), *(html.Dd(line) for line in lines)]
    return html.Details(
        className="definition",
        children=[
            html.Summary("ⓘ", title=say("definition"), **_named(say("definition"))),
            html.Div(
                [
                    html.P(entry.question),
                    html.Dl(parts),
                    html.P(say("rule_missing")),
                    html.A(say("all_definitions"), href="/koujing"),
                ],
                className="definition-text",
            ),
        ],
    )


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


def no_quarter(asked: str, known: str, there: str, say: Say) -> html.Section:
    """A quarter of which nothing was published: what to run, and the way to the one there is."""
    wanted, shown = period_name(say, asked), period_name(say, known)
    return html.Section(
        className="card empty",
        children=[
            html.H1(say("no_quarter_title", period=wanted)),
            html.P([say("empty_before"), html.Code(say("empty_command", period=asked))]),
            html.P(say("empty_after")),
            dcc.Link(say("no_quarter_link", period=shown), href=there),
        ],
    )


def not_found(say: Say) -> html.Section:
    link = dcc.Link(say("not_found_link"), href="/zonglan")
    return html.Section([html.H1(say("not_found")), link], className="card empty")
