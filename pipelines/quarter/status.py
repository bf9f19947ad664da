"""`sanji status`: who owes what, from the registry, live."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from models.catalogue_model import CLOSING, Catalogue
from models.period import Period, working_days_between
from models.registry import decision, issued, move, submission
from models.spec.structure import Campaign
from models.units import UnitVersion
from pipelines.records.aftereffects import affected
from pipelines.records.duties import Duty, duties
from pipelines.records.issues import form_sets
from pipelines.records.quarters import in_force
from pipelines.records.states import quarter_state

APPROVED = ("county_approved", "city_approved", "locked")
COUNTED = ("city_approved", "locked")
STILL_OPEN = ("not_begun", "open")


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
    ended = closing_statuses(registry, catalogue, period)
    asked = _asked_to_close(registry, catalogue, period, ended)
    left = days_left([*units, *ended], at, catalogue.campaign)
    levels = sorted({each.unit.level for each in units})
    counties = sorted({each.unit.county_code for each in units if each.unit.level != "city"})
    return {
        "period": str(period),
        "at": at,
        "quarter": quarter_state(registry, str(period)).as_json(),
        **_counted(units),
        "missing": [each.unit.unit_code for each in units if each.state == "missing"],
        "closing": [each.unit.unit_code for each in ended],
        "closing_left": [each.unit.unit_code for each in asked if not each.is_complete],
        "closing_units": [_as_json(each, left[each.due]) for each in asked],
        "affected": affected(registry, str(period)),
        "dropped": [each.unit.unit_code for each in dropped(registry, period, units)],
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


def days_left(units: Iterable[UnitStatus], at: datetime, campaign: Campaign) -> dict[datetime, int]:
    """Deadline -> the working days until then; negative once it is over."""
    dues = {each.due for each in units}
    return {due: working_days_between(at.date(), due.date(), campaign) for due in dues}


def unit_statuses(registry: Connection, catalogue: Catalogue, period: Period) -> list[UnitStatus]:
    """One entry for every unit that owes a whole return, or is waived, in code order."""
    return [each for each in _statuses(registry, catalogue, period) if not each.duty.is_closing]


def closing_statuses(
    registry: Connection, catalogue: Catalogue, period: Period
) -> list[UnitStatus]:
    """The units that ended within the quarter, and whether what closes them has come."""
    return [each for each in _statuses(registry, catalogue, period) if each.duty.is_closing]


def dropped(registry: Connection, period: Period, units: Iterable[UnitStatus]) -> list[UnitStatus]:
    """Those whose return was published once and, reopened since, is not approved.

    The next publication leaves them out, the numbers of before too.
    """
    if quarter_state(registry, str(period)).snapshot is None:
        return []
    locked = (
        select(submission.c.unit_code)
        .join(move, move.c.submission_id == submission.c.submission_id)
        .join(decision, decision.c.decision_id == move.c.decision_id)
        .where(submission.c.period == str(period), move.c.action == "lock", in_force())
    )
    once = set(registry.execute(locked).scalars())
    return [
        each
        for each in units
        if each.duty.is_owed and each.status not in COUNTED and each.unit.unit_code in once
    ]


def _asked_to_close(
    registry: Connection, catalogue: Catalogue, period: Period, ended: list[UnitStatus]
) -> list[UnitStatus]:
    """Those of whom a closing workbook is expected; once it was locked, those who were sent one.

    Quarters that ended before there were such workbooks miss none.
    """
    if catalogue.campaign.closing is None:
        return []
    if quarter_state(registry, str(period)).state in STILL_OPEN:
        return ended
    of_quarter = (issued.c.period == str(period)) & (issued.c.form_set == CLOSING)
    sent = set(registry.execute(select(issued.c.unit_code).where(of_quarter)).scalars())
    return [each for each in ended if each.unit.unit_code in sent]


def _statuses(registry: Connection, catalogue: Catalogue, period: Period) -> list[UnitStatus]:
    """What came for each duty; a return of the other form set is no answer to it."""
    rows = registry.execute(
        select(submission)
        .where(submission.c.period == str(period))
        .order_by(submission.c.received_at)
    ).all()
    closing = set(form_sets(registry, [row.submission_id for row in rows]).get(CLOSING, []))
    sent: dict[tuple[str, bool], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        sent[row.unit_code, row.submission_id in closing].append(row)
    return [
        _status_of(duty, sent[code, duty.is_closing])
        for code, duty in duties(registry, catalogue.campaign, period).items()
    ]


def _status_of(duty: Duty, sent: Sequence[Row[Any]]) -> UnitStatus:
    row = next((each for each in sent if each.is_current), None)
    return UnitStatus(
        duty=duty,
        submission_id=row.submission_id if row else None,
        status=row.status if row else None,
        verdict=row.verdict if row else None,
        first_received=sent[0].received_at if row else None,
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
