"""指标, 指数 and 画像: what is computed from accepted returns."""

from statistics import fmean
from typing import Annotated, Any, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from models.spec.base import ALL_LEVELS, ALL_QUARTERS, Entry, Formula, Level, Name, Zh
from models.spec.form import Quarter
from models.spec.rule import QuarterName

POINTS = 100
"""What an expert spreads over the dimensions of an index."""


class IndicatorExample(Entry):
    """Given field values and the value that follows; null where there is none."""

    given: dict[str, Any]
    value: float | None


class Indicator(Entry):
    """A number we compute (指标), as opposed to a field (填报项) that a unit reports.

    Its value is `scale` x the sum of numerators over the sum of denominators, never an average
    of ratios. `target_since` and `target_until` are the quarters in which values are held against
    the target; scores keep to the goalposts always.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}[0-9]{2}$")]
    zh: Zh
    en: str
    dashboards: tuple[str, ...]
    numerator: Formula
    denominator: Formula
    scale: int
    uom: Zh
    decimals: Annotated[int, Limit(ge=0, le=4)]
    direction: Literal["higher_is_better", "lower_is_better", "band"]
    target: float | None = None
    target_band: tuple[float, float] | None = None
    score_zero_at: float
    upper_at: tuple[str, ...] | None = None
    target_source: str
    target_since: QuarterName | None = None
    target_until: QuarterName | None = None
    levels: tuple[Level, ...] = ALL_LEVELS
    only: tuple[Name, ...] | None = None
    quarters: tuple[Quarter, ...] = ALL_QUARTERS
    base: Literal["reported", "expected"] = "reported"
    rollup: Literal["sum_numerators_over_sum_denominators", "distinct_matters"]
    examples: Annotated[tuple[IndicatorExample, ...], Limit(min_length=1)]

    @model_validator(mode="after")
    def _has_its_target(self) -> Self:
        if (self.direction == "band") != (self.target_band is not None):
            raise ValueError(f"{self.id}: a band has `target_band`, any other has `target`")
        if (self.direction == "band") == (self.target is not None):
            raise ValueError(f"{self.id}: a band has `target_band`, any other has `target`")
        return self


class Dimension(Entry):
    """A dimension of a composite, equally weighted."""

    id: str
    zh: Zh
    indicators: tuple[str, ...]


class Alternative(Entry):
    """Other weights of the dimensions, shown beside the index; a dimension not named weighs 1.

    `scores` are what experts gave (budget allocation): each spreads 100 points over the dimensions,
    and the weights are the means. Without any score there is nothing to show yet.
    """

    id: Name
    zh: Zh
    weights: Annotated[dict[str, float], Limit(default_factory=dict)]
    scores: tuple[dict[str, float], ...] = ()

    @property
    def weighs(self) -> dict[str, float]:
        """Weight by dimension; empty as long as no expert has given points."""
        names = list(dict.fromkeys(name for score in self.scores for name in score))
        means = {name: fmean(score[name] for score in self.scores) for name in names}
        return self.weights or means

    @model_validator(mode="after")
    def _spreads_all_points(self) -> Self:
        if self.weights and self.scores:
            raise ValueError(f"{self.id}: either `weights` or `scores`")
        if len({frozenset(score) for score in self.scores}) > 1:
            raise ValueError(f"{self.id}: every expert scores the same dimensions")
        if any(round(sum(score.values()), 6) != POINTS for score in self.scores):
            raise ValueError(f"{self.id}: the points of an expert sum to {POINTS}")
        if any(points < 0 for score in self.scores for points in score.values()):
            raise ValueError(f"{self.id}: points are not negative")
        return self


class Composite(Entry):
    """指数: dimensions joined by their geometric mean."""

    id: str
    zh: Zh
    dashboards: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    alternatives: tuple[Alternative, ...] = ()

    @property
    def weightings(self) -> dict[str, dict[str, float]]:
        """Id of a weighting -> weight by dimension, for those that can be computed."""
        return {each.id: each.weighs for each in self.alternatives if each.weighs}


class Axis(Entry):
    """An axis of a profile."""

    zh: Zh
    indicators: tuple[str, ...]


class Profile(Entry):
    """画像: axes shown side by side, without a total."""

    id: str
    zh: Zh
    dashboards: tuple[str, ...]
    axes: tuple[Axis, ...]


class Draws(Entry):
    """How often, and how widely, the choices behind an index are drawn again.

    `concentration` is the parameter of the symmetric Dirichlet distribution of the weights; `low`
    and `high` are the quantiles of the interval.
    """

    count: Annotated[int, Limit(ge=100)]
    concentration: Annotated[float, Limit(gt=0)]
    low: Annotated[float, Limit(ge=0, lt=0.5)]
    high: Annotated[float, Limit(gt=0.5, le=1)]


class Group(Entry):
    """Scopes that are compared: those of a level, or a single one."""

    scope_level: str
    scope_code: str | None = None


class Compared(Entry):
    """Between which scopes tiers (档) are told, from how many on, and what they are called."""

    groups: tuple[Group, ...]
    fewest: int
    tiers: tuple[Zh, ...]


class Outside(Entry):
    """A fact that is not in an index and should go with it: `over` summed by `under` summed.

    `goes` says whether it rises or falls where the index is higher.
    """

    composite: str
    zh: Zh
    table: str
    over: Name
    under: Name
    goes: Literal["up", "down"]


class IndexChecks(Entry):
    """The yearly check of the indices: correlations, scales, components, facts outside.

    Two indicators of a dimension that correlate above `alike` measure the same; below
    `fewest_units` units a result is a description, not a test.
    """

    alike: Annotated[float, Limit(gt=0, le=1)]
    fewest_units: Annotated[int, Limit(ge=3)]
    outside: tuple[Outside, ...]


class Composites(Entry):
    """The composites file: the method in words, the composites, the profiles."""

    method: dict[Name, Zh]
    draws: Draws
    checks: IndexChecks | None = None
    compared: Compared
    composites: tuple[Composite, ...]
    profiles: tuple[Profile, ...]
