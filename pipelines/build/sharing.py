"""余缺对接: proposals between units with something to spare and units in need, by resource.

A unit in need gives nothing (own need first). What a person accepted is kept and takes its room,
even where corrected data would no longer propose it; what a person refused is shown as refused and
not proposed again in the quarter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.proposal import proposal_id
from models.spec.resource import Matching, Reach, Resource
from pipelines.build.matching import Pair, matched

SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("period", "proposal_id", "resource", "giver_code", "taker_code"), pl.String),
    "spare": pl.Decimal(28, 6),
    "room": pl.Int32,
    "short": pl.Decimal(28, 6),
    "reach": pl.String,
    "distance": pl.Int32,
    "status": pl.String,
    "is_supported": pl.Boolean,
}
Row = dict[str, Any]
Key = tuple[str, str]
"""Giver and taker."""
Decided = Mapping[Key, Row]
"""Pair -> what was decided on the pair, and where the two are."""


def sharing(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return the proposals of a quarter, and those that were decided on.

    `rows` has the units with spare, need, short and pooled for each resource; and, with
    `taker_code` and `status`, what people decided, there with the code of the resource as
    `resource`, and the place of the taker beside that of the giver.
    """
    found: list[Row] = []
    for each in catalogue.resources.resources:
        if each.matching is not None:
            units = rows.filter((pl.col("resource") == each.id) & pl.col("status").is_null())
            made = rows.filter((pl.col("resource") == str(each.code)) & ~pl.col("status").is_null())
            decided = {(row["unit_code"], row["taker_code"]): row for row in made.to_dicts()}
            listed = units.sort("unit_code").to_dicts()
            found.extend(_of_resource(listed, each, each.matching, decided, catalogue))
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _of_resource(
    units: list[Row], resource: Resource, matching: Matching, decided: Decided, catalogue: Catalogue
) -> Iterator[Row]:
    by_code = {row["unit_code"]: row for row in units}
    room = {row["unit_code"]: room_of(row, matching) for row in units}
    ways: dict[str, Reach] = {way.id: way for way in catalogue.resources.reaches}
    status = {pair: made["status"] for pair, made in decided.items()}

    def is_allowed(giver: str, taker: str) -> bool:
        is_open = room.get(giver, 0) > 0 and taker in by_code and is_lacking(by_code[taker])
        return is_open and reach(by_code[giver], by_code[taker]) in ways

    refused = {pair for pair in status if status[pair] == "refused" and is_allowed(*pair)}
    proposed = _proposed(units, room, ways, status, _pooled(units, matching))
    for giver, taker in sorted({*_accepted(status), *refused, *proposed}):
        pair = (giver, taker)
        unit = by_code.get(giver, {})
        # One that no longer gives or takes anything is not among the units, but its place is known.
        made = decided.get(pair)
        way = _way_decided(made) if made else reach(unit, by_code[taker])
        period = made["period"] if made else unit["period"]
        yield {
            "period": period,
            "proposal_id": proposal_id(period, resource.code, giver, taker),
            "resource": resource.id,
            "giver_code": giver,
            "taker_code": taker,
            "spare": unit.get("spare"),
            "room": room.get(giver, 0),
            "short": by_code.get(taker, {}).get("short"),
            "reach": way if way in ways else None,
            "distance": ways[way].distance if way in ways else None,
            "status": status.get(pair, "proposed"),
            "is_supported": is_allowed(*pair),
        }


def _accepted(status: Mapping[Key, str]) -> list[Key]:
    return [pair for pair in status if status[pair] == "accepted"]


def _proposed(
    units: list[Row],
    room: Mapping[str, int],
    ways: Mapping[str, Reach],
    status: Mapping[Key, str],
    pool: int | None,
) -> list[Key]:
    """The pairs to propose beside those that were decided on."""
    kept = _accepted(status)
    served = {taker for _, taker in kept}
    given = Counter(giver for giver, _ in kept)
    left = {code: max(0, count - given[code]) for code, count in room.items()}
    givers = _alike([row for row in units if left[row["unit_code"]] > 0], status)
    takers = _alike(
        [row for row in units if is_lacking(row) and row["unit_code"] not in served], status
    )
    by_code = {row["unit_code"]: row for row in units}
    free = [
        Pair(giver, taker, ways[way].distance)
        for giver in givers
        for taker in takers
        if (giver, taker) not in status and (way := reach(by_code[giver], by_code[taker])) in ways
    ]
    still = None if pool is None else max(0, pool - len(kept))
    # One of whom it is not known how much it has waits; where nobody's is known, codes decide.
    neediest = sorted(
        (row for row in units if row.get("short") is not None),
        key=lambda row: (row["short"], row["unit_code"]),
    )
    turns = [row["unit_code"] for row in neediest]
    found = matched(free, left, still, {**givers, **takers}, turns)
    return [(pair.giver, pair.taker) for pair in found]


def _alike(units: list[Row], status: Mapping[Key, str]) -> dict[str, list[str]]:
    """Units of one place, about whose pairs the same was decided, by the lowest code of them.

    Only these few are paired: pairs of thousands of units would be millions.
    """
    decided: dict[str, set[Key]] = defaultdict(set)
    for giver, taker in status:
        decided[giver].add(("to", taker))
        decided[taker].add(("from", giver))
    found: dict[Any, list[str]] = defaultdict(list)
    for row in units:
        code = row["unit_code"]
        place = (row["county_code"], row["level"] == "city", frozenset(decided[code]))
        found[place].append(code)
    return {min(codes): sorted(codes) for codes in found.values()}


def _way_decided(made: Row) -> str | None:
    """Between what kinds of place a pair decided on lies, if both units still have one."""
    taker = {"level": made["taker_level"], "county_code": made["taker_county_code"]}
    return reach(made, taker) if made["level"] and taker["level"] else None


def room_of(row: Row, matching: Matching) -> int:
    """How many units a giver can serve: none while it is in need itself."""
    if row["spare"] is None or is_lacking(row):
        return 0
    return max(0, min(int(row["spare"]) * matching.serves, matching.at_most))


def reach(giver: Row, taker: Row) -> str:
    """Between what kinds of place a pair lies."""
    if giver["county_code"] == taker["county_code"]:
        return "same_county"
    if giver["level"] == "city":
        return "city_to_county"
    return "county_to_city" if taker["level"] == "city" else "other_county"


def is_lacking(row: Row) -> bool:
    """Whether a unit is in need."""
    return (row["need"] or 0) > 0


def _pooled(units: list[Row], matching: Matching) -> int | None:
    """What can be given in all, where only the sum of what is left is known."""
    if matching.pooled is None:
        return None
    return int(sum(row["pooled"] or 0 for row in units))
