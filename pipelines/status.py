"""`sanji status`: who owes what, from the registry, live."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from models.catalogue_model import Catalogue
from models.period import Period, due_at
from models.registry import submission
from models.units import UnitVersion
from pipelines.records import current, directory

APPROVED = ("county_approved", "city_approved", "locked")


@dataclass(frozen=True)
class UnitStatus:
    """Where one unit's return stands."""

    unit: UnitVersion
    status: str | None
    verdict: str | None
    first_received: datetime | None
    due: datetime

    @property
    def is_received(self) -> bool:
        return self.status is not None

    @property
    def is_valid(self) -> bool:
        """No 强制 finding stands in its current version."""
        return self.is_received and self.status != "returned" and self.verdict != "returned"

    @property
    def is_on_time(self) -> bool:
        return self.first_received is not None and self.first_received <= self.due

    @property
    def is_complete(self) -> bool:
        """Nothing is left for the unit to do."""
        return self.is_valid and (
            self.verdict == "accepted" or self.status in ("explained", *APPROVED)
        )


COUNTS = {
    "received": lambda each: each.is_received,
    "valid": lambda each: each.is_valid,
    "on_time": lambda each: each.is_on_time,
    "complete": lambda each: each.is_complete,
    "returned": lambda each: each.is_received and not each.is_valid,
    "accepted": lambda each: each.status in APPROVED,
    "late": lambda each: each.is_received and not each.is_on_time,
}


def status(registry: Connection, catalogue: Catalogue, period: Period) -> dict[str, Any]:
    """The contract of `sanji status --json`."""
    units = unit_statuses(registry, catalogue, period)
    levels = sorted({each.unit.level for each in units})
    counties = sorted({each.unit.county_code for each in units if each.unit.level != "city"})
    return {
        "period": str(period),
        **_counted(units),
        "missing": [each.unit.unit_code for each in units if not each.is_received],
        "by_level": {
            level: _counted(each for each in units if each.unit.level == level) for level in levels
        },
        "by_county": {
            county: _counted(
                each
                for each in units
                if each.unit.county_code == county and each.unit.level != "city"
            )
            for county in counties
        },
    }


def unit_statuses(registry: Connection, catalogue: Catalogue, period: Period) -> list[UnitStatus]:
    """One entry for every unit that owes a return, in code order."""
    rows = current(registry, str(period))
    first = dict(
        registry.execute(
            select(submission.c.unit_code, func.min(submission.c.received_at))
            .where(submission.c.period == str(period))
            .group_by(submission.c.unit_code)
        ).all()
    )
    return [
        UnitStatus(
            unit=unit,
            status=rows[code].status if code in rows else None,
            verdict=rows[code].verdict if code in rows else None,
            first_received=first.get(code),
            due=due_at(period, unit.unit_kind, catalogue.campaign),
        )
        for code, unit in directory(registry).owing(period).items()
    ]


def _counted(units: Iterable[UnitStatus]) -> dict[str, int]:
    some = list(units)
    return {"owed": len(some)} | {name: sum(map(test, some)) for name, test in COUNTS.items()}
