"""承接: who carries on the history of a unit that was merged or split since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

from models.events import EventKind, Leg, UnitEvent

WHOLE = Decimal(1)
PLACES = Decimal("0.00000001")


@dataclass(frozen=True)
class Heir:
    """A unit that carries on a part of another's history: the span between two shares of it.

    Spans of one history follow one another from 0 to 1, so what is cut by them adds up again,
    whatever is rounded.
    """

    unit_code: str
    share_from: Decimal = Decimal(0)
    share_to: Decimal = WHOLE

    @property
    def is_estimated(self) -> bool:
        """Whether its part can only be estimated (推算): it is not the whole."""
        return (self.share_from, self.share_to) != (Decimal(0), WHOLE)


def heirs(events: Iterable[UnitEvent], after: date, until: date) -> dict[str, tuple[Heir, ...]]:
    """Unit code -> who carries on its history up to `after`, on the day `until`.

    Only units that were merged or split in between, or took over from such, are in it; every other
    goes on itself, or has ended. An abolished unit has no heir.
    """
    found: dict[str, tuple[Heir, ...]] = {}
    for event in _between(events, after, until):
        for code in (*event.from_codes, *event.to_codes):
            found.setdefault(code, (Heir(code),))
        parts = {code: _parts(event, code) for code in event.from_codes}
        found = {
            origin: _joined(cut for heir in some for cut in _passed_on(heir, parts))
            for origin, some in found.items()
        }
    return found


def broken(events: Iterable[UnitEvent], after: date, until: date) -> frozenset[str]:
    """The units whose identity did not go on unbroken: merged or split, or made of such."""
    return frozenset(
        code
        for event in _between(events, after, until)
        for code in (*event.from_codes, *event.to_codes)
    )


def _between(events: Iterable[UnitEvent], after: date, until: date) -> list[UnitEvent]:
    found = [
        event
        for event in events
        if event.undone_at is None
        and event.kind in {EventKind.MERGE, EventKind.SPLIT}
        and after < event.effective_date <= until
    ]
    return sorted(found, key=lambda event: (event.effective_date, event.event_id))


def _parts(event: UnitEvent, code: str) -> tuple[Heir, ...]:
    """The parts into which an event cuts a unit; a merger leaves it whole."""
    legs = [leg for leg in event.legs if leg.from_code == code and leg.to_code]
    ends = [Decimal(0), *_ends(legs)]
    return tuple(
        Heir(str(leg.to_code), low, high)
        for leg, low, high in zip(legs, ends, ends[1:], strict=False)
    )


def _ends(legs: Sequence[Leg]) -> list[Decimal]:
    """Where the parts end; the shares that were given need not add up to one to the last digit."""
    if len(legs) == 1:
        return [WHOLE]
    given = [Decimal(str(leg.share_members or 0)) for leg in legs]
    shares = given if any(given) else [WHOLE] * len(legs)
    ends = [(end / sum(shares)).quantize(PLACES) for end in accumulate(shares)]
    return [*ends[:-1], WHOLE]


def _passed_on(heir: Heir, parts: dict[str, tuple[Heir, ...]]) -> list[Heir]:
    """A part goes to whoever carries on the unit that held it, cut again if that was split."""
    span = heir.share_to - heir.share_from
    cuts = [
        replace(
            part,
            share_from=(heir.share_from + span * part.share_from).quantize(PLACES),
            share_to=(heir.share_from + span * part.share_to).quantize(PLACES),
        )
        for part in parts.get(heir.unit_code, ())
    ]
    return cuts or [heir]


def _joined(cuts: Iterable[Heir]) -> tuple[Heir, ...]:
    """One span for each unit: what parted and came together again is one part, or the whole.

    Spans of a unit that do not meet are laid together; which members are meant is not known anyway.
    """
    widths: dict[str, Decimal] = {}
    for cut in cuts:
        width = cut.share_to - cut.share_from
        widths[cut.unit_code] = widths.get(cut.unit_code, Decimal(0)) + width
    ends = [Decimal(0), *accumulate(widths.values())]
    return tuple(Heir(code, *span) for code, *span in zip(widths, ends, ends[1:], strict=False))
