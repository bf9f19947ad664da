"""县区画像: a county's indicators, course, inner gaps and units; and one indicator."""

from typing import Any

import polars as pl
from dash import html

from dashboards import tables
from dashboards.answers import judged
from dashboards.definitions import target_text
from dashboards.figures import labels
from dashboards.judgement import MARKS, REACHED
from dashboards.pages.board import chart_cards
from dashboards.pages.structure import structure_card
from dashboards.pages.visit import Visit
from dashboards.scopes import Scope, within
from dashboards.signs import untold_rules
from dashboards.view import CITY_CODE
from models.spec.indicator import Indicator

FINDINGS = """
select finding.unit_code, count(*) as findings,
    count(*) filter (finding.status = 'open' and finding.severity <> 'hint') as open
from core.finding as finding
join core.submission as submission on finding.submission_id = submission.submission_id
where submission.is_current and finding.period = ? and not list_contains(?, finding.rule)
group by finding.unit_code
"""


def county_page(visit: Visit) -> list[Any]:
    """The page of a county, of one of its indicators, or the way to choose a county."""
    county = visit.address.subject or visit.question.view.county
    if county is None:
        return _chooser(visit)
    names = {CITY_CODE, *visit.question.catalogue.counties}
    if county not in names or not visit.question.reader.may_see_total(county):
        return [tables.message(visit.say("no_county"), visit.say("no_county_why"))]
    about = visit.about(county)
    if visit.address.detail is None:
        return _portrait(about, county)
    entry = visit.question.catalogue.indicators.get(visit.address.detail)
    if entry is None:
        return [tables.message(visit.say("no_indicator"), visit.say("no_indicator_why"))]
    return _indicator(about, county, entry)


def _chooser(visit: Visit) -> list[Any]:
    say = visit.say
    used = visit.question.duty.group_by("county_code").agg(
        owed=pl.len(), used=pl.col("is_used").sum()
    )
    counts = {row["county_code"]: row for row in used.iter_rows(named=True)}
    lines: list[list[tables.Cell]] = [
        [
            (visit.county_name(code), "", visit.to_county(code)),
            say("coverage", expected=counts[code]["owed"], used=counts[code]["used"]),
        ]
        for code in (CITY_CODE, *visit.question.catalogue.counties)
        if code in counts
    ]
    heads = [say("county_column"), say("returns_column")]
    return [
        visit.head(visit.dashboard.zh, visit.dashboard.lead),
        visit.crumbs([(visit.dashboard.zh, "")]),
        html.Div(
            tables.table_card(
                "choose", say("choose_county"), heads, lines, nothing=say("nothing_here")
            ),
            className="grid alone",
        ),
    ]


def _portrait(visit: Visit, county: str) -> list[Any]:
    name = visit.county_name(county)
    return [
        visit.head(name, visit.dashboard.lead),
        visit.crumbs([(visit.dashboard.zh, visit.link("/county")), (name, "")]),
        html.Div(
            [*chart_cards(visit), *_structure(visit), _units(visit.reported())],
            className="grid alone",
        ),
    ]


def _structure(visit: Visit) -> list[html.Section]:
    return structure_card(visit, visit.question.whole)


def _units(visit: Visit) -> html.Section:
    """The units of the county: where their returns stand, and what was found in them."""
    say, question = visit.say, visit.question
    found = _findings_of(visit)
    lines: list[list[tables.Cell]] = []
    inside = within(question.view, question.duty)
    for row in inside.sort("is_received", "is_used", maintain_order=True).iter_rows(named=True):
        findings, waiting = found.get(row["unit_code"], (0, 0))
        state = "used" if row["is_used"] else "received" if row["is_received"] else "missing"
        lines.append(
            [
                (row["unit_name"], "", visit.to_unit(row["unit_code"])),
                question.level_names[row["level"]],
                (say(f"return_{state}"), {"used": "met", "received": "near"}.get(state, "missed")),
                str(findings),
                (str(waiting), "near" if waiting else ""),
            ]
        )
    heads = [say(f"{name}_column") for name in ("unit", "level", "return", "findings", "open")]
    shown, foot = visit.capped(lines, "units_more")
    return tables.table_card(
        "units",
        say("county_units", name=question.whole_name),
        heads,
        shown,
        method=say("county_units_method"),
        nothing=say("nothing_here"),
        foot=foot,
        file=visit.file,
    )


def _findings_of(visit: Visit) -> dict[str, tuple[int, int]]:
    if not visit.question.snapshot.holds("core.finding", "unit_code"):
        return {}
    question = visit.question
    untold = untold_rules(question.reader, question.catalogue)
    rows = question.snapshot.ask(FINDINGS, question.view.period, untold)
    return {unit: (count, waiting) for unit, count, waiting in rows.iter_rows()}


def _indicator(visit: Visit, county: str, entry: Indicator) -> list[Any]:
    """One indicator of the county: what every unit brings to it, the lowest first."""
    name = visit.county_name(county)
    return [
        visit.head(
            visit.say("cell_title", unit=name, indicator=entry.zh), target_text(entry, visit.say)
        ),
        visit.crumbs([(name, visit.to_county(county)), (entry.zh, "")]),
        html.Div([_brought(visit, entry), *_structure(visit)], className="grid alone"),
    ]


def _brought(visit: Visit, entry: Indicator) -> html.Section:
    say, question = visit.say, visit.question
    inside = within(question.view, question.duty)
    scopes = [
        Scope("unit", row["unit_code"], row["unit_name"], row["county_code"])
        for row in inside.iter_rows(named=True)
    ]
    rows = judged(question, [entry.id], scopes).filter(pl.col("status") != "not_applicable")
    ordered = rows.sort("gap", nulls_last=True, maintain_order=True)
    heads = [
        say(f"brought_{one}") for one in ("unit", "value", "numerator", "denominator", "status")
    ]
    lines = [_line(visit, row, entry) for row in ordered.to_dicts()]
    shown, foot = visit.capped(lines, "units_more")
    return tables.table_card(
        "units",
        say("brought_title", indicator=entry.zh),
        heads,
        shown,
        method=say("brought_method"),
        nothing=say("nothing_here"),
        foot=foot,
        file=visit.file,
    )


def _line(visit: Visit, row: dict[str, Any], entry: Indicator) -> list[tables.Cell]:
    shown = row["status"] in REACHED

    def part(name: str) -> str:
        return labels.brief(row[name], 2) if shown and row[name] is not None else ""

    return [
        (row["name"], "", visit.to_unit(row["scope"], entry.id)),
        labels.with_percent(row["value"], entry) if shown else "",
        part("numerator"),
        part("denominator"),
        (MARKS.get(row["status"], "") + visit.say(f"status_{row['status']}"), row["status"]),
    ]
