"""Loading a quarter: all versions, returned ones too; exactly one current version a unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import polars as pl
from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.period import Period, add_working_days, due_at
from models.registry import finding, submission
from models.units import Directory, UnitVersion
from pipelines.batch import Batch
from pipelines.load.values import stored_values
from pipelines.records import directory, is_locked
from pipelines.warehouse import put

CONFIRMED = ("explained", "accepted", "county_approved", "city_approved", "locked")
FINAL = ("city_approved", "locked")


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


def load_batch(
    con: duckdb.DuckDBPyConnection, registry: Connection, batch: Batch
) -> dict[str, int]:
    """Put one quarter into the warehouse in place of what was there; return rows by table.

    The batch holds every submission of the quarter.
    """
    catalogue, period = batch.catalogue, batch.period
    rows = registry.execute(
        select(submission)
        .where(submission.c.period == str(period))
        .order_by(submission.c.submission_id)
    ).all()
    ids = [row.submission_id for row in rows]
    locked = is_locked(registry, str(period))
    found = registry.execute(
        select(finding).where(finding.c.submission_id.in_(ids)).order_by(finding.c.finding_id)
    ).all()
    units = directory(registry)
    tables = {
        "core.period": _periods(period, catalogue, locked=locked),
        "core.submission": _submissions(rows, locked=locked),
        "core.finding": _findings(found, rows, period),
        "core.duty": _duties(units, rows, catalogue, period, locked=locked),
        "core.reported_value": stored_values(batch, rows, found),
    }
    return {table: put(con, table, frame, str(period)) for table, frame in tables.items()}


def load_catalogue_tables(
    con: duckdb.DuckDBPyConnection, registry: Connection, catalogue: Catalogue
) -> dict[str, int]:
    """Put in what does not belong to a quarter: unit versions, which field and indicator is due."""
    tables = {
        "core.unit_version": pl.DataFrame(
            [vars(version) for version in directory(registry).versions],
            schema=_unit_schema(),
            orient="row",
        ),
        "core.field_due": _field_due(catalogue),
        "core.indicator": _indicators(catalogue),
        "core.indicator_due": _indicator_due(catalogue),
    }
    return {table: put(con, table, frame, None) for table, frame in tables.items()}


def _unit_schema() -> dict[str, Any]:
    dates = ("valid_from", "valid_to", "reports_from", "reports_to")
    types = dict.fromkeys(dates, pl.Date) | {"party_org_type": pl.Int32}
    return {name: types.get(name, pl.String) for name in UnitVersion.__dataclass_fields__}


def _periods(period: Period, catalogue: Catalogue, *, locked: bool) -> pl.DataFrame:
    closes = add_working_days(
        period.last_day, catalogue.campaign.locks_after_working_days, catalogue.campaign
    )
    row = {
        "period": str(period),
        "kind": "final" if locked else "draft",
        "period_start": period.first_day,
        "period_end": period.last_day,
        "year": period.year,
        "quarter": period.quarter,
        "previous": str(period.shifted(-1)),
        "closes_at": datetime(closes.year, closes.month, closes.day, 18),  # noqa: DTZ001 wall time
    }
    return pl.DataFrame([row])


def _submissions(rows: Sequence[Row[Any]], *, locked: bool) -> pl.DataFrame:
    schema = {
        "submission_id": pl.String,
        "unit_code": pl.String,
        "period": pl.String,
        "version": pl.Int32,
        "received_at": pl.Datetime,
        "file_sha256": pl.String,
        "status": pl.String,
        "verdict": pl.String,
        "is_current": pl.Boolean,
        "is_used": pl.Boolean,
    }
    data = [
        {
            **{name: getattr(row, name, None) for name in schema},
            "is_used": is_used(row, locked=locked),
        }
        for row in rows
    ]
    return pl.DataFrame(data, schema=schema, orient="row")


def _findings(found: Sequence[Row[Any]], rows: Sequence[Row[Any]], period: Period) -> pl.DataFrame:
    units = {row.submission_id: row.unit_code for row in rows}
    names = (
        *("submission_id", "unit_code", "period", "rule", "severity", "form", "field", "sheet"),
        *("cell", "line", "value", "expected", "message", "related", "status"),
    )
    schema = {name: pl.Int32 if name == "line" else pl.String for name in names}
    data = [
        {
            **{name: getattr(row, name, None) for name in names},
            "unit_code": units[row.submission_id],
            "period": str(period),
        }
        for row in found
    ]
    return pl.DataFrame(data, schema=schema, orient="row")


def _duties(
    units: Directory,
    rows: Sequence[Row[Any]],
    catalogue: Catalogue,
    period: Period,
    *,
    locked: bool,
) -> pl.DataFrame:
    """Every unit that owes a return, and where its return stands."""
    current = {row.unit_code: row for row in rows if row.is_current}
    data = [
        _duty(unit, current.get(code), catalogue, period, locked=locked)
        | {"quarters_due": _quarters_due(units, code, period)}
        for code, unit in units.owing(period).items()
    ]
    return pl.DataFrame(data, infer_schema_length=None)


def _duty(
    unit: UnitVersion,
    row: Row[Any] | None,
    catalogue: Catalogue,
    period: Period,
    *,
    locked: bool,
) -> dict[str, Any]:
    return {
        "period": str(period),
        "unit_code": unit.unit_code,
        "unit_name": unit.unit_name,
        "level": unit.level,
        "unit_kind": unit.unit_kind,
        "county_code": unit.county_code,
        "city_code": catalogue.structure.city.code,
        "coord_parent_code": unit.coord_parent_code,
        "party_parent_code": unit.party_parent_code,
        "leading_system": unit.leading_system,
        "sector": _sector(unit, catalogue),
        "due_at": due_at(period, unit.unit_kind, catalogue.campaign),
        "owes": True,
        "submission_id": row.submission_id if row else None,
        "received_at": row.received_at if row else None,
        "status": row.status if row else None,
        "verdict": row.verdict if row else None,
        "is_used": row is not None and is_used(row, locked=locked),
    }


def _quarters_due(units: Directory, code: str, period: Period) -> int:
    """Quarters of the year so far for which the unit owed a return: what a year-to-date needs."""
    return sum(
        code in units.owing(Period(period.year, quarter))
        for quarter in range(1, period.quarter + 1)
    )


def _sector(unit: UnitVersion, catalogue: Catalogue) -> int:
    sectors = catalogue.structure.sectors
    by_kind = sectors.by_kind.get(unit.unit_kind)
    return by_kind or sectors.by_system.get(unit.leading_system, sectors.outside)


def _field_due(catalogue: Catalogue) -> pl.DataFrame:
    data = [
        (field.qualified, kind, quarter, field.rollup, field.type.value)
        for quarter in (1, 2, 3, 4)
        for kind in catalogue.unit_kinds
        for field in catalogue.fields_for(kind, quarter)
    ]
    names = ["field", "unit_kind", "quarter", "rollup", "type"]
    return pl.DataFrame(data, schema=names, orient="row")


def _indicators(catalogue: Catalogue) -> pl.DataFrame:
    data = [(i.id, i.zh, i.scale, i.rollup, i.uom) for i in catalogue.indicators.values()]
    return pl.DataFrame(data, schema=["indicator", "zh", "scale", "rollup", "uom"], orient="row")


def _indicator_due(catalogue: Catalogue) -> pl.DataFrame:
    data = [
        (i.id, kind, quarter)
        for i in catalogue.indicators.values()
        for kind in catalogue.kinds_with(i)
        for quarter in i.quarters
    ]
    return pl.DataFrame(data, schema=["indicator", "unit_kind", "quarter"], orient="row")
