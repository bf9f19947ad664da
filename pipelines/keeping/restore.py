"""`sanji restore`: a backup put into an empty home, every byte of it verified before."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from pipelines.disk import sync_folder
from pipelines.keeping.backup import must_be_sound
from pipelines.keeping.repository import (
    KEY,
    REGISTRY,
    DamagedBackupError,
    Held,
    Manifest,
    read_manifest,
    stored,
)
from pipelines.receive.archive import copy_hashed, digest
from pipelines.settings import Home

OF_NO_WEIGHT = frozenset({"reference", "dagster", "inbox", "run.lock", "build.lock"})
"""What a home may hold and still be empty: nothing that a restore would put in its place."""
Progress = Callable[[int, int], None]


class HomeNotEmptyError(Exception):
    """The home holds something already; nothing is ever put over it."""


def verify_backup(backup: Path, done: Progress = lambda *_: None) -> Manifest:
    """Read every file of a backup again.

    Raises:
        DamagedBackupError: names the files that are missing or not what they were.
    """
    manifest, bad = read_manifest(backup), []
    for number, (name, held) in enumerate(manifest.files.items(), 1):
        path = stored(backup, name, held)
        if not (path.is_file() and digest(path) == held.sha256):
            bad.append(str(path))
        done(number, len(manifest.files))
    if bad:
        raise DamagedBackupError(bad)
    return manifest


def restore_backup(backup: Path, home: Home, done: Progress = lambda *_: None) -> Manifest:
    """Copy a backup into an empty home: beside it first, in its place once all of it is right.

    Raises:
        HomeNotEmptyError: the home is not empty.
        DamagedBackupError: names the files that are missing or not what they were.
        DamagedRegistryError: the registry of the backup is not sound.
    """
    draft = home.root / ".restoring"
    shutil.rmtree(draft, ignore_errors=True)
    if home.root.exists() and {path.name for path in home.root.iterdir()} - OF_NO_WEIGHT:
        raise HomeNotEmptyError(str(home.root))
    manifest = read_manifest(backup)
    try:
        _copy(backup, draft, manifest, done)
        must_be_sound(draft / REGISTRY)
        _put_in_place(draft, home.root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def _copy(backup: Path, draft: Path, manifest: Manifest, done: Progress) -> None:
    bad = []
    for number, (name, held) in enumerate(manifest.files.items(), 1):
        source, target = stored(backup, name, held), draft / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600 if name == KEY else 0o666)
        if not _is_copied(source, target, held):
            bad.append(str(source))
        done(number, len(manifest.files))
    if bad:
        raise DamagedBackupError(bad)


def _is_copied(source: Path, target: Path, held: Held) -> bool:
    return source.is_file() and copy_hashed(source, target) == held.sha256


def _put_in_place(draft: Path, root: Path) -> None:
    """Move all into the home; the registry last, without which a home is nothing."""
    for folder, _, _ in os.walk(draft):
        sync_folder(Path(folder))
    for path in sorted(draft.iterdir(), key=lambda path: path.name == REGISTRY):
        path.rename(root / path.name)
    sync_folder(root)
