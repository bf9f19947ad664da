"""What is known of partners beside the files of a quarter, for those who judge it together."""

from collections.abc import Iterable
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row

from models.period import Period
from pipelines.judging.batch import MATCHED, SIDES
from pipelines.records.matches import accepted, matches
from pipelines.records.mirrors import newest_answers


def on_sheets(registry: Connection, period: Period, rows: Iterable[Row[Any]]) -> pl.DataFrame:
    """The newest answer of each partner on a confirmation sheet; `rows` are the files in force."""
    received = {row.unit_code: row.received_at for row in rows}
    found = newest_answers(registry, str(period))
    told = [(*row, unit, answer, at, received.get(unit)) for *row, unit, answer, at in found]
    return pl.DataFrame(told, schema=SIDES, orient="row")


def matched(registry: Connection, period: Period) -> pl.DataFrame:
    """The mistyped partners for which people have said which unit is meant."""
    found = accepted(matches(registry, str(period)))
    rows = [(*subject, to_code) for subject, to_code in found.items()]
    return pl.DataFrame(rows, schema=MATCHED, orient="row")
