"""Drawing the cells of a quarter: each with a probability that grows with its risk.

Systematic sampling with probabilities proportional to size over a random order (Madow 1949): the
sample has exactly its size, and every cell's probability is known.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.spec.form import Field, FieldType
from models.spec.rule import RuleKind
from pipelines.field_uses import is_asked
from pipelines.opened import opened
from pipelines.sampling.records import Plan, add_plan, checked_units, replace_plan
from pipelines.workbook.confirmation import ANSWER_ENUM

Vector = NDArray[np.float64]

FRAME = """
SELECT value.unit_code, value.submission_id, value.field, value.sheet, value.cell,
    coalesce(CAST(value.number AS VARCHAR), strftime(value.date, '%Y%m%d')) AS reported,
    named.text AS row_key,
    CASE WHEN list_contains($summed, value.field) THEN coalesce(
        value.number / nullif(CAST(sum(value.number) OVER one AS DOUBLE), 0), 0)
        ELSE 0 END AS share,
    EXISTS (
        SELECT 1 FROM core.finding AS sign
        WHERE sign.submission_id = value.submission_id AND list_contains($signs, sign.rule)
    ) AS sign,
    EXISTS (
        SELECT 1 FROM core.finding AS said
        WHERE said.submission_id = value.submission_id AND said.field = value.field
            AND said.line IS NOT DISTINCT FROM value.line
            AND said.status IN ('explained', 'accepted')
    ) AS explained
FROM core.value AS value
INNER JOIN core.duty AS duty ON value.submission_id = duty.submission_id
LEFT JOIN core.value AS named
    ON value.submission_id = named.submission_id AND value.line = named.line
    AND list_contains($keys, named.field)
    AND split_part(value.field, '.', 1) = split_part(named.field, '.', 1)
WHERE duty.period = $period AND duty.is_used
    AND (value.line IS NULL OR named.text IS NOT NULL)
    AND (value.number IS NOT NULL OR value.date IS NOT NULL)
    AND value.cell IS NOT NULL AND list_contains($fields, value.field)
WINDOW one AS (PARTITION BY value.field)
ORDER BY value.unit_code, value.field, value.line
"""
"""Cells of list rows come with the id of their row: it stays where rows are moved."""
RISKS = ("sign", "explained", "never")
PROVABLE = frozenset({FieldType.DATE, FieldType.ENUM})


class NothingToDrawError(Exception):
    """Nothing of the quarter has been built."""


def plan_sample(
    registry: Connection,
    warehouse: Path,
    catalogue: Catalogue,
    period: str,
    *,
    size: int,
    seed: int,
    by: str,
    at: datetime,
    why: str | None = None,
) -> int:
    """Draw the cells of a quarter and record them; return how many.

    With a reason, in place of a plan that was made before, as long as nothing was found by it.

    Raises:
        PlanInUseError: something was found by the plan that is there.
        NothingToDrawError: the quarter has no used values in the warehouse.
    """
    frame = weighed(frame_of(warehouse, catalogue, period), registry, catalogue, period)
    if frame.is_empty():
        raise NothingToDrawError(period)
    drawn = draw(frame, size, seed)
    plan = Plan(period, seed, frame.height, at, by)
    rows = drawn.to_dicts()
    if why is None:
        add_plan(registry, plan, rows)
    else:
        replace_plan(registry, plan, rows, why)
    return drawn.height


def frame_of(warehouse: Path, catalogue: Catalogue, period: str) -> pl.DataFrame:
    """What a used return says in a cell which a person fills, and papers can prove.

    Numbers of fixed forms; of lists also dates and codes. A date stands as the number yyyymmdd.
    """
    signs = [r.id for r in catalogue.rules.values() if r.kind is RuleKind.PERFUNCTORY]
    fields = [
        name
        for name, field in catalogue.fields.items()
        if _is_own(field) and (field.is_number or (field.alias and field.type in PROVABLE))
    ]
    summed = [name for name in fields if catalogue.fields[name].is_number]
    keys = [f"{alias}.{form.key}" for alias, form in catalogue.aliases.items()]
    given = {"period": period, "signs": signs, "fields": fields, "summed": summed, "keys": keys}
    with opened(warehouse) as con:
        found: pl.DataFrame = con.sql(FRAME, params=given).pl()
        return found


def _is_own(field: Field) -> bool:
    """A person of the unit fills it: what a partner answers, no paper of the unit can prove."""
    return is_asked(field) and not field.is_partners and field.enum != ANSWER_ENUM


def weighed(
    frame: pl.DataFrame, registry: Connection, catalogue: Catalogue, period: str
) -> pl.DataFrame:
    """Add `weight`: the product of what is said of a cell, by the catalogue's parameters."""
    weights = catalogue.parameters["sampling"]["weights"]
    known = pl.col("unit_code").is_in(sorted(checked_units(registry, period)))
    marked = frame.with_columns(never=~known)
    factors = [pl.when(name).then(weights[name]).otherwise(1.0) for name in RISKS]
    weight = pl.lit(1.0)
    for factor in [*factors, 1 + weights["share"] * pl.col("share").clip(0, 1)]:
        weight = weight * factor
    return marked.with_columns(weight=weight)


def draw(frame: pl.DataFrame, size: int, seed: int) -> pl.DataFrame:
    """The cells drawn, each with its probability and what its risk rests on."""
    probability = probabilities(frame["weight"].to_numpy().astype(float), size)
    chosen = systematic(probability, seed)
    risk = pl.concat_str(
        [pl.when(name).then(pl.lit(f"{name} ")).otherwise(pl.lit("")) for name in RISKS]
    ).str.strip_chars()
    drawn = frame.with_columns(probability=pl.Series(probability), risk=risk)[chosen]
    names = ("unit_code", "submission_id", "field", "row_key", "sheet", "cell", "reported")
    return drawn.select(*names, "probability", "risk").sort("unit_code", "sheet", "field", "cell")


def probabilities(weights: Vector, size: int) -> Vector:
    """Proportional to the weights, none above 1, adding up to the size of the sample."""
    if size >= len(weights):
        return np.ones_like(weights)
    sure = np.zeros(len(weights), dtype=bool)
    while True:
        rest = size - sure.sum()
        found = np.where(sure, 1.0, rest * weights / weights[~sure].sum())
        if not (found > 1).any():
            return found
        sure |= found >= 1


def systematic(probability: Vector, seed: int) -> Sequence[int]:
    """Draw one place at each whole step of the running sum over a random order."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(probability))
    size = round(float(probability.sum()))
    ends = np.cumsum(probability[order])
    steps = random.random() + np.arange(size)
    places: Any = np.searchsorted(ends, np.minimum(steps, ends[-1] * (1 - 1e-12)), side="right")
    return [int(each) for each in order[places]]
