"""指标, 指数 and 画像: what is computed from accepted returns."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from models.spec.base import ALL_LEVELS, ALL_QUARTERS, Entry, Formula, Level, Name, Zh
from models.spec.form import Quarter
from models.spec.rule import QuarterName


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
    """Other weights of the dimensions, shown beside the index; a dimension not named weighs 1."""

    id: Name
    zh: Zh
    weights: dict[str, float]


class Composite(Entry):
    """指数: dimensions joined by their geometric mean."""

    id: str
    zh: Zh
    dashboards: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    alternatives: tuple[Alternative, ...] = ()


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


class Composites(Entry):
    """The composites file: the method in words, the composites, the profiles."""

    method: dict[Name, Zh]
    draws: Draws
    compared: Compared
    composites: tuple[Composite, ...]
    profiles: tuple[Profile, ...]
