"""互认 in the registry: the sheets that were issued, and what partners answered on them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from models.registry import confirmation, mirror_answer

Row = tuple[str, str, str | None]
"""Form and id of a row, and whose row it is where two units can type the same id: a relation."""


@dataclass(frozen=True)
class SheetRow:
    """A row printed on a sheet: whose claim it is, in which version, and what was typed there."""

    number: int
    form: str
    row_key: str
    claimed_by: str
    submission_id: str
    typed_code: str | None


@dataclass(frozen=True)
class IssuedSheet:
    """A confirmation sheet (互认单) given to a unit."""

    sheet_id: str
    unit_code: str
    period: str
    token: str
    rows: tuple[SheetRow, ...]
    issued_at: datetime
    file_name: str


@dataclass(frozen=True)
class SheetAnswer:
    """What a unit answered about a row on a sheet."""

    period: str
    form: str
    row_key: str
    claimed_by: str
    claim_submission_id: str
    unit_code: str
    answer: int
    note: str | None
    sheet_id: str
    receipt_id: int
    received_at: datetime
    is_late: bool


def rows_text(rows: Sequence[SheetRow]) -> str:
    """The rows as they are recorded, and as the token signs them."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def rows_mark(rows: Sequence[SheetRow]) -> str:
    """A fingerprint of the rows, signed with the sheet's number."""
    return hashlib.sha256(rows_text(rows).encode()).hexdigest()[:16]


def add_sheet(registry: Connection, sheet: IssuedSheet) -> None:
    """Record a sheet before it leaves."""
    values = {**vars(sheet), "rows": rows_text(sheet.rows)}
    registry.execute(insert(confirmation).values(**values))


def sheet_of(registry: Connection, sheet_id: str) -> IssuedSheet | None:
    """The sheet of this number, if there is one."""
    found = registry.execute(
        select(confirmation).where(confirmation.c.sheet_id == sheet_id)
    ).mappings()
    return next((_sheet(row) for row in found), None)


def sheets(registry: Connection, period: str) -> dict[str, list[IssuedSheet]]:
    """Unit code -> the sheets it was given for the quarter, oldest first."""
    rows = registry.execute(
        select(confirmation)
        .where(confirmation.c.period == period)
        .order_by(confirmation.c.issued_at, confirmation.c.sheet_id)
    ).mappings()
    found: dict[str, list[IssuedSheet]] = {}
    for row in rows:
        found.setdefault(row["unit_code"], []).append(_sheet(row))
    return found


def _sheet(row: RowMapping) -> IssuedSheet:
    values: dict[str, Any] = {name: row[name] for name in IssuedSheet.__dataclass_fields__}
    values["rows"] = tuple(SheetRow(**each) for each in json.loads(row["rows"]))
    return IssuedSheet(**values)


def add_answers(registry: Connection, answers: Sequence[SheetAnswer]) -> None:
    """Record answers; nothing said before is taken away."""
    if answers:
        registry.execute(insert(mirror_answer), [vars(each) for each in answers])


def row_of(form: str, row_key: str, claimed_by: str) -> Row:
    """The row of a claim. Its initiator may be mended, and a matter is still the same one."""
    return form, row_key, claimed_by if form == "L2" else None


def answered_rows(registry: Connection, period: str) -> set[tuple[Row, str]]:
    """(row, unit) of what was answered on sheets of the quarter."""
    rows = registry.execute(select(mirror_answer).where(mirror_answer.c.period == period))
    return {(row_of(row.form, row.row_key, row.claimed_by), row.unit_code) for row in rows}


def answers_by_period(registry: Connection) -> dict[str, int]:
    """Quarter -> how many answers were given on sheets."""
    counts: dict[str, int] = {}
    for period in registry.execute(select(mirror_answer.c.period)).scalars():
        counts[period] = counts.get(period, 0) + 1
    return counts


def newest_answers(
    registry: Connection, period: str
) -> list[tuple[str, str, str | None, str, int, datetime | None]]:
    """The newest of each: (form, id and owner of the row, unit, answer, when if this quarter)."""
    rows = registry.execute(
        select(mirror_answer)
        .where(mirror_answer.c.period <= period)
        .order_by(mirror_answer.c.period, mirror_answer.c.received_at, mirror_answer.c.receipt_id)
    )
    found = {
        (*row_of(row.form, row.row_key, row.claimed_by), row.unit_code): (
            row.answer,
            row.received_at if row.period == period else None,
        )
        for row in rows
    }
    return [(*key, *said) for key, said in found.items()]
