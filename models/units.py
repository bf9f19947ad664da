"""单位名录: the unit directory, its two hierarchies and its versions over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
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

    @property
    def owed_at_end(self) -> bool:
        """Whether the unit still had to report on the last day of this version."""
        return self.valid_to is not None and self.owes_on(self.valid_to - timedelta(days=1))


class Directory:
    """All versions of all units; asked as of a quarter's last day (domain: parents at T).

    Answers are kept by quarter: at fifty thousand units nobody can afford to look at all of
    them once more for each of them. What is returned belongs to the directory; do not change it.
    """

    def __init__(self, versions: Iterable[UnitVersion]) -> None:
        self.versions = sorted(versions, key=lambda item: (item.unit_code, item.valid_from))
        self._owing: dict[Period, dict[str, UnitVersion]] = {}
        self._children: dict[Period, dict[str, list[UnitVersion]]] = {}

    @cached_property
    def by_code(self) -> dict[str, list[UnitVersion]]:
        """Code -> the unit's versions, oldest first."""
        grouped: dict[str, list[UnitVersion]] = {}
        for version in self.versions:
            grouped.setdefault(version.unit_code, []).append(version)
        return grouped

    def on(self, unit_code: str, day: date) -> UnitVersion | None:
        """The version in force on the day, or None."""
        return next((item for item in self.by_code.get(unit_code, ()) if item.covers(day)), None)

    def version(self, unit_code: str, period: Period) -> UnitVersion | None:
        """The version in force on the period's last day, or None."""
        return self.on(unit_code, period.last_day)

    def last_known(self, unit_code: str, period: Period) -> UnitVersion:
        """The unit on the period's last day, or as it was last, if it has ended."""
        return self.version(unit_code, period) or self.by_code[unit_code][-1]

    def owing(self, period: Period) -> dict[str, UnitVersion]:
        """Code -> version of every unit with a duty to report for the period, in code order."""
        if period not in self._owing:
            day = period.last_day
            self._owing[period] = {
                item.unit_code: item
                for item in self.versions
                if item.covers(day) and item.owes_on(day)
            }
        return self._owing[period]

    def ended_within(self, period: Period) -> dict[str, UnitVersion]:
        """Code -> last version of every unit that ended in the quarter, before its last day.

        Such a predecessor owes no whole return for the quarter, only its closing (domain, 8).
        """
        return {
            code: versions[-1]
            for code, versions in self.by_code.items()
            if _ends_within(versions[-1], period)
        }

    def children(self, unit_code: str, period: Period) -> list[UnitVersion]:
        """The units that report for the period and whose coordination parent this unit is."""
        if period not in self._children:
            grouped: dict[str, list[UnitVersion]] = {}
            for item in self.owing(period).values():
                grouped.setdefault(item.coord_parent_code or "", []).append(item)
            self._children[period] = grouped
        return self._children[period].get(unit_code, [])

    def former_name(self, unit_code: str, period: Period, quarters: int) -> str | None:
        """The name before a rename (更名), for so many quarters, that of the rename included."""
        present = self.version(unit_code, period)
        if present is None:
            return None
        renamed_on, former = present.valid_from, None
        for earlier in reversed(self.by_code[unit_code]):
            if earlier.valid_from >= renamed_on:
                continue
            if earlier.unit_name != present.unit_name:
                former = earlier.unit_name
                break
            renamed_on = earlier.valid_from
        return former if renamed_on >= period.shifted(1 - quarters).first_day else None


def _ends_within(version: UnitVersion, period: Period) -> bool:
    end = version.valid_to
    return end is not None and period.first_day < end <= period.last_day and version.owed_at_end


def unit_code(region: str, level: int, serial: int) -> str:
    """Twelve digits: place and level at birth, a serial number, the check digit."""
    body = f"{region}{level}{serial:04d}"
    return body + check_digit(body)


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
