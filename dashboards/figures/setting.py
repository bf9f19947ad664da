"""What a figure knows besides its rows: words, indicators, thresholds, periods. No data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.wording import Say
from models.spec.dashboard import FigureLimits
from models.spec.indicator import Indicator

Figure = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """The surroundings of one figure."""

    say: Say
    indicators: Mapping[str, Indicator]
    limits: FigureLimits
    period: str
    compared: str | None
    height: int
    codes: Mapping[str, Mapping[int, str]]
    levels: Mapping[str, str]
    fields: Mapping[str, str]
    tiers: Sequence[str]
    since: Mapping[str, str] = field(default_factory=dict)
    """Indicator -> from which quarter on it is defined as now, if it was not always."""
