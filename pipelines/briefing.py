"""The papers of a publication: the city's, one of each county, and what they correct."""

import shutil
from collections.abc import Callable
from pathlib import Path

from dashboards.briefings.correction import correction_of
from dashboards.briefings.writing import Made, WrittenSet, papers_of, write_set
from dashboards.snapshots import open_snapshot
from models.catalogue_model import Catalogue
from models.spec.briefing import Paper as Kind
from pipelines.corrections.restating import restated
from pipelines.publish.briefing import briefing_folder, list_in_manifest
from pipelines.registry import reading
from pipelines.settings import Home

KINDS: tuple[Kind, ...] = ("city", "county", "overdue")


def write_briefing(
    home: Home,
    snapshot: Path,
    catalogue: Catalogue,
    period: str,
    told: Callable[[str], None],
    out: Path | None = None,
) -> WrittenSet:
    """Write the set of a quarter beside its snapshot, or into another folder, unlisted."""
    made = whole_set(home, snapshot, catalogue, period, told)
    if out is not None:
        return write_set(out, made, told)
    folder = briefing_folder(snapshot, period)
    shutil.rmtree(folder, ignore_errors=True)  # what was told before and is no more
    written = write_set(folder, made, told)
    list_in_manifest(snapshot, period, written.files)
    return written


def whole_set(
    home: Home,
    snapshot: Path,
    catalogue: Catalogue,
    period: str,
    told: Callable[[str], None],
) -> Made:
    """Every paper of a quarter, composed; the correction last, where one is due."""
    opened = open_snapshot(snapshot)
    made = [
        each
        for kind in KINDS
        for each in papers_of(opened, catalogue, period, kind, "all" if kind == "county" else None)
    ]
    with reading(home) as registry:
        found = restated(home, registry, snapshot.stem, period)
    if found is None:
        return made
    facts = made[0][0]
    paper = correction_of(facts, [paper for _, paper in made], found)
    if paper is None:
        told(catalogue.say("cli.briefing_nothing_corrected", snapshot=found.snapshot))
        return made
    return [*made, (facts, paper)]
