"""单位画像: where a unit stands, its course, what it has to do, and the way to every cell."""

from typing import Any

import polars as pl
from dash import dcc, html

from dashboards import tables
from dashboards.address import unit_path
from dashboards.answers import judged
from dashboards.definitions import target_value
from dashboards.figures import labels
from dashboards.judgement import MARKS, REACHED
from dashboards.pages.board import chart_cards
from dashboards.pages.cells import cell_page
from dashboards.pages.finding_units import chooser
from dashboards.pages.mixed import listing_card
from dashboards.pages.structure import structure_card
from dashboards.pages.visit import Visit
from dashboards.scopes import Scope
from dashboards.todo import to_do
from dashboards.view import AS_REPORTED, TODAY, view_search
from models.spec.dashboard import Chart

ORDER = {"missed": 0, "near": 1, "met": 2}


def unit_page(visit: Visit) -> list[Any]:
    """The page of a unit, of one of its indicators, or the way to choose a unit."""
    chosen = None if visit.sought else visit.question.view.unit
    subject = visit.address.subject or chosen
    if subject is None:
        return chooser(visit, visit.sought)
    unit = visit.unit(subject)
    if unit is None and visit.question.under.name != AS_REPORTED:
        return [_in_no_structure(visit, subject)]
    if unit is None:
        return [tables.message(visit.say("no_unit"), visit.say("no_unit_why"))]
    about = visit.about(unit["county_code"], unit["unit_code"])
    if visit.address.detail is None:
        return _portrait(about, unit)
    entry = visit.question.catalogue.indicators.get(visit.address.detail)
    if entry is None:
        return [tables.message(visit.say("no_indicator"), visit.say("no_indicator_why"))]
    return cell_page(about, unit, entry)


def _in_no_structure(visit: Visit, unit: str) -> html.Section:
    """The unit is not one of the structure that is chosen: the way back to what it reported."""
    say, question = visit.say, visit.question
    reported = question.view.anywhere().under(AS_REPORTED)
    path = unit_path(unit, visit.address.detail or "")
    href = path + view_search(reported, question.snapshot.periods)
    title = say("no_unit_in", structure=say(f"structure_{question.under.name}"))
    return tables.message(title, say("no_unit_in_why"), dcc.Link(say("see_as_reported"), href=href))


def _portrait(visit: Visit, unit: dict[str, Any]) -> list[Any]:
    county = unit["county_code"]
    kind = visit.question.catalogue.unit_kinds[unit["unit_kind"]][1]
    lead = visit.say("unit_lead", kind=kind, code=unit["unit_code"])
    return [
        visit.head(unit["unit_name"], lead),
        visit.crumbs(
            [(visit.county_name(county), visit.to_county(county)), (unit["unit_name"], "")]
        ),
        html.Div(
            [
                _to_do(visit.reported(), unit["unit_code"]),
                *_carried(visit, unit),
                *chart_cards(visit),
                listing_card(visit, _entry(visit, "D7-5")),
                _sources(visit, unit),
            ],
            className="grid alone",
        ),
    ]


def _carried(visit: Visit, unit: dict[str, Any]) -> list[html.Section]:
    """Whose past is told of the unit today, where it is not its own alone."""
    if visit.question.under.name != TODAY:
        return []
    names = (unit["unit_code"], unit["unit_name"], unit["county_code"])
    return structure_card(visit, Scope("unit", *names))


def _to_do(visit: Visit, unit: str) -> html.Section:
    say = visit.say
    things = to_do(visit.question, unit)
    lines: list[list[tables.Cell]] = [
        [
            (say(f"todo_kind_{one.kind}"), "missed" if one.is_overdue else ""),
            (one.text, "text"),
            say("cell_place", sheet=one.sheet, cell=one.cell) if one.cell else "",
        ]
        for one in things
    ]
    heads = [say(f"todo_{name}") for name in ("kind", "what", "where")]
    title = _entry_title(visit, "D7-3")
    return tables.table_card(
        "D7-3",
        title,
        heads,
        lines,
        method=say("todo_method"),
        nothing=say("todo_none"),
        foot=visit.foot,
        file=visit.file,
    )


def _entry_title(visit: Visit, chart: str) -> str:
    return _entry(visit, chart).title


def _entry(visit: Visit, chart: str) -> Chart:
    return next(one for one in visit.dashboard.charts if one.id == chart)


def _sources(visit: Visit, unit: dict[str, Any]) -> html.Section:
    """All indicators of the unit, those short of their target first, each with its cells (D7-4)."""
    say, question = visit.say, visit.question
    scope = Scope("unit", unit["unit_code"], unit["unit_name"], unit["county_code"])
    rows = judged(question, list(question.catalogue.indicators), [scope]).filter(
        pl.col("status") != "not_applicable"
    )
    ordered = sorted(rows.to_dicts(), key=lambda row: ORDER.get(row["status"], len(ORDER)))
    heads = [say(f"source_{name}") for name in ("indicator", "value", "before", "target", "status")]
    return tables.table_card(
        "D7-4",
        _entry_title(visit, "D7-4"),
        heads,
        [_source(visit, row) for row in ordered],
        method=say("sources_method"),
        nothing=say("nothing_here"),
        file=visit.file,
    )


def _source(visit: Visit, row: dict[str, Any]) -> list[tables.Cell]:
    entry = visit.question.catalogue.indicators[row["indicator"]]
    shown = row["status"] in REACHED
    before = "" if row["previous"] is None else labels.with_percent(row["previous"], entry)
    return [
        (entry.zh, "", visit.to_unit(row["scope"], entry.id)),
        labels.with_percent(row["value"], entry) if shown else "",
        before,
        target_value(entry, visit.say),
        (MARKS.get(row["status"], "") + visit.say(f"status_{row['status']}"), row["status"]),
    ]
