"""Loading a quarter: all versions, returned ones too; exactly one current version a unit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb
import polars as pl
from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.period import Period, day_of
from models.registry import finding, submission
from models.units import UnitVersion
from pipelines.judging.batch import Batch
from pipelines.load.catalogue_tables import catalogue_tables
from pipelines.load.definitions import definition_table
from pipelines.load.due import duty_table
from pipelines.load.events import event_table
from pipelines.load.file_names import sent_names
from pipelines.load.judged import judged_tables, reason_limits
from pipelines.load.mirror import answer_table, doubt_table
from pipelines.load.proposals import proposal_table
from pipelines.load.sampling import sampling_table
from pipelines.load.values import stored_values
from pipelines.records.aftereffects import affected_table
from pipelines.records.quarters import is_locked
from pipelines.records.states import corrections
from pipelines.records.units import directory
from pipelines.warehouse import put, put_parts

NUMBERS = ("line", "part", "settled_by")
VALUES = "core.reported_value"


def load_quarter(
    con: duckdb.DuckDBPyConnection,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    batches: Iterable[Batch],
    unchanged: pl.DataFrame,
) -> dict[str, int]:
    """Put one quarter into the warehouse in place of what was there; return rows by table.

    The batches hold every submission of the quarter; only one of them is held at a time.
    `unchanged` names the two-sided rows that came with an earlier version.
    """
    rows = registry.execute(
        select(submission)
        .where(submission.c.period == str(period))
        .order_by(submission.c.submission_id)
    ).all()
    ids = select(submission.c.submission_id).where(submission.c.period == str(period))
    locked = is_locked(registry, str(period))
    found = registry.execute(
        select(finding).where(finding.c.submission_id.in_(ids)).order_by(finding.c.finding_id)
    ).all()
    due = duty_table(registry, catalogue, period, rows, found, locked=locked)
    used = frozenset(due.filter(pl.col("is_used"))["submission_id"])
    current = {row.submission_id: row.unit_code for row in rows if row.is_current}
    asked = frozenset(due["unit_code"])
    doubts: list[pl.DataFrame] = []

    def values() -> Iterator[pl.DataFrame]:
        for batch in batches:
            doubts.append(doubt_table(registry, batch, current, asked))
            yield stored_values(batch, rows, found)

    # Batches come in the order of submissions, and each is sorted: so is the table.
    stored = put_parts(con, VALUES, values(), str(period))
    tables = {
        "core.period": _periods(registry, period, catalogue, locked=locked),
        "core.definition": definition_table(catalogue, period),
        "core.submission": _submissions(rows, used, sent_names(registry, catalogue, rows)),
        "core.finding": _findings(found, rows, period),
        "core.duty": due,
        **judged_tables(registry, catalogue, period),
        "core.mirror_answer": answer_table(registry, catalogue, str(period)),
        "core.unchanged_row": unchanged,
        "core.proposal_decision": proposal_table(registry, str(period)),
        "core.sampling_cell": sampling_table(registry, str(period)),
        "core.aftereffect": affected_table(registry, str(period)),
        "core.partner_doubt": pl.concat(doubts),
    }
    loaded = {table: put(con, table, frame, str(period)) for table, frame in tables.items()}
    return loaded | {VALUES: stored}


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
        "core.reason_limit": reason_limits(catalogue),
        **catalogue_tables(catalogue),
    }
    return {table: put(con, table, frame, None) for table, frame in tables.items()}


def _unit_schema() -> dict[str, Any]:
    dates = ("valid_from", "valid_to", "reports_from", "reports_to")
    types = dict.fromkeys(dates, pl.Date) | {"party_org_type": pl.Int32}
    return {name: types.get(name, pl.String) for name in UnitVersion.__dataclass_fields__}


def _periods(
    registry: Connection, period: Period, catalogue: Catalogue, *, locked: bool
) -> pl.DataFrame:
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
        "catalogue_hash": catalogue.hash,
        "corrections": len(corrections(registry, str(period))),
    }
    return pl.DataFrame([row])


def _submissions(
    rows: Sequence[Row[Any]], used: frozenset[str], names: Mapping[str, str]
) -> pl.DataFrame:
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
        "file_name": pl.String,
    }
    data = [
        {
            **{name: getattr(row, name, None) for name in schema},
            "is_used": row.submission_id in used,
            "file_name": names.get(row.submission_id),
        }
        for row in rows
    ]
    return pl.DataFrame(data, schema=schema, orient="row")


def _findings(found: Sequence[Row[Any]], rows: Sequence[Row[Any]], period: Period) -> pl.DataFrame:
    units = {row.submission_id: row.unit_code for row in rows}
    names = (
        *("submission_id", "unit_code", "period", "rule", "severity", "form", "field", "sheet"),
        *("cell", "line", "value", "expected", "message", "related", "status", "moment"),
        *("part", "row_key", "rule_mark", "settled_by"),
    )
    schema = {name: pl.Int32 if name in NUMBERS else pl.String for name in names}
    data = [
        {
            **{name: getattr(row, name, None) for name in names},
            "unit_code": units[row.submission_id],
            "period": str(period),
        }
        for row in found
    ]
    frame = pl.DataFrame(data, schema=schema, orient="row")
    order = ("submission_id", "moment", "rule", "part", "line", "field", "sheet", "cell", "message")
    return frame.sort(order).with_columns(number=pl.col("rule").cum_count().over("submission_id"))
