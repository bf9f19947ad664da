"""Probes of what can be made again: cells, warehouse, publications."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from dashboards.pointer import CURRENT, in_force
from pipelines.catalogues.kept import is_kept
from pipelines.extract.store import READER, load_files
from pipelines.keeping.reconcile import archived, shortened
from pipelines.keeping.trouble import Probe, Trouble, Visit, hint, looking_at, problem
from pipelines.publish.snapshot import USED, digest_of_used
from pipelines.receive.archive import digest
from pipelines.schema import columns
from pipelines.warehouse import DamagedWarehouseError, exists, undamaged

IN_USE = "Could not set lock"


def cells(visit: Visit) -> Iterator[Trouble]:
    """Read by the reader in force; the next run reads what is missing."""
    folders = [path.name for path in visit.home.cells.glob("reader-*")]
    if stale := sorted(name for name in folders if name != f"reader-{READER}"):
        yield hint("stale_cells", what=shortened(stale))
    try:
        known = set(load_files(visit.home.cells)["file_sha256"])
    except (pl.exceptions.PolarsError, OSError) as error:
        yield problem("damaged_cells", folder=visit.home.cells, seen=str(error)[:120])
        return
    with looking_at(visit) as con:
        read = {row[0] for row in con.execute("SELECT file_sha256 FROM submission")}
    if unread := read - known:
        yield hint("unread_cells", count=len(unread))
    if unknown := known - archived(visit.home.archive).keys():
        yield hint("cells_without_file", count=len(unknown))


def warehouse(visit: Visit) -> Iterator[Trouble]:
    """Whole, built under this catalogue, and of the same submissions as the registry."""
    path = visit.home.warehouse
    if not path.exists():
        yield hint("no_warehouse")
        return
    try:
        with undamaged(path), duckdb.connect(str(path), read_only=True) as con:
            yield from _warehouse(visit, con)
    except DamagedWarehouseError:
        yield problem("damaged_warehouse", what=path)
    except duckdb.IOException as error:
        if IN_USE not in str(error):
            raise
        yield hint("warehouse_in_use")


def _warehouse(visit: Visit, con: duckdb.DuckDBPyConnection) -> Iterator[Trouble]:
    if visit.deep:
        _read_all(con)
    if not (exists(con, "core.built_under") and exists(con, "core.submission")):
        yield hint("no_warehouse")
        return
    ((built,),) = con.execute("SELECT catalogue_hash FROM core.built_under").fetchall()
    if built != visit.catalogue.hash:
        yield hint("other_catalogue")
    held = dict(con.execute("SELECT submission_id, is_current FROM core.submission").fetchall())
    with looking_at(visit) as registry:
        rows = registry.execute("SELECT submission_id, is_current FROM submission").fetchall()
    known = {submission: bool(current) for submission, current in rows}
    if unknown := sorted(held.keys() - known.keys()):
        yield problem("unknown_to_registry", count=len(unknown), what=shortened(unknown))
    if waiting := sorted(
        each for each, is_current in known.items() if held.get(each) != is_current
    ):
        yield hint("not_built", count=len(waiting), what=shortened(waiting))


def _read_all(con: duckdb.DuckDBPyConnection) -> None:
    """Read every block: DuckDB compares the checksum of each."""
    tables = con.execute(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE'"
    ).fetchall()
    for schema, table in tables:
        con.execute(f'SELECT count(hash(t)) FROM "{schema}"."{table}" AS t').fetchall()  # noqa: S608


def published(visit: Visit) -> Iterator[Trouble]:
    """The pointer leads somewhere; every final is there, and is what it was."""
    folder = visit.home.published
    current = in_force(folder)
    if current and not current.is_file():
        yield problem("dangling_pointer", pointer=folder / CURRENT, name=current.name)
    with looking_at(visit) as con:
        rows = con.execute("SELECT snapshot_id, sha256 FROM snapshot ORDER BY 1").fetchall()
    kept = {each: sha256 for each, sha256 in rows if each.startswith("final-")}
    if lost := [each for each in kept if not (folder / f"{each}.duckdb").is_file()]:
        yield problem("lost_snapshots", what=shortened(lost))
    name = current.stem if current else ""
    looked_at = {each: sha256 for each, sha256 in rows if visit.deep or each == name}
    bad = [each for each, sha256 in looked_at.items() if not _is_whole(folder, each, sha256)]
    if bad:
        yield problem("damaged_snapshots", what=shortened(bad))
    if false := [each for each in looked_at if each not in bad and not _is_true(visit, each)]:
        yield problem("false_manifest", what=shortened(false))


def _is_true(visit: Visit, name: str) -> bool:
    """Whether the manifest, the registry and the file say the same catalogue and submissions."""
    path = visit.home.published / f"{name}.duckdb"
    if not path.is_file():
        return True
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if "submissions_sha256" not in said:
        return True  # published before manifests said so
    with looking_at(visit) as registry:
        ((recorded,),) = registry.execute(
            "SELECT catalogue_hash FROM snapshot WHERE snapshot_id = ?", [name]
        ).fetchall()
        known = dict(registry.execute("SELECT submission_id, file_sha256 FROM submission"))
    with duckdb.connect(str(path), read_only=True) as con:
        used = con.execute(USED).fetchall()
        ((inside,),) = con.execute("SELECT catalogue_hash FROM core.snapshot").fetchall()
    is_of_registry = all(known.get(submission) == sha256 for submission, sha256 in used)
    is_as_said = digest_of_used(used) == said["submissions_sha256"]
    return is_of_registry and is_as_said and inside == recorded == said["catalogue_hash"]


def catalogues(visit: Visit) -> Iterator[Trouble]:
    """Every catalogue that something was published under is kept as it was."""
    with looking_at(visit) as con:
        if "sql_hash" not in columns(con, "snapshot"):
            return
        rows = con.execute("SELECT DISTINCT catalogue_hash FROM snapshot WHERE sql_hash > ''")
        wanted = sorted(found for (found,) in rows)
    if lost := [each[:12] for each in wanted if not is_kept(visit.home, each)]:
        yield problem("lost_catalogues", what=shortened(lost))


def _is_whole(folder: Path, snapshot: str, sha256: str) -> bool:
    """Whether file, manifest and registry agree; a draft that was cleared away is nothing."""
    path, manifest = folder / f"{snapshot}.duckdb", folder / f"{snapshot}.json"
    if not path.is_file():
        return True
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError):
        return False
    return bool(digest(path) == sha256 == said)


PROBES: tuple[Probe, ...] = (cells, warehouse, published, catalogues)
