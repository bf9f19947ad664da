"""变动: what happens to units over time, and where their opening stocks come from after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from models.catalogue_model import Catalogue
from models.period import Period
from models.units import Directory, UnitVersion


class EventKind(StrEnum):
    """The kinds of change (domain, 7.3); their Chinese names are `directory.kind_*`."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    ABOLISH = "abolish"
    NEW = "new"
    MOVE = "move"
    RELEVEL = "relevel"


@dataclass(frozen=True)
class Leg:
    """One way of an event: from which unit to which; a merge of two units has two."""

    from_code: str | None
    to_code: str | None
    share_members: float | None = None
    share_funds: float | None = None


@dataclass(frozen=True)
class Effect:
    """The versions of every unit an event touched, as they stood before and after it."""

    before: tuple[UnitVersion, ...]
    after: tuple[UnitVersion, ...]


@dataclass(frozen=True)
class UnitEvent:
    """A registered change; one that was undone stays on record and has no effect."""

    event_id: str
    kind: EventKind
    effective_date: date
    legs: tuple[Leg, ...]
    document_no: str
    by: str
    at: datetime
    why: str
    effect: Effect
    undone_by: str | None = None
    undone_at: datetime | None = None
    undone_why: str | None = None

    @property
    def from_codes(self) -> tuple[str, ...]:
        """The units it happened to, each once."""
        return tuple(dict.fromkeys(leg.from_code for leg in self.legs if leg.from_code))

    @property
    def to_codes(self) -> tuple[str, ...]:
        """The units that go on from it, each once."""
        return tuple(dict.fromkeys(leg.to_code for leg in self.legs if leg.to_code))

    @property
    def touched(self) -> frozenset[str]:
        """Every unit whose versions it changed, children under a new parent too."""
        return frozenset(v.unit_code for v in (*self.effect.before, *self.effect.after))


@dataclass(frozen=True)
class Opening:
    """Where the opening stocks of a unit come from.

    `closings`: the last closings of `codes`, added up. `typed`: typed by the unit and approved;
    with its siblings it must equal the closings of `codes`. `zero`: a new unit begins with none.
    """

    source: Literal["closings", "typed", "zero"]
    codes: tuple[str, ...] = ()


def events_in(events: Iterable[UnitEvent], period: Period) -> list[UnitEvent]:
    """The events in force that took effect in the quarter, in the order of their dates."""
    found = [
        event
        for event in events
        if event.undone_at is None and period.first_day <= event.effective_date <= period.last_day
    ]
    return sorted(found, key=lambda event: (event.effective_date, event.event_id))


def openings(events: Iterable[UnitEvent], period: Period) -> dict[str, Opening]:
    """Unit code -> where its opening comes from, for units whose own closing is not it."""
    found: dict[str, Opening] = {}
    for event in events_in(events, period):
        sources = [found.get(code, Opening("closings", (code,))) for code in event.from_codes]
        match event.kind:
            case EventKind.MERGE:
                found[event.to_codes[0]] = _sum(sources)
            case EventKind.SPLIT:
                found |= dict.fromkeys(event.to_codes, Opening("typed", sources[0].codes))
            case EventKind.NEW:
                found |= dict.fromkeys(event.to_codes, Opening("zero"))
    return found


def _sum(sources: Iterable[Opening]) -> Opening:
    """What units bring into a merger: typed if one of them has to type, else added up."""
    parts = list(sources)
    codes = tuple(dict.fromkeys(code for part in parts for code in part.codes))
    if any(part.source == "typed" for part in parts):
        return Opening("typed", codes)
    return Opening("closings", codes) if codes else Opening("zero")


def expected_opening(
    unit_code: str,
    field: str,
    found: Mapping[str, Opening],
    closings: Mapping[str, Mapping[str, Decimal | int | None]],
) -> Decimal | int | None:
    """The opening a unit must have, from the closing field it continues; None if unknown.

    Args:
        unit_code: the unit.
        field: the closing, such as `member_close`, from which its opening follows.
        found: the answer of `openings`.
        closings: unit code -> closing field -> last accepted value.
    """
    opening = found.get(unit_code, Opening("closings", (unit_code,)))
    if opening.source == "zero":
        return 0
    values = [closings.get(code, {}).get(field) for code in opening.codes]
    known = [value for value in values if value is not None]
    if opening.source == "typed" or not known or len(known) < len(values):
        return None
    return sum(known[1:], start=known[0])


def display_name(catalogue: Catalogue, units: Directory, unit_code: str, period: Period) -> str:
    """The unit's name, with (原…) for the quarters in which readers still look for the old one."""
    unit = units.version(unit_code, period) or units.by_code[unit_code][-1]
    quarters = catalogue.parameters["directory"]["former_name_quarters"]
    former = units.former_name(unit_code, period, quarters)
    if former is None:
        return unit.unit_name
    return catalogue.say("directory.with_former_name", name=unit.unit_name, former=former)
