"""What was published: every snapshot that is still there, and what differs between two."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from pipelines.publish.earlier import ToldLast, last_of
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


def told_before(found: Sequence[Publication], name: str) -> ToldLast:
    """The final publications before the named one, newest first, and the quarters each told last.

    One that was made while a quarter was being corrected does not tell that quarter.
    """
    names = [each.snapshot for each in found]
    earlier = found[: names.index(name)] if name in names else found
    finals = (each for each in reversed(earlier) if each.kind == "final" and each.is_there)
    return last_of((each.snapshot, each.periods) for each in finals)


def changes_since(
    home: Home, catalogue: Catalogue, told: Mapping[str, Collection[str]], new: str
) -> dict[str, Any]:
    """The same for quarters that several publications told last."""
    parts = [changes(home, catalogue, old, new, quarters) for old, quarters in told.items()]
    lists = {
        name: [each for part in parts for each in part[name]]
        for name in ("numbers", "charts", "sentences")
    }
    return {**parts[0], **lists, "old": "、".join(told)}


def changes(
    home: Home,
    catalogue: Catalogue,
    old: str,
    new: str,
    quarters: Collection[str] | None = None,
) -> dict[str, Any]:
    """Every number, chart and sentence that the new publication says otherwise than the old."""
    before, after = (home.published / f"{each}.duckdb" for each in (old, new))
    numbers = changed_numbers(before, after).to_dicts()
    found = {
        "numbers": numbers,
        "charts": changed_charts(before, after, catalogue, numbers, quarters),
        "sentences": _sentences(home.published, old, new, numbers),
    }
    if quarters is not None:
        found = {name: [each for each in rows if each["period"] in quarters]
                 for name, rows in found.items()}  # fmt: skip
    return {"old": old, "new": new, **found, "affected": _affected(after)}


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
            "period": each["period"],
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
