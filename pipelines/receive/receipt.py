"""The receipt (回执): what was received, when, by which door, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from models.catalogue_model import Catalogue
from models.registry import receipt
from pipelines.receive.archive import keep, place
from pipelines.receive.contents import Contents, contents_of
from pipelines.receive.gate import check_gate
from pipelines.receive.names import LONGEST, shown_name
from pipelines.receive.refused import RefusedError

ARCHIVE = "archive"
NAMES_SHOWN = 10


@dataclass(frozen=True)
class Receipt:
    """What a sender is given; the same bytes always get the same one.

    A file too large to be kept gets a refusal without a number. `contents` are the receipts of
    the workbooks in a zip.
    """

    receipt_id: int | None
    received_at: datetime
    original_name: str
    file_sha256: str
    outcome: str
    reason: str | None
    parent_receipt_id: int | None = None
    contents: tuple["Receipt", ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.outcome == "refused"

    def each(self) -> Iterator["Receipt"]:
        """This receipt, then those of what was in the file."""
        yield self
        yield from self.contents


@dataclass(frozen=True)
class Door:
    """Where files come in: by which door, at what hour, recorded where."""

    registry: Connection
    archive: Path
    at: datetime
    name: str
    catalogue: Catalogue

    def receive(self, path: Path, name: str, parent: int | None = None) -> Receipt:
        """Keep one file, then give a receipt; what must not be opened is kept and refused."""
        limits = self.catalogue.parameters["gate"]
        size = path.stat().st_size
        if size > limits["file_bytes"]:
            reason = self._say(RefusedError("too_large", limit=limits["file_bytes"] >> 20), name)
            return Receipt(None, self.at, name, "", "refused", reason)
        sha256 = keep(path, self.archive)
        known = self._known(sha256)
        if known is None:
            refusal = self._refusal(place(self.archive, sha256))
            self.registry.execute(
                insert(receipt).values(
                    received_at=self.at,
                    door=self.name,
                    original_name=name,
                    file_sha256=sha256,
                    size=size,
                    parent_receipt_id=parent,
                    outcome=self._outcome(refusal, parent),
                    reason=self._say(refusal, name) if refusal else None,
                )
            )
            known = self._known(sha256)
        if known is None:  # just inserted
            raise LookupError(sha256)
        return known

    def expand(self, given: Receipt) -> Receipt:
        """Receive the workbooks in a zip; the same zip again gives the same receipts."""
        parameters = self.catalogue.parameters
        kept = place(self.archive, given.file_sha256)
        try:
            with contents_of(kept, parameters["gate"], parameters["inbox"]["ignored"]) as found:
                receipts = tuple(
                    self.receive(path, _inner_name(given, name), given.receipt_id)
                    for name, path in found.workbooks
                )
                reason = self._contents_told(given, found)
        except RefusedError as refusal:
            return self._settle(given, "refused", self._say(refusal, given.original_name))
        if not receipts:
            return self._settle(given, "refused", reason)
        return replace(self._settle(given, "expanded", reason), contents=receipts)

    def _known(self, sha256: str) -> Receipt | None:
        row = self.registry.execute(
            select(receipt).where(receipt.c.file_sha256 == sha256)
        ).one_or_none()
        if row is None:
            return None
        return Receipt(
            receipt_id=row.receipt_id,
            received_at=row.received_at,
            original_name=row.original_name,
            file_sha256=row.file_sha256,
            outcome=row.outcome,
            reason=row.reason,
            parent_receipt_id=row.parent_receipt_id,
        )

    def _refusal(self, path: Path) -> RefusedError | None:
        try:
            check_gate(path, self.catalogue.parameters["gate"])
        except RefusedError as refusal:
            return refusal
        return None

    def _outcome(self, refusal: RefusedError | None, parent: int | None) -> str:
        if refusal is None:
            return "received"
        return "expanded" if refusal.reason == ARCHIVE and parent is None else "refused"

    def _say(self, refusal: RefusedError, name: str) -> str:
        return self.catalogue.say(f"receive.{refusal.reason}", file=name, **refusal.fills)

    def _contents_told(self, given: Receipt, found: Contents) -> str:
        rest = [shown_name(name) for name in found.rest]
        key = "expanded" if found.workbooks else "nothing_in_archive"
        return self.catalogue.say(
            f"receive.{key}_with_rest" if rest else f"receive.{key}",
            file=given.original_name,
            count=len(found.workbooks),
            rest=len(rest),
            names="、".join(rest[:NAMES_SHOWN]) + ("…" if len(rest) > NAMES_SHOWN else ""),
        )

    def _settle(self, given: Receipt, outcome: str, reason: str) -> Receipt:
        self.registry.execute(
            update(receipt)
            .where(receipt.c.receipt_id == given.receipt_id)
            .values(outcome=outcome, reason=reason)
        )
        return replace(given, outcome=outcome, reason=reason)


def receive_file(
    registry: Connection, archive: Path, path: Path, at: datetime, door: str, catalogue: Catalogue
) -> Receipt:
    """Keep the file, then give a receipt; a zip of workbooks is taken apart, one level."""
    through = Door(registry, archive, at, door, catalogue)
    given = through.receive(path, shown_name(path.name))
    return through.expand(given) if given.outcome == "expanded" else given


def _inner_name(given: Receipt, name: str) -> str:
    return shown_name(f"{given.original_name}/{name}")[:LONGEST]
