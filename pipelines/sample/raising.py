"""Which matters a unit raises in a quarter, with whom, and how long they will take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.units import UnitVersion
from pipelines.sample.draw import Draw, ranked, weekday_within
from pipelines.sample.matters import CLOSED, Matter
from pipelines.sample.turn import Turn

RANKS = {"city": 1, "county": 2, "township": 3}
DOWN, UP, LEVEL = 1, 2, 3
SHARING, JOINT_ACTIVITY = 4, 3


@dataclass(frozen=True)
class Course:
    """The days of a matter."""

    raised: date
    due: date
    replied: date
    ended: date


@dataclass(frozen=True)
class Draft:
    """A matter before it has its number."""

    partner: str
    types: Mapping[int, float]
    course: Course


Taken = set[tuple[str, str, date]]
"""Title, counterpart and day of what was raised already: no two matters look the same."""


def raised(turn: Turn, units: Mapping[str, UnitVersion], taken: Taken) -> list[Matter]:
    """This quarter's new matters of one unit, numbered in the order they were raised."""
    drafts = sorted(_drafts(turn, units), key=lambda draft: (draft.course.raised, draft.partner))
    stem = f"{turn.unit.unit_code}{turn.period.year}{turn.period.quarter}"
    return [
        _matter(turn, f"{stem}{number:03d}", draft, units.get(draft.partner), taken)
        for number, draft in enumerate(drafts, start=1)
    ]


def _drafts(turn: Turn, units: Mapping[str, UnitVersion]) -> Iterator[Draft]:
    words = turn.words["matters"]
    season = words["season"][turn.period.quarter - 1]
    for route in words["routes"][turn.unit.unit_kind]:
        draw = turn.draw("matters", route["to"])
        mean = route["mean"] * season * turn.mood.times("matters", 0.35)
        pool = _pool(turn, route["to"], units)
        order = ranked(pool, turn.seed, turn.unit.unit_code, turn.period)
        for code in order[: draw.events(mean)]:
            yield Draft(code, route["types"], _course(turn, draw))


def _pool(turn: Turn, kind: str, units: Mapping[str, UnitVersion]) -> list[str]:
    """The units of a kind that this one deals with: of its county, or of the city."""
    mine = turn.unit
    if kind == "outside":
        return list(turn.words["matters"]["outside"])
    return [
        unit.unit_code
        for unit in units.values()
        if unit.unit_kind == kind
        and unit.unit_code != mine.unit_code
        and ("city" in {mine.level, unit.level} or unit.county_code == mine.county_code)
    ]


def _course(turn: Turn, draw: Draw) -> Course:
    words = turn.words["matters"]
    day = draw.day(turn.period.first_day, turn.period.last_day)
    agreed = draw.whole(*words["agreed_days"])
    due = weekday_within(day + timedelta(days=agreed), day)
    if draw.chance(turn.mood.rate(words["on_time"], "matters")):
        taken = max(2, round(agreed * draw.between(0.25, 0.98)))
    else:
        taken = agreed + 2 + draw.events(words["late_days"])
        taken += words["very_late_days"] * draw.chance(words["very_late"])
    ended = weekday_within(day + timedelta(days=taken), day + timedelta(days=1))
    replied = day + timedelta(days=1 + draw.events(words["reply_days"]))
    return Course(day, due, min(ended, weekday_within(replied, day)), ended)


def _matter(
    turn: Turn, matter_id: str, draft: Draft, partner: UnitVersion | None, taken: Taken
) -> Matter:
    words, draw = turn.words["matters"], turn.draw("matter", matter_id)
    kind, course = draw.code(draft.types), draft.course
    title = _title(words, draw, kind)
    while (title, draft.partner, course.raised) in taken:
        title = _title(words, draw, kind)
    taken.add((title, draft.partner, course.raised))
    return Matter(
        matter_id=matter_id,
        initiator=turn.unit.unit_code,
        counterpart=draft.partner,
        title=title,
        matter_type=kind,
        direction=_direction(turn.unit, partner),
        sector=_sector(words, partner),
        resource=_resource(words, draw, kind),
        raised=course.raised,
        due=course.due,
        replied=course.replied,
        ended=course.ended,
        ending=draw.code(words["endings"]) if partner else CLOSED,
        is_outside=partner is None,
    )


def _title(words: Mapping[str, Any], draw: Draw, kind: int) -> str:
    title = draw.pick(words["titles"][kind])
    return str(title.format(focus=draw.pick(words["focuses"]), topic=draw.pick(words["topics"])))


def _direction(mine: UnitVersion, partner: UnitVersion | None) -> int:
    """Above, below or level with; whoever is outside the city is above it."""
    theirs = RANKS[partner.level] if partner else 0
    if RANKS[mine.level] == theirs:
        return LEVEL
    return DOWN if RANKS[mine.level] < theirs else UP


def _sector(words: Mapping[str, Any], partner: UnitVersion | None) -> int:
    if partner is None:
        return int(words["sectors"]["outside"])
    by_kind = words["sectors"].get(partner.unit_kind)
    return int(by_kind or words["sectors"]["systems"][partner.leading_system])


def _resource(words: Mapping[str, Any], draw: Draw, kind: int) -> int:
    return draw.code(words["resources"].get(kind, words["resources"]["else"]))
