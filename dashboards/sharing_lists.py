"""The tables of 余缺对接: the proposals (D2a-2), and units whose open premises nobody used."""

from collections.abc import Callable
from typing import Any

import polars as pl

from dashboards import sharing_queries as asked
from dashboards.answers import Question
from dashboards.figures import labels
from dashboards.listing import Listing, county_cell, heads, lacking, unit_cells
from dashboards.tables import Cell
from models.proposal import has_told, lacks_told
from models.spec.resource import Reach

ORDER = {status: place for place, status in enumerate(asked.DECISIONS)}
LOOKS = {"accepted": "met", "refused": "blank"}


def proposals(question: Question) -> Listing:
    """Who could share what with whom and why, and what was decided on it."""
    titles = heads(
        question,
        *("resource", "giver", "has", "taker", "lacks", "reach", "decision", "proposal"),
    )
    if gone := lacking(question, asked.PROPOSAL):
        return Listing(titles, [], gone)
    say = question.catalogue.say
    order = pl.col("status").replace_strict(ORDER, return_dtype=pl.Int64)
    rows = asked.proposals(question).sort(order, maintain_order=True)
    unit = unit_cells(question)
    lines = [_proposal_line(question, row, unit) for row in rows.iter_rows(named=True)]
    counts = {name: rows.filter(status=name).height for name in asked.DECISIONS}
    said = say("dashboards.headline_proposals", count=rows.height, **counts)
    return Listing(
        titles,
        lines,
        headline=said if lines else None,
        nothing=say("dashboards.no_proposals", period=question.view.period),
        after=_how_to_decide(question, rows),
    )


def _how_to_decide(question: Question, rows: pl.DataFrame) -> str:
    """What is to be run, with the first proposal nobody decided on; or by whom it is decided."""
    say = question.catalogue.say
    if question.reader.has_limits:
        return say("dashboards.who_decides")
    numbers = rows.filter(status="proposed")["proposal_id"].to_list()
    first = next(iter(numbers), say("dashboards.a_proposal"))
    return say("dashboards.how_to_decide", period=question.view.period, proposal=first)


def _proposal_line(
    question: Question, row: dict[str, Any], unit: Callable[[str, str], Cell]
) -> list[Cell]:
    catalogue, say = question.catalogue, question.catalogue.say
    each = next(one for one in catalogue.resources.resources if one.id == row["resource"])
    has, lacks = _reasons(question, row)
    is_both = all(_is_seen(question, row, end) for end in ("giver", "taker"))
    status = row["status"]
    return [
        each.zh,
        _end(question, row, "giver", unit),
        (has, "wrap"),
        _end(question, row, "taker", unit),
        (lacks, "wrap"),
        (_reach(question, row), "wrap"),
        (say(f"dashboards.decision_{status}"), LOOKS.get(status, "")),
        # Its number is made of the two codes.
        row["proposal_id"] if not question.reader.has_limits or is_both else "",
    ]


def _is_seen(question: Question, row: dict[str, Any], end: str) -> bool:
    county = row[f"{end}_county"]
    seen = question.reader.may_see_unit
    return county is not None and seen(row[f"{end}_code"], county)


def _end(
    question: Question, row: dict[str, Any], end: str, unit: Callable[[str, str], Cell]
) -> Cell:
    """One of the two, by name for those who may see it."""
    if question.reader.has_limits and not _is_seen(question, row, end):
        return question.catalogue.say("sign_in.other_unit")
    return unit(row[f"{end}_code"], row[f"{end}_name"])


def _reasons(question: Question, row: dict[str, Any]) -> tuple[str, str]:
    """What the one has and the other lacks; of a unit that the reader may not see, nothing."""
    catalogue = question.catalogue
    gone, hidden = (
        catalogue.say("cli.proposal_unsupported"),
        catalogue.say("dashboards.status_hidden"),
    )
    if not row["is_supported"]:
        return gone, gone
    each = next(one for one in catalogue.resources.resources if one.id == row["resource"])
    matching = each.matching
    has = has_told(matching, row["spare"]) if matching else ""
    # A snapshot made by an earlier program does not say how much the taker has.
    lacks = lacks_told(catalogue, matching, row.get("short")) if matching else ""

    def shown(end: str, text: str) -> str:
        return text if _is_seen(question, row, end) else hidden

    return shown("giver", has), shown("taker", lacks)


def _reach(question: Question, row: dict[str, Any]) -> str:
    ways: dict[str, Reach] = {way.id: way for way in question.catalogue.resources.reaches}
    way = ways.get(row["reach"] or "")
    if way is None:
        return question.catalogue.say("dashboards.out_of_reach")
    return question.catalogue.say("dashboards.reach_told", way=way.zh, distance=way.distance)


def idle(question: Question) -> Listing:
    """Units whose premises are open to others and were used by nobody else this quarter."""
    titles = heads(question, "county", "unit", "level", "venues", "venues_shared", "venues_idle")
    if gone := lacking(question, asked.RESOURCE):
        return Listing(titles, [], gone)
    say = question.catalogue.say
    rows = asked.venues(question).filter(pl.col("idle") > 0)
    rows = rows.sort("idle", "unit_code", descending=[True, False])
    unit = unit_cells(question)
    lines: list[list[Cell]] = [
        [
            county_cell(question, row["county_code"]),
            unit(row["unit_code"], row["unit_name"]),
            question.level_names[row["level"]],
            *(labels.brief(row[role], 0) for role in ("held", "shared", "idle")),
        ]
        for row in rows.iter_rows(named=True)
    ]
    count = labels.number(float(rows["idle"].sum()))
    said = say("dashboards.headline_idle_units", units=rows.height, count=count)
    nothing = say("dashboards.none_idle")
    return Listing(titles, lines, headline=said if lines else None, nothing=nothing)


LISTINGS: dict[str, Callable[[Question], Listing]] = {"D2a-2": proposals, "D2a-4": idle}
