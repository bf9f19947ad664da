"""单位名录: the unit directory, its two hierarchies and its versions over time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.period import Period

CODE_LENGTH = 12
LARGEST_DIGIT = 9


@dataclass(frozen=True)
class UnitVersion:
    """One unit as it was from `valid_from` (inclusive) to `valid_to` (exclusive, None = open)."""

    unit_code: str
    valid_from: date
    valid_to: date | None
    unit_name: str
    short_name: str
    level: str
    unit_kind: str
    county_code: str
    party_org_type: int
    party_group_type: str
    coord_parent_code: str | None
    party_parent_code: str
    leading_system: str
    reports_from: date
    reports_to: date | None
    contact_office: str

    def covers(self, day: date) -> bool:
        """Whether this version is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def owes_on(self, day: date) -> bool:
        """Whether the unit has a duty to report (报送责任) for a quarter that ends on the day."""
        return self.reports_from <= day and (self.reports_to is None or day < self.reports_to)


class Directory:
    """All versions of all units; asked as of a quarter's last day (domain: parents at T)."""

    def __init__(self, versions: Iterable[UnitVersion]) -> None:
        self.versions = sorted(versions, key=lambda item: (item.unit_code, item.valid_from))

    @cached_property
    def _by_code(self) -> dict[str, list[UnitVersion]]:
        grouped = defaultdict(list)
        for version in self.versions:
            grouped[version.unit_code].append(version)
        return grouped

    def version(self, unit_code: str, period: Period) -> UnitVersion | None:
        """The version in force on the period's last day, or None."""
        day = period.last_day
        return next((item for item in self._by_code.get(unit_code, []) if item.covers(day)), None)

    def owing(self, period: Period) -> dict[str, UnitVersion]:
        """Code -> version of every unit with a duty to report for the period, in code order."""
        day = period.last_day
        return {
            item.unit_code: item for item in self.versions if item.covers(day) and item.owes_on(day)
        }

    def children(self, unit_code: str, period: Period) -> list[UnitVersion]:
        """The units that report for the period and whose coordination parent this unit is."""
        return [item for item in self.owing(period).values() if item.coord_parent_code == unit_code]


def check_digit(body: str) -> str:
    """The Luhn check digit (ISO/IEC 7812-1, annex B) of an 11-digit unit code body."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - LARGEST_DIGIT if value > LARGEST_DIGIT else value
    return str(-total % 10)


def is_unit_code(code: str) -> bool:
    """Whether the text has the form of a unit code: 12 digits, the last one checking."""
    return len(code) == CODE_LENGTH and code.isdigit() and check_digit(code[:-1]) == code[-1]
