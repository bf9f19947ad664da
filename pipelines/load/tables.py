"""Loading a quarter: all versions, returned ones too; exactly one current version a unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import polars as pl
from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.period import Period, day_of
from models.registry import finding, submission
from models.units import UnitVersion
from pipelines.batch import Batch
from pipelines.load.catalogue_tables import catalogue_tables
from pipelines.load.due import duty_table
from pipelines.load.events import event_table
from pipelines.load.values import stored_values
from pipelines.records import directory, is_locked
from pipelines.warehouse import put


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
    due = duty_table(registry, catalogue, period, rows, locked=locked)
    used = frozenset(due.filter(pl.col("is_used"))["submission_id"])
    tables = {
        "core.period": _periods(period, catalogue, locked=locked),
        "core.submission": _submissions(rows, used),
        "core.finding": _findings(found, rows, period),
        "core.duty": due,
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
        "core.unit_event": event_table(registry),
        **catalogue_tables(catalogue),
    }
    return {table: put(con, table, frame, None) for table, frame in tables.items()}


def _unit_schema() -> dict[str, Any]:
    dates = ("valid_from", "valid_to", "reports_from", "reports_to")
    types = dict.fromkeys(dates, pl.Date) | {"party_org_type": pl.Int32}
    return {name: types.get(name, pl.String) for name in UnitVersion.__dataclass_fields__}


def _periods(period: Period, catalogue: Catalogue, *, locked: bool) -> pl.DataFrame:
    closes = day_of("lock", period, catalogue.campaign)
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


def _submissions(rows: Sequence[Row[Any]], used: frozenset[str]) -> pl.DataFrame:
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
            "is_used": row.submission_id in used,
        }
        for row in rows
    ]
    return pl.DataFrame(data, schema=schema, orient="row")


def _findings(found: Sequence[Row[Any]], rows: Sequence[Row[Any]], period: Period) -> pl.DataFrame:
    units = {row.submission_id: row.unit_code for row in rows}
    names = (
        *("submission_id", "unit_code", "period", "rule", "severity", "form", "field", "sheet"),
        *("cell", "line", "value", "expected", "message", "related", "status", "moment"),
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
