"""联动事项 (L3): matters between two units, from being raised to being answered for."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.period import Period
from pipelines.sample.turn import Row, Turn

WAITING, WORKING, CLOSED = 1, 2, 3
OUTSIDE, OBJECTED = 9, 2
IN_TIME = 20
"""A matter raised more days than this before quarter end is in the partner's workbook too."""


@dataclass
class Matter:
    """One matter; both units list it with the same values."""

    matter_id: str
    initiator: str
    counterpart: str
    title: str
    matter_type: int
    direction: int
    sector: int
    resource: int
    raised: date
    due: date
    replied: date
    ended: date
    ending: int
    is_outside: bool = False
    answer: int | None = None
    answered_in: Period | None = None
    note: str | None = None

    def status(self, period: Period) -> int:
        """Its state at the end of a quarter."""
        if self.ended <= period.last_day:
            return self.ending
        return WORKING if self.replied <= period.last_day else WAITING

    def is_listed(self, unit_code: str, period: Period) -> bool:
        """From the quarter it is known to that in which it ends, or one more while unanswered."""
        known = self.raised <= period.last_day
        if unit_code == self.counterpart:
            known = not self.is_outside and self._reached(period)
        return known and (self.ended >= period.first_day or self._waits(period))

    def _reached(self, period: Period) -> bool:
        """Whether the partner can have it in its workbook of the quarter."""
        previous_end = period.shifted(-1).last_day
        return self.raised <= previous_end or (period.last_day - self.raised).days > IN_TIME

    def _waits(self, period: Period) -> bool:
        """Whether it ended last quarter without the partner's answer."""
        if self.is_outside or self.ended < period.shifted(-1).first_day:
            return False
        return self.answered_in is None or self.answered_in >= period

    @property
    def mirror(self) -> int:
        """What all answers so far make of it (对方是否确认)."""
        return OUTSIDE if self.is_outside else self.answer or 0


class Matters:
    """All matters of the city so far."""

    def __init__(self) -> None:
        self._of: dict[str, list[Matter]] = defaultdict(list)

    def of(self, turn: Turn) -> list[Matter]:
        """The matters that the unit lists this quarter, older ones first."""
        code, period = turn.unit.unit_code, turn.period
        return [matter for matter in self._of[code] if matter.is_listed(code, period)]

    def add(self, matter: Matter) -> None:
        self._of[matter.initiator].append(matter)
        if not matter.is_outside:
            self._of[matter.counterpart].append(matter)

    def answer(self, turns: Mapping[str, Turn]) -> None:
        """Let the partners answer what they see."""
        for turn in turns.values():
            for matter in self.of(turn):
                if matter.counterpart == turn.unit.unit_code and matter.answer is None:
                    _answer(matter, turn)


def _answer(matter: Matter, turn: Turn) -> None:
    words, draw = turn.words["matters"], turn.draw("answer", matter.matter_id)
    rate = turn.mood.rate(words["answered"], "answers")
    if turn.now["_is_silent"] or not draw.chance(rate):
        return
    matter.answer = 2 if draw.chance(words["objected"]) else 1
    matter.answered_in = turn.period
    matter.note = draw.pick(words["objections"]) if matter.answer == OBJECTED else None


def matter_rows(turn: Turn, matters: list[Matter]) -> list[Row]:
    """One row of L3 for each matter."""
    return [_row(turn, matter) for matter in matters]


def _row(turn: Turn, matter: Matter) -> Row:
    last, status = turn.period.last_day, matter.status(turn.period)
    is_partner = matter.counterpart == turn.unit.unit_code
    return {
        "matter_id": matter.matter_id,
        "matter_title": matter.title,
        "matter_type": matter.matter_type,
        "direction": matter.direction,
        "initiator_code": matter.initiator,
        "counterpart_code": matter.counterpart,
        "counterpart_sector": matter.sector,
        "raised_date": matter.raised,
        "due_on": matter.due,
        "replied_date": matter.replied if matter.replied <= last else None,
        "closed_date": matter.ended if status == CLOSED else None,
        "matter_status": status,
        "shared_resource": matter.resource,
        "mirror_confirmed": matter.mirror,
        "partner_answer": matter.answer if is_partner else None,
        "partner_note": matter.note if is_partner else None,
    }
