"""The receipt (回执): what was received, when, by which door, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from models.catalogue_model import Catalogue
from models.registry import receipt
from pipelines.receive.archive import keep
from pipelines.receive.gate import RefusedError, check_gate


@dataclass(frozen=True)
class Receipt:
    """What a sender is given; the same bytes always get the same one."""

    receipt_id: int
    received_at: datetime
    original_name: str
    file_sha256: str
    outcome: str
    reason: str | None

    @property
    def is_refused(self) -> bool:
        return self.outcome == "refused"


def receive_file(
    registry: Connection, archive: Path, path: Path, at: datetime, door: str, catalogue: Catalogue
) -> Receipt:
    """Keep the file, then give a receipt; a file that must not be opened is kept and refused."""
    sha256 = keep(path, archive)
    known = registry.execute(select(receipt).where(receipt.c.file_sha256 == sha256)).first()
    if known is None:
        reason = _refusal(path, catalogue)
        registry.execute(
            insert(receipt).values(
                received_at=at,
                door=door,
                original_name=path.name,
                file_sha256=sha256,
                size=path.stat().st_size,
                outcome="refused" if reason else "received",
                reason=reason,
            )
        )
        known = registry.execute(select(receipt).where(receipt.c.file_sha256 == sha256)).one()
    return Receipt(
        receipt_id=known.receipt_id,
        received_at=known.received_at,
        original_name=known.original_name,
        file_sha256=known.file_sha256,
        outcome=known.outcome,
        reason=known.reason,
    )


def _refusal(path: Path, catalogue: Catalogue) -> str | None:
    try:
        check_gate(path, catalogue.parameters["gate"])
    except RefusedError as refusal:
        return catalogue.say(f"receive.{refusal.reason}", file=path.name, **refusal.fills)
    return None
