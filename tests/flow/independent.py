"""Indicator values by other means: plain loops over what units hold, and the tests' own evaluator.

Nothing here reads the warehouse; it shares the catalogue's formulas with it and nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from models.catalogue_model import Catalogue
from models.expression import parse
from models.period import Period
from models.spec.indicator import Indicator
from models.units import Directory, UnitVersion
from tests.oracle import evaluate

Place = tuple[str, str]
"""Unit code and period."""

OUTSIDE = 9


class Independent:
    """What used returns say: fixed values and list rows by (unit, period)."""

    def __init__(
        self,
        catalogue: Catalogue,
        directory: Directory,
        returns: Mapping[Place, tuple[Mapping[str, Any], Mapping[str, list[dict[str, Any]]]]],
        reporting: Mapping[Place, Mapping[str, Any]] = MappingProxyType({}),
    ) -> None:
        self.catalogue = catalogue
        self.directory = directory
        self.returns = returns
        self.reporting = reporting
        self._known: dict[tuple[str, str, str], Any] = {}

    def scopes(self, period: Period) -> dict[tuple[str, str], list[UnitVersion]]:
        """(scope level, scope code) -> the units that owe a return and belong to it."""
        found: dict[tuple[str, str], list[UnitVersion]] = defaultdict(list)
        for code, unit in self.directory.owing(period).items():
            found["unit", code].append(unit)
            found["city", "330700"].append(unit)
            found["level", unit.level].append(unit)
            found["kind", unit.unit_kind].append(unit)
            found["system", unit.leading_system].append(unit)
            found["county_level", f"{unit.county_code}/{unit.level}"].append(unit)
            if unit.level != "city":
                found["county", unit.county_code].append(unit)
        return found

    def value(
        self, indicator: Indicator, units: Iterable[UnitVersion], period: Period
    ) -> tuple[Any, Any, int, int]:
        """(numerator, denominator, units expected, units used) of a group of units."""
        owing = [unit for unit in units if self.has(indicator, unit, period)]
        parts = {
            unit.unit_code: part
            for unit in owing
            if (part := self.part(indicator, unit, period)) is not None
        }
        if not parts:
            return None, None, len(owing), 0
        if indicator.rollup == "distinct_matters":
            top, bottom = self.of_matters(indicator, units, period)
        else:
            top = sum(part[0] for part in parts.values())
            bottom = sum(part[1] for part in parts.values())
        return top, bottom, len(owing), len(parts)

    def has(self, indicator: Indicator, unit: UnitVersion, period: Period) -> bool:
        fits = indicator.only is None or unit.unit_kind in indicator.only
        return fits and unit.level in indicator.levels and period.quarter in indicator.quarters

    def part(self, indicator: Indicator, unit: UnitVersion, period: Period) -> Any:
        """(numerator, denominator) of a unit, or None where it is not used."""
        key = (indicator.id, unit.unit_code, str(period))
        if key not in self._known:
            given = self._given_to(indicator, unit, period)
            self._known[key] = None if given is None else self._parts(indicator, given)
        return self._known[key]

    def is_without(self, indicator: Indicator, unit: UnitVersion, period: Period) -> bool | None:
        """Whether there is nothing of the kind in the unit; None where nobody reported it."""
        given = self._given_to(indicator, unit, period)
        return None if given is None else evaluate(indicator.denominator, given) == 0

    def _given_to(self, indicator: Indicator, unit: UnitVersion, period: Period) -> Any:
        place = (unit.unit_code, str(period))
        if not indicator.id.startswith("DQ"):
            return self._given(indicator, unit, period) if place in self.returns else None
        told = self.reporting[place]
        return told if indicator.base == "expected" or told["is_given"] else None

    @staticmethod
    def _parts(indicator: Indicator, given: Mapping[str, Any]) -> Any:
        top = evaluate(indicator.numerator, given)
        bottom = evaluate(indicator.denominator, given)
        if top is None or not bottom or bottom <= 0:
            return None
        return Decimal(str(top)), Decimal(str(bottom))

    def _given(self, indicator: Indicator, unit: UnitVersion, period: Period) -> dict[str, Any]:
        values, rows = self.returns[unit.unit_code, str(period)]
        given: dict[str, Any] = {**values, **self._facts(period)}
        given["l1"] = rows["l1"]
        given["l2"] = [self._tie(row, unit, period) for row in rows["l2"]]
        given["l3"] = self.matters([unit], period)
        names = parse(indicator.numerator).names() | parse(indicator.denominator).names()
        for name in names:
            if name.startswith("ytd("):
                given[name] = self._year_to_date(name[4:-1], unit, period)
            if name.startswith("prev."):
                before = self.returns.get((unit.unit_code, str(period.shifted(-1))))
                given[name] = before[0].get(name[5:]) if before else None
        return given

    @staticmethod
    def _facts(period: Period) -> dict[str, Any]:
        return {
            "sys.quarter": period.quarter,
            "sys.period_start": period.first_day,
            "sys.period_end": period.last_day,
        }

    def _year_to_date(self, name: str, unit: UnitVersion, period: Period) -> Any:
        total = Decimal(0)
        for quarter in range(1, period.quarter + 1):
            each = Period(period.year, quarter)
            if unit.unit_code not in self.directory.owing(each):
                continue
            values = self.returns.get((unit.unit_code, str(each)), ({}, {}))[0]
            if values.get(name) is None:
                return None
            total += Decimal(str(values[name]))
        return total

    def _tie(self, row: dict[str, Any], unit: UnitVersion, period: Period) -> dict[str, Any]:
        partner = row["partner_unit_code"]
        if partner is None or partner not in self.directory.owing(period):
            return {**row, "partner_lists_same": None}
        theirs = self.returns.get((partner, str(period)), ({}, {"l2": []}))[1]["l2"]
        # Listing the relation back confirms it, unless an objection stands beside it.
        said = [
            each["tie_answer"] or 1
            for each in theirs
            if each["partner_unit_code"] == unit.unit_code and each["pair_type"] == row["pair_type"]
        ]
        return {**row, "partner_lists_same": int(said[:1] == [1])}

    def matters(self, units: Iterable[UnitVersion], period: Period) -> list[dict[str, Any]]:
        """Every matter one of the units is a party to, once, as its initiator reports it."""
        codes = {unit.unit_code for unit in units if (unit.unit_code, str(period)) in self.returns}
        found: dict[str, dict[str, Any]] = {}
        for (code, when), (_, rows) in sorted(self.returns.items()):
            for row in rows["l3"] if when == str(period) else ():
                parties = {row["initiator_code"], row["counterpart_code"]}
                if parties & codes and (
                    row["matter_id"] not in found or code == row["initiator_code"]
                ):
                    found[row["matter_id"]] = {**row, "mirror_confirmed": self._mirror(row, period)}
        return list(found.values())

    def _mirror(self, row: dict[str, Any], period: Period) -> int:
        partner = row["counterpart_code"]
        if partner not in self.directory.owing(period):
            return OUTSIDE
        answer = 0
        for (code, when), (_, rows) in sorted(self.returns.items(), key=lambda item: item[0][1]):
            if code == partner and when <= str(period):
                for each in rows["l3"]:
                    if each["matter_id"] == row["matter_id"] and each["partner_answer"] is not None:
                        answer = int(each["partner_answer"])
        return answer

    def of_matters(
        self, indicator: Indicator, units: Iterable[UnitVersion], period: Period
    ) -> tuple[Any, Any]:
        given = {**self._facts(period), "l3": self.matters(units, period)}
        return evaluate(indicator.numerator, given), evaluate(indicator.denominator, given)
