"""报告期 2026Q3: its days, its neighbours, its working days; and the clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.spec.structure import Campaign

ZONE = ZoneInfo("Asia/Shanghai")
FRIDAY = 5

Clock = Callable[[], datetime]
"""Returns the present as wall time in Asia/Shanghai, without zone. Injected, never asked for."""


def system_clock() -> datetime:
    """The one place that reads the machine's clock."""
    return datetime.now(ZONE).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True, order=True)
class Period:
    """A calendar quarter."""

    year: int
    quarter: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `2026Q3`.

        Raises:
            ValueError: the text is no quarter.
        """
        year, mark, quarter = text[:4], text[4:5], text[5:]
        if not (year.isdigit() and mark == "Q" and quarter in {"1", "2", "3", "4"}):
            raise ValueError(text)
        return cls(int(year), int(quarter))

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    def shifted(self, quarters: int) -> "Period":
        """The quarter so many quarters later, or earlier when negative."""
        year, index = divmod(self.year * 4 + self.quarter - 1 + quarters, 4)
        return Period(year, index + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.quarter * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        return self.shifted(1).first_day - timedelta(days=1)


def period_range(text: str) -> list[Period]:
    """Read `2025Q3..2026Q3`, both ends included, or a single quarter.

    Raises:
        ValueError: an end is no quarter, or the order is wrong.
    """
    first, _, last = text.partition("..")
    start, end = Period.parse(first), Period.parse(last or first)
    if end < start:
        raise ValueError(text)
    return list(_walk(start, end))


def _walk(start: Period, end: Period) -> Iterator[Period]:
    while start <= end:
        yield start
        start = start.shifted(1)


def is_working_day(day: date, campaign: Campaign) -> bool:
    """Whether offices work that day: weekends and holidays off, 调休 days on."""
    if any(span.first <= day <= span.last for span in campaign.workdays):
        return True
    if any(span.first <= day <= span.last for span in campaign.holidays):
        return False
    return day.isoweekday() <= FRIDAY


def add_working_days(day: date, count: int, campaign: Campaign) -> date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, campaign)
    return day


def due_at(period: Period, unit_kind: str, campaign: Campaign) -> datetime:
    """The end of the last day on which a unit of this kind reports on time."""
    days = next(item.working_days for item in campaign.deadlines if unit_kind in item.kinds)
    day = add_working_days(period.last_day, days, campaign)
    return datetime(day.year, day.month, day.day, 23, 59, 59)  # noqa: DTZ001 wall time


def opens_on(period: Period, campaign: Campaign) -> date:
    """The day on which templates are issued and files are taken in."""
    return period.last_day - timedelta(days=campaign.opens_days_before)
