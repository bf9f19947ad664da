"""报送: which units send their workbook, and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pipelines.sample.draw import Draw, weekday_within

DueOn = Callable[[str, str], date]
"""The last day on time, by period and unit kind."""

FRIDAY = 5
COMMITTEES = frozenset({"city_wc", "county_wc"})


@dataclass(frozen=True)
class Sending:
    """What a unit does about one quarter's return; nothing arrives when `received_at` is None."""

    filled_on: date
    received_at: datetime | None
    is_late: bool = False


@dataclass(frozen=True)
class Duty:
    """One unit's return for one quarter.

    `is_changing` marks the quarter in which the unit was set up, renamed or moved: it is sure
    to report then.
    """

    unit_code: str
    unit_kind: str
    period: str
    is_changing: bool = False


def sending(duty: Duty, due_on: DueOn, seed: int, words: Mapping[str, Any]) -> Sending:
    """Return when the unit sends its workbook, Asia/Shanghai wall time.

    `words` is the part `behaviour` of sample.yml.
    """
    draw = Draw(seed, "sending", duty.unit_code, duty.period)
    due = due_on(duty.period, duty.unit_kind)
    first = due - timedelta(days=words["days_before"])
    filled = draw.day(first, due - timedelta(days=1))
    is_sure = duty.is_changing or duty.unit_kind in COMMITTEES
    if draw.chance(words["never"]) and not is_sure:
        return Sending(filled, None)
    if draw.chance(words["late"]) and duty.unit_kind not in COMMITTEES:
        day = _workday(due + timedelta(days=draw.whole(*words["late_days"])))
        return Sending(filled, _at(day, draw), is_late=True)
    day = max(filled, due if draw.chance(words["last_day"]) else draw.day(filled, due))
    return Sending(filled, _at(day, draw))


def _workday(day: date) -> date:
    return weekday_within(day + timedelta(days=2), day) if day.isoweekday() > FRIDAY else day


def _at(day: date, draw: Draw) -> datetime:
    """Some minute of an office day."""
    opens, minutes = time(8, 40), 8 * 60 + 20
    return datetime.combine(day, opens) + timedelta(
        minutes=draw.whole(0, minutes), seconds=draw.whole(0, 59)
    )
