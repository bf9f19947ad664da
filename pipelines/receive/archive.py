"""The archive: every file by its SHA-256, on the disk before its receipt is given."""

import hashlib
import os
from pathlib import Path

BLOCK = 1 << 20


def digest(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    total = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            total.update(block)
    return total.hexdigest()


def place(archive: Path, sha256: str) -> Path:
    """Where a file of this hash is kept; its name is ours, never the sender's."""
    return archive / sha256[:2] / sha256


def keep(path: Path, archive: Path) -> str:
    """Copy the file into the archive, flushed to the disk; return its SHA-256.

    The same bytes are kept once. A copy that was cut short is never left under the final name.
    """
    sha256 = digest(path)
    kept = place(archive, sha256)
    if kept.exists():
        return sha256
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    with path.open("rb") as source, draft.open("wb") as target:
        while block := source.read(BLOCK):
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(kept)
    _sync_folder(kept.parent)
    return sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
