"""What load adds for two-sided rows: answers of confirmation sheets, and partners in doubt."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb
import polars as pl
from polars.datatypes import DataTypeClass
from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.hidden import hidden
from models.registry import mirror_answer
from pipelines.judging.batch import Batch
from pipelines.records.matches import accepted, matches
from pipelines.records.mirrors import answers_by_period
from pipelines.records.units import directory
from pipelines.sides.partners import Partners
from pipelines.warehouse import exists

PARTNER_COLUMNS = {
    "l2": ("pair_id", "partner_unit_code", "partner_name"),
    "l3": ("matter_id", "counterpart_code", None),
}
"""Alias -> the columns of the row's id, the partner's code, and its name where there is one."""

ANSWERS: dict[str, pl.DataType | DataTypeClass] = {
    "period": pl.String,
    "form": pl.String,
    "row_key": pl.String,
    "claimed_by": pl.String,
    "claim_submission_id": pl.String,
    "unit_code": pl.String,
    "answer": pl.Int32,
    "note": pl.String,
    "sheet_id": pl.String,
    "receipt_id": pl.Int32,
    "received_at": pl.Datetime,
    "is_late": pl.Boolean,
}
DOUBTS: dict[str, pl.DataType | DataTypeClass] = {
    "period": pl.String,
    "submission_id": pl.String,
    "unit_code": pl.String,
    "form": pl.String,
    "row_key": pl.String,
    "line": pl.Int32,
    "typed_code": pl.String,
    "typed_name": pl.String,
    "doubt": pl.String,
    "to_code": pl.String,
}


def answer_table(registry: Connection, catalogue: Catalogue, period: str) -> pl.DataFrame:
    """`core.mirror_answer`: what partners said on confirmation sheets, all of it."""
    rows = registry.execute(
        select(*(mirror_answer.c[name] for name in ANSWERS))
        .where(mirror_answer.c.period == period)
        .order_by(mirror_answer.c.receipt_id, mirror_answer.c.form, mirror_answer.c.row_key)
    )
    told = [{**row._mapping, "note": hidden(catalogue, row.note or "") or None} for row in rows]  # noqa: SLF001
    return pl.DataFrame(told, schema=ANSWERS)


def answered_since(con: duckdb.DuckDBPyConnection, registry: Connection) -> list[str]:
    """The quarters for which sheets have come back that are not in the warehouse yet."""
    if not exists(con, "core.mirror_answer"):
        return []
    rows = con.execute("SELECT period, count(*) FROM core.mirror_answer GROUP BY ALL").fetchall()
    loaded: dict[str, int] = dict(rows)
    known = answers_by_period(registry)
    return sorted(period for period, count in known.items() if loaded.get(period) != count)


def doubt_table(
    registry: Connection, batch: Batch, current: Mapping[str, str], codes: Collection[str]
) -> pl.DataFrame:
    """`core.partner_doubt`: rows whose partner is in doubt, and the unit they were matched with.

    `current` is submission -> unit of the versions in force, `codes` the units of the quarter.
    """
    limits = batch.catalogue.parameters["matching"]
    partners = Partners(directory(registry), codes, limits)
    meant = accepted(matches(registry, str(batch.period)))
    rows = []
    for alias, (id_column, code_column, name_column) in PARTNER_COLUMNS.items():
        form = batch.catalogue.aliases[alias].id
        for row in _texts(batch, alias):
            code, name = row.get(code_column), row.get(name_column or "")
            doubt = partners.doubt(code, name) if row["submission_id"] in current else None
            if doubt is not None:
                unit, key = current[row["submission_id"]], row.get(id_column)
                key = key or f"{unit}/{row['line']}"
                to_code = meant.get((form, key, code, name))
                rows.append((str(batch.period), row["submission_id"], unit, form, key,
                             row["line"], code, name, doubt, to_code))  # fmt: skip
    return pl.DataFrame(rows, schema=DOUBTS, orient="row")


def _texts(batch: Batch, alias: str) -> Iterator[dict[str, Any]]:
    """The rows of a list with the texts that name a partner."""
    names = [f"{alias}.{column}" for column in PARTNER_COLUMNS[alias] if column]
    rows = batch.values.filter(pl.col("field").is_in(names) & pl.col("text").is_not_null())
    found: dict[tuple[str, int], dict[str, Any]] = {}
    chosen = rows.select("submission_id", "line", "field", "text")
    for submission_id, line, field, text in chosen.sort("submission_id", "line").iter_rows():
        row = found.setdefault(
            (submission_id, line), {"submission_id": submission_id, "line": line}
        )
        row[field.removeprefix(f"{alias}.")] = text
    yield from found.values()
