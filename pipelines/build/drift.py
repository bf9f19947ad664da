"""Drift: a city's number far from its own past. Told, never blocking: the world may have moved."""

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import numpy as np
import polars as pl

from models.catalogue_model import Catalogue
from pipelines.proof import Proof

DRIFT = "keeps_near_its_past"
TO_SIGMA = 1.4826
"""Makes the median absolute deviation of a normal distribution its standard deviation."""

CITY = """
SELECT period, indicator, CAST(value AS DOUBLE) AS value
FROM {table}
WHERE scope_level = 'city' AND view = 'as_reported' AND compare_to IS NULL AND value IS NOT NULL
ORDER BY indicator, period
"""


def drift_check(
    con: duckdb.DuckDBPyConnection, table: str, catalogue: Catalogue, periods: Sequence[str]
) -> Proof:
    """Name the city's indicators whose change is unlike all changes of the quarter."""
    limits = catalogue.parameters["drift"]
    rows = con.sql(CITY.format(table=table)).pl()
    found = [
        catalogue.say(
            "dagster.drifted",
            period=period,
            indicator=each.indicator,
            zh=catalogue.indicators[each.indicator].zh,
            now=f"{each.now:.4g}",
            middle=f"{each.middle:.4g}",
        )
        for period in periods
        for each in drifted(rows, period, limits)
    ]
    return Proof(DRIFT, not found, {"wrong": "、".join(found)}, warns=True)


class Drifted(NamedTuple):
    """An indicator of the city far from its own past: its value now and the median before."""

    indicator: str
    now: float
    middle: float


def drifted(rows: pl.DataFrame, period: str, limits: dict[str, float]) -> list[Drifted]:
    """The indicators whose robust z against their own earlier quarters passes the threshold.

    z = (value - median of the past) / max(1.4826 MAD, floor part of the median, floor).
    """
    found = []
    for (name,), part in rows.group_by(["indicator"], maintain_order=True):
        past = part.filter(pl.col("period") < period)["value"].to_numpy()
        now = part.filter(pl.col("period") == period)["value"].to_list()
        if len(past) >= limits["least_quarters"] and now:
            middle = float(np.median(past))
            if abs(now[0] - middle) / _scale(past, limits) > limits["z"]:
                found.append(Drifted(str(name), now[0], middle))
    return found


def _scale(past: np.ndarray[tuple[int], np.dtype[np.float64]], limits: dict[str, float]) -> float:
    middle = float(np.median(past))
    spread = TO_SIGMA * float(np.median(np.abs(past - middle)))
    return max(spread, limits["floor_part"] * abs(middle), limits["floor"])
