"""The archive: every file by its SHA-256, on the disk before its receipt is given."""

import hashlib
import os
import secrets
from pathlib import Path

from pipelines.disk import sync_folder

BLOCK = 1 << 20
DRAFT = ".draft-"
"""What a file is called while it is copied: never its final name."""


def digest(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def place(archive: Path, sha256: str) -> Path:
    """Where a file of this hash is kept; its name is ours, never the sender's."""
    return archive / sha256[:2] / sha256


def keep(path: Path, archive: Path) -> str:
    """Copy the file into the archive, flushed to the disk; return its SHA-256.

    The same bytes are kept once; a kept copy that has gone bad is mended. The hash is of what was
    written: a file that is changed while it is read is still kept under its true name.
    """
    archive.mkdir(parents=True, exist_ok=True)
    draft = archive / f"{DRAFT}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        sha256 = copy_hashed(path, draft)
        kept = place(archive, sha256)
        if not (kept.is_file() and digest(kept) == sha256):
            kept.parent.mkdir(exist_ok=True)
            draft.replace(kept)
        # Also for a file that was there: who put it there may have died before this.
        for folder in (kept.parent, archive, archive.parent):
            sync_folder(folder)
    finally:
        draft.unlink(missing_ok=True)
    return sha256


def copy_hashed(path: Path, target: Path) -> str:
    """Copy a file, flushed to the disk; return the SHA-256 of what was written."""
    total = hashlib.sha256()
    with path.open("rb") as source, target.open("wb") as copy:
        while block := source.read(BLOCK):
            total.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    return total.hexdigest()
