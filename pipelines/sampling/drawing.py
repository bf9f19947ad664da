"""Drawing the cells of a quarter: each with a probability that grows with its risk.

Systematic sampling with probabilities proportional to size over a random order (Madow 1949): the
sample has exactly its size, and every cell's probability is known.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlalchemy import Connection, insert

from models.catalogue_model import Catalogue
from models.registry_sampling import sampling_cell, sampling_plan
from models.spec.rule import RuleKind
from pipelines.field_uses import is_asked
from pipelines.sampling.records import checked_units
from pipelines.warehouse import undamaged

Vector = NDArray[np.float64]

FRAME = """
SELECT value.unit_code, value.submission_id, value.field, value.sheet, value.cell,
    CAST(value.number AS VARCHAR) AS reported,
    coalesce(value.number / nullif(CAST(sum(value.number) OVER one AS DOUBLE), 0), 0) AS share,
    EXISTS (
        SELECT 1 FROM core.finding AS sign
        WHERE sign.submission_id = value.submission_id AND list_contains($signs, sign.rule)
    ) AS sign,
    EXISTS (
        SELECT 1 FROM core.finding AS said
        WHERE said.submission_id = value.submission_id AND said.field = value.field
            AND said.status IN ('explained', 'accepted')
    ) AS explained
FROM core.value AS value
INNER JOIN core.duty AS duty ON value.submission_id = duty.submission_id
WHERE duty.period = $period AND duty.is_used AND value.line IS NULL AND value.number IS NOT NULL
    AND value.cell IS NOT NULL AND list_contains($fields, value.field)
WINDOW one AS (PARTITION BY value.field)
ORDER BY value.unit_code, value.field
"""
RISKS = ("sign", "explained", "never")


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
) -> int:
    """Draw the cells of a quarter and record them; return how many.

    Raises:
        NothingToDrawError: the quarter has no used values in the warehouse.
    """
    frame = weighed(frame_of(warehouse, catalogue, period), registry, catalogue, period)
    if frame.is_empty():
        raise NothingToDrawError(period)
    drawn = draw(frame, size, seed)
    plan = registry.execute(
        insert(sampling_plan).values(
            period=period, seed=seed, frame_cells=frame.height, made_at=at, made_by=by
        )
    ).inserted_primary_key
    number = plan[0] if plan else None
    registry.execute(
        insert(sampling_cell),
        [{**row, "sampling_plan_id": number} for row in drawn.to_dicts()],
    )
    return drawn.height


def frame_of(warehouse: Path, catalogue: Catalogue, period: str) -> pl.DataFrame:
    """Every number that a used return says in a fixed cell which a person fills."""
    signs = [r.id for r in catalogue.rules.values() if r.kind is RuleKind.PERFUNCTORY]
    fields = [
        name
        for name, field in catalogue.fields.items()
        if field.alias is None and is_asked(field) and field.is_number
    ]
    given = {"period": period, "signs": signs, "fields": fields}
    with undamaged(warehouse), duckdb.connect(str(warehouse), read_only=True) as con:
        found: pl.DataFrame = con.sql(FRAME, params=given).pl()
        return found


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
    names = ("unit_code", "submission_id", "field", "sheet", "cell", "reported")
    return drawn.select(*names, "probability", "risk").sort("unit_code", "sheet", "field")


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
