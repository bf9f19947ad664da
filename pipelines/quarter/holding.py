"""What is held for a person (待人工确认): looked at, given to its unit, or set aside.

Every attempt is a decision on record, also one that was refused. Nothing here prints.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from models.catalogue_model import Catalogue
from models.period import Period
from models.registry import issued, receipt
from pipelines.extract.store import load_files
from pipelines.judging.identify import Identifier, add_submission
from pipelines.quarter.decisions import NotAllowedError
from pipelines.records.issues import Issue
from pipelines.records.quarters import decide
from pipelines.settings import Home
from pipelines.workbook.token import site_key

HELD = "held"


@dataclass(frozen=True)
class Held:
    """A receipt that waits for a person, with the unit and quarter that the file claims."""

    receipt_id: int
    received_at: datetime
    door: str
    original_name: str
    file_sha256: str
    reason: str
    unit_code: str | None
    period: str | None


def held_receipts(home: Home, registry: Connection) -> list[Held]:
    """What is held, oldest first."""
    rows = registry.execute(
        select(receipt).where(receipt.c.outcome == HELD).order_by(receipt.c.receipt_id)
    ).all()
    files = _files(home, [row.file_sha256 for row in rows])
    return [_as_held(row, files.get(row.file_sha256, {})) for row in rows]


def assign(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    receipt_id: int,
    unit_code: str,
    period: Period,
    by: str,
    at: datetime,
    why: str,
) -> str:
    """Make a held file the submission of a unit, against the workbook issued to it.

    Raises:
        NotAllowedError: the file is not held, does not fit, or nothing may come for this unit now.
    """
    asked = _Asked(registry, receipt_id, by, at, why)
    row = asked.row()
    file = _files(home, [row.file_sha256]).get(row.file_sha256, {})
    meta = _told(file)
    issue = _issue(registry, unit_code, str(period), meta.get("layout"))
    if issue is None:
        raise asked.refused(str(period), "not_issued", unit=unit_code, period=period)
    if not meta:
        raise asked.refused(str(period), "nothing_read", number=receipt_id)
    identifier = Identifier(registry, catalogue, site_key(home.key), {issue.issue_id: issue})
    refusal = identifier.why_not(issue, meta, file)
    if refusal is not None:
        told = catalogue.say(f"receive.{refusal.reason}", file=row.original_name, **refusal.fills)
        raise asked.refused(str(period), "cannot_assign", number=receipt_id, told=told)
    submission_id = add_submission(registry, row, issue)
    asked.settle("submitted")
    asked.record(str(period), "assign", submission_id=submission_id)
    return submission_id


def dismiss(
    home: Home, registry: Connection, receipt_id: int, by: str, at: datetime, why: str
) -> None:
    """Set a held file aside for good; it stays in the archive and is not looked at again.

    Raises:
        NotAllowedError: the file is not held.
    """
    asked = _Asked(registry, receipt_id, by, at, why)
    row = asked.row()
    claimed = _as_held(row, _files(home, [row.file_sha256]).get(row.file_sha256, {}))
    asked.settle("dismissed")
    asked.record(claimed.period or "", "dismiss")


@dataclass(frozen=True)
class _Asked:
    """What somebody wants done with a receipt."""

    registry: Connection
    receipt_id: int
    by: str
    at: datetime
    why: str

    def row(self) -> Row[Any]:
        found = self.registry.execute(
            select(receipt).where(receipt.c.receipt_id == self.receipt_id)
        ).first()
        if found is None:
            raise NotAllowedError("no_receipt", number=self.receipt_id)
        if found.outcome != HELD:
            raise self.refused("", "not_held", number=self.receipt_id)
        return found

    def settle(self, outcome: str) -> None:
        this = receipt.c.receipt_id == self.receipt_id
        self.registry.execute(update(receipt).where(this).values(outcome=outcome))

    def record(self, period: str, action: str, **where: str) -> None:
        scope = f"receipt {self.receipt_id}"
        decide(self.registry, period, action, self.by, self.at, self.why, scope=scope, **where)

    def refused(self, period: str, reason: str, /, **fills: object) -> NotAllowedError:
        """The refusal of the attempt, which is on record whatever becomes of the rest."""
        self.record(period, "attempt_refused")
        self.registry.commit()
        return NotAllowedError(reason, **fills)


def _files(home: Home, hashes: list[str]) -> dict[str, Mapping[str, Any]]:
    rows = load_files(home.cells, hashes).iter_rows(named=True)
    return {row["file_sha256"]: row for row in rows}


def _told(file: Mapping[str, Any]) -> dict[str, str]:
    """What the file's hidden sheet says, if it could be read."""
    meta: dict[str, str] = json.loads(file["meta"]) if file.get("state") == "read" else {}
    return meta


def _as_held(row: Row[Any], file: Mapping[str, Any]) -> Held:
    said = {**json.loads(file.get("claimed") or "{}"), **_told(file)}
    return Held(
        receipt_id=row.receipt_id,
        received_at=row.received_at,
        door=row.door,
        original_name=row.original_name,
        file_sha256=row.file_sha256,
        reason=row.reason,
        unit_code=said.get("unit_code"),
        period=said.get("period") or said.get("report_period"),
    )


def _issue(registry: Connection, unit_code: str, period: str, layout: str | None) -> Issue | None:
    """The workbook issued to the unit: the one of the file's layout, else the last."""
    rows = registry.execute(
        select(issued)
        .where(issued.c.unit_code == unit_code, issued.c.period == period)
        .order_by(issued.c.layout == (layout or ""), issued.c.issued_at, issued.c.issue_id)
    ).mappings()
    return next((Issue(**row) for row in reversed(rows.all())), None)
