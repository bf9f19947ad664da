"""应报单位: every unit that owes a return, and where its return stands; waived ones marked."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row

from models.catalogue_model import FULL, Catalogue
from models.events import display_name
from models.period import Period
from models.units import Directory, UnitVersion
from pipelines.load.conduct import conduct
from pipelines.records.duties import Duty, duties, owed
from pipelines.records.issues import form_sets
from pipelines.records.units import directory

CONFIRMED = ("explained", "accepted", "county_approved", "city_approved", "locked")
FINAL = ("city_approved", "locked")


def duty_table(
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    rows: Sequence[Row[Any]],
    found: Sequence[Row[Any]],
    *,
    locked: bool,
) -> pl.DataFrame:
    """`core.duty`: a waived unit stays in it as a possible partner, owing nothing, in no rate.

    `rows` are all submissions of the quarter, `found` all findings on them.
    """
    # What closed a unit is no return of it, should its end have been undone since.
    whole = set(form_sets(registry, [row.submission_id for row in rows]).get(FULL, []))
    rows = [row for row in rows if row.submission_id in whole]
    current = {row.unit_code: row for row in rows if row.is_current}
    how = conduct(registry, catalogue, rows, found)
    units = directory(registry)
    quarters = _quarters_due(registry, catalogue, period, units)
    data = [
        _duty(duty, current.get(code), catalogue, locked=locked)
        | how[code].columns(duty.due_at)
        | {"quarters_due": quarters.get(code, 0), "waiver": duty.waiver}
        | {"unit_name": display_name(catalogue, units, code, period)}
        for code, duty in duties(registry, catalogue.campaign, period, units).items()
        if not duty.is_closing
    ]
    texts = dict.fromkeys(("submission_id", "status", "verdict", "waiver"), pl.String)
    times = dict.fromkeys(("received_at", "submitted_at"), pl.Datetime)
    types: dict[str, Any] = {**texts, **times, "perfunctory_flags": pl.Int64}
    return pl.DataFrame(data, schema_overrides=types, infer_schema_length=None)


def is_used(row: Row[Any], *, locked: bool) -> bool:
    """Whether a submission counts.

    Once the quarter is locked, what the city approved; before that, what the rules or a person
    accepted.
    """
    if not row.is_current:
        return False
    if locked:
        return row.status in FINAL
    return row.verdict == "accepted" or row.status in CONFIRMED


def _duty(
    duty: Duty, row: Row[Any] | None, catalogue: Catalogue, *, locked: bool
) -> dict[str, Any]:
    unit = duty.unit
    return {
        "period": str(duty.period),
        "unit_code": unit.unit_code,
        "level": unit.level,
        "unit_kind": unit.unit_kind,
        "county_code": unit.county_code,
        "city_code": catalogue.structure.city.code,
        "coord_parent_code": unit.coord_parent_code,
        "party_parent_code": unit.party_parent_code,
        "leading_system": unit.leading_system,
        "sector": _sector(unit, catalogue),
        "due_at": duty.due_at,
        "owes": duty.is_owed,
        "submission_id": row.submission_id if row else None,
        "received_at": row.received_at if row else None,
        "status": row.status if row else None,
        "verdict": row.verdict if row else None,
        "is_used": duty.is_owed and row is not None and is_used(row, locked=locked),
    }


def _quarters_due(
    registry: Connection, catalogue: Catalogue, period: Period, units: Directory
) -> Mapping[str, int]:
    """Code -> quarters of the year so far that it owed: what a year-to-date needs."""
    counts: dict[str, int] = {}
    for quarter in range(1, period.quarter + 1):
        for code in owed(registry, catalogue.campaign, Period(period.year, quarter), units):
            counts[code] = counts.get(code, 0) + 1
    return counts


def _sector(unit: UnitVersion, catalogue: Catalogue) -> int:
    sectors = catalogue.structure.sectors
    by_kind = sectors.by_kind.get(unit.unit_kind)
    return by_kind or sectors.by_system.get(unit.leading_system, sectors.outside)
