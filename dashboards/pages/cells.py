"""The end of the drill: an indicator of a unit, its formula, and the cells that said so."""

from datetime import datetime
from typing import Any

from dash import html

from dashboards import provenance, tables, wording
from dashboards.answers import judged
from dashboards.definitions import target_value
from dashboards.figures import labels
from dashboards.judgement import MARKS
from dashboards.pages.visit import Visit
from dashboards.sampled import sampled_line
from dashboards.scopes import Scope
from dashboards.view import TODAY
from dashboards.workbooks import time_text
from models.spec.indicator import Indicator

NEEDED = (("core.submission", "version"), ("core.finding", "message"), ("core.value", "cell"))
LIMIT = 400
"""Cells that a page tells; `sanji explain` tells all."""
MARK_CHARACTERS = 8
"""So much of a file's fingerprint tells it from the others."""


def cell_page(visit: Visit, unit: dict[str, Any], entry: Indicator) -> list[Any]:
    """Breadcrumb, value, formula, cells, findings."""
    title = visit.say("cell_title", unit=unit["unit_name"], indicator=entry.zh)
    county = unit["county_code"]
    return [
        visit.head(title, None),
        visit.crumbs(
            [
                (visit.county_name(county), visit.to_county(county)),
                (unit["unit_name"], visit.to_unit(unit["unit_code"])),
                (entry.zh, visit.to_county(county, entry.id)),
                (visit.say("cell_step"), ""),
            ]
        ),
        html.Div(_cards(visit, unit, entry), className="grid alone"),
    ]


def _cards(visit: Visit, unit: dict[str, Any], entry: Indicator) -> list[Any]:
    snapshot, say = visit.question.snapshot, visit.say
    lacking = [table for table, column in NEEDED if not snapshot.holds(table, column)]
    if lacking:
        return [tables.message(say("no_cells"), say("lacking", tables=say("and").join(lacking)))]
    try:
        told = _explained(visit, unit, entry)
    except provenance.NothingToExplainError:
        return [tables.message(say("no_number"), say("no_number_why"))]
    parts = told["parts"]
    return [_value_card(visit, unit, entry, told), _cell_card(visit, told), _findings(visit, parts)]


def _explained(visit: Visit, unit: dict[str, Any], entry: Indicator) -> dict[str, Any]:
    question = visit.question
    with question.snapshot.connection.cursor() as cursor:
        asked = provenance.Asked(
            cursor,
            question.catalogue,
            unit["unit_code"],
            question.view.period,
            level="unit",
            reader=question.reader,
            limit=None if visit.is_whole else LIMIT,
            under=question.under if question.under.name == TODAY else provenance.Structure(),
        )
        return provenance.explain(asked, entry.id)


def _value_card(
    visit: Visit, unit: dict[str, Any], entry: Indicator, told: dict[str, Any]
) -> html.Section:
    say, hidden = visit.say, visit.say("status_hidden")
    scope = Scope("unit", unit["unit_code"], unit["unit_name"], unit["county_code"])
    row = judged(visit.question, [entry.id], [scope]).row(0, named=True)
    word = MARKS.get(row["status"], "") + say(f"status_{row['status']}")

    def shown(name: str) -> str:
        if told["is_hidden"]:
            return hidden
        return "" if told[name] is None else labels.brief(told[name], 4)

    value = shown("value") if told["is_hidden"] else _value(row["value"], entry, say)
    value = "" if row["status"] == "not_split" else value
    return tables.facts(
        [
            (say("fact_value"), html.Span(f"{value}　{word}", className=row["status"])),
            (say("fact_target"), target_value(entry, say)),
            (say("fact_formula"), told["formula"]),
            (say("fact_numerator"), shown("numerator")),
            (say("fact_denominator"), shown("denominator")),
            *_checked(visit, entry),
            *(
                (say("fact_carried"), _carried(unit, say))
                for unit in told["units"]
                if unit["heirs"]
            ),
        ]
    )


def _carried(unit: dict[str, Any], say: wording.Say) -> str:
    """A unit whose past this is, and how much of it."""
    named = f"{unit['unit_name']}（{unit['unit_code']}）"
    return say("today_part", heirs=named, share=f"{100 * unit['part']:.4g}")


def _checked(visit: Visit, entry: Indicator) -> list[tuple[str, str]]:
    """What a check of a sample found in the cells of this indicator, over the whole city."""
    told = sampled_line(visit.question, entry.id)
    return [(visit.say("fact_sampled"), told)] if told else []


def _value(value: float | None, entry: Indicator, say: wording.Say) -> str:
    if value is None:
        return say("status_none")
    return say("value_uom", value=labels.brief(value, entry.decimals), uom=entry.uom)


def _cell_card(visit: Visit, told: dict[str, Any]) -> html.Section:
    say = visit.say
    heads = [say(f"cell_{name}") for name in HEADS]
    left = told["parts_total"] - len(told["parts"])
    note = say("cells_left", count=left) if left > 0 else ""
    return tables.table_card(
        "cells",
        say("cells_title"),
        heads,
        [_line(visit, part) for part in told["parts"]],
        method=say("cells_method"),
        nothing=say("cells_none"),
        foot=[html.Span(note, className="coverage")],
        file=visit.file,
    )


HEADS = ("field", "where", "value", "typed", "period", "file", "received", "said")


def _line(visit: Visit, part: dict[str, Any]) -> list[tables.Cell]:
    say = visit.say
    severities = [finding["severity"] for finding in part["findings"]]
    mark = say("findings_count", count=len(severities)) if severities else say("no_findings")
    return [
        _field_text(visit, part),
        say("cell_place", sheet=part["sheet"] or "", cell=part["cell"] or ""),
        _told_value(visit, part),
        _typed(visit, part),
        wording.short_period(say, part["period"]),
        say("file_version", file=_file(part), version=part["version"]),
        _time(visit, part["received_at"]),
        (mark, "missed" if "must" in severities else "near" if severities else "blank"),
    ]


def _field_text(visit: Visit, part: dict[str, Any]) -> str:
    field = visit.question.catalogue.fields[part["field"]]
    text = f"{field.zh}（{field.code}）"
    if part.get("matter_id"):
        return visit.say("field_matter", field=text, matter=part["matter_id"])
    return text if part["line"] is None else visit.say("field_line", field=text, line=part["line"])


def _told_value(visit: Visit, part: dict[str, Any]) -> str:
    field = visit.question.catalogue.fields[part["field"]]
    if part.get("is_hidden"):
        return visit.say("status_hidden")
    value = part["value"]
    codes = visit.question.catalogue.codes.get(field.enum or "", {})
    if value is not None and value.isdigit() and int(value) in codes:
        return f"{value} {codes[int(value)]}"
    return value if value is not None else visit.say("blank_cell")


def _typed(visit: Visit, part: dict[str, Any]) -> str:
    """How the value came about; where it was put into shape, what was typed."""
    shaped = part.get("normalised")
    if not shaped:
        return visit.say("typed_same")
    why = shaped["why"]
    return visit.say("typed_from", typed=shaped["from"], why=why) if shaped["from"] else why


def _file(part: dict[str, Any]) -> str:
    return part.get("file_name") or (part["file_sha256"] or "")[:MARK_CHARACTERS]


def _time(visit: Visit, text: str | None) -> str:
    return time_text(datetime.fromisoformat(text), visit.say) if text else ""


def _findings(visit: Visit, parts: list[dict[str, Any]]) -> html.Section:
    say = visit.say
    lines: list[list[tables.Cell]] = [
        [
            finding["rule"],
            (say(f"severity_{finding['severity']}"), SEVERITY_LOOK[finding["severity"]]),
            say("cell_place", sheet=part["sheet"] or "", cell=part["cell"] or ""),
            (finding["message"], "text"),
            say(f"finding_{finding['status']}"),
        ]
        for part in parts
        for finding in part["findings"]
    ]
    heads = [say(f"finding_{name}") for name in ("rule", "severity", "place", "message", "state")]
    return tables.table_card(
        "findings", say("cell_findings"), heads, lines, nothing=say("cell_findings_none")
    )


SEVERITY_LOOK = {"must": "missed", "verify": "near", "hint": "blank"}
