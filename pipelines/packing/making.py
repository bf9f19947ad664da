"""`sanji archive`: a published quarter packed into a folder, file by file; decided and recorded.

The folder has its name only once every byte of it is on the disk, and the registry is told after
that: what is cut short is a draft with a name of its own, and no decision.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, Row, func, select

from models.catalogue_model import Catalogue
from models.period import Period
from models.registry import decision, submission
from pipelines.disk import making, name_draft
from pipelines.keeping.reconcile import LostFilesError
from pipelines.keeping.repository import Held
from pipelines.opened import opened
from pipelines.packing import tables
from pipelines.packing.contents import (
    OPEN,
    REVIEWERS,
    Piece,
    beside,
    has_papers,
    part_folder,
    pieces,
)
from pipelines.packing.listing import write_index, write_readme, write_sums
from pipelines.packing.package import Packed, Progress, write_manifest
from pipelines.quarter.decisions import NotAllowedError
from pipelines.receive.archive import copy_hashed, digest
from pipelines.records.packages import ARCHIVE, Package, add_package
from pipelines.records.quarters import decide
from pipelines.records.states import PUBLISHED, QuarterState, defined_by, publication, quarter_state
from pipelines.registry import reading, writing
from pipelines.settings import Home

ARCHIVABLE = (*PUBLISHED, "archived")


@dataclass(frozen=True)
class Order:
    """归档: what is asked for, by whom, why, and where to."""

    period: Period
    out: Path
    by: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Plan:
    """What is packed, as the registry has it, and what must not have changed when all is done."""

    state: QuarterState
    published: Row[Any]
    pieces: tuple[Piece, ...]
    mark: tuple[object, ...]


@dataclass(frozen=True)
class Made:
    """A package that has been made; `package` is what the registry says of it."""

    folder: Path
    package: Package
    packed: Packed


def make_package(
    home: Home, catalogue: Catalogue, order: Order, done: Progress = lambda *_: None
) -> Made:
    """Pack the quarter, and record the decision.

    Raises:
        NotAllowedError: the quarter is not published as it is now, or changed meanwhile.
        LostFilesError: what is to be packed is not there, or not what it was.
        LostCatalogueError: its catalogue is not kept.
    """
    folder = order.out.resolve() / _name(catalogue, order)
    with reading(home) as registry:
        plan = _plan(home, registry, catalogue, order)
    if folder.exists():
        raise NotAllowedError("package_exists", folder=folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with making(folder) as draft:
        packed = _fill(home, catalogue, order, plan, draft, done)
        sha256 = write_manifest(draft, packed)
        with writing(home) as registry:
            _must_be_the_same(home, registry, order, plan)
            name_draft(draft, folder)
            return Made(folder, _record(registry, order, packed, folder, sha256), packed)


def _name(catalogue: Catalogue, order: Order) -> str:
    at = f"{order.at:%Y%m%dT%H%M%S}"
    return catalogue.say("archive.folder", period=order.period, at=at)


def _plan(home: Home, registry: Connection, catalogue: Catalogue, order: Order) -> Plan:
    name = str(order.period)
    state, published = quarter_state(registry, name), publication(registry, name)
    if state.state not in ARCHIVABLE or published is None:
        raise NotAllowedError(f"archive_{state.state}", period=name)
    snapshot = home.published / f"{published.snapshot_id}.duckdb"
    if not snapshot.with_suffix(".json").is_file():
        raise LostFilesError(f"{snapshot.stem}.json")
    if not has_papers(snapshot, name):
        raise NotAllowedError("archive_no_briefing", period=name, snapshot=published.snapshot_id)
    mark = _mark(registry, snapshot, name)
    found = tuple(pieces(home, registry, catalogue, order.period, published))
    return Plan(state, published, found, mark)


def _mark(registry: Connection, snapshot: Path, period: str) -> tuple[object, ...]:
    """Changes with every decision on the quarter, every return, every paper and picture."""
    last = select(func.max(decision.c.decision_id)).where(decision.c.period == period)
    sent = select(func.count()).select_from(submission).where(submission.c.period == period)
    counted = (registry.execute(last).scalar() or 0, registry.execute(sent).scalar_one())
    return (*counted, beside(snapshot, period))


def _must_be_the_same(home: Home, registry: Connection, order: Order, plan: Plan) -> None:
    snapshot = home.published / f"{plan.published.snapshot_id}.duckdb"
    if _mark(registry, snapshot, str(order.period)) != plan.mark:
        raise NotAllowedError("archive_changed", period=order.period)


def _fill(
    home: Home, catalogue: Catalogue, order: Order, plan: Plan, draft: Path, done: Progress
) -> Packed:
    """Put everything but the manifest into the draft, one file after the other."""
    index: list[tuple[Piece, Held]] = []
    for number, each in enumerate(plan.pieces, 1):
        index.append((each, _copied(each, draft)))
        done(number, len(plan.pieces))
    with reading(home) as registry:
        snapshot = home.published / f"{plan.published.snapshot_id}.duckdb"
        index += _tables(snapshot, registry, catalogue, order.period, draft)
    packed = _packed(home, catalogue, order, plan, index)
    return replace(packed, files=packed.files | _listed(catalogue, packed, index, draft))


def _listed(
    catalogue: Catalogue, packed: Packed, index: list[tuple[Piece, Held]], draft: Path
) -> dict[str, Held]:
    """What the package says of itself; the hashes for people last."""
    readme, listing = (catalogue.say(f"archive.{each}") for each in ("file_readme", "file_index"))
    write_readme(draft / readme, catalogue, packed)
    write_index(draft / listing, catalogue, index)
    own = {name: _on_disk(draft / name) for name in (readme, listing)}
    write_sums(draft / packed.sums, packed.files | own)
    return own | {packed.sums: _on_disk(draft / packed.sums)}


def _copied(piece: Piece, draft: Path) -> Held:
    target = draft / piece.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not piece.path.is_file():
        raise LostFilesError(piece.name)
    sha256 = copy_hashed(piece.path, target)
    if piece.sha256 not in {None, sha256}:
        raise LostFilesError(piece.name)
    return Held(sha256, target.stat().st_size)


def _tables(
    snapshot: Path, registry: Connection, catalogue: Catalogue, period: Period, draft: Path
) -> Iterator[tuple[Piece, Held]]:
    """Findings with what was said of them, and decisions: whole for reviewers only."""
    with opened(snapshot) as con:
        for part, what, sheet, columns, rows in _of_quarter(con, registry, catalogue, period):
            folder = part_folder(catalogue, part, what)
            name = f"{folder}/{catalogue.say(f'archive.file_{sheet}')}"
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            tables.write_table(path, catalogue, sheet, columns, rows)
            yield Piece(name, part, what, path), _on_disk(path)


def _of_quarter(
    con: duckdb.DuckDBPyConnection, registry: Connection, catalogue: Catalogue, period: Period
) -> Iterator[tuple[str, str, str, tuple[str, ...], tables.Rows]]:
    for part, what in ((OPEN, "findings"), (REVIEWERS, "findings"), (REVIEWERS, "signs")):
        signs, whole = what == "signs", part == REVIEWERS
        rows = tables.findings(con, catalogue, period, signs=signs, whole=whole)
        yield part, what, "findings", tables.FINDINGS, rows
    decided = tables.decided(registry, catalogue, period)
    yield REVIEWERS, "decisions", "decisions", tables.DECISIONS, decided


def _packed(
    home: Home, catalogue: Catalogue, order: Order, plan: Plan, index: list[tuple[Piece, Held]]
) -> Packed:
    return Packed(
        period=str(order.period),
        made_at=order.at.isoformat(),
        by=order.by,
        why=order.why,
        snapshot=plan.published.snapshot_id,
        published_at=plan.published.made_at.isoformat(),
        catalogue_hash=defined_by(plan.published, str(order.period)),
        program=version("sanji"),
        is_sample=home.is_sample,
        returns=sum(each.what == "returns" for each in plan.pieces),
        supersedes=[Path(each.folder).name for each in plan.state.packages],
        sums=catalogue.say("archive.file_sums"),
        files={piece.name: held for piece, held in index},
    )


def _on_disk(path: Path) -> Held:
    """Flush a file that was written here; say what its bytes are."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    return Held(digest(path), path.stat().st_size)


def _record(
    registry: Connection, order: Order, packed: Packed, folder: Path, sha256: str
) -> Package:
    """Tell the registry: who decided, and how the package is known again."""
    period = str(order.period)
    made = Package(
        number=decide(registry, period, ARCHIVE, order.by, order.at, order.why, scope=folder.name),
        snapshot=packed.snapshot,
        folder=str(folder),
        manifest_sha256=sha256,
        files=len(packed.files),
        size=sum(held.size for held in packed.files.values()),
        by=order.by,
        at=order.at,
        why=order.why,
    )
    add_package(registry, period, made)
    return made
