"""What the tables of partners, flows, elections and resources ask (D1-3, D1-6, D2-1, D2-2, ...)."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from dashboards import mart_queries as marts
from dashboards.answers import Answer, Question
from dashboards.figures import labels
from dashboards.scopes import Scope, within
from dashboards.view import CITY_CODE, LEVELS
from models.period import Period

Row = dict[str, Any]
Cell = tuple[str, float | None]
"""What a cell prints, and the number that shades it."""
SCHEMA = {
    **dict.fromkeys(
        ("scope", "scope_level", "name", "county", "column", "text", "hover"), pl.String
    ),
    **dict.fromkeys(("value", "shade"), pl.Float64),
}
OVERDUE = "overdue"
NEXT_QUARTERS = 4
CONFIRMED = 1
ENDS = ("initiator", "counterpart")


def partners(question: Question) -> Answer:
    """Who works with whom: confirmed matters from place to place (D1-3)."""
    rows = marts.matters(question.reader, question.snapshot, question.view.period)
    confirmed = None if rows is None else rows.filter(pl.col("mirror_confirmed") == CONFIRMED)
    return _between(question, confirmed, lambda some: counted(some.height))


def ties(question: Question) -> Answer:
    """Who builds jointly with whom: confirmed ties of all that are listed (D2-7)."""
    rows = marts.ties(question.reader, question.snapshot, question.view.period)
    return _between(question, rows, _confirmed_of)


def counted(count: int) -> Cell:
    return ("" if not count else str(count)), float(count)


def _confirmed_of(some: pl.DataFrame) -> Cell:
    confirmed = int(some["is_confirmed"].sum())
    return ("" if some.is_empty() else f"{confirmed}/{some.height}"), float(some.height)


def _between(
    question: Question, rows: pl.DataFrame | None, cell: Callable[[pl.DataFrame], Cell]
) -> Answer:
    """Rows by the place that turned to another, columns by the place turned to."""
    if rows is None or rows.is_empty():
        return question.covered(pl.DataFrame(schema=SCHEMA))
    places = question.row_scopes[: question.limits.max_rows]
    used = used_places(question)
    found = []
    for place in places:
        for head, inside in _places_turned_to(question):
            text, count = cell(rows.filter(_at(place, "initiator") & inside))
            said = (text, count) if count or used(place) else missing(question)
            found.append(cell_row(question, place, head, said))
    return question.covered(shaded(found), len(question.row_scopes) - len(places))


def _places_turned_to(question: Question) -> list[tuple[str, pl.Expr]]:
    """Counties and 市直; seen from one county, its own levels and what lies outside."""
    names, county = question.level_names, question.view.county
    city = pl.col("counterpart_level") == "city"
    if not county or county == CITY_CODE:
        counties = question.catalogue.counties
        places = [
            (zh, ~city & (pl.col("counterpart_county") == code)) for code, zh in counties.items()
        ]
        return [(names["city"], city), *places]
    inside = pl.col("counterpart_county") == county
    own = [(names[level], inside & (pl.col("counterpart_level") == level)) for level in LEVELS[1:]]
    return [
        (names["city"], city),
        *own,
        (question.catalogue.say("dashboards.elsewhere"), ~city & ~inside),
    ]


def _at(place: Scope, end: str) -> pl.Expr:
    if place.level == "unit":
        return pl.col(f"{end}_code") == place.code
    county, _, level = place.code.partition("/")
    at_level = pl.col(f"{end}_level")
    own_level = at_level == level if level else at_level != "city"
    return (pl.col(f"{end}_county") == county) & own_level


def flows(question: Question) -> Answer:
    """Which resource goes between which levels: matters and joint building (D2-2)."""
    shared = marts.matters(question.reader, question.snapshot, question.view.period)
    tied = marts.ties(question.reader, question.snapshot, question.view.period)
    if shared is None or tied is None:
        return question.covered(pl.DataFrame(schema=SCHEMA))
    names = [f"{end}_{what}" for end in ENDS for what in ("level", "county", "code")]
    both = pl.concat(
        [
            shared.select(*names, resource="shared_resource"),
            tied.select(*names, resource="main_resource"),
        ],
        how="vertical_relaxed",
    )
    rows = _inside(question, both.drop_nulls([f"{end}_level" for end in ENDS]))
    ways = [(a, b) for a in LEVELS for b in LEVELS]
    found = [
        cell_row(question, _subject(f"r{each.code}", each.zh), _way(question, *way),
             counted(rows.filter(_goes(each.code, *way)).height))
        for each in question.catalogue.resources.resources
        for way in ways
    ]  # fmt: skip
    return question.covered(shaded(found))


def _inside(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    for kind, value in (("county", question.view.county), ("level", question.view.level)):
        if value:
            rows = rows.filter(pl.any_horizontal(*(pl.col(f"{e}_{kind}") == value for e in ENDS)))
    return rows


def _goes(code: int, start: str, end: str) -> pl.Expr:
    levels = (pl.col("initiator_level") == start) & (pl.col("counterpart_level") == end)
    return levels & (pl.col("resource") == code)


def _way(question: Question, start: str, end: str) -> str:
    names = question.level_names
    return question.catalogue.say("dashboards.way_between", start=names[start], end=names[end])


def _subject(code: str, name: str) -> Scope:
    """A row that is no place."""
    return Scope("subject", code, name, "")


def days(question: Question) -> Answer:
    """How long matters take, by direction (D1-6)."""
    rows = marts.matters(question.reader, question.snapshot, question.view.period)
    if rows is None:
        return question.covered(pl.DataFrame(schema=SCHEMA))
    inside = _inside(question, rows)
    found = [
        cell_row(
            question,
            _subject(f"d{code}", zh),
            question.catalogue.say(f"dashboards.days_{name}"),
            cell,
        )
        for code, zh in question.catalogue.codes["direction"].items()
        for name, cell in _spread(inside.filter(pl.col("direction") == code)).items()
    ]
    return question.covered(shaded(found, by="column"))


def _spread(rows: pl.DataFrame) -> dict[str, Cell]:
    closed, replied = rows["closing_days"].drop_nulls(), rows["response_days"].drop_nulls()
    return {
        "reply": _number(replied.median()),
        "closed": counted(closed.len()),
        "low": _number(closed.quantile(0.25, "linear")),
        "median": _number(closed.median()),
        "high": _number(closed.quantile(0.75, "linear")),
        "longest": _number(closed.max()),
    }


def _number(value: Any) -> Cell:
    return ("", None) if value is None else (labels.brief(float(value), 1), float(value))


def elections(question: Question) -> Answer:
    """Organisations overdue, and due in each of the next quarters (D4-3)."""
    scopes = [question.whole, *question.row_scopes[: question.limits.max_rows - 1]]
    rows = marts.elections(question.reader, question.snapshot, question.view.period, scopes)
    if rows is None or rows.is_empty():
        return question.covered(pl.DataFrame(schema=SCHEMA))
    now = Period.parse(question.view.period)
    columns = [OVERDUE, *(str(now.shifted(step)) for step in range(1, NEXT_QUARTERS + 1))]
    counts = {
        (row["scope_level"], row["scope"], row["falls_in"]): row["organisations"]
        for row in rows.to_dicts()
    }
    used = used_places(question)
    found = []
    for place in scopes:
        for falls in columns:
            count = counts.get((place.level, place.code, falls), 0)
            cell = counted(count) if used(place) else missing(question)
            found.append(cell_row(question, place, _quarter(question, falls), cell))
    omitted = max(0, len(question.row_scopes) - question.limits.max_rows + 1)
    return question.covered(shaded(found, by="column", first=True), omitted)


def _quarter(question: Question, falls: str) -> str:
    say = question.catalogue.say
    if falls == OVERDUE:
        return say("dashboards.election_overdue")
    return say("dashboards.short_period", year=falls[2:4], quarter=falls[-1])


def missing(question: Question) -> Cell:
    return question.catalogue.say("dashboards.status_missing"), None


def used_places(question: Question) -> Callable[[Scope], bool]:
    """Whether any return of a place is used: where none is, nothing may be printed as 0."""
    duty = within(question.view, question.duty).filter(pl.col("is_used"))
    units = set(duty["unit_code"])
    levels = set(zip(duty["county_code"], duty["level"], strict=True))

    def is_used(place: Scope) -> bool:
        if place.level == "unit":
            return place.code in units
        county, _, level = place.code.partition("/")
        wanted = {(county, level)} if level else {(county, "county"), (county, "township")}
        return bool(units if place.level in {"city", "level"} else levels & wanted)

    return is_used


def resources(question: Question) -> Answer:
    """What each level has of the six resources, for a hundred members (D2-1)."""
    levels = question.level_scopes
    scopes = [*levels, question.whole] if len(levels) > 1 else levels
    rows = marts.resources(question.reader, question.snapshot, question.view.period, scopes)
    if rows is None or rows.is_empty():
        return question.covered(pl.DataFrame(schema=SCHEMA))
    found = {
        (row["scope_level"], row["scope"], row["resource"], row["role"]): row
        for row in rows.to_dicts()
    }
    cells = []
    for place in scopes:
        for each in question.catalogue.resources.resources:
            first = each.measures[0]
            row = found.get((place.level, place.code, each.id, first.role))
            cell: Cell = (question.catalogue.say("dashboards.status_not_applicable"), None)
            if row is not None:
                known = row["per_hundred"] is not None
                cell = _number(row["per_hundred"]) if known else missing(question)
            cells.append(cell_row(question, place, f"{first.zh}({first.uom})", cell))
    return question.covered(shaded(cells, by="column"))


def cell_row(question: Question, place: Scope, column: str, cell: Cell) -> Row:
    text, value = cell
    hover = question.catalogue.say(
        "dashboards.cell_hover", name=place.name, column=column, text=text or "0"
    )
    return {
        "scope": place.code,
        "scope_level": place.level,
        "name": place.name,
        "county": place.county,
        "column": column,
        "text": text,
        "hover": hover,
        "value": value,
    }


def shaded(found: Sequence[Row], by: str | None = None, *, first: bool = False) -> pl.DataFrame:
    """Add the shade: the number as a part of the largest, of the table or of its column.

    With `first` the first row is the sum of the others, and sets no measure.
    """
    schema = {name: kind for name, kind in SCHEMA.items() if name != "shade"}
    rows = pl.DataFrame(list(found), schema=schema, orient="row")
    counted = pl.col("value")
    if first:
        counted = pl.when(pl.col("scope") != pl.col("scope").first()).then(counted)
    most = counted.max().over(by) if by else counted.max()
    part = pl.when(most > 0).then(pl.min_horizontal(pl.col("value") / most, 1.0)).otherwise(0.0)
    return rows.with_columns(shade=pl.when(pl.col("value").is_not_null()).then(part))
