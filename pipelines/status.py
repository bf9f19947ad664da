"""`sanji status`: who owes what, from the registry, live."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from models.catalogue_model import Catalogue
from models.period import Period, working_days_between
from models.registry import decision, move, submission
from models.spec.structure import Campaign
from models.units import UnitVersion
from pipelines.duties import CLOSING, Duty, duties
from pipelines.quarter_state import quarter_state
from pipelines.records import current, in_force

APPROVED = ("county_approved", "city_approved", "locked")


@dataclass(frozen=True)
class UnitStatus:
    """Where one unit's return stands."""

    duty: Duty
    submission_id: str | None
    status: str | None
    verdict: str | None
    first_received: datetime | None
    received_at: datetime | None

    @property
    def unit(self) -> UnitVersion:
        return self.duty.unit

    @property
    def due(self) -> datetime:
        return self.duty.due_at

    @property
    def is_received(self) -> bool:
        return self.status is not None

    @property
    def is_valid(self) -> bool:
        """No 强制 finding stands in its current version."""
        return self.is_received and self.status != "returned" and self.verdict != "returned"

    @property
    def is_on_time(self) -> bool:
        return self.first_received is not None and self.first_received <= self.due

    @property
    def is_complete(self) -> bool:
        """Nothing is left for the unit to do."""
        return self.is_valid and (
            self.verdict == "accepted" or self.status in ("explained", *APPROVED)
        )

    @property
    def needs_reason(self) -> bool:
        """Something is to be verified and nobody has given the reason."""
        return self.is_valid and self.verdict == "explain" and not self.is_complete

    @property
    def state(self) -> str:
        """Where it stands in one word; `campaign.state_*` says it in Chinese."""
        if self.duty.is_waived:
            return "waived"
        if not self.is_received:
            return "missing"
        if not self.is_valid:
            return "returned"
        if self.status in APPROVED:
            return str(self.status)
        if self.needs_reason:
            return "explain"
        return "ready" if self.is_complete else "received"


COUNTS = {
    "received": lambda each: each.is_received,
    "valid": lambda each: each.is_valid,
    "on_time": lambda each: each.is_on_time,
    "complete": lambda each: each.is_complete,
    "returned": lambda each: each.is_received and not each.is_valid,
    "accepted": lambda each: each.status in APPROVED,
    "late": lambda each: each.is_received and not each.is_on_time,
    "not_received": lambda each: not each.is_received,
}


def status(
    registry: Connection, catalogue: Catalogue, period: Period, at: datetime
) -> dict[str, Any]:
    """The contract of `sanji status --json`."""
    units = unit_statuses(registry, catalogue, period)
    left = days_left(units, at, catalogue.campaign)
    levels = sorted({each.unit.level for each in units})
    counties = sorted({each.unit.county_code for each in units if each.unit.level != "city"})
    ended = duties(registry, catalogue.campaign, period).items()
    return {
        "period": str(period),
        "at": at,
        "quarter": quarter_state(registry, str(period)).as_json(),
        **_counted(units),
        "missing": [each.unit.unit_code for each in units if each.state == "missing"],
        "closing": [code for code, duty in ended if duty.form_set == CLOSING],
        "overtaken": overtaken(registry, str(period)),
        "by_level": {
            level: _counted(each for each in units if each.unit.level == level) for level in levels
        },
        "by_county": {
            county: _counted(
                each
                for each in units
                if each.unit.county_code == county and each.unit.level != "city"
            )
            for county in counties
        },
        "units": [_as_json(each, left[each.due]) for each in units],
    }


def overtaken(registry: Connection, period: str) -> list[str]:
    """Units that sent an earlier quarter again after this one was approved.

    What is approved is not judged again: whether it still agrees with its past, a person must see.
    """
    approved = (
        select(submission.c.unit_code, func.max(decision.c.decided_at).label("at"))
        .join(move, move.c.submission_id == submission.c.submission_id)
        .join(decision, decision.c.decision_id == move.c.decision_id)
        .where(
            submission.c.period == period,
            submission.c.is_current,
            submission.c.status.in_(APPROVED),
            move.c.from_status.not_in(APPROVED),
            in_force(),
        )
        .group_by(submission.c.unit_code)
        .subquery()
    )
    rows = registry.execute(
        select(approved.c.unit_code)
        .distinct()
        .join(submission, submission.c.unit_code == approved.c.unit_code)
        .where(
            submission.c.period < period,
            submission.c.is_current,
            submission.c.received_at > approved.c.at,
        )
        .order_by(approved.c.unit_code)
    )
    return list(rows.scalars())


def days_left(units: Iterable[UnitStatus], at: datetime, campaign: Campaign) -> dict[datetime, int]:
    """Deadline -> the working days until then; negative once it is over."""
    dues = {each.due for each in units}
    return {due: working_days_between(at.date(), due.date(), campaign) for due in dues}


def unit_statuses(registry: Connection, catalogue: Catalogue, period: Period) -> list[UnitStatus]:
    """One entry for every unit that owes a whole return, or is waived, in code order."""
    rows = current(registry, str(period))
    first = dict(
        registry.execute(
            select(submission.c.unit_code, func.min(submission.c.received_at))
            .where(submission.c.period == str(period))
            .group_by(submission.c.unit_code)
        ).all()
    )
    return [
        _status_of(duty, rows, first.get(code))
        for code, duty in duties(registry, catalogue.campaign, period).items()
        if duty.form_set != CLOSING
    ]


def _status_of(duty: Duty, rows: Mapping[str, Any], first: datetime | None) -> UnitStatus:
    row = rows.get(duty.unit.unit_code)
    return UnitStatus(
        duty=duty,
        submission_id=row.submission_id if row else None,
        status=row.status if row else None,
        verdict=row.verdict if row else None,
        first_received=first,
        received_at=row.received_at if row else None,
    )


def _counted(units: Iterable[UnitStatus]) -> dict[str, int]:
    some = list(units)
    owed = [each for each in some if each.duty.is_owed]
    counts = {name: sum(map(test, owed)) for name, test in COUNTS.items()}
    return {"owed": len(owed)} | counts | {"waived": len(some) - len(owed)}


def _as_json(each: UnitStatus, left: int) -> dict[str, Any]:
    return {
        "unit_code": each.unit.unit_code,
        "unit_name": each.unit.unit_name,
        "level": each.unit.level,
        "county_code": each.unit.county_code,
        "state": each.state,
        "submission_id": each.submission_id,
        "received_at": each.received_at,
        "is_late": each.is_received and not each.is_on_time,
        "due_at": each.due,
        "is_extended": each.duty.is_extended,
        "days_left": left,
        "waiver": each.duty.waiver,
    }
