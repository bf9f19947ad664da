"""Who fell in linkage (D0-6) and who never answers (D1-14): places and units by name."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from dashboards import queries
from dashboards.address import indicator_path
from dashboards.answers import Question
from dashboards.defined import unlike
from dashboards.figures import labels
from dashboards.index_headlines import moved
from dashboards.listing import Listing, county_cell, heads, lacking, link, unit_cells
from dashboards.scopes import within
from dashboards.tables import Cell
from models.period import Period

Row = dict[str, Any]
LINKAGE = "X1"
YEAR = 4
MOST_NAMED = 6
"""So many places a headline can name."""
KEYS = ["scope", "scope_level"]
LOOKS = {"fell": "missed", "rose": "met", "down": "near"}
ANSWERED = "count(distinct matter_id) filter (mirror_confirmed in (1, 2){also})"
"""Matters that the party turned to confirmed, or said something else of."""
ASKED = f"""
select counterpart_code as unit_code,
    count(distinct matter_id) filter (period = $1) as asked,
    count(distinct initiator_code) filter (period = $1) as by_units,
    {ANSWERED.format(also=" and period = $1")} as answered,
    count(distinct matter_id) as asked_ever, {ANSWERED.format(also="")} as answered_ever
from marts.matter
where period <= $1 and matter_status is distinct from 5
group by counterpart_code
"""  # noqa: S608


def falls(question: Question) -> Listing:
    """The index of linkage of every place: now, a quarter ago, a year ago; who fell on top."""
    titles = heads(
        question,
        "place",
        "now",
        "before_now",
        "moved",
        "interval_of_move",
        "year_ago",
        "moved_year",
        "worst",
    )
    if gone := lacking(question, "marts.composite_value", "marts.indicator_score"):
        return Listing(titles, [], gone)
    rows = _moves(question)
    worst = _worst(question)
    lines = [_fall_line(question, row, worst) for row in rows]
    return Listing(titles, lines, headline=_told(question, rows))


def _moves(question: Question) -> list[Row]:
    """A row for each place that has an index, the one that fell most first."""
    now = _index(question, question.view.period)
    for name, quarters in (("before", 1), ("year", YEAR)):
        ends = [pl.col(one).alias(f"{one}_{name}") for one in ("value", "low", "high")]
        then = _index(question, _earlier(question, quarters)).select(*KEYS, *ends)
        now = now.join(then, on=KEYS, how="left", maintain_order="left")
    fell = pl.col("value") - pl.col("value_before")
    known = now.filter(pl.col("value").is_not_null())
    return known.sort(fell, nulls_last=True, maintain_order=True).to_dicts()


def _earlier(question: Question, quarters: int) -> str:
    return str(Period.parse(question.view.period).shifted(-quarters))


def _index(question: Question, period: str) -> pl.DataFrame:
    """The index of the places in a quarter; none where it was made otherwise than now."""
    asked = (question.reader, question.snapshot, period, [LINKAGE], question.row_scopes)
    found = queries.composite_rows(*asked, question.under)
    is_alike = LINKAGE not in unlike(question.snapshot, question.view.period, period)
    return found if is_alike else found.clear()


def _verdict(row: Row) -> str:
    """`fell` and `rose` need intervals that lie apart; else only which way the number went."""
    if row["value_before"] is None:
        return "alone"
    told = moved({**row, "is_unlike": False})
    if told in LOOKS:
        return told
    change = round(row["value"] - row["value_before"], 1)
    return "down" if change < 0 else "up" if change > 0 else "same"


def _fall_line(question: Question, row: Row, worst: dict[str, Row]) -> list[Cell]:
    say, verdict = question.catalogue.say, _verdict(row)
    path = indicator_path(row["scope_level"], row["scope"], "")
    return [
        (row["name"], "", link(question, path)) if path else row["name"],
        labels.number(row["value"], 1),
        *_against(row, "before"),
        (say(f"dashboards.linkage_{verdict}"), LOOKS.get(verdict, "")),
        *_against(row, "year"),
        _worst_cell(question, worst.get(row["scope"])),
    ]


def _against(row: Row, then: str) -> tuple[str, str]:
    before = row[f"value_{then}"]
    if before is None:
        return "", ""
    change = labels.number(row["value"] - before, 1)
    is_up = row["value"] > before and change != labels.number(0, 1)
    return labels.number(before, 1), f"+{change}" if is_up else change


def _worst(question: Question) -> dict[str, Row]:
    """Of every place, the part of the index whose score fell most since the quarter before."""
    before = _earlier(question, 1)
    parts = question.catalogue.composites[LINKAGE].dimensions
    names = {name for part in parts for name in part.indicators}
    names -= unlike(question.snapshot, question.view.period, before, "score_mark")
    now, then = (_scores(question, period, names) for period in (question.view.period, before))
    both = now.join(then, on=[*KEYS, "indicator"], suffix="_before")
    fell = both.with_columns(moved=pl.col("value") - pl.col("value_before"))
    lowest = fell.filter(pl.col("moved") < 0).sort("moved", "indicator")
    return {row["scope"]: row for row in reversed(lowest.to_dicts())}


def _scores(question: Question, period: str, names: set[str]) -> pl.DataFrame:
    asked = (question.reader, question.snapshot, period, question.row_scopes, question.under)
    rows = queries.score_rows(*asked)
    return rows.filter(pl.col("indicator").is_in(sorted(names)), pl.col("taken_from") == period)


def _worst_cell(question: Question, row: Row | None) -> Cell:
    if row is None:
        return question.catalogue.say("dashboards.none_fell")
    entry = question.catalogue.indicators[row["indicator"]]
    then, now = (
        labels.with_percent(row[name], entry) for name in ("value_now_before", "value_now")
    )
    text = question.catalogue.say("dashboards.part_fell", name=entry.zh, then=then, now=now)
    path = indicator_path(row["scope_level"], row["scope"], entry.id)
    return (text, "wrap", link(question, path)) if path else (text, "wrap")


def _told(question: Question, rows: Sequence[Row]) -> str | None:
    """Who fell for certain, and whose number fell within its interval."""
    say, names = question.catalogue.say, question.catalogue.composites
    before = [row for row in rows if row["value_before"] is not None]
    if not before:
        return None

    def named(verdict: str) -> str:
        some = [row["name"] for row in before if _verdict(row) == verdict]
        told = say("dashboards.and").join(some[:MOST_NAMED]) or say("dashboards.nobody")
        is_cut = len(some) > MOST_NAMED
        return say("dashboards.and_others", names=told, count=len(some)) if is_cut else told

    return say(
        "dashboards.headline_falls", index=names[LINKAGE].zh, fell=named("fell"), down=named("down")
    )


def silent(question: Question) -> Listing:
    """Units that answered none of the matters in which others named them, the most asked first."""
    titles = heads(
        question, "county", "unit", "level", "return", "named", "naming", "answered_before"
    )
    if gone := lacking(question, "marts.matter"):
        return Listing(titles, [], gone)
    say = question.catalogue.say
    rows = _silent(question)
    unit = unit_cells(question)
    lines = [_silent_line(question, row, unit) for row in rows.iter_rows(named=True)]
    never = rows.filter(pl.col("answered_ever") == 0).height
    said = say("dashboards.headline_silent", units=rows.height,
               count=int(rows["asked"].sum()), never=never)  # fmt: skip
    return Listing(
        titles, lines, headline=said if lines else None, nothing=say("dashboards.none_silent")
    )


def _silent(question: Question) -> pl.DataFrame:
    asked = question.snapshot.ask(ASKED, question.view.period)
    inside = within(question.view, question.duty)
    rows = asked.filter(pl.col("asked") > 0, pl.col("answered") == 0).join(inside, on="unit_code")
    never = pl.col("answered_ever") == 0
    return rows.sort(never, "asked", "unit_code", descending=[True, True, False])


def _silent_line(question: Question, row: Row, unit: Callable[[str, str], Cell]) -> list[Cell]:
    say = question.catalogue.say
    state = "used" if row["is_used"] else "received" if row["is_received"] else "missing"
    before = say("dashboards.answered_of", answered=row["answered_ever"], asked=row["asked_ever"])
    return [
        county_cell(question, row["county_code"]),
        unit(row["unit_code"], row["unit_name"]),
        question.level_names[row["level"]],
        say(f"dashboards.return_{state}"),
        say("dashboards.named_times", count=row["asked"]),
        say("dashboards.naming_units", count=row["by_units"]),
        (before, "" if row["answered_ever"] else "missed"),
    ]


LISTINGS: dict[str, Callable[[Question], Listing]] = {"D0-6": falls, "D1-14": silent}
