"""The yearly check of the indices on the command line."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from dashboards.snapshots import open_snapshot
from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from models.spec.indicator import IndexChecks
from pipelines.calibrating.indices import ComponentCheck, IndexReport, OutsideCheck, check_indices
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, one_period

Json = Annotated[bool, typer.Option("--json")]
SnapshotId = Annotated[str | None, typer.Option("--snapshot")]


def indices(period: str, snapshot: SnapshotId = None, json: Json = False) -> None:  # noqa: FBT002
    """Check how the indices are put together, on the units of a published quarter."""
    catalogue, wanted = load_catalogue(), str(one_period(period))
    opened = open_snapshot(published_path(snapshot))
    if wanted not in opened.periods:
        raise CannotError("not_in_snapshot", period=period)
    checks = catalogue.index_checks
    if checks is None:
        raise CannotError("no_index_checks")
    found = check_indices(opened, catalogue, checks, wanted)
    if json:
        Teller().json(asdict(found))
        return
    _tell(Teller(), found, catalogue, checks)


def _tell(tell: Teller, found: IndexReport, catalogue: Catalogue, checks: IndexChecks) -> None:
    names = {d.id: d.zh for each in catalogue.composites.values() for d in each.dimensions}
    tell.say("index_checks_head", fewest=checks.fewest_units, alike=checks.alike)
    for part in found.dimensions:
        fills = {"index": part.composite, "zh": names[part.dimension], "units": part.units}
        note = _note(part.units, checks, catalogue)
        tell.say("index_alpha", **fills, alpha=_number(part.alpha), note=note)
    for each in found.components:
        key = "index_components" if each.shares else "index_no_components"
        tell.say(key, **_components(each), note=_note(each.units, checks, catalogue))
        for pair in each.alike:
            first, second = (catalogue.indicators[i].zh for i in (pair.first, pair.second))
            fills = {"index": each.composite, "units": pair.units, "first": first}
            tell.say("index_alike", **fills, second=second, r=_number(pair.correlation))
    for beside in found.outside:
        tell.say("index_outside", **_beside(beside, catalogue))
    for other in found.weightings:
        key = "index_weighting" if other.computed else "index_unweighed"
        tell.say(key, index=other.composite, zh=other.zh)


def _components(check: ComponentCheck) -> dict[str, Any]:
    shares = "、".join(f"{share:.0%}" for share in check.shares[: check.dimensions])
    return {"index": check.composite, "units": check.units, "dimensions": check.dimensions,
            "found": check.found, "shares": shares}  # fmt: skip


def _beside(check: OutsideCheck, catalogue: Catalogue) -> dict[str, Any]:
    told = {True: "agrees", False: "differs", None: "unknown"}[check.agrees]
    return {"index": catalogue.composites[check.composite].zh, "zh": check.zh,
            "places": check.places, "r": _number(check.correlation),
            "told": catalogue.say(f"cli.index_{told}")}  # fmt: skip


def _note(units: int, checks: IndexChecks, catalogue: Catalogue) -> str:
    return catalogue.say("cli.index_few") if units < checks.fewest_units else ""


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


VERBS = (Verb("indices", indices),)
