"""`sanji explain` opens a snapshot; what a number is made of is told by `dashboards.provenance`."""

from pathlib import Path
from typing import Any

from dashboards import provenance
from dashboards.reader import Reader
from dashboards.view import SAME_UNITS, compared_period
from models.catalogue_model import Catalogue
from pipelines.opened import opened

REPORTED = provenance.Structure()
STAFF = Reader("reviewer")
"""Who sits at the command line has the files themselves: nothing is hidden from them."""


def explain(
    snapshot: Path,
    catalogue: Catalogue,
    name: str,
    scope: str,
    period: str,
    *,
    level: str | None = None,
    limit: int | None = None,
    under: provenance.Structure = REPORTED,
) -> dict[str, Any]:
    """The contract of `sanji explain --json`, for an indicator, an index or a field.

    Raises:
        NothingToExplainError: the snapshot holds no such value.
    """
    with opened(snapshot) as con:
        asked = provenance.Asked(con, catalogue, scope, period, level, STAFF, limit, under)
        return provenance.trace(asked, name)


def structure(snapshot: Path, name: str, period: str) -> provenance.Structure:
    """The structure view of a quarter; same units are those of the quarter that pages compare."""
    with opened(snapshot) as con:
        periods = [row[0] for row in con.execute("SELECT period FROM core.period").fetchall()]
    compared = compared_period(period, sorted(periods)) if name == SAME_UNITS else None
    return provenance.Structure(name, period, compared)


def _carried(found: dict[str, Any], period: str) -> provenance.Structure:
    """What a score of an earlier quarter was compared with: the quarter as far before."""
    if found["compare_to"] is None:
        return provenance.Structure(found["view"], period)
    years = int(found["period"][:4]) - int(found["compare_to"][:4])
    is_carried = period != found["period"]
    then = f"{int(period[:4]) - years}{period[4:]}" if is_carried else found["compare_to"]
    return provenance.Structure(found["view"], period, then)


def cited_structure(entry: dict[str, Any]) -> provenance.Structure:
    """The structure view of a printed number; a change as reported is explained as of now."""
    is_same = entry["view"] == SAME_UNITS
    then = entry["compare_to"] if is_same else None
    return provenance.Structure(entry["view"], entry["period"], then)


def known_names(catalogue: Catalogue) -> set[str]:
    """Everything that has numbers of its own."""
    return {
        *catalogue.indicators, *catalogue.composites, *catalogue.profiles, *catalogue.fields
    }  # fmt: skip


def latest_quarter(snapshot: Path) -> str:
    """The last quarter that the snapshot holds."""
    with opened(snapshot) as con:
        return str(con.execute("SELECT max(period) FROM core.period").fetchall()[0][0])


def deepened(
    snapshot: Path, catalogue: Catalogue, found: dict[str, Any], limit: int | None
) -> dict[str, Any]:
    """An index told down to cells: each indicator that has a score with its own explanation.

    A score may be taken from an earlier quarter; it is explained as of that one.
    """
    with opened(snapshot) as con:

        def told(each: dict[str, Any]) -> dict[str, Any]:
            if each["score"] is None:
                return each
            period = each["taken_from"] or found["period"]
            under = _carried(found, period)
            scope, level = found["scope"], found["scope_level"]
            asked = provenance.Asked(con, catalogue, scope, period, level, STAFF, limit, under)
            return each | {"explained": provenance.explain(asked, each["indicator"])}

        dimensions = [
            part | {"indicators": [told(each) for each in part["indicators"]]}
            for part in found["dimensions"]
        ]
    return found | {"dimensions": dimensions}
