"""What must be on the disk before anybody is told of it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER_ONLY = 0o700


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A draft beside the folder, with a name of its own; gone at the end unless it was renamed."""
    draft = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=OWNER_ONLY)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def name_draft(draft: Path, folder: Path) -> None:
    """Give a draft the folder's name once all of it is on the disk."""
    for each, _, _ in os.walk(draft):
        sync_folder(Path(each))
    draft.rename(folder)
    sync_folder(folder.parent)


def replace_text(path: Path, text: str) -> None:
    """Replace a file in one rename, its text on the disk before."""
    draft = path.with_name(f".{path.name}.making")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
