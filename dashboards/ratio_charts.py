"""What a table of ratios asks: how much of what was owed was done, place by place.

Drawn from a catalogue entry alone: `drawn_as: ratios`, and for each of its `columns` what was held
and what was owed, in the language of formulas. Both are taken unit by unit and then added up, so
that a unit that does not answer one of them counts in neither.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from dashboards import queries
from dashboards.answers import Answer, Question, best_first
from dashboards.figures import labels
from dashboards.figures.setting import Setting
from dashboards.scopes import Scope
from dashboards.view import LEVELS
from models.expression import SqlNames, parse, to_sql
from models.names import Names
from models.period import Period
from models.spec.dashboard import Ratio

Row = dict[str, Any]
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(
        ("scope", "scope_level", "name", "county", "column", "text", "hover", "status"), pl.String
    ),
    **dict.fromkeys(("value", "numerator", "denominator"), pl.Float64),
}
LEAST_SPREAD = 1.0
"""Points of per cent: where places are this much alike, their shades are alike too."""


def ratios(question: Question, columns: Sequence[Ratio]) -> Answer:
    """One row a place and column; the whole first, then the best on top."""
    wholes = [] if question.whole.county else [question.whole]
    found = _sides(question, columns)
    places = queries.seen(question.reader, [*wholes, *question.row_scopes])
    rows = [
        _cell(question, at, column, found.filter(pl.col("side") == number))
        for at in places
        for number, column in enumerate(columns)
    ]
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    below = table.filter(pl.col("county") != "")
    capped = question.capped(best_first(below, "value"), "value")
    top = table.filter((pl.col("county") == "") & (not below.is_empty()))
    return question.covered(_shaded(pl.concat([top, capped.rows])), capped.omitted)


def _sides(question: Question, columns: Sequence[Ratio]) -> pl.DataFrame:
    """Held and owed of every unit that answers both."""
    names = Names(question.catalogue)
    known = SqlNames(column=lambda name: name, aggregate=lambda _, select: select)

    def sql(text: str) -> str:
        return to_sql(parse(text), names.type_of, known)

    fields = sorted(set().union(*(_fields(column) for column in columns)))
    sides = [(sql(column.held), sql(column.owed)) for column in columns]
    asked = (question.reader, question.snapshot, question.view.period)
    return queries.unit_sides(*asked, fields, sides)


def _fields(column: Ratio) -> frozenset[str]:
    return parse(column.held).names() | parse(column.owed).names()


def _cell(question: Question, at: Scope, column: Ratio, units: pl.DataFrame) -> Row:
    inside = units.filter(_inside(at))
    held, owed = float(inside["held"].sum()), float(inside["owed"].sum())
    status = _absence(question, at, column)
    if status is None and not owed:
        status = "missing" if inside.is_empty() else "none"
    say, value = question.catalogue.say, None if status else 100 * held / owed
    text = say(f"dashboards.status_{status}") if value is None else f"{labels.brief(value, 1)}%"
    counted = text
    if value is not None:
        both = {"held": labels.number(held), "owed": labels.number(owed)}
        counted = say("dashboards.held_of", text=text, **both)
    hover = say("dashboards.cell_hover", name=at.name, column=column.zh, text=counted)
    sides = (None, None) if status else (held, owed)
    place = (at.code, at.level, at.name, at.county)
    return dict(zip(SCHEMA, [*place, column.zh, text, hover, status, value, *sides], strict=True))


def _inside(at: Scope) -> pl.Expr:
    """Which units belong to a place."""
    if at.level == "unit":
        return pl.col("unit_code") == at.code
    county, _, level = at.code.partition("/")
    if at.level == "level":
        return pl.col("level") == at.code
    if at.level == "city":
        return pl.lit(value=True)
    here = pl.col("county_code") == county
    return here & (pl.col("level") == level) if level else here


def _absence(question: Question, at: Scope, column: Ratio) -> str | None:
    """Why the cell has no number, if it could not have one."""
    fields = [question.catalogue.fields[name] for name in _fields(column)]
    levels = _levels_of(question, at)
    if any(levels.isdisjoint(field.levels) for field in fields):
        return "not_applicable"
    quarter = Period.parse(question.view.period).quarter
    return None if all(quarter in field.quarters for field in fields) else "not_due"


def _levels_of(question: Question, at: Scope) -> frozenset[str]:
    if at.level == "unit":
        own = question.duty.filter(pl.col("unit_code") == at.code)
        return frozenset(own["level"])
    level = at.code.rpartition("/")[2]
    if level in LEVELS:
        return frozenset({level})
    return frozenset(LEVELS if at.level == "city" else LEVELS[1:])


def _shaded(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the shade: between the lowest and the highest cell; ratios are often all high."""
    value = pl.col("value")
    spread = pl.max_horizontal(value.max() - value.min(), pl.lit(LEAST_SPREAD))
    shade = ((value - value.min()) / spread).clip(0, 1)
    return rows.with_columns(shade=pl.when(value.is_not_null()).then(shade))


def lowest(answer: Answer, setting: Setting) -> str | None:
    """The column that is lowest in the whole."""
    whole = answer.rows.filter((pl.col("county") == "") & pl.col("value").is_not_null())
    if whole.is_empty():
        return None
    least = whole.sort("value", maintain_order=True).row(0, named=True)
    return setting.say(
        "headline_ratios", place=least["name"], column=least["column"], text=least["text"]
    )
