"""结对联建 (L2): ties with villages, communities and enterprises, and between units."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.units import UnitVersion
from pipelines.sample.draw import Draw, ranked
from pipelines.sample.turn import Turn

ORGANS, THREE_LEVELS, HOUSEHOLDS = 4, 5, 6
JOINT_TYPES = (ORGANS, THREE_LEVELS)
ORGAN_KINDS = ("city_organ", "county_organ")
OBJECTS = 2


@dataclass
class Tie:
    """One relation, held by its owner and, when joint, by its partner too."""

    owner: str
    key: str
    pair_type: int
    start: date
    end: date | None
    resource: int
    partner: str | None = None
    name: str | None = None
    place_level: int = 9
    is_mutual: bool = True
    answer: int | None = None
    ids: dict[str, str] = field(default_factory=dict)
    funds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    activities: int = 0
    listed: int = 0
    solved: int = 0
    households: tuple[int, int, int] | None = None

    @property
    def holders(self) -> list[str]:
        """The units that list the tie."""
        both = self.partner is not None and self.is_mutual
        return [self.owner, self.partner] if both and self.partner else [self.owner]

    def is_backed_for(self, code: str) -> bool:
        """Whether the other end lists it too; the owner hears whether it objects."""
        is_disputed = self.answer == OBJECTS and code == self.owner
        return self.is_mutual and self.partner is not None and not is_disputed

    def other(self, code: str) -> str | None:
        """The unit at the other end, seen from one of the two."""
        return self.owner if code == self.partner else self.partner

    def is_listed(self, first: date, last: date) -> bool:
        """In force, or ended in this calendar year."""
        return self.start <= last and (self.end is None or self.end.year >= first.year)

    def is_active(self, first: date) -> bool:
        """Whether anything can still happen in the quarter."""
        return self.end is None or self.end >= first


class Ties:
    """All relations of the city so far."""

    def __init__(self) -> None:
        self._known: dict[str, Tie] = {}
        self._of: dict[str, list[Tie]] = defaultdict(list)

    def of(self, turn: Turn) -> list[Tie]:
        """The relations that the unit lists this quarter, in the order of their ids."""
        code, (first, last) = turn.unit.unit_code, _days(turn)
        return [tie for tie in self._of[code] if tie.is_listed(first, last)]

    def advance(self, turns: Mapping[str, Turn]) -> None:
        """Begin what begins this quarter, and let every relation live through it."""
        units = [turn.unit for turn in turns.values()]
        for turn in turns.values():
            for tie in _beginning(turn, self._known):
                self._begin(tie, turn, units)
        for tie in self._known.values():
            if tie.owner in turns and tie.is_listed(*_days(turns[tie.owner])):
                _live(tie, turns[tie.owner], turns)

    def _begin(self, tie: Tie, turn: Turn, units: list[UnitVersion]) -> None:
        if tie.pair_type in JOINT_TYPES:
            taken = {code for other in self._of[tie.owner] for code in other.ids}
            free = [unit for unit in units if unit.unit_code not in taken]
            tie.partner = _partner(turn, tie, free)
            if tie.partner is None:
                return
        self._known[tie.key] = tie
        for code in tie.holders:
            self._of[code].append(tie)
            tie.ids[code] = f"{code}L2{len(self._of[code]):03d}"


def _days(turn: Turn) -> tuple[date, date]:
    return turn.period.first_day, turn.period.last_day


def _beginning(turn: Turn, known: Iterable[str]) -> Iterator[Tie]:
    """The unit's relations that are listed now and were not before."""
    for slot, kind in enumerate(_slots(turn)):
        key = f"{turn.unit.unit_code}#{slot}"
        if key not in known:
            tie = _tie(turn, key, kind)
            if tie.is_listed(*_days(turn)) and tie.start >= turn.unit.reports_from:
                yield tie


def _slots(turn: Turn) -> list[int]:
    """The types of all relations the unit will ever propose."""
    settings, kind = turn.words["ties"]["kinds"][turn.unit.unit_kind], turn.unit.unit_kind
    draw, mood = turn.lasting("ties"), turn.mood
    slots = [
        draw.code(turn.words["ties"]["alone_odds"]) for _ in range(draw.events(settings["alone"]))
    ]
    if not slots and draw.chance(mood.lasting_rate(settings["some"], "ties")):
        slots = [draw.code(turn.words["ties"]["alone_odds"])]
    slots += [HOUSEHOLDS] * draw.chance(settings["households"])
    for _ in range(draw.events(settings["joint"])):
        across = kind not in ORGAN_KINDS or draw.chance(settings["across"])
        slots.append(THREE_LEVELS if across else ORGANS)
    return slots


def _tie(turn: Turn, key: str, kind: int) -> Tie:
    words, draw = turn.words["ties"], turn.lasting("tie", key)
    since, until = words["recent" if draw.chance(words["recent_share"]) else "older"]
    start = draw.day(since, until)
    ends = draw.chance(words["ending"])
    end = start + timedelta(days=draw.whole(*words["days"])) if ends else None
    tie = Tie(turn.unit.unit_code, key, kind, start, end, draw.code(words["resources"][kind]))
    if kind in JOINT_TYPES:
        tie.is_mutual = not draw.chance(words["one_sided"])
        return tie
    place = words["places"][kind]
    tie.place_level = place["level"]
    tie.name = place["name"].format(
        town=draw.pick(words["towns"]), number=draw.pick(words["numbers"])
    )
    return tie


def _partner(turn: Turn, tie: Tie, units: list[UnitVersion]) -> str | None:
    """Organs join their like; a tie of three levels (三级联建) joins another level."""
    mine = turn.unit
    fitting = [
        unit.unit_code
        for unit in units
        if unit.unit_code != mine.unit_code
        and unit.unit_kind not in {"city_wc", "county_wc"}
        and (unit.level == mine.level) == (tie.pair_type == ORGANS)
        and (mine.level == "city" or unit.level == "city" or unit.county_code == mine.county_code)
    ]
    order = ranked(fitting, turn.seed, tie.key)
    return order[0] if order else None


def _live(tie: Tie, turn: Turn, turns: Mapping[str, Turn]) -> None:
    words = turn.words["ties"]
    draw = Draw(turn.seed, "tie", tie.key, turn.period)
    is_active = tie.is_active(turn.period.first_day)
    season = words["season"][turn.period.quarter - 1]
    mean = words["activities"] * season * turn.mood.times("pairing", 0.3)
    tie.activities = min(12, draw.events(mean)) if is_active else 0
    if turn.period.quarter == 1:
        tie.solved = 0
        tie.funds.clear()
    rate = turn.mood.rate(words["solved"], "pairing") if is_active else 0.0
    found = draw.events(words["problems"]) if is_active else 0
    solved = draw.part(tie.listed + found, rate)
    tie.listed, tie.solved = min(58, tie.listed + found - solved), min(60, tie.solved + solved)
    if tie.pair_type == HOUSEHOLDS:
        tie.households = _households(tie, turn, draw)
    _answer(tie, turns)


def _households(tie: Tie, turn: Turn, draw: Draw) -> tuple[int, int, int]:
    rate = turn.words["ties"]["household_rate"]
    paired, plans, cadres = tie.households or (draw.whole(11, 68), 0, 0)
    topics = ("plans", plans), ("cadres", cadres)
    done = [max(had, draw.part(paired, turn.mood.rate(rate, topic))) for topic, had in topics]
    return paired, done[0], done[1]


def _answer(tie: Tie, turns: Mapping[str, Turn]) -> None:
    """The partner says once whether the tie is as its owner put it (对方答复)."""
    partner = turns.get(tie.partner or "")
    if tie.answer is not None or partner is None or not tie.is_mutual:
        return
    words = partner.words["ties"]
    draw = partner.draw("tie answer", tie.key)
    if partner.now["_is_silent"] or not draw.chance(words["answered"]):
        return
    tie.answer = OBJECTS if draw.chance(words["objected"]) else 1
