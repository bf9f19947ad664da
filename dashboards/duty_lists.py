"""The tables of 履责日历: progress, by kind of unit, who is overdue, who elects within the year."""

from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from dashboards import duty_queries as asked
from dashboards.answers import Question
from dashboards.figures import labels
from dashboards.listing import Listing, county_cell, heads, lacking, unit_cells
from dashboards.tables import Cell
from models.period import Period

CADENCES = ("month", "quarter", "half", "year", "term")
NEXT_QUARTERS = 4
LOOKS = {"overdue": "missed", "due_soon": "near", "unreported": "blank", "done": "met"}
STATE_HEADS = tuple(f"duty_{state}" for state in asked.STATES)


def progress(question: Question) -> Listing:
    """Duty by duty: how many units stand where, and how much of all that was due is done."""
    titles = heads(question, "cadence", "duty", "norm", "asked", *STATE_HEADS, "amount_done")
    if gone := lacking(question, asked.DUTY):
        return Listing(titles, [], gone)
    rows = _by_cadence(asked.duties(question))
    parts = rows.partition_by("duty", maintain_order=True)
    late = [part for part in parts if asked.OVERDUE in part["state"]]
    said = question.catalogue.say(
        "dashboards.headline_duty_progress", all=len(parts), late=len(late)
    )
    lines = [_progress_line(question, part) for part in parts]
    return Listing(titles, lines, headline=said if lines else None)


def _by_cadence(rows: pl.DataFrame) -> pl.DataFrame:
    order = {cadence: place for place, cadence in enumerate(CADENCES)}
    places = pl.col("cadence").replace_strict(order, return_dtype=pl.Int64)
    return rows.with_columns(order=places).sort("order", "position", maintain_order=True)


def _progress_line(question: Question, part: pl.DataFrame) -> list[Cell]:
    first = part.row(0, named=True)
    # What is not due yet, or was not said, is no part of either sum.
    known = part.filter(pl.col("state").is_in(["done", "overdue", "due_soon"]))
    done = known.select(pl.min_horizontal("expected", "done")).to_series()
    due = float(known["expected"].sum())
    fills = {"done": labels.brief(float(done.sum()), 0), "due": labels.brief(due, 0)}
    amount = question.catalogue.say("dashboards.amount_of", uom=first["uom"], **fills)
    return [
        cadence(question, first["cadence"]),
        first["zh"],
        (norm(question, first["norm"]), "text"),
        str(part.height),
        *counts(part["state"].to_list()),
        amount if due else "",
    ]


def cadence(question: Question, name: str) -> str:
    return question.catalogue.say(f"cli.cadence_{name}")


def norm(question: Question, name: str | None) -> str:
    """The title of a norm; a duty may rest on a local arrangement."""
    if name is None:
        return question.catalogue.say("dashboards.no_norm")
    return question.catalogue.norms[name].title


def counts(states: list[str]) -> list[Cell]:
    """How many are in which state; what is late stands out, and nothing is left blank."""
    return [
        (str(count), LOOKS.get(state, "") if count and state in {"overdue", "due_soon"} else "")
        for state in asked.STATES
        for count in [states.count(state)]
    ]


def by_kind(question: Question) -> Listing:
    """Kind of unit and cadence: how many duties stand where, and the share done of those due."""
    titles = heads(question, "kind", "cadence", "units", "asked_times", *STATE_HEADS, "share_done")
    if gone := lacking(question, asked.DUTY):
        return Listing(titles, [], gone)
    rows = _by_cadence(asked.duties(question))
    kinds = question.catalogue.unit_kinds
    groups = [
        (name, each, part)
        for kind, (_, name) in kinds.items()
        for each in CADENCES
        if (part := rows.filter(unit_kind=kind, cadence=each)).height
    ]
    lines = [_kind_line(question, name, each, part) for name, each, part in groups]
    return Listing(titles, lines, headline=_least_done(question, groups))


def _kind_line(question: Question, kind: str, each: str, part: pl.DataFrame) -> list[Cell]:
    states = part["state"].to_list()
    units = str(part["unit_code"].n_unique())
    done = share_done(states)
    word = "" if done is None else f"{labels.brief(done, 1)}%"
    return [kind, cadence(question, each), units, str(len(states)), *counts(states), word]


def share_done(states: list[str]) -> float | None:
    """Done of what had to be done by the end of the quarter; nothing where nothing had to."""
    done, late = states.count("done"), states.count(asked.OVERDUE)
    return 100 * done / (done + late) if done + late else None


def _least_done(question: Question, groups: Iterable[tuple[str, str, pl.DataFrame]]) -> str | None:
    shares = [
        (share, kind, each)
        for kind, each, part in groups
        if (share := share_done(part["state"].to_list())) is not None
    ]
    if not shares:
        return None
    share, kind, each = min(shares, key=lambda one: one[0])
    return question.catalogue.say(
        "dashboards.headline_least_done",
        kind=kind,
        cadence=cadence(question, each),
        share=labels.brief(share, 1),
    )


def late(question: Question) -> Listing:
    """逾期名单: which unit is late with which duty, by which norm, since when."""
    titles = heads(
        question,
        *("county", "unit", "duty", "cadence", "due_amount", "done_amount", "due_date", "running"),
        "norm",
    )
    if gone := lacking(question, asked.DUTY):
        return Listing(titles, [], gone)
    keys = ["unit_code", "duty"]
    rows = (
        asked.duties(question)
        .filter(state=asked.OVERDUE)
        .join(asked.runs(question), on=keys, how="left", maintain_order="left")
        .sort(
            "quarters",
            "county_code",
            "unit_code",
            "position",
            descending=[True, False, False, False],
        )
    )
    said = question.catalogue.say(
        "dashboards.headline_late",
        units=rows["unit_code"].n_unique(),
        count=rows.height,
        again=rows.filter(pl.col("quarters") > 1).height,
    )
    unit = unit_cells(question)
    lines = [_late_line(question, row, unit) for row in rows.iter_rows(named=True)]
    nothing = question.catalogue.say("dashboards.none_late")
    return Listing(titles, lines, headline=said if lines else None, nothing=nothing)


def _late_line(
    question: Question, row: dict[str, Any], unit: Callable[[str, str], Cell]
) -> list[Cell]:
    say = question.catalogue.say
    running = say("dashboards.quarters_running", count=row["quarters"], since=row["since"])
    return [
        county_cell(question, row["county_code"]),
        unit(row["unit_code"], row["unit_name"]),
        row["zh"],
        cadence(question, row["cadence"]),
        f"{labels.brief(row['expected'], 2)}{row['uom']}",
        (f"{labels.brief(row['done'], 2)}{row['uom']}", "missed"),
        str(row["due_date"] or say("dashboards.no_date")),
        (running, "missed" if row["quarters"] > 1 else ""),
        (norm(question, row["norm"]), "text"),
    ]


def elections(question: Question) -> Listing:
    """换届: the units with organisations overdue, or due within the year."""
    now = Period.parse(question.view.period)
    quarters = [str(now.shifted(step)) for step in range(1, NEXT_QUARTERS + 1)]
    say = question.catalogue.say
    named = [say("dashboards.short_period", year=one[2:4], quarter=one[-1]) for one in quarters]
    titles = (*heads(question, "county", "unit", "election_late"), *named,
              *heads(question, "first_due"))  # fmt: skip
    if gone := lacking(question, asked.ELECTION, asked.DUTY):
        return Listing(titles, [], gone)
    columns = [asked.OVERDUE, *quarters]
    rows = asked.elections(question).filter(pl.col("falls_in").is_in(columns))
    first = dict(
        asked.duties(question).filter(cadence="term").select("unit_code", "due_date").iter_rows()
    )
    unit = unit_cells(question)
    lines = [
        [
            county_cell(question, part["county_code"][0]),
            unit(code, part["unit_name"][0]),
            *_falling(part, columns),
            str(first.get(code) or say("dashboards.no_date")),
        ]
        for (code,), part in rows.sort("county_code", "unit_code").group_by(
            ["unit_code"], maintain_order=True
        )
    ]
    nothing = say("dashboards.none_to_elect")
    return Listing(titles, lines, headline=_to_elect(question, rows), nothing=nothing)


def _falling(part: pl.DataFrame, columns: list[str]) -> list[Cell]:
    known = dict(part.select("falls_in", "organisations").iter_rows())
    return [
        (str(known[name]) if name in known else "", "missed" if name == asked.OVERDUE else "")
        for name in columns
    ]


def _to_elect(question: Question, rows: pl.DataFrame) -> str | None:
    if rows.is_empty():
        return None
    overdue = int(rows.filter(falls_in=asked.OVERDUE)["organisations"].sum())
    return question.catalogue.say(
        "dashboards.headline_to_elect",
        units=rows["unit_code"].n_unique(),
        overdue=overdue,
        coming=int(rows["organisations"].sum()) - overdue,
    )


def of_unit(question: Question) -> Listing:
    """What one unit had to do, the most urgent first (D7-5)."""
    titles = heads(
        question,
        *("duty", "cadence", "duty_state", "due_amount", "done_amount", "due_date", "norm"),
    )
    if gone := lacking(question, asked.DUTY):
        return Listing(titles, [], gone)
    urgency = {state: place for place, state in enumerate(("overdue", "due_soon", "unreported"))}
    rows = asked.duties(question).to_dicts()
    ordered = sorted(rows, key=lambda row: urgency.get(row["state"], len(urgency)))
    lines = [_own_line(question, row) for row in ordered]
    return Listing(titles, lines, nothing=question.catalogue.say("dashboards.no_duties"))


def _own_line(question: Question, row: dict[str, Any]) -> list[Cell]:
    say = question.catalogue.say

    def amount(name: str) -> str:
        return "" if row[name] is None else f"{labels.brief(row[name], 2)}{row['uom']}"

    return [
        row["zh"],
        cadence(question, row["cadence"]),
        (say(f"cli.duty_{row['state']}"), LOOKS.get(row["state"], "")),
        amount("expected"),
        amount("done"),
        str(row["due_date"] or say("dashboards.no_date")),
        (norm(question, row["norm"]), "text"),
    ]


LISTINGS: dict[str, Callable[[Question], Listing]] = {
    "D3a-2": progress,
    "D3a-3": by_kind,
    "D3a-4": late,
    "D3a-5": elections,
    "D7-5": of_unit,
}
