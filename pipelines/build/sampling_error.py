"""抽查误差: what a sample of checked cells says of all cells of a quarter.

Design-based. Cells came in with known, unequal probabilities p; each stands for 1/p cells.
Share of wrong cells: the Hájek mean (Hájek, in Godambe and Sprott 1971). Its interval is that of
Clopper and Pearson at the effective sample size (Korn and Graubard, Survey Methodology 24, 1998),
which holds for few cells and few errors. Error of a total: the ratio of weighted differences to
weighted reported values, its interval by linearisation and Student's t (Särndal, Swensson and
Wretman, Model Assisted Survey Sampling, 1992, 5.6 and 7.3). That interval is told only where enough
cells differ: drawn from a few differences it is far too short, from none it is nothing wide.
Nothing checked says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.catalogue_model import Catalogue
from models.expression import parse
from models.names import deep_reads

Vector = NDArray[np.float64]
Row = dict[str, Any]

FEWEST = 2
"""A spread needs two cells."""
SCHEMA = {
    **dict.fromkeys(("period", "scope_level", "scope_code", "subject_kind", "subject"), pl.String),
    **dict.fromkeys(("checked", "wrong"), pl.Int32),
    **dict.fromkeys(("error_rate", "low", "high"), pl.Float64),
    **dict.fromkeys(("relative_error", "relative_low", "relative_high"), pl.Float64),
}


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval; NULL where the sample says nothing."""

    value: float | None
    low: float | None
    high: float | None


NOTHING = Interval(None, None, None)


def sampling_errors(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Estimates for the city and each level: all cells, each form, indicator and field.

    `rows` has the drawn cells: period, unit_code, city_code, level, field, reported, probability,
    and found, NULL as long as a cell has not been checked.
    """
    # Sums of floats differ by the order of their parts, and a join keeps none.
    rows = rows.sort("period", "unit_code", "field")
    found = [
        row
        for (period,), part in rows.group_by(["period"], maintain_order=True)
        for place, cells in _scopes(part)
        for row in _of_scope({"period": period, **place}, cells, catalogue)
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _scopes(part: pl.DataFrame) -> Iterator[tuple[Row, pl.DataFrame]]:
    city = {"scope_level": "city", "scope_code": part["city_code"][0]}
    yield city, part
    for (level,), cells in (
        part.drop_nulls("level").sort("level").group_by(["level"], maintain_order=True)
    ):
        yield {"scope_level": "level", "scope_code": level}, cells


def _of_scope(place: Row, cells: pl.DataFrame, catalogue: Catalogue) -> Iterator[Row]:
    limits = catalogue.parameters["sampling"]
    yield {**place, **_estimated("all", "all", cells, limits, is_sum=False)}
    for kind, subjects in _subjects(catalogue).items():
        for subject, fields in subjects.items():
            some = cells.filter(pl.col("field").is_in(list(fields)))
            if not some.is_empty():
                # A total needs one unit of measure: that of a single field of numbers.
                is_sum = kind == "field" and catalogue.fields[subject].is_number
                yield {**place, **_estimated(kind, subject, some, limits, is_sum=is_sum)}


def _subjects(catalogue: Catalogue) -> Mapping[str, Mapping[str, set[str]]]:
    """Kind -> subject -> its fields."""
    forms = {
        form.id: {field.qualified for field in form.fields} for form in catalogue.forms.values()
    }
    indicators = {
        each.id: deep_reads(
            parse(each.numerator).names() | parse(each.denominator).names(), catalogue
        )
        for each in catalogue.indicators.values()
    }
    fields = {name: {name} for name in catalogue.fields}
    return {"form": forms, "indicator": indicators, "field": fields}


def _estimated(
    kind: str, subject: str, cells: pl.DataFrame, limits: Mapping[str, Any], *, is_sum: bool
) -> Row:
    checked = cells.filter(pl.col("found").is_not_null())
    weights = 1 / checked["probability"].to_numpy()
    reported, found = (checked[name].cast(pl.Float64).to_numpy() for name in ("reported", "found"))
    wrong = (reported != found).astype(float)
    share = error_rate(wrong, weights, limits["confidence"])
    total = relative_error(reported, found, weights, limits) if is_sum else NOTHING
    return {
        "subject_kind": kind,
        "subject": subject,
        "checked": checked.height,
        "wrong": int(wrong.sum()),
        "error_rate": share.value,
        "low": share.low,
        "high": share.high,
        "relative_error": total.value,
        "relative_low": total.low,
        "relative_high": total.high,
    }


def error_rate(wrong: Vector, weights: Vector, confidence: float) -> Interval:
    """The share of wrong cells, 0 to 1, of all cells that these stand for."""
    count = len(wrong)
    if count == 0:
        return NOTHING
    # Where all agree the share is exact: rounded, it might miss 0 or 1 and leave a false spread.
    is_even = bool(wrong.all() or not wrong.any())
    share = float(wrong[0] if is_even else weights @ wrong / weights.sum())
    size = min(float(count), effective_size(wrong, weights, share))
    low, high = clopper_pearson(share * size, size, confidence)
    return Interval(share, low, high)


def effective_size(wrong: Vector, weights: Vector, share: float) -> float:
    """The size of an even sample with the same spread; by the weights alone where all agree."""
    kish = float(weights.sum() ** 2 / (weights @ weights))
    spread = _spread(weights * (wrong - share)) / float(weights.sum()) ** 2
    return share * (1 - share) / spread if spread > 0 else kish


def clopper_pearson(hits: float, size: float, confidence: float) -> tuple[float, float]:
    """The exact interval of a share; hits and size need not be whole."""
    from scipy.special import betaincinv  # noqa: PLC0415 slow to import

    tail = (1 - confidence) / 2
    low = betaincinv(hits, size - hits + 1, tail) if hits > 0 else 0.0
    high = betaincinv(hits + 1, size - hits, 1 - tail) if hits < size else 1.0
    return float(low), float(high)


def relative_error(
    reported: Vector, found: Vector, weights: Vector, limits: Mapping[str, Any]
) -> Interval:
    """By which part of itself a total would change if every cell were put right."""
    from scipy.special import stdtrit  # noqa: PLC0415 slow to import

    base = float(weights @ reported)
    if base == 0 or len(reported) == 0:
        return NOTHING
    change = found - reported
    ratio = float(weights @ change) / base
    if np.count_nonzero(change) < limits["fewest_wrong"]:
        return Interval(ratio, None, None)
    error = (_spread(weights * (change - ratio * reported)) ** 0.5) / abs(base)
    reach = float(stdtrit(len(reported) - 1, (1 + limits["confidence"]) / 2)) * error
    return Interval(ratio, ratio - reach, ratio + reach)


def _spread(parts: Sequence[float] | Vector) -> float:
    """The variance of a sum of parts drawn one by one, whose mean is nought."""
    count = len(parts)
    return count / (count - 1) * float(np.square(parts).sum()) if count >= FEWEST else 0.0
