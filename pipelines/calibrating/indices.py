"""指数检验: what the returns of a quarter say of how an index is put together, once a year.

Three questions. Do two indicators of a dimension measure the same (correlation), and do they go
together at all (Cronbach's alpha)? Do the data show as many components as the index has dimensions
(principal components)? Does the index go with a fact that is not in it (Spearman)?
Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), steps 4 and 9.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboards.snapshots import Snapshot
from models.catalogue_model import Catalogue
from models.spec.indicator import Composite, IndexChecks, Outside

Matrix = NDArray[np.float64]

FEWEST = 3
"""Below three places neither a correlation nor a component says anything."""
SCORES = """
select score.scope_code as unit, score.indicator, score.score
from marts.indicator_score as score
where score.period = ? and score.view = 'as_reported' and score.scope_level = 'unit'
    and score.score is not null
"""
BESIDE = """
with fact as (
    select scope_level, scope_code, sum({over}) / nullif(sum({under}), 0) as fact
    from {table} where period = ? group by scope_level, scope_code
)
select whole.value, fact.fact
from marts.composite_value as whole
inner join fact using (scope_level, scope_code)
where whole.period = ? and whole.view = 'as_reported' and whole.composite = ?
    and whole.value is not null and fact.fact is not null
    and whole.scope_level = ?
"""


@dataclass(frozen=True)
class Alike:
    """Two indicators of an index and their correlation over the units that have both."""

    first: str
    second: str
    correlation: float
    units: int


@dataclass(frozen=True)
class DimensionCheck:
    """A dimension: `alpha` over the `units` that have all its indicators, None where too few."""

    composite: str
    dimension: str
    units: int
    alpha: float | None


@dataclass(frozen=True)
class ComponentCheck:
    """An index: each component's share of the variance over the units that have every indicator.

    `found` counts components with an eigenvalue above 1, to be held against `dimensions`. `alike`
    are the indicators that measure the same, within a dimension or across two.
    """

    composite: str
    units: int
    dimensions: int
    found: int | None
    shares: tuple[float, ...]
    alike: tuple[Alike, ...]


@dataclass(frozen=True)
class OutsideCheck:
    """An index beside a fact outside: rank correlation over `places`; `agrees` None if unknown."""

    composite: str
    zh: str
    places: int
    correlation: float | None
    agrees: bool | None


@dataclass(frozen=True)
class Weighting:
    """A named alternative of an index's weights; `computed` once anybody has given points."""

    composite: str
    name: str
    zh: str
    computed: bool


@dataclass(frozen=True)
class IndexReport:
    """What was found of all indices."""

    dimensions: tuple[DimensionCheck, ...]
    components: tuple[ComponentCheck, ...]
    outside: tuple[OutsideCheck, ...]
    weightings: tuple[Weighting, ...]


def check_indices(
    snapshot: Snapshot, catalogue: Catalogue, checks: IndexChecks, period: str
) -> IndexReport:
    """Check every index of the catalogue on the units of a quarter."""
    wide = _by_unit(snapshot.ask(SCORES, period))
    indices = catalogue.composites.values()
    return IndexReport(
        tuple(found for index in indices for found in _dimensions(index, wide)),
        tuple(_components(index, wide, checks) for index in indices),
        tuple(_outside(snapshot, each, period) for each in checks.outside),
        tuple(
            Weighting(index.id, each.id, each.zh, bool(each.weighs))
            for index in indices
            for each in index.alternatives
        ),
    )


def _by_unit(scores: pl.DataFrame) -> pl.DataFrame:
    """A row for each unit, a column for each indicator."""
    return scores.pivot("indicator", index="unit", values="score").sort("unit")


def _columns(wide: pl.DataFrame, indicators: Sequence[str]) -> Matrix:
    """[units x indicators], NaN where a unit has no score."""
    missing = [pl.lit(None, pl.Float64).alias(i) for i in indicators if i not in wide.columns]
    return wide.with_columns(missing).select(indicators).cast(pl.Float64).to_numpy()


def _complete(values: Matrix) -> Matrix:
    whole: Matrix = values[~np.isnan(values).any(axis=1)]
    return whole


def _dimensions(index: Composite, wide: pl.DataFrame) -> Iterator[DimensionCheck]:
    for dimension in index.dimensions:
        whole = _complete(_columns(wide, dimension.indicators))
        yield DimensionCheck(index.id, dimension.id, len(whole), alpha(whole))


def _pairs(values: Matrix, names: Sequence[str]) -> Iterator[Alike]:
    for first, second in combinations(range(len(names)), 2):
        both = _complete(values[:, [first, second]])
        if len(both) >= FEWEST and both.std(axis=0).all():
            correlation = float(np.corrcoef(*both.T)[0][1])
            yield Alike(names[first], names[second], correlation, len(both))


def alpha(values: Matrix) -> float | None:
    """Cronbach's alpha of [units x indicators]: k / (k - 1) * (1 - sum of variances / variance).

    None for a single indicator, too few units, or where all units have the same sum.
    """
    units, parts = values.shape
    whole = values.sum(axis=1).var(ddof=1) if units >= FEWEST else 0.0
    if parts == 1 or not whole:
        return None
    return float(parts / (parts - 1) * (1 - values.var(axis=0, ddof=1).sum() / whole))


def _components(index: Composite, wide: pl.DataFrame, checks: IndexChecks) -> ComponentCheck:
    names = [name for dimension in index.dimensions for name in dimension.indicators]
    values = _columns(wide, names)
    whole = _complete(values)
    roots = components(whole)
    found = sum(root > 1 for root in roots) if roots else None
    shares = tuple(root / sum(roots) for root in roots)
    alike = tuple(p for p in _pairs(values, names) if abs(p.correlation) > checks.alike)
    return ComponentCheck(index.id, len(whole), len(index.dimensions), found, shares, alike)


def components(values: Matrix) -> list[float]:
    """Eigenvalues of the correlations of [units x indicators], largest first.

    Empty where there are not more units than indicators; what never varies is left out.
    """
    if len(values) <= values.shape[1]:
        return []
    moving = values[:, values.std(axis=0) > 0]
    if moving.shape[1] < FEWEST:
        return []
    return [float(root) for root in np.linalg.eigvalsh(np.corrcoef(moving, rowvar=False))[::-1]]


def _outside(snapshot: Snapshot, outside: Outside, period: str) -> OutsideCheck:
    sql = BESIDE.format(over=outside.over, under=outside.under, table=outside.table)
    seen = snapshot.ask(sql, period, period, outside.composite, "county")
    correlation = _rank_correlation(seen)
    agrees = None if correlation is None else (correlation > 0) == (outside.goes == "up")
    return OutsideCheck(outside.composite, outside.zh, seen.height, correlation, agrees)


def _rank_correlation(seen: pl.DataFrame) -> float | None:
    if seen.height < FEWEST or seen["value"].n_unique() == 1 or seen["fact"].n_unique() == 1:
        return None
    return float(seen.select(pl.corr("value", "fact", method="spearman")).item())
