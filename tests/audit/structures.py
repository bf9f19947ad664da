"""Numbers of the structure views counted again: history as it stands today, and same units."""

from collections.abc import Collection
from fractions import Fraction
from typing import Any

from models.period import Period
from pipelines.records.events import unit_events
from pipelines.registry import reading
from tests.audit.indices import Where
from tests.audit.recount import Place, Recount
from tests.flow.independent_views import Views

THEN = "same_units_then"


class Structures:
    """The other views, over the same returns."""

    def __init__(self, recount: Recount, last: Period) -> None:
        self._recount = recount
        self._last = last
        with reading(recount.home) as registry:
            self._events = unit_events(registry)

    def _views(self, places: set[Place]) -> Views:
        return Views(self._recount.over(places), self._events, self._last)

    def members(self, where: Where) -> dict[str, Fraction]:
        """The units behind a scope, and which part of each."""
        period = Period.parse(where.period)
        views = self._views(set())
        if where.view == "today":
            placed = views.heirs(period) if where.level == "unit" else views.today(period)
            return dict(placed.get((where.level, where.code), {}))
        units = {unit.unit_code for unit in
                 self._recount.members(where.level, where.code, period)}  # fmt: skip
        if where.compare_to:
            units &= views.same(period, Period.parse(where.compare_to)).keys()
        return dict.fromkeys(units, Fraction(1))

    def units_of(self, where: Where) -> Collection[str]:
        """Their codes; of a single unit that is what it was, its own."""
        return self.members(where) or {where.code}

    def indicator(self, name: str, where: Where, places: set[Place]) -> tuple[Any, ...]:
        """(numerator, denominator, units used)."""
        if where.view == "today":
            indicator = self._recount.catalogue.indicators[name]
            told = self._views(places).value_today(
                indicator, self.members(where), Period.parse(where.period)
            )
            return told[0], told[1], told[3]
        told = self._change(name, where, places)
        return told[0], told[1], told[5]

    def change(self, name: str, where: Where, places: set[Place]) -> tuple[Any, ...]:
        """(value now, value then, change, units expected, units same)."""
        *sides, expected, used = self._change(name, where, places)
        if not used:
            return None, None, None, expected, used
        scale = self._recount.catalogue.indicators[name].scale
        now, then = (scale * float(sides[n]) / float(sides[n + 1]) if sides[n + 1] else None
                     for n in (0, 2))  # fmt: skip
        moved = None if now is None or then is None else now - then
        return now, then, moved, expected, used

    def _change(self, name: str, where: Where, places: set[Place]) -> tuple[Any, ...]:
        period, then = Period.parse(where.period), Period.parse(where.compare_to or "")
        owing = self._recount.units.owing(period)
        units = [owing[code] for code in sorted(self.members(where))]
        indicator = self._recount.catalogue.indicators[name]
        return self._views(places).change(indicator, units, period, then)

    def field(self, name: str, where: Where, places: set[Place]) -> tuple[Any, ...]:
        """(total, units expected, units used, units with more than nothing)."""
        entry = self._recount.catalogue.fields[name]
        period = Period.parse(where.period)
        return self._views(places).total_today(entry, self.members(where), period)

    def code(self, name: str, where: Where, places: set[Place]) -> tuple[Any, ...]:
        """(units that chose the code, units expected, units used)."""
        field, _, code = name.partition("=")
        entry = self._recount.catalogue.fields[field]
        views = self._views(places)
        found = views.codes_today(entry, self.members(where), Period.parse(where.period))
        return found.get(float(code), (0, 0, 0))
