"""A snapshot: an immutable copy of the warehouse, its manifest, and the pointer to it."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

import duckdb
from sqlalchemy import Connection, insert, select

from models.catalogue_model import Catalogue
from models.registry import snapshot
from pipelines.settings import Home

DRAFTS_KEPT = 3
CURRENT = "current"
TABLES = (
    "core.period",
    "core.submission",
    "core.value",
    "core.finding",
    "core.duty",
    "core.unit_version",
    "core.indicator",
    "marts.indicator_value",
    "marts.indicator_part",
    "marts.indicator_score",
    "marts.dimension_value",
    "marts.composite_index",
    "marts.composite_value",
    "marts.field_total",
    "marts.code_count",
    "marts.matter",
    "marts.tie",
)
"""What a snapshot holds; working tables stay in the warehouse."""


@dataclass(frozen=True)
class Published:
    """A snapshot that has been published: its manifest, as written beside it."""

    snapshot_id: str
    kind: str
    made_at: str
    catalogue_hash: str
    periods: Mapping[str, str]
    submissions: int
    is_sample: bool
    sha256: str


def publish_snapshot(
    home: Home, registry: Connection, catalogue: Catalogue, kind: str, at: datetime
) -> Published:
    """Copy the warehouse into a new file, write its manifest, then move the pointer to it."""
    home.published.mkdir(parents=True, exist_ok=True)
    snapshot_id = _free_id(registry, f"{kind}-{at:%Y%m%dT%H%M%S}-{catalogue.hash[:8]}")
    path = home.published / f"{snapshot_id}.duckdb"
    periods, submissions = _copy(home, path, catalogue, kind, at)
    manifest = Published(
        snapshot_id=path.stem,
        kind=kind,
        made_at=at.isoformat(),
        catalogue_hash=catalogue.hash,
        periods=periods,
        submissions=submissions,
        is_sample=home.is_sample,
        sha256=_digest(path),
    )
    _write(path.with_suffix(".json"), json.dumps(asdict(manifest), ensure_ascii=False, indent=2))
    _write(home.published / CURRENT, path.name)
    _record(registry, manifest, at)
    _forget_old_drafts(home.published)
    return manifest


def _free_id(registry: Connection, wanted: str) -> str:
    """An id that no snapshot ever had: old drafts are deleted, their ids are not given again."""
    taken = set(registry.execute(select(snapshot.c.snapshot_id)).scalars())
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(each for each in numbered if each not in taken)


def _copy(
    home: Home, path: Path, catalogue: Catalogue, kind: str, at: datetime
) -> tuple[dict[str, str], int]:
    draft = path.with_suffix(".making")
    draft.unlink(missing_ok=True)
    con = duckdb.connect(str(draft))
    try:
        con.execute(f"ATTACH '{home.warehouse}' AS warehouse (READ_ONLY)")
        con.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
        for table in TABLES:
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM warehouse.{table}")  # noqa: S608
        con.execute(
            "CREATE TABLE core.snapshot AS SELECT ? AS snapshot_id, ? AS kind, ?::TIMESTAMP AS"
            " made_at, ? AS catalogue_hash, ?::BOOLEAN AS is_sample",
            [path.stem, kind, at, catalogue.hash, home.is_sample],
        )
        periods = dict(con.execute("SELECT period, kind FROM core.period ORDER BY 1").fetchall())
        used = con.execute("SELECT count(*) FROM core.submission WHERE is_used").fetchall()
        con.execute("DETACH warehouse")
        con.execute("CHECKPOINT")
    finally:
        con.close()
    draft.replace(path)
    path.chmod(0o444)
    return periods, int(used[0][0])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Replace a file in one rename, its text on the disk before."""
    draft = path.with_name(f".{path.name}.making")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _record(registry: Connection, manifest: Published, at: datetime) -> None:
    registry.execute(
        insert(snapshot).values(
            snapshot_id=manifest.snapshot_id,
            kind=manifest.kind,
            made_at=at,
            catalogue_hash=manifest.catalogue_hash,
            periods=json.dumps(dict(manifest.periods)),
            sha256=manifest.sha256,
        )
    )


def _forget_old_drafts(published: Path) -> None:
    """Finals are kept for ever, the last few drafts too; the one in force is never removed."""
    in_force = (published / CURRENT).read_text(encoding="utf-8")
    drafts = sorted(published.glob("draft-*.duckdb"), key=lambda path: path.name)
    for path in drafts[:-DRAFTS_KEPT]:
        if path.name != in_force:
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)
