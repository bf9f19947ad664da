"""What a table of fields asks: how usual each practice is, level by level, and in what measure.

Drawn from a catalogue entry alone: `drawn_as: field_table`, its fields under `shows`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from dashboards import queries
from dashboards.answers import Answer, Question
from dashboards.figures import labels
from dashboards.figures.setting import Setting
from dashboards.privacy import is_guarded_field, is_small
from dashboards.scopes import Scope
from dashboards.view import LEVELS
from models.period import Period
from models.spec.form import Field

Row = dict[str, Any]

NO, NOT_APPLICABLE = 0, 9
COUNTED, HIDDEN = "count_by_code", "hidden"
COMPARABLE = 2
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("field", "scope", "scope_level", "name", "county", "status"), pl.String),
    **dict.fromkeys(("value", "share"), pl.Float64),
    **dict.fromkeys(("units_having", "units_used"), pl.Int64),
}


def field_table(question: Question, fields: Sequence[str]) -> Answer:
    """One row a field and level: units that have it, of those that said; its mean over these."""
    levels = question.level_scopes
    places = [*levels, question.whole] if len(levels) > 1 else levels
    rows = [row for name in fields for row in _line(question, name, places)]
    answer = question.covered(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    # Nobody of whom the reader may know owes a return here.
    return answer if answer.expected else replace(answer, rows=answer.rows.clear())


def _line(question: Question, name: str, places: Sequence[Scope]) -> list[Row]:
    """One field over the places. A hidden level hides the whole, whose total would tell it."""
    field = question.catalogue.fields[name]
    is_counted = field.rollup == COUNTED
    said = (_counts if is_counted else _means)(question, name, places)
    found = {(row["scope_level"], row["scope"]): row for row in said}
    cells = [_cell(question, field, at, found.get((at.level, at.code))) for at in places]
    if len(cells) > 1 and any(cell["status"] == HIDDEN for cell in cells[:-1]):
        cells[-1] = _blank(field, places[-1], HIDDEN)
    return cells


def _means(question: Question, name: str, places: Sequence[Scope]) -> list[Row]:
    rows = question.totals([name], places).rename({"units_positive": "units_having"})
    return rows.with_columns(value=pl.col("total") / pl.col("units_used")).to_dicts()


def _counts(question: Question, name: str, places: Sequence[Scope]) -> list[Row]:
    """Units by their code, those put together that have it; 不适用 is left out."""
    period = question.view.period
    asked = (question.reader, question.snapshot, period, name, places)
    found = queries.code_counts(*asked, question.under)
    units, code = pl.col("units"), pl.col("code")
    rows = found.filter(code != NOT_APPLICABLE).group_by("scope", "scope_level")
    return rows.agg(
        units_used=units.sum(),
        units_having=units.filter(code > NO).sum(),
        total=(code * units).sum(),
        value=(code * units).sum() / units.sum(),
    ).to_dicts()


def _cell(question: Question, field: Field, place: Scope, row: Row | None) -> Row:
    status = _absence(question, field, place, row)
    if status or row is None:
        return _blank(field, place, status)
    having, used = int(row["units_having"]), int(row["units_used"])
    said = {"share": 100 * having / used, "units_having": having, "units_used": used}
    mean = None if field.enum else row["value"]
    return {**_blank(field, place, None), **said, "value": mean}


def _blank(field: Field, place: Scope, status: str | None) -> Row:
    said = (field.name, place.code, place.level, place.name, place.county, status)
    return dict(zip(SCHEMA, [*said, None, None, None, None], strict=True))


def _absence(question: Question, field: Field, place: Scope, row: Row | None) -> str | None:
    """Why nothing is printed, if so."""
    level = place.code.rsplit("/", 1)[-1]
    if level in LEVELS and level not in {each.value for each in field.levels}:
        return "not_applicable"
    if Period.parse(question.view.period).quarter not in field.quarters:
        return "not_due"
    if row is None or not row["units_used"]:
        return "missing"
    return HIDDEN if _tells_of_few(question, field, row) else None


def _tells_of_few(question: Question, field: Field, row: Row) -> bool:
    """Whether a count of persons, or of the units that have any, is too small to be printed."""
    if not is_guarded_field(field) or question.reader.sees_small_groups:
        return False
    if row["total"] is None or is_small(row["units_having"], question.privacy):
        return True
    return field.sensitivity == "sensitive" and not row["total"]


def least_usual(answer: Answer, setting: Setting) -> str | None:
    """The field that the smallest part of all units has."""
    if answer.rows.is_empty():
        return None
    whole = answer.rows.filter(pl.col("scope") == answer.rows["scope"].last())
    seen = whole.filter(pl.col("share").is_not_null()).sort("share", maintain_order=True)
    if seen.height < COMPARABLE:
        return None
    least = seen.row(0, named=True)
    return setting.say(
        "headline_least_usual",
        place=least["name"],
        field=labels.bare(setting.fields[least["field"]]),
        share=labels.number(least["share"]),
        having=least["units_having"],
        used=least["units_used"],
    )
