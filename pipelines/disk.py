"""What must be on the disk before anybody is told of it."""

import fcntl
import glob
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

OWNER_ONLY = 0o700
DIGIT = re.compile("[0-9]")


class BusyError(Exception):
    """Another run is writing."""


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A draft beside the folder, for one process alone; gone at the end unless it was renamed.

    The drafts of runs that died, a power cut among them, are cleared away first.

    Raises:
        BusyError: another process makes the same.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_dead(folder)
    draft = folder.with_name(f".{folder.name}.making")
    try:
        draft.mkdir(mode=OWNER_ONLY)
    except FileExistsError as error:
        raise BusyError(str(draft)) from error
    with _claimed(draft) as claim:
        if not claim.is_on(draft):  # cleared away as a dead one's before it was claimed
            raise BusyError(str(draft))
        if folder.exists():
            draft.rmdir()
            raise BusyError(str(folder))
        try:
            yield draft
        finally:
            if claim.is_on(draft):
                shutil.rmtree(draft, ignore_errors=True)


def _clear_dead(folder: Path) -> None:
    """Remove the drafts of this kind of folder that no living process has a claim on."""
    kind = DIGIT.sub("[0-9]", glob.escape(folder.name))
    for draft in folder.parent.glob(f".{kind}.making"):
        with suppress(BusyError), _claimed(draft) as claim:
            if claim.is_certain:
                shutil.rmtree(draft, ignore_errors=True)


@dataclass(frozen=True)
class Claim:
    """A folder held open; where the disk has no locks nobody can be certain to be alone."""

    handle: int
    is_certain: bool

    def is_on(self, folder: Path) -> bool:
        """Whether the name still leads to what was claimed."""
        return folder.is_dir() and os.path.samestat(os.fstat(self.handle), folder.stat())


@contextmanager
def _claimed(folder: Path) -> Iterator[Claim]:
    """Hold a folder till the end of the block or of the process, whichever comes first.

    Raises:
        BusyError: another process holds it.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError as error:
        raise BusyError(str(folder)) from error
    try:
        yield Claim(handle, _lock(handle, folder))
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BusyError(str(folder)) from error
    except OSError:
        return False
    return True


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
