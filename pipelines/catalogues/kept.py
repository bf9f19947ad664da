"""Catalogues kept by their hash: what a quarter was judged and built with can be read again.

A catalogue is kept as it stood, one folder a hash. When it is opened again by a later program that
asks for texts, thresholds or whole files which it did not have, those are taken from the catalogue
of today; forms, fields, rules and indicators never are.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from sqlalchemy import Connection, select

from models.catalogue_model import Catalogue
from models.loader import CATALOGUE_DIR, digest_of, load_catalogue, read_sources
from models.registry import snapshot
from models.yaml_source import CatalogueError
from pipelines.disk import sync_folder
from pipelines.settings import Home

SAYS, NUMBERS = "wording/", "parameters.yml"
PAGES = ("briefing.yml", "dashboards/", "warehouse.yml", "glossary.yml")
"""What shows numbers and makes none."""
SQL_DIR = CATALOGUE_DIR.parent / "sql"


class LostCatalogueError(Exception):
    """A catalogue that the registry names is not kept, or not as it was."""


class OtherProgramError(Exception):
    """A catalogue is kept whole, and this program does not understand it."""


def sql_hash() -> str:
    """Names the SELECTs of this program: they are code, and are not kept with a catalogue."""
    return digest_of({path.relative_to(SQL_DIR).as_posix(): path.read_bytes()
                      for path in sorted(SQL_DIR.rglob("*.sql"))})  # fmt: skip


@dataclass(frozen=True)
class Recorded:
    """What the warehouse was last published with: catalogue, and the SELECTs of the program."""

    snapshot_id: str
    catalogue_hash: str
    sql_hash: str | None

    @property
    def is_other_program(self) -> bool:
        """Whether the SELECTs have changed since: numbers may come out otherwise."""
        return self.sql_hash is not None and self.sql_hash != sql_hash()


def recorded(registry: Connection) -> Recorded | None:
    """The record of the last publication: every quarter in it was built with the same."""
    row = registry.execute(
        select(snapshot).order_by(snapshot.c.made_at.desc(), snapshot.c.snapshot_id.desc())
    ).first()
    return None if row is None else Recorded(row.snapshot_id, row.catalogue_hash, row.sql_hash)


def keep_catalogue(home: Home, catalogue: Catalogue) -> None:
    """Keep the files of a catalogue, on the disk before this returns; once for each hash."""
    folder = home.catalogues / catalogue.hash
    if folder.is_dir() or digest_of(catalogue.sources) != catalogue.hash:
        return
    home.catalogues.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".draft-", dir=home.catalogues) as place:
        draft = Path(place) / catalogue.hash
        _write(draft, catalogue.sources)
        if not folder.is_dir():
            draft.rename(folder)
    sync_folder(home.catalogues)


def is_kept(home: Home, wanted: str) -> bool:
    """Whether the catalogue of this hash is there as it was."""
    return digest_of(read_sources(home.catalogues / wanted)) == wanted


def kept_catalogue(home: Home, wanted: str) -> Catalogue:
    """The catalogue of this hash, completed with what the present program needs to be told.

    Raises:
        LostCatalogueError: it is not kept, or not as it was.
        OtherProgramError: it says something that this program does not understand.
    """
    today = load_catalogue()
    if wanted == today.hash:
        return today
    if not is_kept(home, wanted):
        raise LostCatalogueError(wanted[:12])
    return _opened(home.catalogues / wanted, wanted)


@cache
def _opened(folder: Path, wanted: str) -> Catalogue:
    """A folder named by its hash holds the same for ever: it is read once.

    Where its pages and papers are not as this program wants them, they are taken as they are today:
    no number of a quarter rests on them.
    """
    sources, today = read_sources(folder), load_catalogue()
    own = _completed(sources, today.sources)
    try:
        found = _loaded(own)
    except CatalogueError:
        pages = {name: text for name, text in today.sources.items() if name.startswith(PAGES)}
        kept = {name: text for name, text in own.items() if not name.startswith(PAGES)}
        try:
            found = _loaded({**kept, **pages})
        except CatalogueError as error:
            raise OtherProgramError(f"{wanted[:12]}: {error}") from error
    return replace(found, hash=wanted, sources=sources)


def _loaded(sources: Mapping[str, bytes]) -> Catalogue:
    """The catalogue of these files.

    Raises:
        CatalogueError: an entry says something it must not; the message names file and line.
    """
    with TemporaryDirectory() as place:
        root = Path(place)
        _write(root, sources)
        try:
            return load_catalogue(root)
        except CatalogueError as error:
            raise CatalogueError(_relative(str(error), root)) from error


def _completed(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, bytes]:
    added = {name: text for name, text in new.items() if _is_added(name) and name not in old}
    merged = {
        name: _merged(text, new[name])
        for name, text in old.items()
        if name in new and (name.startswith(SAYS) or name == NUMBERS)
    }
    return {**old, **added, **merged}


def _is_added(name: str) -> bool:
    return "/" not in name or name.startswith(SAYS)


def _merged(old: bytes, new: bytes) -> bytes:
    told: dict[str, Any] = yaml.safe_load(old) or {}
    for key, value in (yaml.safe_load(new) or {}).items():
        if isinstance(value, dict) and isinstance(told.get(key), dict):
            told[key] = {**value, **told[key]}
        else:
            told.setdefault(key, value)
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False).encode()


def _relative(text: str, root: Path) -> str:
    return text.replace(f"{root}/", "")


def _write(root: Path, sources: Mapping[str, bytes]) -> None:
    for name, content in sources.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    for folder, _, _ in os.walk(root):
        sync_folder(Path(folder))
