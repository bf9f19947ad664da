"""变动 as a table: one row a leg, those that were undone left out."""

from typing import Any

import polars as pl
from polars.datatypes import DataTypeClass
from sqlalchemy import Connection

from pipelines.records.events import unit_events

SCHEMA: dict[str, pl.DataType | DataTypeClass] = {
    "event_id": pl.String,
    "leg": pl.Int32,
    "effective_date": pl.Date,
    "type": pl.String,
    "from_code": pl.String,
    "to_code": pl.String,
    "share_members": pl.Float64,
    "share_funds": pl.Float64,
    "document_no": pl.String,
}


def event_table(registry: Connection) -> pl.DataFrame:
    """The events in force."""
    rows: list[dict[str, Any]] = [
        {
            "event_id": event.event_id,
            "leg": number,
            "effective_date": event.effective_date,
            "type": event.kind.value,
            **vars(leg),
            "document_no": event.document_no,
        }
        for event in unit_events(registry)
        if event.undone_at is None
        for number, leg in enumerate(event.legs, start=1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
