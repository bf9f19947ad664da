"""The inbox folder: every finished file in it is received, then moved out of the way.

What is left in it is left for a reason, which is told: on its way still, a lock file, a link.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import ZONE
from pipelines.receive.gate import check_gate
from pipelines.receive.names import is_ignored, shown_name
from pipelines.receive.receipt import Receipt, receive_file
from pipelines.receive.refused import RefusedError

TAKEN = "已收"
UNFINISHED = frozenset({"empty", "damaged", "text", "not_a_workbook"})
"""What the gate says of the first part of a file."""


@dataclass(frozen=True)
class Left:
    """A file that is not taken, and the name of the text that says why (`receive.left_*`)."""

    path: Path
    reason: str

    def told(self, inbox: Path, catalogue: Catalogue) -> str:
        """The text."""
        name = shown_name(str(self.path.relative_to(inbox)))
        return catalogue.say(f"receive.left_{self.reason}", file=name)


@dataclass(frozen=True)
class Look:
    """What lies in the inbox: files to take now, and files to leave."""

    ready: tuple[Path, ...]
    left: tuple[Left, ...]


def look(inbox: Path, at: datetime, catalogue: Catalogue) -> Look:
    """Look at the inbox at this hour; a file that was changed a moment ago is still on its way."""
    parameters = catalogue.parameters
    found = list(_found(inbox, parameters["inbox"]))
    paths = [each for each in found if isinstance(each, Path)]
    left = [each for each in found if isinstance(each, Left)]
    why = {path: _why_left(path, at, parameters) for path in paths}
    left += [Left(path, reason) for path, reason in why.items() if reason]
    return Look(tuple(path for path in paths if not why[path]), tuple(left))


def waiting(inbox: Path, catalogue: Catalogue) -> list[Path]:
    """The files that somebody sent, whether they are complete or not."""
    found = _found(inbox, catalogue.parameters["inbox"])
    return [each for each in found if isinstance(each, Path)]


def receive_inbox(
    registry: Connection, inbox: Path, archive: Path, at: datetime, catalogue: Catalogue
) -> Iterator[Receipt]:
    """Receive every file that is ready; each is moved to the taken folder after its receipt."""
    for path in look(inbox, at, catalogue).ready:
        try:
            given = receive_file(registry, archive, path, at, "inbox", catalogue)
        except OSError:
            continue  # gone, or not to be read after all: the next look says so
        registry.commit()
        taken = inbox / TAKEN / given.file_sha256[:12] / path.name
        taken.parent.mkdir(parents=True, exist_ok=True)
        path.replace(taken)
        yield given


def _found(inbox: Path, limits: Mapping[str, Any]) -> Iterator[Path | Left]:
    """Everything in the inbox by name, what was taken left out."""
    if inbox.is_dir():
        yield from _in_folder(inbox, limits["ignored"], limits["depth"], {TAKEN})


def _in_folder(
    folder: Path, ignored: list[str], depth: int, skipped: set[str]
) -> Iterator[Path | Left]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield Left(folder, "unreadable")
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name in skipped:
            continue
        if is_ignored(entry.name, ignored):
            yield Left(path, "ignored")
        elif entry.is_symlink():
            yield Left(path, "link")
        elif entry.is_dir():
            if depth > 1:
                yield from _in_folder(path, ignored, depth - 1, set())
            else:
                yield Left(path, "deep")
        else:
            yield path


def _why_left(path: Path, at: datetime, parameters: Mapping[str, Any]) -> str | None:
    """Why a file is not taken now, or None."""
    try:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            return "special"
        with path.open("rb"):
            pass
    except OSError:
        return "unreadable"
    if facts.st_size > parameters["gate"]["file_bytes"]:
        return "too_large"
    # A clock that differs, or an hour that was given, says nothing about the last moments.
    age = abs(at.replace(tzinfo=ZONE).timestamp() - facts.st_mtime)
    if age < parameters["inbox"]["settled_seconds"]:
        return "fresh"
    if age < parameters["inbox"]["patience_seconds"] and _is_unfinished(path, parameters["gate"]):
        return "unfinished"
    return None


def _is_unfinished(path: Path, limits: Mapping[str, Any]) -> bool:
    """Whether it may be the first part of a workbook: copying it may have come to a halt."""
    try:
        check_gate(path, limits)
    except RefusedError as refusal:
        return refusal.reason in UNFINISHED
    return False
