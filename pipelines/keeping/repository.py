"""What a backup looks like on the disk, and its manifest.

    OUT/files/ab/abcdef…        files that never change, by SHA-256, shared by all backups
    OUT/20261009T150000/        one backup: registry, key, manifest and the manifest's hash

A later backup adds only files that are new. A backup that is no longer wanted is a folder to
delete; one that is not finished has a name that begins with a full stop.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from pipelines.receive.archive import digest

FILES = "files"
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
REGISTRY, KEY, POINTER = "registry.sqlite", "site.key", "published/current"
OWN = frozenset({REGISTRY, KEY, POINTER})
"""Files that each backup has for itself."""


class NoBackupError(Exception):
    """There is no backup in this place."""


class DamagedBackupError(Exception):
    """Files of a backup are missing or not what they were; `files` are their paths."""

    def __init__(self, files: list[str]) -> None:
        super().__init__(", ".join(files))
        self.files = files


@with_config(ConfigDict(extra="forbid", strict=True))
@dataclass(frozen=True)
class Held:
    """One file: what its bytes are."""

    sha256: str
    size: int


@with_config(ConfigDict(extra="forbid", strict=True))
@dataclass(frozen=True)
class Manifest:
    """What a backup holds: path in the home -> file. `lost` had gone bad before the backup."""

    made_at: str
    home: str
    program: str
    schema: int
    catalogue_hash: str
    is_sample: bool
    receipts: int
    lost: list[str]
    files: dict[str, Held]


def newest(place: Path) -> Path:
    """The backup in this place: the folder itself, or the newest one in it.

    Raises:
        NoBackupError: there is none.
    """
    if (place / MANIFEST).exists() or (place / SEAL).exists():
        return place
    found = sorted(path.parent for path in place.glob(f"[0-9]*/{MANIFEST}"))
    if not found:
        raise NoBackupError(str(place))
    return found[-1]


def read_manifest(backup: Path) -> Manifest:
    """Read the manifest.

    Raises:
        DamagedBackupError: it is not what was written.
    """
    try:
        return TypeAdapter(Manifest).validate_json(unsealed(backup))
    except ValidationError as error:
        raise DamagedBackupError([str(backup / MANIFEST)]) from error


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Write the manifest, and beside it its hash in the form that `sha256sum -c` reads."""
    write_sealed(backup, asdict(manifest))


def write_sealed(folder: Path, content: dict[str, Any]) -> str:
    """Write a manifest and its hash, flushed to the disk; return the hash."""
    body = json.dumps(content, ensure_ascii=False, indent=0).encode()
    sha256 = hashlib.sha256(body).hexdigest()
    for name, data in ((MANIFEST, body), (SEAL, f"{sha256}  {MANIFEST}\n".encode())):
        with (folder / name).open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    return sha256


def unsealed(folder: Path) -> bytes:
    """The manifest of a folder, as it was written.

    Raises:
        DamagedBackupError: it is missing, or not what was sealed.
    """
    path, seal = folder / MANIFEST, folder / SEAL
    if not (path.is_file() and seal.is_file()):
        raise DamagedBackupError([str(path)])
    if seal.read_bytes().split()[:1] != [digest(path).encode()]:
        raise DamagedBackupError([str(path)])
    return path.read_bytes()


def stored(backup: Path, name: str, held: Held) -> Path:
    """Where a backup has the file of this path."""
    return backup / Path(name).name if name in OWN else by_hash(backup.parent, held.sha256)


def by_hash(repository: Path, sha256: str) -> Path:
    """Where the backups of one place keep a file that never changes."""
    return repository / FILES / sha256[:2] / sha256
