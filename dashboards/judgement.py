"""How a value stands against its target: the gap, and a status that never rests on colour alone."""

from typing import Literal

from models.spec.indicator import Indicator

Status = Literal[
    "met", "near", "missed", "not_due", "not_applicable", "missing", "none", "hidden", "not_split"
]

REACHED: tuple[Status, ...] = ("met", "near", "missed")
MARKS: dict[Status, str] = {"met": "●", "near": "▲", "missed": "■"}
CLOSE = 1e-9


def gap(indicator: Indicator, value: float, scope_level: str) -> float:
    """How far the value is on the good side of its target; negative is short of it."""
    if indicator.target_band is not None:
        return _band_gap(indicator, value, scope_level)
    target = indicator.target or 0.0
    return target - value if indicator.direction == "lower_is_better" else value - target


def _band_gap(indicator: Indicator, value: float, scope_level: str) -> float:
    low, high = indicator.target_band or (0.0, 0.0)
    capped = indicator.upper_at is None or _place(scope_level) in indicator.upper_at
    if value < low:
        return value - low
    return high - value if value > high and capped else 0.0


def _place(scope_level: str) -> str:
    return "county" if scope_level == "county_level" else scope_level


def reach(indicator: Indicator) -> float:
    """The distance from the score's zero to the target: what makes unlike gaps comparable."""
    target = indicator.target_band[0] if indicator.target_band else indicator.target or 0.0
    return abs(target - indicator.score_zero_at) or 1.0


def status_of_gap(indicator: Indicator, distance: float, near_part: float) -> Status:
    """Met, near or missed."""
    if distance >= -CLOSE:
        return "met"
    return "near" if -distance <= near_part * reach(indicator) else "missed"


def is_due(indicator: Indicator, period: str) -> bool:
    """Whether the indicator is asked for in this quarter; half-yearly ones are not in 1 and 3."""
    return int(period[-1]) in indicator.quarters


def applies(indicator: Indicator, levels: frozenset[str]) -> bool:
    """Whether any of the levels inside a scope has the indicator."""
    return any(level.value in levels for level in indicator.levels)
