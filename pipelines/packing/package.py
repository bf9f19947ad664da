"""An archive package on the disk: its manifest, and whether it still is what was packed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from pipelines.keeping.repository import (
    MANIFEST,
    SEAL,
    DamagedBackupError,
    Held,
    unsealed,
    write_sealed,
)
from pipelines.receive.archive import digest

Progress = Callable[[int, int], None]


class NoPackageError(Exception):
    """There is no archive package in this place."""


class DamagedManifestError(Exception):
    """The manifest of a package is not what was written."""


@with_config(ConfigDict(extra="forbid", strict=True))
@dataclass(frozen=True)
class Packed:
    """What a package holds: path in it -> file. `sums` lists the hashes for people."""

    period: str
    made_at: str
    by: str
    why: str
    snapshot: str
    published_at: str
    catalogue_hash: str
    program: str
    is_sample: bool
    returns: int
    supersedes: list[str]
    sums: str
    files: dict[str, Held]


@dataclass(frozen=True)
class Checked:
    """What was found in a package: files gone, changed, and not listed.

    `apart` are folders of it of which nothing is here, with the files they hold: kept elsewhere.
    """

    manifest: Packed
    manifest_sha256: str
    missing: list[str]
    changed: list[str]
    unknown: list[str]
    apart: dict[str, int]

    @property
    def is_sound(self) -> bool:
        """Whether all that is here is what was packed."""
        return not (self.missing or self.changed or self.unknown)

    @property
    def is_whole(self) -> bool:
        return self.is_sound and not self.apart


def write_manifest(folder: Path, packed: Packed) -> str:
    """Write the manifest with its seal, last of all; return its hash."""
    return write_sealed(folder, asdict(packed))


def read_manifest(folder: Path) -> Packed:
    """The manifest of a package.

    Raises:
        NoPackageError: there is none.
        DamagedManifestError: it is not what was written.
    """
    if not (folder / MANIFEST).exists() and not (folder / SEAL).exists():
        raise NoPackageError(str(folder))
    try:
        body = unsealed(folder)
    except DamagedBackupError as error:
        raise DamagedManifestError(str(folder / MANIFEST)) from error
    try:
        return TypeAdapter(Packed).validate_json(body)
    except ValidationError as error:
        # The seal is right: this is the manifest of something else, such as a backup.
        raise NoPackageError(str(folder)) from error


def check_package(folder: Path, done: Progress = lambda *_: None) -> Checked:
    """Read every byte of a package again; a registry is not needed.

    Raises:
        NoPackageError: there is none.
        DamagedManifestError: its manifest is not what was written.
    """
    packed = read_manifest(folder)
    missing, changed, apart = [], [], _apart(folder, packed)
    for number, (name, held) in enumerate(packed.files.items(), 1):
        path = folder / name
        if name.partition("/")[0] in apart:
            pass  # it may be whole where it is
        elif not path.is_file():
            missing.append(name)
        elif path.stat().st_size != held.size or digest(path) != held.sha256:
            changed.append(name)
        done(number, len(packed.files))
    listed = packed.files.keys() | {MANIFEST, SEAL}
    there = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    unknown = sorted(name for name in there if name not in listed)
    return Checked(packed, digest(folder / MANIFEST), missing, changed, unknown, apart)


def _apart(folder: Path, packed: Packed) -> dict[str, int]:
    """The parts that are not here as a whole; not where no part is left."""
    parts = Counter(name.partition("/")[0] for name in packed.files if "/" in name)
    away = {part: count for part, count in parts.items() if not (folder / part).exists()}
    return away if len(away) < len(parts) else {}
