"""The inbox folder: every finished file in it is received, then moved out of the way."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from pipelines.receive.receipt import Receipt, receive_file

TAKEN = "已收"


def waiting(inbox: Path) -> list[Path]:
    """The files that wait: lock files, hidden files, links and what was taken are left out."""
    if not inbox.exists():
        return []
    return sorted(
        path
        for path in inbox.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(("~$", "."))
        and TAKEN not in path.relative_to(inbox).parts[:1]
    )


def receive_inbox(
    registry: Connection, inbox: Path, archive: Path, at: datetime, catalogue: Catalogue
) -> Iterator[Receipt]:
    """Receive every waiting file; each is moved to the taken folder after its receipt."""
    for path in waiting(inbox):
        given = receive_file(registry, archive, path, at, "inbox", catalogue)
        registry.commit()
        taken = inbox / TAKEN / given.file_sha256[:12] / path.name
        taken.parent.mkdir(parents=True, exist_ok=True)
        path.replace(taken)
        yield given
