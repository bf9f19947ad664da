"""What the chart of 履责日历 asks: which duties are overdue where (D3a-1)."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from dashboards import duty_queries as asked
from dashboards.answers import Answer, Question
from dashboards.figures import labels
from dashboards.figures.setting import Setting
from dashboards.mart_charts import SCHEMA, cell_row, shaded
from dashboards.scopes import Scope, codes_of

UNREPORTED = "unreported"


def overdue(question: Question) -> Answer:
    """Units that have not done a duty in time, by place and duty (D3a-1)."""
    if not question.snapshot.holds(asked.DUTY):
        return question.covered(pl.DataFrame(schema=SCHEMA))
    rows = asked.duties(question)
    if rows.is_empty():
        return question.covered(pl.DataFrame(schema=SCHEMA))
    places = question.row_scopes[: question.limits.max_rows]
    names = list(rows.select("duty", "zh").unique(maintain_order=True).iter_rows())
    states = _states(rows)
    found = [
        _cell(question, place, zh, states.get((place.code, duty), []))
        for place in places
        for duty, zh in names
    ]
    return question.covered(shaded(found), len(question.row_scopes) - len(places))


def _states(rows: pl.DataFrame) -> dict[tuple[str, str], list[str]]:
    """(Place, duty) -> where each of its units stands with that duty."""
    found: dict[tuple[str, str], list[str]] = {}
    columns = rows.select("unit_code", "level", "county_code", "duty", "state")
    for unit, level, county, duty, state in columns.iter_rows():
        for code in codes_of(unit, level, county):
            found.setdefault((code, duty), []).append(state)
    return found


def _cell(question: Question, place: Scope, zh: str, states: Sequence[str]) -> dict[str, Any]:
    """How many units are late; grey where nobody is asked, or nobody has answered."""
    say = question.catalogue.say
    if not states:
        return cell_row(question, place, zh, (say("dashboards.status_not_applicable"), None))
    if set(states) == {UNREPORTED}:
        return cell_row(question, place, zh, (say("cli.duty_unreported"), None))
    late = states.count(asked.OVERDUE)
    row = cell_row(question, place, zh, (str(late) if late else "", float(late)))
    answered = len(states) - states.count(UNREPORTED)
    fills = {"name": place.name, "duty": zh, "late": late, "answered": answered}
    return {**row, "hover": say("dashboards.duty_hover", **fills)}


def told_overdue(answer: Answer, setting: Setting) -> str | None:
    """How many times a unit is late with a duty, and with which most are."""
    seen = answer.rows.filter(pl.col("value").is_not_null())
    if seen.is_empty() or answer.omitted:
        return None
    total = seen["value"].sum()
    if not total:
        return setting.say("headline_nothing_overdue")
    by = seen.group_by("column", maintain_order=True).agg(pl.col("value").sum())
    worst = by.sort("value", descending=True, maintain_order=True).row(0, named=True)
    return setting.say(
        "headline_overdue",
        count=labels.number(float(total)),
        duty=worst["column"],
        most=labels.number(worst["value"]),
        duties=by.filter(pl.col("value") > 0).height,
    )
