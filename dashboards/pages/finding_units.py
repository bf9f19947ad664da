"""Finding a unit by a part of its name or by its code."""

from typing import Any

import polars as pl
from dash import html

from dashboards import tables
from dashboards.answers import Question
from dashboards.pages.visit import Visit

MOST = 60


def found_units(question: Question, text: str) -> pl.DataFrame:
    """The units the reader may see whose name or code contains every word asked for."""
    rows = question.duty
    for word in text.split():
        rows = rows.filter(
            pl.col("unit_name").str.contains(word, literal=True)
            | pl.col("unit_code").str.contains(word, literal=True)
        )
    return rows


def chooser(visit: Visit, text: str = "") -> list[Any]:
    """The units that match, each a link; without a text all of them, county by county."""
    say, question = visit.say, visit.question
    rows = found_units(question, text)
    lines: list[list[tables.Cell]] = [
        [
            (row["unit_name"], "", visit.to_unit(row["unit_code"])),
            visit.county_name(row["county_code"]),
            question.level_names[row["level"]],
            row["unit_code"],
            say("was_used" if row["is_used"] else "was_not_used"),
        ]
        for row in (rows if visit.is_whole else rows.head(MOST)).iter_rows(named=True)
    ]
    heads = [say(f"{name}_column") for name in ("unit", "county", "level", "code", "used")]
    left = rows.height - len(lines)
    note = say("units_left", count=left) if left > 0 else ""
    return [
        visit.head(visit.dashboard.zh, visit.dashboard.lead),
        visit.crumbs([(visit.dashboard.zh, "")]),
        html.Div(
            tables.table_card(
                "choose",
                say("choose_unit_for", text=text) if text else say("choose_unit"),
                heads,
                lines,
                nothing=say("no_unit_found", text=text),
                foot=[html.Span(note, className="coverage")],
                file=visit.file,
            ),
            className="grid alone",
        ),
    ]
