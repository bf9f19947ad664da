"""A snapshot: an immutable copy of the warehouse, its manifest, and the pointer to it."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, insert, select

from dashboards.pointer import CURRENT, in_force
from models.catalogue_model import Catalogue
from models.registry import snapshot
from pipelines.catalogues.kept import keep_catalogue, sql_hash
from pipelines.disk import replace_text
from pipelines.publish.changes import RESTATEMENT
from pipelines.publish.earlier import Restated, mark_unsettled, restate, restated, told_last
from pipelines.records.states import publication
from pipelines.settings import BRIEFING, CODES, Home

DRAFTS_KEPT = 3
MAKING = ".making"
TABLES = (
    "core.period",
    "core.definition",
    "core.submission",
    "core.value",
    "core.finding",
    "core.rule",
    "core.duty",
    "core.unit_version",
    "core.indicator",
    "core.aftereffect",
    "core.partner_doubt",
    "core.target",
    "core.succession",
    "core.present",
    "core.view_scope",
    "core.same_unit",
    "marts.indicator_value",
    "marts.indicator_part",
    "marts.indicator_change",
    "marts.year_to_date",
    "marts.indicator_score",
    "marts.dimension_value",
    "marts.composite_index",
    "marts.composite_value",
    "marts.field_total",
    "marts.code_count",
    "marts.finding",
    "marts.rule_record",
    "marts.reason_use",
    "marts.matter",
    "marts.tie",
    "marts.sampling_estimate",
    "marts.coordination",
    "marts.linkage_unit",
    "marts.linkage_scope",
    "marts.resource",
    "core.matching_part",
    "marts.sharing_proposal",
    "marts.duty_calendar",
    "marts.election_calendar",
)
"""What a snapshot holds; working tables stay in the warehouse."""

USED = "SELECT submission_id, file_sha256 FROM core.submission WHERE is_used ORDER BY 1"
"""The returns in a snapshot; the manifest holds a digest of them."""
CATALOGUES = "SELECT period, catalogue_hash FROM core.period ORDER BY 1"
"""Under which catalogue each quarter was computed."""

FINAL_PERIODS = "SELECT period FROM core.period WHERE kind = 'final' ORDER BY 1"
ONLY_LOCKED = "UPDATE core.period SET kind = 'locked' WHERE list_contains(?, period)"
"""In a draft a quarter is final only if it was published as it is locked now."""
AFFECTED = "SELECT count(DISTINCT submission_id) FROM core.aftereffect WHERE status = 'open'"
"""Returns that no longer agree with a corrected quarter before, unexplained."""


@dataclass(frozen=True)
class Published:
    """A snapshot that has been published: its manifest, as written beside it."""

    snapshot_id: str
    kind: str
    made_at: str
    catalogue_hash: str
    periods: Mapping[str, str]
    catalogues: Mapping[str, str]
    submissions: int
    is_sample: bool
    sql_hash: str
    submissions_sha256: str
    restates: str | None
    numbers_restated: int
    returns_affected: int
    sha256: str


def publish_snapshot(
    home: Home, registry: Connection, catalogue: Catalogue, kind: str, at: datetime
) -> Published:
    """Copy the warehouse into a new file, write its manifest, then move the pointer to it."""
    home.published.mkdir(parents=True, exist_ok=True)
    _clear_dead(home.published)
    keep_catalogue(home, catalogue)
    wanted = f"{kind}-{at:%Y%m%dT%H%M%S}-{catalogue.hash[:8]}"
    snapshot_id = _free_id(registry, home.published, wanted)
    path = home.published / f"{snapshot_id}.duckdb"
    before = restated(home, registry, kind)
    copied = _copy(home, registry, path, catalogue, kind, at, before)
    manifest = Published(
        snapshot_id=path.stem,
        kind=kind,
        made_at=at.isoformat(),
        catalogue_hash=catalogue.hash,
        **copied,
        is_sample=home.is_sample,
        sql_hash=sql_hash(),
        restates=before.name,
        sha256=_digest(path),
    )
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2)
    replace_text(path.with_suffix(".json"), text)
    replace_text(home.published / CURRENT, path.name)
    _record(registry, manifest, at)
    _forget_old_drafts(home.published)
    return manifest


def _clear_dead(published: Path) -> None:
    """Remove what runs that died left half made; the registry's lock keeps living ones apart."""
    for left in published.glob(f"[!.]*{MAKING}*"):
        if left.is_dir():  # where DuckDB put what did not fit into memory
            shutil.rmtree(left)
        else:
            left.unlink()


def _free_id(registry: Connection, published: Path, wanted: str) -> str:
    """An id that no snapshot ever had: old drafts are deleted, their ids are not given again.

    A run that died may have left a file that the registry does not know, and readers may.
    """
    taken = set(registry.execute(select(snapshot.c.snapshot_id)).scalars())
    taken |= {path.stem for path in published.glob("*.duckdb")}
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(each for each in numbered if each not in taken)


def _copy(
    home: Home,
    registry: Connection,
    path: Path,
    catalogue: Catalogue,
    kind: str,
    at: datetime,
    before: Restated,
) -> dict[str, Any]:
    """Write the file; return what the manifest says of its content."""
    draft = path.with_suffix(MAKING)
    con = duckdb.connect(str(draft))
    try:
        con.execute(f"ATTACH '{home.warehouse}' AS warehouse (READ_ONLY)")
        con.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
        for table in TABLES:
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM warehouse.{table}")  # noqa: S608
        con.execute("DETACH warehouse")
        con.execute(
            "CREATE TABLE core.snapshot AS SELECT ? AS snapshot_id, ? AS kind, ?::TIMESTAMP AS"
            " made_at, ? AS catalogue_hash, ?::BOOLEAN AS is_sample, ? AS sql_hash,"
            " ?::VARCHAR AS restates, ?::BOOLEAN AS is_other_program",
            [path.stem, kind, at, catalogue.hash, home.is_sample, sql_hash(), *before],
        )
        told = told_last(home, registry)
        if kind == "draft":
            _mark_locked(con, registry)
            mark_unsettled(con, home, told)
        restate(con, home, told if before.name else {})
        said = _content(con)
        con.execute("CHECKPOINT")
    finally:
        con.close()
    draft.replace(path)
    path.chmod(0o444)
    return said


def _mark_locked(con: duckdb.DuckDBPyConnection, registry: Connection) -> None:
    """Tell the quarters that are locked and not published since from those that are."""
    locked = [row[0] for row in con.execute(FINAL_PERIODS).fetchall()]
    waiting = [period for period in locked if publication(registry, period) is None]
    con.execute(ONLY_LOCKED, [waiting])


def _content(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    used = con.execute(USED).fetchall()
    return {
        "periods": dict(con.execute("SELECT period, kind FROM core.period ORDER BY 1").fetchall()),
        "catalogues": dict(con.execute(CATALOGUES).fetchall()),
        "submissions": len(used),
        "submissions_sha256": digest_of_used(used),
        "numbers_restated": con.execute(f"SELECT count(*) FROM {RESTATEMENT}").fetchall()[0][0],  # noqa: S608
        "returns_affected": con.execute(AFFECTED).fetchall()[0][0],
    }


def digest_of_used(used: Sequence[tuple[str, str]]) -> str:
    """Names the returns in a snapshot, and the files they are of."""
    text = "\n".join(" ".join(row) for row in used)
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _record(registry: Connection, manifest: Published, at: datetime) -> None:
    registry.execute(
        insert(snapshot).values(
            snapshot_id=manifest.snapshot_id,
            kind=manifest.kind,
            made_at=at,
            catalogue_hash=manifest.catalogue_hash,
            periods=json.dumps(dict(manifest.periods)),
            sha256=manifest.sha256,
            sql_hash=manifest.sql_hash,
            catalogues=json.dumps(dict(manifest.catalogues)),
        )
    )


def _forget_old_drafts(published: Path) -> None:
    """Finals are kept for ever, the last few drafts too; the one in force is never removed."""
    current = in_force(published)
    drafts = sorted(published.glob("draft-*.duckdb"), key=lambda path: path.name)
    for path in drafts[:-DRAFTS_KEPT]:
        if path != current:
            path.unlink()
            for beside in (".json", ".html", CODES):
                path.with_suffix(beside).unlink(missing_ok=True)
            shutil.rmtree(path.with_suffix(BRIEFING), ignore_errors=True)
