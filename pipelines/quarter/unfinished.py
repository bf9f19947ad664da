"""A publication whose papers or pictures were not finished: the snapshot is out, they are not."""

from pathlib import Path

from sqlalchemy import Connection

from dashboards.defined import defined
from dashboards.pointer import in_force
from dashboards.snapshots import open_snapshot
from models.catalogue_model import Catalogue
from pipelines.packing.contents import has_papers
from pipelines.records.quarters import is_locked
from pipelines.records.states import publication
from pipelines.settings import Home


def unfinished(home: Home, registry: Connection, catalogue: Catalogue, period: str) -> str | None:
    """The snapshot in force in which the quarter, as it is locked now, lacks papers or pictures."""
    made, current = publication(registry, period), in_force(home.published)
    if made is None or current is None or current.stem != made.snapshot_id:
        return None
    if not (is_locked(registry, period) and current.with_suffix(".json").is_file()):
        return None
    is_whole = has_papers(current, period) and _has_charts(current, catalogue, period)
    return None if is_whole else current.stem


def _has_charts(snapshot: Path, catalogue: Catalogue, period: str) -> bool:
    """Their workbooks are written after all pictures, and where there is no browser too."""
    boards = defined(open_snapshot(snapshot), catalogue, period).dashboards.values()
    folder = snapshot.with_suffix("") / period
    return all(
        (folder / f"{chart.id}.xlsx").is_file()
        for board in boards
        for chart in board.charts
        if chart.drawn_as
    )
