"""What a chart of parts asks: what a whole is made of, place by place.

Drawn from a catalogue entry alone: `drawn_as: parts`, and under `shows` the fields that add up to
a whole, or one field of a code list. Places are counties and above, never units: the parts may
describe a few persons.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from dashboards import privacy, queries, scopes
from dashboards.answers import Answer, Question
from dashboards.figures import labels
from dashboards.figures.setting import Setting
from dashboards.reader import CITY
from dashboards.scopes import Scope
from dashboards.view import CITY_CODE
from models.period import Period
from models.spec.form import Field

Row = dict[str, Any]
Counts = dict[tuple[str, str], dict[str, float]]
"""(scope level, scope) -> part -> count; a place without any count is not there."""
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("scope", "scope_level", "name", "county", "head", "status"), pl.String),
    **dict.fromkeys(("count", "total", "share"), pl.Float64),
}
BESIDE_THE_WHOLE = 2
"""So many bars: the whole, and one chosen place."""
HIDDEN, MISSING = "hidden", "missing"


def parts(question: Question, shown: Sequence[str]) -> Answer:
    """One row a place and part, the whole city first."""
    fields = [question.catalogue.fields[name] for name in shown]
    heads = _heads(question, fields)
    everyone = replace(question, reader=CITY, view=question.view.over(None))
    places = _places(everyone)
    counts = _counts(everyone, fields, places)
    hidden = _hidden(question, fields, [counts.get((at.level, at.code), {}) for at in places],
                     list(heads))  # fmt: skip
    rows = [
        row
        for at, hides in zip(places, hidden, strict=True)
        if _is_in_view(question, at)
        for row in _line(at, heads, counts.get((at.level, at.code)), hides,
                         _absence(question, fields))
    ]  # fmt: skip
    shows_a_place = any(row["county"] for row in rows)
    return question.covered(pl.DataFrame(rows if shows_a_place else [], SCHEMA, orient="row"))


def _heads(question: Question, fields: Sequence[Field]) -> dict[str, str]:
    """What each part is called: a code by its word, a field by what stands behind the colon."""
    if fields[0].enum:
        codes = question.catalogue.codes[fields[0].enum]
        return {str(code): zh for code, zh in codes.items()}
    return {field.name: field.zh.rpartition(":")[2] for field in fields}


def _places(question: Question) -> list[Scope]:
    """The whole, 市直 and the counties, at the level of the view."""
    if question.view.level == "city":
        return [Scope("county_level", scopes.CITY_ORGANS, question.level_names["city"], CITY_CODE)]
    return [question.whole, *question.row_scopes]


def _is_in_view(question: Question, at: Scope) -> bool:
    """Whether a place is asked for, and the reader may see it; the whole goes with any place."""
    if not at.county:
        return True
    county = question.view.county or at.county
    return at.county == county and question.reader.may_see_total(at.county)


def _counts(question: Question, fields: Sequence[Field], places: Sequence[Scope]) -> Counts:
    asked = (question.reader, question.snapshot, question.view.period)
    if fields[0].enum:
        coded = queries.code_counts(*asked, fields[0].name, places)
        found = coded.select("scope_level", "scope", pl.col("code").cast(pl.String), "units")
    else:
        totals = queries.field_totals(*asked, [field.name for field in fields], places)
        known = totals.filter(pl.col("total").is_not_null())
        found = known.select("scope_level", "scope", "field", "total")
    counts: Counts = {}
    for level, scope, part, count in found.iter_rows():
        counts.setdefault((level, scope), {})[part] = float(count)
    return counts


def _hidden(
    question: Question, fields: Sequence[Field], counts: Sequence[dict[str, float]],
    heads: Sequence[str],
) -> list[list[bool]]:  # fmt: skip
    """Which cells are not printed: the same ones whoever asks, and whichever county is chosen."""
    table = [[line.get(part, 0.0) for part in heads] for line in counts]
    if question.reader.sees_small_groups or not any(map(privacy.is_guarded_field, fields)):
        return [[False] * len(heads) for _ in table]
    if question.view.level in {"county", "township"}:  # one level of a county is below county level
        return [[True] * len(heads) for _ in table]
    return privacy.suppressed(table, question.privacy)


def _absence(question: Question, fields: Sequence[Field]) -> str | None:
    """Why no place has a number, if so."""
    level, quarter = question.view.level, Period.parse(question.view.period).quarter
    if level and not any(level in field.levels for field in fields):
        return "not_applicable"
    return None if any(quarter in field.quarters for field in fields) else "not_due"


def _line(
    at: Scope, heads: dict[str, str], counts: dict[str, float] | None, hides: Sequence[bool],
    absence: str | None,
) -> list[Row]:  # fmt: skip
    total = sum(counts.values()) if counts else 0.0
    status = absence or (MISSING if counts is None else None if total else "none")
    place = {"scope": at.code, "scope_level": at.level, "name": at.name, "county": at.county}
    blank = {**place, "status": status, "count": None, "total": None, "share": None}
    if status or counts is None or all(hides):
        return [{**blank, "head": head, "status": status or HIDDEN} for head in heads.values()]
    return [
        {**blank, "head": head, "total": total, "status": HIDDEN if is_hidden else None,
         **({} if is_hidden else _part(counts.get(part, 0.0), total))}
        for (part, head), is_hidden in zip(heads.items(), hides, strict=True)
    ]  # fmt: skip


def _part(count: float, total: float) -> Row:
    return {"count": count, "share": 100 * count / total}


def largest(answer: Answer, setting: Setting) -> str | None:
    """The largest part of the whole, or of the one place that is chosen."""
    drawn = answer.rows["scope"].unique(maintain_order=True).to_list()
    subject = drawn[-1:] if len(drawn) <= BESIDE_THE_WHOLE else drawn[:1]
    own = answer.rows.filter(pl.col("scope").is_in(subject))
    if own.is_empty() or own["share"].null_count():
        return None
    most = own.sort("share", descending=True, maintain_order=True).row(0, named=True)
    return setting.say(
        "headline_parts",
        place=most["name"],
        part=most["head"],
        share=labels.number(most["share"]),
        count=labels.number(most["count"]),
        total=labels.number(most["total"]),
    )
