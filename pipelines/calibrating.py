"""校准: how well the signs of formality tell planted returns from honest ones.

Some units of the honest sample are made to fill one quarter in a hurry; each sign is then measured
on them and on all others, at the threshold in force and at others.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.period import period_range
from models.spec.rule import RuleKind
from pipelines.sample.writing import make_sample
from pipelines.sample_quarter import Sent, together
from pipelines.validate import Together, judge_together
from pipelines.validate.signs import frames_with_signs, typed_fields

SPAN, SEED = "2026Q1..2026Q3", 7
PLANTED = 5
"""One unit in so many fills the quarter in a hurry."""
TOUCHED = 10
"""A copier changes one number in so many."""

Change = Callable[["Planting"], pl.DataFrame]


@dataclass(frozen=True)
class Rate:
    """How a sign does at a threshold; without recall where only honest returns are measured."""

    rule: str
    threshold: float | None
    is_chosen: bool
    planted: int
    honest: int
    recall: float | None
    false_flags: float


@dataclass(frozen=True)
class Planting:
    """An honest quarter, and the units that are made to fill it in a hurry."""

    quarter: Together
    chosen: frozenset[str]

    @property
    def values(self) -> pl.DataFrame:
        """The values of the quarter."""
        return self.quarter.batch.values

    def of_chosen(self, *fields: str) -> pl.Expr:
        """The cells of the chosen units in some fields."""
        return pl.col("submission_id").is_in(list(self.chosen)) & pl.col("field").is_in(fields)


@dataclass(frozen=True)
class Sign:
    """A sign: how a hurried unit shows it, the measure, and what must hold beside it."""

    rule: str
    threshold: str
    others: tuple[float, ...]
    change: Change
    measure: str
    least: str


def calibrate(catalogue: Catalogue, seed: int = SEED, span: str = SPAN) -> list[Rate]:
    """Recall and false flags of every sign that looks at one file, at several thresholds."""
    periods = period_range(span)
    sent = Sent.of(make_sample(catalogue, periods, seed))
    quarter = together(sent, periods[-1])
    honest = _measured(quarter)
    rates = [rate for sign in SIGNS for rate in _rates(catalogue, sign, quarter, honest, seed)]
    return rates + _of_honest(quarter, {sign.rule for sign in SIGNS})


def _of_honest(quarter: Together, known: set[str]) -> list[Rate]:
    """The other signs: how often they point at honest units."""
    findings = judge_together(quarter).findings
    rules = quarter.batch.catalogue.rules.values()
    honest = quarter.batch.submissions.height
    return [
        Rate(
            rule=rule.id,
            threshold=None,
            is_chosen=True,
            planted=0,
            honest=honest,
            recall=None,
            false_flags=flagged / honest,
        )
        for rule in rules
        if rule.kind is RuleKind.PERFUNCTORY and rule.id not in known
        for flagged in [len({each.submission_id for each in findings if each.rule == rule.id})]
    ]


def _measured(quarter: Together) -> pl.DataFrame:
    found: pl.DataFrame = frames_with_signs(quarter).con.sql("SELECT * FROM s").pl()
    return found


def _rates(
    catalogue: Catalogue, sign: Sign, quarter: Together, honest: pl.DataFrame, seed: int
) -> list[Rate]:
    settings = catalogue.parameters["signs"]
    able = honest.filter(pl.sql_expr(sign.least.format(**settings)))["submission_id"]
    chosen = frozenset(code for code in able if _draw(seed, sign.rule, code) % PLANTED == 0)
    planting = Planting(quarter, chosen)
    changed = replace(quarter, batch=replace(quarter.batch, values=sign.change(planting)))
    hurried = _measured(changed).filter(pl.col("submission_id").is_in(list(chosen)))
    thresholds = sorted({float(settings[sign.threshold]), *sign.others})
    return [
        Rate(
            rule=sign.rule,
            threshold=at,
            is_chosen=at == float(settings[sign.threshold]),
            planted=hurried.height,
            honest=honest.height,
            recall=_share(hurried, sign, at, settings),
            false_flags=_share(honest, sign, at, settings),
        )
        for at in thresholds
    ]


def _share(units: pl.DataFrame, sign: Sign, at: float, settings: dict[str, Any]) -> float:
    flagged = units.filter(
        pl.sql_expr(f"{sign.measure} >= {at}") & pl.sql_expr(sign.least.format(**settings))
    )
    return flagged.height / units.height if units.height else 0.0


def _draw(*purpose: object) -> int:
    text = "|".join(str(each) for each in purpose)
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _typed(planting: Planting) -> list[str]:
    return typed_fields(planting.quarter.batch.catalogue, fixed=True)


def _with_numbers(planting: Planting, source: pl.DataFrame) -> pl.DataFrame:
    """Put the numbers of `source` (submission_id, field, number) into the chosen units' cells."""
    keys = ["submission_id", "field"]
    given = source.select(*keys, other="number")
    joined = planting.values.join(given, on=keys, how="left")
    untouched = pl.struct(keys).map_elements(
        lambda key: _draw(*key.values()) % TOUCHED > 0, return_dtype=pl.Boolean
    )
    wanted = planting.of_chosen(*_typed(planting)) & pl.col("other").is_not_null() & untouched
    number = pl.when(wanted).then(pl.col("other")).otherwise(pl.col("number"))
    return joined.with_columns(number=number).drop("other")


def as_last_quarter(planting: Planting) -> pl.DataFrame:
    """The chosen units send last quarter's numbers again."""
    source = planting.quarter.before.rename({"unit_code": "submission_id"})
    return _with_numbers(planting, source)


def as_a_peer(planting: Planting) -> pl.DataFrame:
    """Every chosen unit takes the numbers of the next unit of its kind that is not chosen."""
    kinds = planting.quarter.batch.submissions.select("submission_id", "unit_kind").rows()
    model = {
        code: next((other for other, its in kinds if its == kind and other not in planting.chosen))
        for code, kind in kinds
        if code in planting.chosen
        and any(its == kind and other not in planting.chosen for other, its in kinds)
    }
    pairs = pl.DataFrame(list(model.items()), schema=["copier", "submission_id"], orient="row")
    cells = planting.values.filter(pl.col("field").is_in(_typed(planting)))
    source = pairs.join(cells, on="submission_id").select("field", "number", submission_id="copier")
    return _with_numbers(planting, source)


def rounded(planting: Planting) -> pl.DataFrame:
    """The chosen units send round numbers."""
    to = planting.quarter.batch.catalogue.parameters["signs"]["round_to"]
    wanted = planting.of_chosen(*typed_fields(planting.quarter.batch.catalogue, fixed=False))
    number = (pl.col("number").cast(pl.Float64) / to).round() * to
    return planting.values.with_columns(
        number=pl.when(wanted & (pl.col("number") >= to))
        .then(number.cast(pl.Decimal(18, 4)))
        .otherwise(pl.col("number"))
    )


def one_title(planting: Planting) -> pl.DataFrame:
    """The chosen units give matters titles that differ in their number only."""
    wanted = planting.of_chosen("l3.matter_title") & pl.col("text").is_not_null()
    title = pl.format("{}{}", pl.col("text").first().over("submission_id", "field"), "line")
    return planting.values.with_columns(text=pl.when(wanted).then(title).otherwise(pl.col("text")))


SIGNS: Sequence[Sign] = (
    Sign(
        "R601", "same_share", (0.5, 0.6, 0.8, 0.9), as_last_quarter,
        "sys__same_as_prev_share", "sys__typed_nonzero >= {least_cells}",
    ),
    Sign(
        "R602", "same_share", (0.5, 0.6, 0.8, 0.9), as_a_peer,
        "sys__same_as_peer_share", "sys__typed_nonzero >= {least_cells}",
    ),
    Sign(
        "R603", "round_share", (0.5, 0.6, 0.7, 0.9), rounded,
        "sys__round_share", "sys__big_values >= {least_big}",
    ),
    Sign(
        "R608", "title_share", (0.25, 0.75), one_title,
        "sys__title_dup_share", "sys__matter_rows >= {least_titles}",
    ),
)  # fmt: skip
