"""报告期 2026Q3: its days, its neighbours, its working days; and the clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays as LIBRARY_HOLIDAYS  # noqa: N812 a constant
from chinese_calendar.constants import workdays as LIBRARY_WORKDAYS  # noqa: N812 a constant

from models.spec.structure import Campaign, Step

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

    @classmethod
    def containing(cls, day: date) -> "Period":
        """The quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

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


@dataclass(frozen=True)
class Dated:
    """A step of a quarter with its days; `is_provisional` while a year's holidays are unknown."""

    step: Step
    first: date
    last: date
    is_provisional: bool


def is_announced(year: int, campaign: Campaign) -> bool:
    """Whether the holidays and 调休 of a year are known, to the library or to the catalogue."""
    first, last = min(LIBRARY_HOLIDAYS).year, max(LIBRARY_HOLIDAYS).year
    return first <= year <= last or year in campaign.announced


def is_working_day(day: date, campaign: Campaign) -> bool:
    """Whether offices work that day: weekends and holidays off, 调休 days on.

    What the catalogue says goes before the library. For a year that neither knows, only weekends
    and the days that the law names are off.
    """
    if any(span.first <= day <= span.last for span in campaign.workdays):
        return True
    if any(span.first <= day <= span.last for span in campaign.holidays):
        return False
    if day in LIBRARY_WORKDAYS:
        return True
    is_fixed = not is_announced(day.year, campaign) and f"{day:%m-%d}" in campaign.every_year
    return day.isoweekday() <= FRIDAY and day not in LIBRARY_HOLIDAYS and not is_fixed


def add_working_days(day: date, count: int, campaign: Campaign) -> date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, campaign)
    return day


def working_days_between(day: date, later: date, campaign: Campaign) -> int:
    """How many working days come after `day` up to `later`; negative when `later` is before."""
    if later < day:
        return -working_days_between(later, day, campaign)
    days = (later - day).days
    return sum(is_working_day(day + timedelta(days=n + 1), campaign) for n in range(days))


def dated(step: Step, period: Period, campaign: Campaign) -> Dated:
    """A step on the days of one quarter."""
    end = period.last_day
    if step.days_before is not None:
        day = end - timedelta(days=step.days_before)
        return Dated(step, day, day, is_provisional=False)
    first = add_working_days(end, step.working_days or 0, campaign)
    last = add_working_days(end, step.until or step.working_days or 0, campaign)
    return Dated(step, first, last, is_provisional=not is_announced(last.year, campaign))


def calendar(period: Period, campaign: Campaign) -> list[Dated]:
    """Every step of a quarter's life with its days, in order."""
    steps = [dated(step, period, campaign) for step in campaign.steps]
    return sorted(steps, key=lambda each: each.first)


def day_of(step_id: str, period: Period, campaign: Campaign) -> date:
    """The day of a step, the first one if it takes several."""
    return dated(campaign.step(step_id), period, campaign).first


def end_of(day: date) -> datetime:
    """The last second of a day."""
    return datetime(day.year, day.month, day.day, 23, 59, 59)  # noqa: DTZ001 wall time


def due_at(period: Period, unit_kind: str, campaign: Campaign) -> datetime:
    """The end of the last day on which a unit of this kind reports on time."""
    step = next(step for step in campaign.steps if unit_kind in step.kinds)
    return end_of(dated(step, period, campaign).first)


def opens_on(period: Period, campaign: Campaign) -> date:
    """The day on which templates are issued and files are taken in."""
    return day_of("issue", period, campaign)
