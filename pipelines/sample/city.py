"""样例城市: what 250 honest units would report, quarter after quarter.

Every number follows from the seed, the unit and the quarter it belongs to, so that quarters
added at the end change nothing before them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.period import Period
from models.units import UnitVersion
from pipelines.sample import (
    cadres,
    cover,
    guidance,
    leadership,
    ledger,
    money,
    orgs,
    people,
    plain,
    training,
)
from pipelines.sample.behaviour import DueOn, Duty, Sending, sending
from pipelines.sample.departures import Departure, departures
from pipelines.sample.matters import Matters, matter_rows
from pipelines.sample.mood import Mood
from pipelines.sample.raising import Taken, raised
from pipelines.sample.tie_rows import tie_rows
from pipelines.sample.ties import Ties
from pipelines.sample.turn import Fields, Row, Turn, Value


@dataclass(frozen=True)
class UnitQuarter:
    """What one unit truthfully holds for one quarter."""

    values: dict[str, Value]
    rows: dict[str, list[Row]]
    departures: list[Departure]
    sending: Sending


City = dict[tuple[str, str], UnitQuarter]


def honest_city(
    units_by_period: Mapping[str, Sequence[UnitVersion]],
    periods: Sequence[str],
    seed: int,
    parameters: Mapping[str, Any],
    *,
    fields: Fields,
    due_on: DueOn,
) -> City:
    """Return (unit_code, period) -> what the unit truthfully holds.

    Args:
        units_by_period: the units that owe a return, as they were at the end of each period.
        periods: quarters in a row, such as 2025Q3 to 2026Q3.
        seed: another seed is another city.
        parameters: sample.yml as read.
        fields: the catalogue's fields by qualified name.
        due_on: the last day on time, by period and unit kind.
    """
    story = _Story(seed, parameters, fields, due_on)
    for period in _since_january(periods[0]):
        story.tell(Period.parse(period), units_by_period[periods[0]], is_filed=False)
    filed: City = {}
    for period in periods:
        filed |= story.tell(Period.parse(period), units_by_period[period], is_filed=True)
    return filed


def _since_january(period: str) -> Iterator[str]:
    """The quarters of the year before the first one: what adds up from January needs them."""
    first = Period.parse(period)
    for quarter in range(1, first.quarter):
        yield str(Period(first.year, quarter))


@dataclass
class _Story:
    """The city as far as it has been told."""

    seed: int
    words: Mapping[str, Any]
    fields: Fields
    due_on: DueOn
    memory: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: dict[str, UnitVersion] = field(default_factory=dict)
    reported: dict[str, dict[str, Value]] = field(default_factory=dict)
    ties: Ties = field(default_factory=Ties)
    matters: Matters = field(default_factory=Matters)

    def tell(self, period: Period, units: Sequence[UnitVersion], *, is_filed: bool) -> City:
        """Let the city live through one quarter."""
        turns = {unit.unit_code: self._turn(period, unit) for unit in units}
        self.units = {unit.unit_code: unit for unit in units}
        sendings = {code: self._send(turn) for code, turn in turns.items()}
        for turn in turns.values():
            _settle(turn)
        self.ties.advance(turns)
        if is_filed:
            self._exchange(turns)
        guidance.fill_visits(turns)
        for turn in turns.values():
            self._live(turn)
        for turn in turns.values():
            money.fill_pooled_in(turn, self.ties.of(turn))
        guidance.fill_train_slots(turns)
        guidance.fill_control_totals(turns)
        self.memory = {code: turn.now for code, turn in turns.items()}
        return self._file(turns, sendings) if is_filed else {}

    def _file(self, turns: Mapping[str, Turn], sendings: Mapping[str, Sending]) -> City:
        filed = {code: self._filed(turn, sendings[code]) for code, turn in turns.items()}
        self.reported = {
            code: truth.values for code, truth in filed.items() if truth.sending.received_at
        }
        return {(code, str(turns[code].period)): truth for code, truth in filed.items()}

    def _turn(self, period: Period, unit: UnitVersion) -> Turn:
        mood = Mood(self.seed, unit.unit_code, period, self.words["mood"])
        before = self.memory.get(unit.unit_code, {})
        turn = Turn(self.seed, unit, period, mood, self.fields, self.words, before)
        turn.now["change_type"] = cover.change(
            unit, self.units.get(unit.unit_code), is_founding=turn.is_founding
        )
        return turn

    def _send(self, turn: Turn) -> Sending:
        unit, is_changing = turn.unit, bool(turn.now["change_type"])
        duty = Duty(unit.unit_code, unit.unit_kind, str(turn.period), is_changing)
        sent = sending(duty, self.due_on, self.seed, self.words["behaviour"])
        turn.now["_is_silent"] = sent.received_at is None
        return sent

    def _exchange(self, turns: Mapping[str, Turn]) -> None:
        units = {code: turn.unit for code, turn in turns.items()}
        taken: Taken = set()
        for turn in turns.values():
            for matter in raised(turn, units, taken):
                self.matters.add(matter)
        self.matters.answer(turns)

    def _live(self, turn: Turn) -> None:
        """The part of the quarter that needs nobody else."""
        ties = self.ties.of(turn)
        plain.fill(turn, turn.words["plain"])
        cadres.fill_part_time(turn)
        leadership.fill_meetings(turn)
        leadership.fill_attendance(turn)
        leadership.fill_assessment(turn)
        leadership.split_joint(turn)
        money.fill(turn, ties)
        training.fill(turn)
        training.fill_activities(turn, ties, self.matters.of(turn))
        plain.fill(turn, turn.words["plain_parts"])

    def _filed(self, turn: Turn, sent: Sending) -> UnitQuarter:
        """Only what the unit is asked this quarter, in the order of the catalogue."""
        cover.fill(turn, sent.filled_on)
        ties = self.ties.of(turn)
        rows = {
            "l1": turn.now["_ledger"],
            "l2": tie_rows(turn, ties, self.units),
            "l3": matter_rows(turn, self.matters.of(turn)),
        }
        turn.now["period_note"] = None
        values = {name: turn.now[name] for name in _asked(turn)}
        mine = turn.unit.unit_code
        mutual = {tie.ids[mine] for tie in ties if tie.is_backed_for(mine)}
        found = departures(
            values, self.reported.get(turn.unit.unit_code, {}), rows, self.fields, mutual
        )
        values["period_note"] = cover.note(
            turn, [rule for rule, _, _ in found], turn.words["notes"]
        )
        return UnitQuarter(values, rows, found, sent)


def _settle(turn: Turn) -> None:
    """Who and what there is, before anything happens."""
    people.fill(turn)
    orgs.fill(turn)
    turn.now["_ledger"] = ledger.fill(turn)
    cadres.fill(turn)
    leadership.fill(turn)


def _asked(turn: Turn) -> list[str]:
    """The cells of the unit's workbook this quarter; lists have rows instead."""
    names = [name for name in turn.fields if "." not in name]
    return [name for name in names if turn.has(name) and turn.is_asked(name)]
