"""What a unit is like: diligence, wealth, habits, and how they move from quarter to quarter."""

import math
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from models.period import Period
from pipelines.sample.draw import Draw

START = Period(2024, 1)
"""The city's progress is counted from here, so that a longer sample tells the same story."""


class Mood:
    """A unit in one quarter: turns the city's usual rates into its own."""

    def __init__(
        self, seed: int, unit_code: str, period: Period, settings: Mapping[str, Any]
    ) -> None:
        self._seed, self._code, self._period = seed, unit_code, period
        self._place, self._settings = unit_code[:6], settings

    @cached_property
    def _level(self) -> float:
        """Quality of county and unit, progress of the city, luck of the quarter."""
        spread = self._settings["spread"]
        quarter = Draw(self._seed, "quarter", self._code, self._period)
        around = Draw(self._seed, "quarter", self._place, self._period)
        return (
            float(self._settings["places"][self._place]["quality"])
            + _lasting(self._seed, "quality", self._code, spread["unit"])
            + quarter.normal(spread["quarter"])
            + around.normal(spread["place_quarter"])
            + self._progress
        )

    @property
    def _progress(self) -> float:
        passed = (self._period.year - START.year) * 4 + self._period.quarter - START.quarter
        pace = self._settings["progress"]
        return float(pace["most"] * (1 - math.exp(-max(0, passed) / pace["quarters"])))

    @cached_property
    def wealth(self) -> float:
        """Money and room compared with the usual, 1.0; lasting."""
        place = float(self._settings["places"][self._place]["wealth"])
        return place * math.exp(
            _lasting(self._seed, "wealth", self._code, self._settings["spread"]["wealth"])
        )

    def habit(self, topic: str) -> float:
        """How far this unit is above (or below) the city's usual in one topic."""
        spread = self._settings["spread"]
        return (
            self._level
            + _lasting(self._seed, topic, self._code, spread["topic"])
            + _lasting(self._seed, topic, self._place, spread["place_topic"])
        )

    def rate(self, usual: float, topic: str) -> float:
        """The unit's rate where the city's usual rate is given."""
        if not 0 < usual < 1:
            return usual
        return 1 / (1 + math.exp(-math.log(usual / (1 - usual)) - self.habit(topic)))

    def lasting_rate(self, usual: float, topic: str) -> float:
        """The same without the luck of the quarter, for what is settled once."""
        spread = self._settings["spread"]
        tilt = float(self._settings["places"][self._place]["quality"])
        tilt += _lasting(self._seed, "quality", self._code, spread["unit"])
        tilt += _lasting(self._seed, topic, self._code, spread["topic"])
        return 1 / (1 + math.exp(-math.log(usual / (1 - usual)) - tilt))

    def times(self, topic: str, lift: float) -> float:
        """A factor for how often something happens; `lift` says how much diligence matters."""
        return math.exp(lift * self.habit(topic))


@cache
def _lasting(seed: int, topic: str, whose: str, spread: float) -> float:
    return Draw(seed, "lasting", topic, whose).normal(spread)
