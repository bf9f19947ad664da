"""How a unit fills a quarter in a hurry: the changes that the signs of formality must find."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from models.catalogue_model import Catalogue
from models.expression import parse
from pipelines.frames import Source
from pipelines.validate import Together
from pipelines.validate.signs import ISSUES, PROBLEMS, typed_fields
from pipelines.validate.together import tables_of

TOUCHED = 10
"""A copier changes one number in so many."""
NUMBER = pl.Decimal(18, 4)
CELL = ["submission_id", "field"]


@dataclass(frozen=True)
class Planting:
    """An honest quarter, and the units that are made to fill it in a hurry."""

    quarter: Together
    chosen: frozenset[str]

    @property
    def values(self) -> pl.DataFrame:
        """The values of the quarter."""
        return self.quarter.batch.values

    @property
    def catalogue(self) -> Catalogue:
        return self.quarter.batch.catalogue

    def of_chosen(self, *fields: str) -> pl.Expr:
        """The cells of the chosen units in some fields."""
        return pl.col("submission_id").is_in(list(self.chosen)) & pl.col("field").is_in(fields)


def draw(*purpose: object) -> int:
    """A number that is the same for the same purpose."""
    text = "|".join(str(each) for each in purpose)
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def as_last_quarter(planting: Planting) -> pl.DataFrame:
    """The chosen units send last quarter's numbers again, but for one in `TOUCHED`."""
    source = planting.quarter.before.rename({"unit_code": "submission_id"})
    return _with_numbers(planting, source)


def as_a_peer(planting: Planting) -> pl.DataFrame:
    """Every chosen unit takes the numbers of the first unit of its kind that is not chosen."""
    kinds = planting.quarter.batch.submissions.select("submission_id", "unit_kind").rows()
    models: dict[str, str] = {}
    for code, kind in kinds:
        if code not in planting.chosen:
            models.setdefault(kind, code)
    pairs = pl.DataFrame(
        [(code, models[kind]) for code, kind in kinds if code in planting.chosen if kind in models],
        schema=["copier", "submission_id"],
        orient="row",
    )
    cells = planting.values.filter(pl.col("field").is_in(_typed(planting)))
    source = pairs.join(cells, on="submission_id").select("field", "number", submission_id="copier")
    return _with_numbers(planting, source)


def rounded(planting: Planting) -> pl.DataFrame:
    """The chosen units send round numbers."""
    to = planting.catalogue.parameters["signs"]["round_to"]
    wanted = planting.of_chosen(*typed_fields(planting.catalogue, fixed=False))
    number = (pl.col("number").cast(pl.Float64) / to).round() * to
    return _where(planting, wanted & (pl.col("number") >= to), number)


def every_second_rounded(planting: Planting) -> pl.DataFrame:
    """Every second number of the chosen units ends in 0 or 5, as people like them."""
    second = pl.struct(CELL).map_elements(
        lambda key: draw("second", *key.values()) % 2 == 0, return_dtype=pl.Boolean
    )
    changed = rounded(planting).select(other="number")
    both = planting.values.hstack(changed)
    number = pl.when(second).then(pl.col("other")).otherwise(pl.col("number"))
    return both.with_columns(number=number).drop("other")


def full_marks(planting: Planting) -> pl.DataFrame:
    """Of what the chosen units owe, all is done: the rates of one sum by another are 100%."""
    wholes = _wholes(planting)
    joined = planting.values.join(wholes, on=CELL, how="left")
    here = planting.of_chosen(*wholes["field"].unique()) & pl.col("whole").is_not_null()
    number = pl.when(here).then(pl.col("whole")).otherwise(pl.col("number"))
    return joined.with_columns(number=number).drop("whole")


def without_problems(planting: Planting) -> pl.DataFrame:
    """The chosen units found nothing, heard nothing, and nobody told them anything."""
    values = _where(planting, planting.of_chosen(*PROBLEMS), pl.lit(0.0))
    known = planting.quarter.batch.past.fixed
    before = known.select("submission_id", before=pl.col(f"prev__{ISSUES}").cast(pl.Float64))
    joined = values.join(before, on="submission_id", how="left")
    first = planting.quarter.batch.period.quarter == 1
    number = pl.lit(0.0) if first else pl.col("before").fill_null(0.0)
    here = planting.of_chosen(ISSUES)
    return joined.with_columns(
        number=pl.when(here).then(number.cast(NUMBER)).otherwise(pl.col("number"))
    ).drop("before")


def one_title(planting: Planting) -> pl.DataFrame:
    """The chosen units give matters titles that differ in their number only."""
    wanted = planting.of_chosen("l3.matter_title") & pl.col("text").is_not_null()
    title = pl.format("{}{}", pl.col("text").first().over("submission_id", "field"), "line")
    return planting.values.with_columns(text=pl.when(wanted).then(title).otherwise(pl.col("text")))


def same_day(planting: Planting) -> pl.DataFrame:
    """The chosen units close every matter on the day on which it was raised."""
    rows = planting.values.filter(planting.of_chosen("l3.raised_date"))
    raised = rows.select("submission_id", "line", raised="date")
    joined = planting.values.join(raised, on=["submission_id", "line"], how="left")
    closed = planting.of_chosen("l3.closed_date")
    date = pl.when(closed).then(pl.col("raised")).otherwise(pl.col("date"))
    return joined.with_columns(date=date).drop("raised")


def all_alike(planting: Planting) -> pl.DataFrame:
    """The chosen units did as much with each of the seven departments."""
    names = sorted(parse(_joint(planting.catalogue)).names())
    return _where(planting, planting.of_chosen(*names), pl.lit(2.0))


def at_the_last_minute(planting: Planting) -> pl.DataFrame:
    """`received`: two files in three of the chosen units come just before the deadline."""
    due = dict(planting.quarter.duties.select("unit_code", "due_at").iter_rows())
    early = timedelta(minutes=planting.catalogue.parameters["signs"]["last_minutes"] / 2)
    rows = [
        (sid, version, due[sid] - early if sid in planting.chosen and draw("late", sid) % 3 else at)
        for sid, version, at in planting.quarter.received.iter_rows()
    ]
    return pl.DataFrame(rows, planting.quarter.received.schema, orient="row")


def _joint(catalogue: Catalogue) -> str:
    return str(catalogue.rules["R609"].parts[0].test)


def _typed(planting: Planting) -> list[str]:
    return typed_fields(planting.catalogue, fixed=True)


def _terms(formula: str) -> list[str]:
    return [each.strip() for each in formula.split("+")]


def _where(planting: Planting, wanted: pl.Expr, number: pl.Expr) -> pl.DataFrame:
    given = pl.when(wanted & pl.col("number").is_not_null())
    return planting.values.with_columns(
        number=given.then(number.cast(NUMBER)).otherwise(pl.col("number"))
    )


def _wholes(planting: Planting) -> pl.DataFrame:
    """What each numerator would be at 100%: submission_id, field, whole."""
    frames, source = tables_of(planting.quarter.batch), Source()
    columns = [
        f"CAST({frames.sql(whole, source)} AS DECIMAL(18, 4)) AS {field}"
        for field, whole in _parts_and_wholes(planting.catalogue)
    ]
    query = f"SELECT s.submission_id, {', '.join(columns)} FROM {source.sql}"  # noqa: S608
    found: pl.DataFrame = frames.con.sql(query).pl()
    return found.unpivot(index="submission_id", variable_name="field", value_name="whole")


def _parts_and_wholes(catalogue: Catalogue) -> list[tuple[str, str]]:
    """(field of a numerator, formula that it should equal), for rates that are plain sums."""
    found: list[tuple[str, str]] = []
    for name in catalogue.parameters["signs"]["full_rate_of"]:
        indicator = catalogue.indicators[name]
        done, due = (_terms(text) for text in (indicator.numerator, indicator.denominator))
        if len(done) == 1 and done[0] in catalogue.fields:
            found.append((done[0], indicator.denominator))
        elif len(done) == len(due) and {*done, *due} <= catalogue.fields.keys():
            found += zip(done, due, strict=True)
    return found


def _with_numbers(planting: Planting, source: pl.DataFrame) -> pl.DataFrame:
    """Put the numbers of `source` (submission_id, field, number) into the chosen units' cells."""
    given = source.select(*CELL, other="number")
    joined = planting.values.join(given, on=CELL, how="left")
    untouched = pl.struct(CELL).map_elements(
        lambda key: draw(*key.values()) % TOUCHED > 0, return_dtype=pl.Boolean
    )
    wanted = planting.of_chosen(*_typed(planting)) & pl.col("other").is_not_null() & untouched
    number = pl.when(wanted).then(pl.col("other")).otherwise(pl.col("number"))
    return joined.with_columns(number=number).drop("other")
