"""`sanji backup`: archive, registry, key and what was published, while everybody goes on working.

The registry is copied first, then the files it names: a file is in the archive before its receipt
is in the registry, so no receipt of the copy is without its file, whoever writes meanwhile.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from dashboards.pointer import CURRENT, in_force
from models.catalogue_model import Catalogue
from models.registry import SCHEMA
from pipelines.disk import OWNER_ONLY, making, name_draft, sync_folder
from pipelines.keeping.reconcile import archived
from pipelines.keeping.repository import (
    FILES,
    KEY,
    POINTER,
    REGISTRY,
    Held,
    Manifest,
    by_hash,
    read_manifest,
    write_manifest,
)
from pipelines.receive.archive import copy_hashed, digest, place
from pipelines.registry import DamagedRegistryError
from pipelines.schema import copy_registry
from pipelines.settings import Home

Progress = Callable[[int, int], None]
COPIED = ".copied"
"""A file on its way into the repository: in the draft, which is cleared away if a run dies."""


class CannotBackUpError(Exception):
    """No backup can be made here; `reason` names the line that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Wanted:
    """A file to be in the backup: its path in the home, and its hash where it is known."""

    name: str
    path: Path
    sha256: str | None = None


@dataclass(frozen=True)
class Saved:
    """A backup that has been made; `added` files were copied, the others were there already."""

    folder: Path
    manifest: Manifest
    added: int


def make_backup(
    home: Home, catalogue: Catalogue, out: Path, at: datetime, done: Progress = lambda *_: None
) -> Saved:
    """Add a backup to the folder; it has its name only once all of it is on the disk.

    Raises:
        CannotBackUpError: there is nothing to save, or the place is not fit.
        DamagedRegistryError: what would be saved is damaged.
    """
    folder = out.resolve() / f"{at:%Y%m%dT%H%M%S}"
    _must_be_fit(home, folder)
    with making(folder) as draft:
        files = _copy_own(home, draft)
        wanted = [*_archived(home, draft), *_published(home, draft), *_catalogues(home)]
        added, lost = _copy_all(wanted, folder.parent, draft, files, done)
        write_manifest(draft, _manifest(home, catalogue, at, files, lost))
        name_draft(draft, folder)
    return Saved(folder, read_manifest(folder), added)


def _must_be_fit(home: Home, folder: Path) -> None:
    if not home.registry.exists():
        raise CannotBackUpError("nothing_to_back_up")
    if folder.is_relative_to(home.root):
        raise CannotBackUpError("backup_in_home")
    if folder.exists():
        raise CannotBackUpError("backup_exists")


def must_be_sound(registry: Path) -> None:
    """Demand that SQLite finds nothing wrong with the file.

    Raises:
        DamagedRegistryError: it does.
    """
    try:
        with closing(sqlite3.connect(registry)) as con:
            answers = [row[0] for row in con.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        raise DamagedRegistryError(str(registry)) from error
    if answers != ["ok"]:
        raise DamagedRegistryError(str(registry))


def _copy_own(home: Home, draft: Path) -> dict[str, Held]:
    """Copy what each backup has for itself: the registry first, then key and pointer."""
    copy_registry(home.registry, draft / REGISTRY)
    must_be_sound(draft / REGISTRY)
    names = {REGISTRY: draft / REGISTRY}
    if home.key.exists():
        names[KEY] = draft / KEY
        names[KEY].touch(mode=0o600)
        copy_hashed(home.key, names[KEY])
    if (home.published / CURRENT).exists():
        names[POINTER] = draft / CURRENT
        copy_hashed(home.published / CURRENT, names[POINTER])
    return {name: Held(digest(path), path.stat().st_size) for name, path in names.items()}


def _ask(draft: Path, sql: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(draft / REGISTRY)) as con:
        return con.execute(sql).fetchall()


def _archived(home: Home, draft: Path) -> Iterator[Wanted]:
    """The files behind receipts, what else the archive holds by now, and the sample's mark."""
    receipts = {sha256 for (sha256,) in _ask(draft, "SELECT file_sha256 FROM receipt")}
    for sha256 in sorted(receipts | archived(home.archive).keys()):
        yield _in(home, place(home.archive, sha256), sha256)
    if home.is_sample:
        yield _in(home, home.sample_mark)


def _published(home: Home, draft: Path) -> Iterator[Wanted]:
    """Every final snapshot with pictures and briefings, and the one the copied pointer names."""
    current = in_force(draft)
    for name, sha256 in _ask(draft, "SELECT snapshot_id, sha256 FROM snapshot ORDER BY 1"):
        if name.startswith("final-") or (current and name == current.stem):
            path = home.published / f"{name}.duckdb"
            yield _in(home, path, sha256)
            yield _in(home, path.with_suffix(".json"))
            beside = (home.published / name, home.published / f"{name}.briefing")
            papers = sorted(each for folder in beside for each in folder.rglob("*"))
            yield from (_in(home, paper) for paper in papers if paper.is_file())


def _catalogues(home: Home) -> Iterator[Wanted]:
    """Every catalogue that a quarter was judged or built with."""
    for path in sorted(home.catalogues.glob("[0-9a-f]*/**/*.yml")):
        yield _in(home, path)


def _in(home: Home, path: Path, sha256: str | None = None) -> Wanted:
    return Wanted(path.relative_to(home.root).as_posix(), path, sha256)


def _copy_all(
    wanted: list[Wanted], repository: Path, draft: Path, files: dict[str, Held], done: Progress
) -> tuple[int, list[str]]:
    """Copy what is not there yet into the repository; return how many, and what had gone bad."""
    added, lost = 0, []
    for number, each in enumerate(wanted, 1):
        sha256 = each.sha256 or (digest(each.path) if each.path.is_file() else "")
        if not _is_kept(each.path, by_hash(repository, sha256)):
            sha256 = _copy(each, repository, draft)
            added += bool(sha256)
        if sha256:
            files[each.name] = Held(sha256, by_hash(repository, sha256).stat().st_size)
        else:
            lost.append(each.name)
        done(number, len(wanted))
    return added, lost


def _is_kept(path: Path, target: Path) -> bool:
    """Whether an earlier backup has the file, at its length if the file is still there to tell."""
    if not target.is_file():
        return False
    return not path.is_file() or path.stat().st_size == target.stat().st_size


def _copy(each: Wanted, repository: Path, draft: Path) -> str:
    """Copy one file, flushed to the disk; nothing where it is missing or not what it should be."""
    if not each.path.is_file():
        return ""
    copied = draft / COPIED
    try:
        sha256 = copy_hashed(each.path, copied)
        if each.sha256 not in {None, sha256}:
            return ""
        target = by_hash(repository, sha256)
        (repository / FILES).mkdir(exist_ok=True, mode=OWNER_ONLY)
        target.parent.mkdir(exist_ok=True)
        copied.replace(target)
        sync_folder(target.parent)
    finally:
        copied.unlink(missing_ok=True)
    return sha256


def _manifest(
    home: Home, catalogue: Catalogue, at: datetime, files: dict[str, Held], lost: list[str]
) -> Manifest:
    return Manifest(
        made_at=at.isoformat(),
        home=str(home.root),
        program=version("sanji"),
        schema=SCHEMA,
        catalogue_hash=catalogue.hash,
        is_sample=home.is_sample,
        receipts=sum(name.startswith(f"{home.archive.name}/") for name in files),
        lost=lost,
        files=files,
    )
