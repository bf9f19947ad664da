"""换届: when an organisation's term ends, and when it will really hold its election."""

from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.sample.draw import Draw
from pipelines.sample.turn import Turn


@dataclass(frozen=True)
class Plan:
    """What an organisation does about one end of term; settled once, so it never wavers."""

    held: date
    extended_until: date | None = None
    is_asking: bool = False


def add_years(day: date, years: int) -> date:
    """The same day years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def plan(turn: Turn, serial: int, due: date) -> Plan:
    """On time, with an approved extension (延期), or late."""
    rates = turn.words["elections"]
    draw = Draw(turn.seed, turn.unit.unit_code, "election", serial, due)
    if draw.chance(turn.mood.lasting_rate(rates["on_time"], "election")):
        return Plan(_weekday(due - timedelta(days=draw.whole(3, 50))))
    if draw.chance(rates["extended"]):
        until = due + timedelta(days=draw.whole(120, 350))
        return Plan(_weekday(until - timedelta(days=draw.whole(5, 90))), until)
    held = _weekday(due + timedelta(days=draw.whole(*rates["late_days"])))
    return Plan(held, is_asking=draw.chance(rates["asking"]))


def first_election(turn: Turn, serial: int, years: int) -> date:
    """The last election before the sample begins."""
    start = turn.period.first_day
    draw = turn.lasting("first election", serial)
    ends = _weekday(start + timedelta(days=draw.whole(-400, years * 365 - 400)))
    elected = add_years(ends, -years)
    due = add_years(elected, years)
    held = plan(turn, serial, due).held
    return held if held < start else elected


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.isoweekday() - 5))
