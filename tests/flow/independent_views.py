"""The structure views by plain loops over events and units; no shares of spans, no SQL."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from models.events import UnitEvent
from models.period import Period
from models.spec.form import Field
from models.spec.indicator import Composite, Indicator
from models.units import UnitVersion
from tests.flow.independent import Independent
from tests.unit.models.sql.indices_at_hand import score_of

Scope = tuple[str, str]
GROUPS = ("county", "county_level", "level", "kind", "system", "city")


class Views:
    """History as it stands at the end of the last quarter, and units that went on unbroken."""

    def __init__(self, told: Independent, events: Sequence[UnitEvent], last: Period) -> None:
        self.told = told
        self.last = last
        self.events = sorted(
            (each for each in events if each.kind in {"merge", "split"}),
            key=lambda each: each.effective_date,
        )

    def _since(self, period: Period, until: Period) -> list[UnitEvent]:
        return [
            each for each in self.events if period.last_day < each.effective_date <= until.last_day
        ]

    def holders(self, code: str, period: Period) -> dict[str, Fraction]:
        """Who holds the unit's history of the quarter now, and how much of it."""
        parts = {code: Fraction(1)}
        for event in self._since(period, self.last):
            for holder, share in list(parts.items()):
                legs = [leg for leg in event.legs if leg.from_code == holder]
                if not legs:
                    continue
                del parts[holder]
                whole = sum(Fraction(str(leg.share_members or 1)) for leg in legs)
                for leg in legs:
                    part = share * Fraction(str(leg.share_members or 1)) / whole
                    parts[str(leg.to_code)] = parts.get(str(leg.to_code), Fraction(0)) + part
        return parts

    def today(self, period: Period) -> Mapping[Scope, dict[str, Fraction]]:
        """Group -> the units of the quarter whose history stands in it, and which part of it."""
        found: dict[Scope, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for code in self.told.directory.owing(period):
            for holder, share in self.holders(code, period).items():
                now = self.told.directory.version(holder, self.last)
                for scope in _groups(now) if now else ():
                    found[scope][code] += share
        return found

    def heirs(self, period: Period) -> Mapping[Scope, dict[str, Fraction]]:
        """Single units whose past is not what they reported themselves, and what it is made of."""
        changed = {leg.from_code for event in self._since(period, self.last) for leg in event.legs}
        found: dict[Scope, dict[str, Fraction]] = defaultdict(dict)
        for code in changed & self.told.directory.owing(period).keys():
            for holder, share in self.holders(code, period).items():
                found["unit", holder][code] = share
        return found

    def value_today(self, indicator: Indicator, members: Mapping[str, Fraction], period: Period):
        """(numerator, denominator, units expected, units used) of a group."""
        owing = self.told.directory.owing(period)
        units = {
            code: owing[code] for code in members if self.told.has(indicator, owing[code], period)
        }
        parts = {code: self.told.part(indicator, unit, period) for code, unit in units.items()}
        used = {code: part for code, part in parts.items() if part is not None}
        if not used:
            return None, None, len(units), 0
        if indicator.rollup == "distinct_matters":
            everyone = [owing[code] for code in members]
            return *self.told.of_matters(indicator, everyone, period), len(units), len(used)
        sides = [
            sum(members[c] * Fraction(str(part[n])) for c, part in used.items()) for n in (0, 1)
        ]
        return float(sides[0]), float(sides[1]), len(units), len(used)

    def total_today(self, field: Field, members: Mapping[str, Fraction], period: Period):
        """(total, units expected, units used, units with more than nothing) of a group."""
        said = self._said(field, members, period)
        known = {code: value for code, value in said.items() if value is not None}
        total = sum(float(members[code]) * float(value) for code, value in known.items())
        positive = sum(value > 0 for value in known.values())
        return total if known else None, len(said), len(known), positive

    def codes_today(self, field: Field, members: Mapping[str, Fraction], period: Period):
        """Code -> (units that said it, units expected, units used) of a group."""
        said = self._said(field, members, period)
        counts = Counter(value for value in said.values() if value is not None)
        return {code: (count, len(said), counts.total()) for code, count in counts.items()}

    def _said(self, field: Field, members: Mapping[str, Fraction], period: Period):
        """Unit -> what it said, None where it said nothing, of the units that are asked."""
        owing = self.told.directory.owing(period)
        asked = [code for code in members if _is_asked(field, owing[code], period)]
        returns = self.told.returns
        return {
            code: returns[code, str(period)][0].get(field.name)
            if (code, str(period)) in returns else None
            for code in asked
        }  # fmt: skip

    def index_same(
        self, index: Composite, units: Sequence[UnitVersion], period: Period, then: Period
    ) -> tuple[float | None, float | None]:
        """The index over same units in both quarters; all its indicators are of one quarter."""
        sides = (
            [self._mean(part.indicators, units, period, then, side) for part in index.dimensions]
            for side in (0, 1)
        )
        now, before = (
            None if None in means else math.prod(max(m, 1) for m in means) ** (1 / len(means))
            for means in sides
        )
        return now, before

    def _mean(self, names: Sequence[str], units: Any, period: Period, then: Period, side: int):
        """The mean score of a dimension, if half of what applies has one."""
        scores, applicable = [], 0
        for indicator in (self.told.catalogue.indicators[name] for name in names):
            *ends, expected, used = self.change(indicator, units, period, then)
            if not expected:
                continue
            if used:
                top, bottom = ends[2 * side : 2 * side + 2]
                scores.append(score_of(indicator, indicator.scale * float(top) / float(bottom)))
                applicable += 1
            else:
                applicable += not self._is_without(indicator, units, (period, then)[side])
        return sum(scores) / len(scores) if scores and 2 * len(scores) >= applicable else None

    def _is_without(self, indicator: Indicator, units: Any, period: Period) -> bool:
        here = [self.told.directory.owing(period)[unit.unit_code] for unit in units]
        found = [
            self.told.is_without(indicator, unit, period)
            for unit in here
            if self.told.has(indicator, unit, period)
        ]
        return set(found) - {None} == {True}

    def same(self, period: Period, then: Period) -> dict[str, UnitVersion]:
        """The units that owe a return in both quarters and were neither merged nor split since."""
        broken = {
            code
            for event in self._since(then, period)
            for leg in event.legs
            for code in (leg.from_code, leg.to_code)
        }
        before = self.told.directory.owing(then)
        now = self.told.directory.owing(period)
        return {code: now[code] for code in now if code in before and code not in broken}

    def change(
        self, indicator: Indicator, units: Sequence[UnitVersion], period: Period, then: Period
    ) -> tuple[Any, ...]:
        """(Numerator and denominator now, and then, units expected, units used in both)."""
        before = self.told.directory.owing(then)
        both = [
            unit
            for unit in units
            if self.told.has(indicator, unit, period)
            and self.told.has(indicator, before[unit.unit_code], then)
        ]
        pairs = []
        for unit in both:
            old = before[unit.unit_code]
            parts = (self.told.part(indicator, unit, period), self.told.part(indicator, old, then))
            if None not in parts:
                pairs.append((unit, old, *parts))
        if not pairs:
            return None, None, None, None, len(both), 0
        if indicator.rollup == "distinct_matters":
            now = self.told.of_matters(indicator, [pair[0] for pair in pairs], period)
            past = self.told.of_matters(indicator, [pair[1] for pair in pairs], then)
        else:
            now = tuple(sum(pair[2][side] for pair in pairs) for side in (0, 1))
            past = tuple(sum(pair[3][side] for pair in pairs) for side in (0, 1))
        return *now, *past, len(both), len(pairs)


def _is_asked(field: Field, unit: UnitVersion, period: Period) -> bool:
    fits = field.only is None or unit.unit_kind in field.only
    return fits and unit.level in field.levels and period.quarter in field.quarters


def _groups(unit: UnitVersion) -> list[Scope]:
    own = [] if unit.level == "city" else [("county", unit.county_code)]
    return [
        *own,
        ("county_level", f"{unit.county_code}/{unit.level}"),
        ("level", unit.level),
        ("kind", unit.unit_kind),
        ("system", unit.leading_system),
        ("city", "330700"),
    ]
