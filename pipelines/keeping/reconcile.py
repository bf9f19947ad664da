"""Registry against archive: a receipt stands for a file that is there."""

import os
from pathlib import Path

from sqlalchemy import Connection, select

from models.registry import receipt
from pipelines.receive.archive import DRAFT
from pipelines.settings import Home

HASH_LENGTH = 64
SHOWN = 5


class LostFilesError(Exception):
    """Files for which receipts were given are not in the archive: our fault, no unit's."""


def archived(archive: Path) -> dict[str, Path]:
    """SHA-256 -> where it is, for every file of the archive."""
    if not archive.is_dir():
        return {}
    return {
        entry.name: Path(entry.path)
        for folder in os.scandir(archive)
        if folder.is_dir()
        for entry in os.scandir(folder)
        if len(entry.name) == HASH_LENGTH
    }


def drafts(archive: Path) -> list[Path]:
    """Copies that were cut short."""
    return sorted(archive.glob(f"{DRAFT}*"))


def demand_archived(home: Home, registry: Connection) -> None:
    """Stop where a file that has a receipt is not there: it must not be taken for a bad one.

    Raises:
        LostFilesError: names the receipts.
    """
    there = archived(home.archive)
    rows = registry.execute(
        select(receipt.c.receipt_id, receipt.c.original_name, receipt.c.file_sha256).order_by(
            receipt.c.receipt_id
        )
    )
    lost = [f"{number}({name})" for number, name, sha256 in rows if sha256 not in there]
    if lost:
        raise LostFilesError(shortened(lost))


def shortened(names: list[str]) -> str:
    """The first few names, and how many there are if that is not all."""
    said = "、".join(names[:SHOWN])
    return said if len(names) <= SHOWN else f"{said}…({len(names)})"
