"""What goes into an archive package, and where in it: files that are there already.

What may be read inside the house and what only reviewers may see (covers with names, signs of
formality and how they are found, numbers without suppression) are two folders: either can be kept
apart from the other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from models.catalogue_model import Catalogue
from models.events import display_name
from models.period import Period
from models.registry import mirror_answer, receipt, submission
from models.units import Directory
from pipelines.catalogues.kept import LostCatalogueError, is_kept
from pipelines.publish.briefing import briefing_folder, listed_papers
from pipelines.receive.archive import place
from pipelines.records.states import defined_by
from pipelines.records.units import directory
from pipelines.settings import Home

OPEN, REVIEWERS = "open", "reviewers"
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\\/:*?"<>|]')
"""What Windows takes in no name of a file."""
ENDING = re.compile(r"\.[a-z0-9]{1,5}")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Piece:
    """A file of the package: its path in it, what it is, where its bytes are and their hash."""

    name: str
    part: str
    what: str
    path: Path
    sha256: str | None = None
    unit_code: str = ""
    unit_name: str = ""
    version: int | None = None
    received_at: datetime | None = None


def pieces(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, published: Row[Any]
) -> Iterator[Piece]:
    """Every file that is copied into the package of the quarter."""
    snapshot = home.published / f"{published.snapshot_id}.duckdb"
    yield from _returns(home, registry, catalogue, period)
    yield from _answers(home, registry, catalogue, period)
    yield from _snapshot(catalogue, snapshot, published.sha256)
    yield from _pictures(catalogue, snapshot, str(period))
    yield from _catalogue(home, catalogue, defined_by(published, str(period)))


def has_papers(snapshot: Path, period: str) -> bool:
    """Whether the briefing of the quarter is finished: its files are listed last of all."""
    folder, listed = briefing_folder(snapshot, period), listed_papers(snapshot, period)
    return bool(listed) and all((folder / name).is_file() for name in listed)


def beside(snapshot: Path, period: str) -> tuple[tuple[str, int, int], ...]:
    """What is written beside a snapshot later than it: which files, of what size and hour."""
    folders = (briefing_folder(snapshot, period), snapshot.with_suffix("") / period)
    files = [path for folder in folders for path in _files(folder)]
    told = ((path, path.stat()) for path in (*files, snapshot.with_suffix(".json")))
    return tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in told)


def _returns(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period
) -> Iterator[Piece]:
    """Every version that a unit sent, by county and unit."""
    units = directory(registry)
    rows = registry.execute(
        select(submission, receipt.c.original_name)
        .join(receipt, receipt.c.receipt_id == submission.c.receipt_id)
        .where(submission.c.period == str(period))
        .order_by(submission.c.unit_code, submission.c.version)
    )
    for row in rows:
        key = "version_current" if row.is_current else "version_old"
        stem = catalogue.say(f"archive.{key}", period=period, version=row.version)
        yield _from_unit(home, catalogue, units, period, row, "returns", stem, row.version)


def _answers(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period
) -> Iterator[Piece]:
    units = directory(registry)
    rows = registry.execute(
        select(receipt.c.file_sha256, receipt.c.original_name, receipt.c.received_at,
               receipt.c.receipt_id, mirror_answer.c.unit_code)
        .join(mirror_answer, mirror_answer.c.receipt_id == receipt.c.receipt_id)
        .where(mirror_answer.c.period == str(period))
        .distinct()
        .order_by(mirror_answer.c.unit_code, receipt.c.receipt_id)
    )  # fmt: skip
    for row in rows:
        stem = catalogue.say("archive.answer_name", number=row.receipt_id)
        yield _from_unit(home, catalogue, units, period, row, "answers", stem)


def _from_unit(
    home: Home, catalogue: Catalogue, units: Directory, period: Period, row: Any,
    folder: str, stem: str, version: int | None = None,
) -> Piece:  # fmt: skip
    is_known = row.unit_code in units.by_code
    name = display_name(catalogue, units, row.unit_code, period) if is_known else row.unit_code
    county = catalogue.counties.get(_county(units, row.unit_code, period))
    ending = Path(row.original_name).suffix.lower()
    inside = f"{safe(county or catalogue.say('archive.city'))}/{row.unit_code}_{safe(name)}"
    return Piece(
        name=f"{part_folder(catalogue, REVIEWERS, folder)}/{inside}/"
        f"{safe(stem)}{ending if ENDING.fullmatch(ending) else ''}",
        part=REVIEWERS,
        what=folder,
        path=place(home.archive, row.file_sha256),
        sha256=row.file_sha256,
        unit_code=row.unit_code,
        unit_name=name,
        version=version,
        received_at=row.received_at,
    )


def _county(units: Directory, code: str, period: Period) -> str:
    """The county of a unit below the city; nothing for the city's own.

    Of a unit that was taken out of the directory, its code says it.
    """
    if code not in units.by_code:
        return code[:6]
    unit = units.last_known(code, period)
    return "" if unit.level == "city" else unit.county_code


def _snapshot(catalogue: Catalogue, snapshot: Path, sha256: str) -> Iterator[Piece]:
    folder = part_folder(catalogue, REVIEWERS, "snapshot")
    yield Piece(f"{folder}/{snapshot.name}", REVIEWERS, "snapshot", snapshot, sha256)
    manifest = snapshot.with_suffix(".json")
    yield Piece(f"{folder}/{manifest.name}", REVIEWERS, "snapshot_manifest", manifest)


def _pictures(catalogue: Catalogue, snapshot: Path, period: str) -> Iterator[Piece]:
    """The briefing and the charts of the quarter."""
    folder = snapshot.with_suffix("") / period
    for what, root in (
        ("papers", briefing_folder(snapshot, period)),
        ("pictures", folder),
    ):
        for path in _files(root):
            inside = path.relative_to(root).as_posix()
            yield Piece(f"{part_folder(catalogue, OPEN, what)}/{inside}", OPEN, what, path)


def _catalogue(home: Home, catalogue: Catalogue, wanted: str) -> Iterator[Piece]:
    """The catalogue that the quarter was computed under, as it was kept.

    Raises:
        LostCatalogueError: it is not kept, or not as it was.
    """
    if not is_kept(home, wanted):
        raise LostCatalogueError(wanted[:12])
    root = home.catalogues / wanted
    for path in _files(root):
        inside = path.relative_to(root).as_posix()
        name = f"{part_folder(catalogue, REVIEWERS, 'catalogue')}/{inside}"
        yield Piece(name, REVIEWERS, "catalogue", path)


def part_folder(catalogue: Catalogue, part: str, folder: str) -> str:
    """A folder of a part of the package, as it is called."""
    return f"{catalogue.say(f'archive.{part}')}/{catalogue.say(f'archive.{folder}')}"


def safe(text: str) -> str:
    """A text as a name that every system takes, and none takes for a path."""
    return NOT_IN_NAMES.sub("_", text).strip(" .")[:LONGEST_NAME].rstrip(" .") or "_"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
