"""The papers of a publication: the city's and one of each county, listed in the manifest."""

from collections.abc import Callable
from pathlib import Path

from dashboards.briefings.writing import WrittenSet, papers_of, write_set
from dashboards.snapshots import open_snapshot
from models.catalogue_model import Catalogue
from pipelines.publish.briefing import briefing_folder, list_in_manifest


def write_briefing(
    snapshot: Path,
    catalogue: Catalogue,
    period: str,
    told: Callable[[str], None],
    out: Path | None = None,
) -> WrittenSet:
    """Write the set of a quarter beside its snapshot, or into another folder, unlisted."""
    opened = open_snapshot(snapshot)
    made = papers_of(opened, catalogue, period)
    made += papers_of(opened, catalogue, period, "county", "all")
    written = write_set(out or briefing_folder(snapshot), made, told)
    if out is None:
        list_in_manifest(snapshot, written.files)
    return written
