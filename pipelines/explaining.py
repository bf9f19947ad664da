"""`sanji explain` opens a snapshot; what a number is made of is told by `dashboards.provenance`.

What a paper counts itself is told by `dashboards.briefings.counted`.
"""

from pathlib import Path
from typing import Any

from dashboards import provenance
from dashboards.briefings.counted import explain_count
from dashboards.briefings.facts import Facts
from dashboards.provenance.wherever import scopes_called
from dashboards.reader import Reader
from dashboards.snapshots import open_snapshot
from dashboards.view import SAME_UNITS, compared_period
from models.catalogue_model import Catalogue
from pipelines.opened import opened

REPORTED = provenance.Structure()
TARGET, CHANGE, COUNT = "target", "change", "count"
SHARE = "without"
"""A count that is a share: of returns that hold nothing in a field."""
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


def scopes(snapshot: Path, catalogue: Catalogue, typed: str, period: str) -> list[str]:
    """The scopes that a name stands for; a code stands for itself."""
    if typed.isascii():
        return [typed]
    with opened(snapshot) as con:
        return scopes_called(con, catalogue, typed, period) or [typed]


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


def explain_cited(
    snapshot: Path, catalogue: Catalogue, entry: dict[str, Any], limit: int | None
) -> dict[str, Any]:
    """What a printed number is: the number it cites, and what the paper itself made of it.

    `explained` is the number, of a change also as it was `then`; `counted` are the rows of a
    count; `target` is what the catalogue asks.

    Raises:
        NothingToExplainError: the snapshot holds no such value.
    """
    name, is_count = _named(entry)
    found: dict[str, Any] = dict.fromkeys(("explained", "then", "counted", "target"))
    if is_count:
        found["counted"] = _counted(snapshot, catalogue, entry, limit)
    if entry["part"] == TARGET:
        found["target"] = {"indicator": name, "zh": catalogue.indicators[entry["name"]].zh}
    elif name:
        found["explained"] = _explained(snapshot, catalogue, entry, name, limit)
    if entry["part"] == CHANGE:
        found["then"] = _then(snapshot, catalogue, entry, found["explained"])
    return found


def _named(entry: dict[str, Any]) -> tuple[str | None, bool]:
    """(the number that it cites, whether the paper counted it); a chart's `field=code` is cited."""
    if entry["measure"] != COUNT or "=" in entry["name"]:
        return entry["name"], False
    kind, _, about = entry["name"].partition(":")
    return about if kind == SHARE else None, True


def _counted(
    snapshot: Path, catalogue: Catalogue, entry: dict[str, Any], limit: int | None
) -> dict[str, Any]:
    with opened(snapshot):
        facts = Facts(STAFF, open_snapshot(snapshot), catalogue, entry["period"])
        return explain_count(facts, entry["name"], entry["scope_level"], entry["scope_code"], limit)


def _explained(
    snapshot: Path, catalogue: Catalogue, entry: dict[str, Any], name: str, limit: int | None
) -> dict[str, Any]:
    scope, level = entry["scope_code"], entry["scope_level"]
    under = cited_structure(entry)
    return explain(
        snapshot, catalogue, name, scope, entry["period"], level=level, limit=limit, under=under
    )


def _then(
    snapshot: Path, catalogue: Catalogue, entry: dict[str, Any], now: dict[str, Any]
) -> dict[str, Any]:
    """The number that a printed change was reckoned from, in the quarter before."""
    before = entry["compare_to"]
    for each in now["changes"]:
        if entry["view"] == SAME_UNITS and each["compare_to"] == before:
            return {"period": before, "value": each["value_then"]}
    was = _explained(snapshot, catalogue, {**entry, "period": before}, entry["name"], 1)
    return {"period": before, "value": was["value"]}
