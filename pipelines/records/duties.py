"""报送责任: who owes what for a quarter and until when, frozen before the quarter opens.

Until then a duty is what the directory says; afterwards it is a row of the registry, and only
people change it: a waiver (豁免), a later deadline (延期), or freezing the directory again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from models.catalogue_model import CLOSING, FULL
from models.period import Period, due_at
from models.registry import reporting_duty, waiver
from models.spec.structure import Campaign
from models.units import Directory, UnitVersion
from pipelines.records.units import directory


@dataclass(frozen=True)
class Duty:
    """One unit's duty for one quarter; `due_at` is the extended deadline where there is one."""

    unit: UnitVersion
    period: Period
    form_set: str
    due_at: datetime
    is_extended: bool = False
    waiver: str | None = None

    @property
    def is_owed(self) -> bool:
        """Whether a whole return is expected: it counts in rates."""
        return self.form_set == FULL and self.waiver is None

    @property
    def is_closing(self) -> bool:
        """Whether the unit ended within the quarter and owes what closes it."""
        return self.form_set == CLOSING

    @property
    def is_waived(self) -> bool:
        return self.form_set == FULL and self.waiver is not None


@dataclass(frozen=True)
class Frozen:
    """What freezing the directory changed: unit codes."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    closing: tuple[str, ...]


def planned(units: Directory, campaign: Campaign, period: Period) -> dict[str, Duty]:
    """Code -> duty as the directory has it: those that report at T, and those that ended before."""
    due = {kind: due_at(period, kind, campaign) for step in campaign.steps for kind in step.kinds}
    whole = {
        code: Duty(unit, period, FULL, due[unit.unit_kind])
        for code, unit in units.owing(period).items()
    }
    ended = {
        code: Duty(unit, period, CLOSING, due[unit.unit_kind])
        for code, unit in units.ended_within(period).items()
        if code not in whole
    }
    return dict(sorted({**whole, **ended}.items()))


def duties(
    registry: Connection, campaign: Campaign, period: Period, units: Directory | None = None
) -> dict[str, Duty]:
    """Code -> duty in code order: as frozen, or as planned before that; waivers said."""
    known = units or directory(registry)
    waived = waivers(registry, period)
    found = _stored(registry, known, period) or planned(known, campaign, period)
    return {code: replace(duty, waiver=waived.get(code)) for code, duty in found.items()}


def owed(
    registry: Connection, campaign: Campaign, period: Period, units: Directory | None = None
) -> dict[str, Duty]:
    """Code -> duty of the units from which a whole return is expected."""
    found = duties(registry, campaign, period, units)
    return {code: duty for code, duty in found.items() if duty.is_owed}


def waivers(registry: Connection, period: Period) -> dict[str, str]:
    """Code -> why the unit need not report for the quarter."""
    rows = registry.execute(
        select(waiver.c.unit_code, waiver.c.why).where(
            waiver.c.first_period <= str(period),
            waiver.c.last_period.is_(None) | (waiver.c.last_period >= str(period)),
        )
    )
    return {row.unit_code: row.why for row in rows}


def is_frozen(registry: Connection, period: Period) -> bool:
    """Whether the duties of the quarter have been laid down."""
    rows = select(reporting_duty.c.unit_code).where(reporting_duty.c.period == str(period))
    return registry.execute(rows.limit(1)).first() is not None


def freeze(
    registry: Connection, campaign: Campaign, period: Period, at: datetime, units: Directory
) -> Frozen:
    """Lay down the duties as the directory has them now; extensions that were granted stay."""
    before = _stored(registry, units, period)
    now = planned(units, campaign, period)
    extended = {code: duty.due_at for code, duty in before.items() if duty.is_extended}
    registry.execute(delete(reporting_duty).where(reporting_duty.c.period == str(period)))
    if now:
        rows = [_row(duty, at, extended.get(code)) for code, duty in now.items()]
        registry.execute(insert(reporting_duty), rows)
    return Frozen(
        added=_codes(now, but_not=before),
        removed=_codes(before, but_not=now),
        closing=tuple(code for code, duty in now.items() if duty.form_set == CLOSING),
    )


def add_duty(registry: Connection, duty: Duty, at: datetime) -> None:
    """Add the duty of one unit that came after the directory was frozen."""
    registry.execute(insert(reporting_duty).values(**_row(duty, at, None)))


def set_extension(
    registry: Connection, period: Period, code: str, extended_to: datetime | None
) -> None:
    """Put off the deadline of one unit, or give it back its own."""
    registry.execute(
        update(reporting_duty)
        .where(reporting_duty.c.period == str(period), reporting_duty.c.unit_code == code)
        .values(extended_to=extended_to)
    )


def first_due(registry: Connection, period: Period, code: str) -> datetime:
    """The deadline that the calendar gave the unit when the quarter was frozen."""
    due: datetime = registry.execute(
        select(reporting_duty.c.due_at).where(
            reporting_duty.c.period == str(period), reporting_duty.c.unit_code == code
        )
    ).scalar_one()
    return due


def _stored(registry: Connection, units: Directory, period: Period) -> dict[str, Duty]:
    rows = registry.execute(
        select(reporting_duty)
        .where(reporting_duty.c.period == str(period))
        .order_by(reporting_duty.c.unit_code)
    )
    return {
        row.unit_code: Duty(
            unit=_known_as(units, row.unit_code, period),
            period=period,
            form_set=row.form_set,
            due_at=row.extended_to or row.due_at,
            is_extended=row.extended_to is not None,
        )
        for row in rows
        if row.unit_code in units.by_code
    }


def _known_as(units: Directory, code: str, period: Period) -> UnitVersion:
    """The unit at the end of the quarter, or as it was last, if it has ended since."""
    return units.last_known(code, period)


def _row(duty: Duty, at: datetime, extended_to: datetime | None) -> dict[str, object]:
    return {
        "unit_code": duty.unit.unit_code,
        "period": str(duty.period),
        "form_set": duty.form_set,
        "due_at": duty.due_at,
        "extended_to": extended_to,
        "made_at": at,
    }


def _codes(these: Mapping[str, Duty], but_not: Mapping[str, Duty]) -> tuple[str, ...]:
    return tuple(code for code in these if code not in but_not)
