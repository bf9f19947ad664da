"""豁免: rules that are not judged for some units in some quarters, by whom and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from models.period import Period
from models.registry import rule_waiver
from models.units import UnitVersion


@dataclass(frozen=True)
class RuleWaiver:
    """A rule waived for one unit, for a county, or for all, from a quarter to another."""

    rule: str
    unit_code: str | None
    county_code: str | None
    first_period: str
    last_period: str | None
    why: str
    decided_by: str
    decided_at: datetime

    def holds_in(self, period: str) -> bool:
        """Whether it holds in a quarter such as `2026Q3`."""
        return self.first_period <= period <= (self.last_period or period)

    def covers(self, unit: UnitVersion) -> bool:
        """Whether it is about the unit."""
        if self.unit_code is not None:
            return unit.unit_code == self.unit_code
        return self.county_code in {None, unit.county_code}


def add_waiver(registry: Connection, waiver: RuleWaiver) -> None:
    """Record a waiver."""
    registry.execute(insert(rule_waiver).values(**vars(waiver)))


def rule_waivers(registry: Connection, period: Period | None = None) -> list[RuleWaiver]:
    """The waivers on record, or those that hold in a quarter."""
    rows = registry.execute(select(rule_waiver).order_by(rule_waiver.c.rule_waiver_id)).mappings()
    names = RuleWaiver.__dataclass_fields__
    found = [RuleWaiver(**{name: row[name] for name in names}) for row in rows]
    return [each for each in found if period is None or each.holds_in(str(period))]


def waived_rules(
    waivers: Iterable[RuleWaiver], units: Mapping[str, UnitVersion | None]
) -> frozenset[tuple[str, str]]:
    """(submission, rule) for the submissions, given by id with their unit, that are not judged."""
    return frozenset(
        (submission_id, waiver.rule)
        for waiver in waivers
        for submission_id, unit in units.items()
        if unit is not None and waiver.covers(unit)
    )
