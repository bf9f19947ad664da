"""What the committee grants and lays down: freezing the directory, waivers, later deadlines."""

from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from models.period import Period, day_of, end_of
from models.registry import waiver
from models.spec.structure import Campaign
from pipelines.quarter.decisions import NotAllowedError
from pipelines.records.duties import Frozen, duties, first_due, is_frozen, set_extension
from pipelines.records.duties import freeze as lay_down
from pipelines.records.quarters import decide, is_locked, opened_periods
from pipelines.records.units import directory


def freeze(
    registry: Connection, campaign: Campaign, period: Period, by: str, at: datetime, why: str
) -> Frozen:
    """名录冻结: lay down who owes what; again, when an event was entered late.

    Raises:
        NotAllowedError: the quarter is locked.
    """
    _must_be_open(registry, str(period))
    frozen = lay_down(registry, campaign, period, at, directory(registry))
    decide(registry, str(period), "freeze", by, at, why)
    return frozen


def waive(
    registry: Connection,
    unit_code: str,
    first: Period,
    last: Period | None,
    by: str,
    at: datetime,
    why: str,
) -> None:
    """豁免: the unit need not report from the first quarter to the last, both included.

    Raises:
        NotAllowedError: there is no such unit, it is waived already, or a quarter is locked.
    """
    if unit_code not in directory(registry).by_code:
        raise NotAllowedError("unknown_unit", unit=unit_code)
    ends_before = last is not None and last < first
    if ends_before:
        raise NotAllowedError("waiver_ends_before", first=first, last=last)
    _none_locked(registry, first, last)
    for row in registry.execute(select(waiver).where(waiver.c.unit_code == unit_code)):
        begins_later = last is not None and str(last) < row.first_period
        has_ended = row.last_period is not None and row.last_period < str(first)
        if not (begins_later or has_ended or _is_empty(row.first_period, row.last_period)):
            span = f"{row.first_period}..{row.last_period or ''}"
            raise NotAllowedError("waived_already", unit=unit_code, span=span, why=row.why)
    registry.execute(
        insert(waiver).values(
            unit_code=unit_code, first_period=str(first), last_period=str(last) if last else None,
            why=why, decided_by=by, decided_at=at,
        )
    )  # fmt: skip
    decide(registry, str(first), "waive", by, at, why, scope=unit_code)


def unwaive(
    registry: Connection, unit_code: str, first: Period, by: str, at: datetime, why: str
) -> None:
    """取消豁免: the unit reports again from this quarter on; earlier quarters stay as they were.

    Raises:
        NotAllowedError: it is not waived then, or a quarter is locked.
    """
    rows = [
        row
        for row in registry.execute(select(waiver).where(waiver.c.unit_code == unit_code))
        if row.last_period is None or row.last_period >= str(first)
        if not _is_empty(row.first_period, row.last_period)
    ]
    if not rows:
        raise NotAllowedError("not_waived", unit=unit_code, period=first)
    _none_locked(registry, first, None)
    for row in rows:
        registry.execute(
            update(waiver)
            .where(waiver.c.waiver_id == row.waiver_id)
            .values(last_period=str(first.shifted(-1)))
        )
    decide(registry, str(first), "unwaive", by, at, why, scope=unit_code)


def extend(
    registry: Connection,
    campaign: Campaign,
    period: Period,
    scope: str,
    to: date | None,
    by: str,
    at: datetime,
    why: str,
) -> list[str]:
    """延期: put off the deadline of a unit (12 digits) or of a county's units; return codes.

    No day takes the extension back. Units of a county whose own deadline is later keep it.

    Raises:
        NotAllowedError: nobody is concerned, or the day is not between the deadline and the lock.
    """
    _must_be_open(registry, str(period))
    if not is_frozen(registry, period):
        raise NotAllowedError("not_frozen", period=period)
    locks = day_of("lock", period, campaign)
    concerned = [
        code
        for code, duty in duties(registry, campaign, period).items()
        if scope == code or (duty.unit.county_code == scope and duty.unit.level != "city")
        if to is None or _due_on(registry, period, code) < to <= locks
    ]
    if not concerned:
        raise NotAllowedError("nobody_concerned", scope=scope, period=period, locks=locks)
    for code in concerned:
        set_extension(registry, period, code, end_of(to) if to else None)
    action, said = ("extend", f"{to} {why}") if to else ("unextend", why)
    decide(registry, str(period), action, by, at, said, scope=scope)
    return concerned


def _due_on(registry: Connection, period: Period, code: str) -> date:
    return first_due(registry, period, code).date()


def _is_empty(first: str, last: str | None) -> bool:
    """Whether a waiver was taken back as a whole."""
    return last is not None and last < first


def _must_be_open(registry: Connection, period: str) -> None:
    if is_locked(registry, period):
        raise NotAllowedError("locked", period=period)


def _none_locked(registry: Connection, first: Period, last: Period | None) -> None:
    for period in opened_periods(registry):
        within = str(first) <= period and (last is None or period <= str(last))
        if within:
            _must_be_open(registry, period)
