"""What is due on a day of a quarter's life: decided from the calendar, nothing is done here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, select

from models.period import Period, calendar, day_of, is_working_day, working_days_between
from models.registry import reporting_duty
from models.spec.structure import Campaign
from pipelines.records.quarters import is_locked, opened_periods

SCHEDULES = ("open", "remind", "close")


@dataclass(frozen=True)
class Task:
    """One thing that a schedule does on a day, for one quarter."""

    schedule: str
    what: str
    period: Period
    on: date
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far quarters have come, as far as the schedules ask."""

    frozen: frozenset[str]
    opened: frozenset[str]
    locked: frozenset[str]

    def after(self, task: Task) -> "Progress":
        """The progress once the task is done."""
        name = str(task.period)
        if task.what == "freeze":
            return replace(self, frozen=self.frozen | {name})
        if task.what == "issue":
            return replace(self, frozen=self.frozen | {name}, opened=self.opened | {name})
        return self


def progress(registry: Connection) -> Progress:
    """How far the quarters of this registry have come."""
    opened = opened_periods(registry)
    frozen = registry.execute(select(reporting_duty.c.period).distinct()).scalars()
    return Progress(
        frozen=frozenset(frozen),
        opened=frozenset(opened),
        locked=frozenset(period for period in opened if is_locked(registry, period)),
    )


def due_tasks(day: date, campaign: Campaign, known: Progress) -> list[Task]:
    """What the schedules do on a day; what was missed earlier is still due."""
    present = Period(day.year, (day.month + 2) // 3)
    return [
        task
        for period in (present.shifted(-1), present)
        for task in _of_period(period, day, campaign, known)
    ]


def plan(first: date, last: date, campaign: Campaign, known: Progress) -> list[Task]:
    """What the schedules would do from day to day, if each did what it decides."""
    tasks = []
    for offset in range((last - first).days + 1):
        for task in due_tasks(first + timedelta(days=offset), campaign, known):
            tasks.append(task)
            known = known.after(task)
    return tasks


def _of_period(period: Period, day: date, campaign: Campaign, known: Progress) -> Iterator[Task]:
    name = str(period)
    first_due = min(each.first for each in calendar(period, campaign) if each.step.kinds)
    if name not in known.opened and day <= first_due:
        # Not only on the very day: a machine that was off takes it up when it is on again.
        if day >= day_of("freeze", period, campaign) and name not in known.frozen:
            yield Task("open", "freeze", period, day)
        if day >= day_of("issue", period, campaign):
            yield Task("open", "issue", period, day)
    if name in known.opened - known.locked:
        if _is_day_to_remind(period, first_due, day, campaign):
            yield Task("remind", "remind", period, day)
        yesterday = day - timedelta(days=1)
        closed = [
            each.step.id
            for each in calendar(period, campaign)
            if each.step.closes and each.first == yesterday
        ]
        if closed:
            yield Task("close", "close", period, day, tuple(closed))


def _is_day_to_remind(period: Period, first_due: date, day: date, campaign: Campaign) -> bool:
    begin = _working_days_before(first_due, campaign.reminders.before, campaign)
    if not (begin <= day <= day_of("lock", period, campaign) and is_working_day(day, campaign)):
        return False
    return working_days_between(begin, day, campaign) % campaign.reminders.every == 0


def _working_days_before(day: date, count: int, campaign: Campaign) -> date:
    earlier = day
    while working_days_between(earlier, day, campaign) < count or not is_working_day(
        earlier, campaign
    ):
        earlier -= timedelta(days=1)
    return earlier
