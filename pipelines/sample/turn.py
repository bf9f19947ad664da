"""One unit in one quarter while it is being invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from models.period import Period
from models.units import UnitVersion
from pipelines.sample.draw import Draw
from pipelines.sample.mood import Mood

Value = int | Decimal | str | date | None
Row = dict[str, Value]


class FieldLike(Protocol):
    """What the sample asks of a field of the catalogue."""

    @property
    def levels(self) -> Sequence[str]: ...
    @property
    def only(self) -> Sequence[str] | None: ...
    @property
    def quarters(self) -> Sequence[int]: ...
    @property
    def entry(self) -> str: ...
    @property
    def typical(self) -> tuple[float, float] | None: ...


Fields = Mapping[str, FieldLike]


@dataclass
class Turn:
    """What is known of the unit so far this quarter (`now`) and what it was (`before`).

    Names with a leading underscore are the sample's own memory and are never reported.
    """

    seed: int
    unit: UnitVersion
    period: Period
    mood: Mood
    fields: Fields
    words: Mapping[str, Any]
    before: Mapping[str, Any]
    now: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _stem(self) -> str:
        return f"{self.seed}|{self.unit.unit_code}|{self.period}"

    def draw(self, *purpose: object) -> Draw:
        """Chance for one purpose of this unit in this quarter."""
        return Draw(self._stem, *purpose)

    def lasting(self, *purpose: object) -> Draw:
        """Chance for a trait of this unit that does not change."""
        return Draw(self.seed, self.unit.unit_code, *purpose)

    def has(self, name: str) -> bool:
        """Whether the unit ever has the field, in this or another quarter."""
        if name.startswith("_"):
            return True
        spec = self.fields[name]
        fits = self.unit.level in spec.levels
        return fits and (spec.only is None or self.unit.unit_kind in spec.only)

    def is_asked(self, name: str) -> bool:
        """Whether a field that the unit has is asked this quarter."""
        return name.startswith("_") or self.period.quarter in self.fields[name].quarters

    @property
    def is_founding(self) -> bool:
        """Whether the unit was set up in this quarter (新设): all its openings are 0."""
        return self.period.first_day <= self.unit.reports_from <= self.period.last_day

    def carried(self, name: str, default: int = 0) -> int:
        """Last quarter's value in the same calendar year, else the default."""
        if self.period.quarter == 1:
            return default
        return int(self.before.get(name, default))
