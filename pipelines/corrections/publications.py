"""What was published: every snapshot that is still there, and what differs between two."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from sqlalchemy import Connection, select

from dashboards.pointer import CURRENT, in_force
from models.catalogue_model import Catalogue
from models.registry import snapshot
from pipelines.citing import numbers_of
from pipelines.corrections.redrawn import changed_charts
from pipelines.publish.changes import changed_numbers
from pipelines.settings import Home


@dataclass(frozen=True)
class Publication:
    """A published snapshot."""

    snapshot: str
    kind: str
    made_at: datetime
    periods: Mapping[str, str]
    catalogue_hash: str
    is_current: bool
    is_there: bool


def publications(home: Home, registry: Connection) -> list[Publication]:
    """Every publication there ever was, oldest first; drafts that were cleared away are not there.

    A home that holds snapshots only, without a registry, lists nothing.
    """
    current = in_force(home.published)
    now = current.stem if current else ""
    rows = registry.execute(select(snapshot).order_by(snapshot.c.made_at, snapshot.c.snapshot_id))
    return [
        Publication(
            snapshot=row.snapshot_id,
            kind=row.kind,
            made_at=row.made_at,
            periods=json.loads(row.periods),
            catalogue_hash=row.catalogue_hash,
            is_current=row.snapshot_id == now,
            is_there=(home.published / f"{row.snapshot_id}.duckdb").is_file(),
        )
        for row in rows
    ]


@contextmanager
def alone_in_force(path: Path) -> Iterator[Path]:
    """A folder in which this snapshot is the one in force: what reads the pointer reads it."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / path.name).symlink_to(path)
        (folder / CURRENT).write_text(path.name, encoding="utf-8")
        yield folder


def before(found: Iterable[Publication], name: str) -> str | None:
    """The final publication before the named one."""
    finals: list[str] = []
    for each in found:
        if each.snapshot == name:
            break
        if each.kind == "final" and each.is_there:
            finals.append(each.snapshot)
    return finals[-1] if finals else None


def changes(home: Home, catalogue: Catalogue, old: str, new: str) -> dict[str, Any]:
    """Every number, chart and sentence that the new publication says otherwise than the old."""
    before, after = (home.published / f"{each}.duckdb" for each in (old, new))
    numbers = changed_numbers(before, after).to_dicts()
    return {
        "old": old,
        "new": new,
        "numbers": numbers,
        "charts": changed_charts(before, after, catalogue, numbers),
        "sentences": _sentences(home.published, old, new, numbers),
        "affected": _affected(after),
    }


def _affected(path: Path) -> list[dict[str, Any]]:
    """What corrections made false in later returns, as the new publication has it."""
    with duckdb.connect(str(path), read_only=True) as con:
        held = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'aftereffect'")
        if not held.fetchall():
            return []
        rows: list[dict[str, Any]] = (
            con.sql("SELECT * FROM core.aftereffect ORDER BY ALL").pl().to_dicts()
        )
        return rows


def _sentences(
    published: Path, old: str, new: str, numbers: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Sentences of the old briefing whose number changed, with what the new one says instead."""
    later = {each["code"]: each for each in numbers_of(published, new)}
    changed = {_key(each) for each in numbers}
    return [
        {
            "code": each["code"],
            "old": each["sentence"],
            "new": later[each["code"]]["sentence"] if each["code"] in later else None,
        }
        for each in numbers_of(published, old)
        if _key(each) in changed or later.get(each["code"], each)["value"] != each["value"]
    ]


def _key(each: Mapping[str, Any]) -> tuple[Any, ...]:
    """A change from one quarter to another changes with either value."""
    part = "value" if each["part"] == "change" else each["part"]
    names = ("period", "measure", "name", "scope_level", "scope_code", "view", "compare_to")
    return (*(each.get(name) for name in names), part)
