"""Fields that need no story of their own, drawn from the table `plain` of sample.yml.

`as` says how a field comes about: `flow` is drawn anew each quarter, `stock` moves a step now
and then, `year` stands for a calendar year, `ytd` adds up from January; `part`, `part_stock`,
`part_year` and `part_ytd` are so many of another field; `code` is one of several codes; `same`,
`rest` and `prior` follow from other fields. A rate that is `turned` falls with good habits; a
`surprise` is a rare true value outside the usual range.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipelines.sample.turn import Turn

Entry = Mapping[str, Any]

LASTING = frozenset({"stock", "year", "ytd", "part_stock", "part_year", "part_ytd", "code"})
"""What must be known in every quarter, asked or not, because the next one goes on from it."""

LEVELS = ("city", "county", "township")


def fill(turn: Turn, table: Iterable[Entry]) -> None:
    """Draw every field of the table that the unit has, in the table's order."""
    for entry in table:
        if turn.has(entry["name"]) and (entry["as"] in LASTING or turn.is_asked(entry["name"])):
            turn.now[entry["name"]] = _value(turn, entry)


def _value(turn: Turn, entry: Entry) -> int:
    if "when" in entry and not turn.now.get(entry["when"]):
        return 0
    if "surprise" in entry and turn.draw("surprise", entry["name"]).chance(
        entry["surprise"]["share"]
    ):
        return turn.draw(entry["name"]).whole(*entry["surprise"]["range"])
    value = WAYS[entry["as"]](turn, entry)
    return max(int(entry.get("floor", 0)), min(int(entry.get("cap", value)), value))


def _before(turn: Turn, entry: Entry) -> int | None:
    value = turn.before.get(entry["name"])
    return None if value is None else int(value)


def _mean(turn: Turn, entry: Entry) -> float:
    mean = _by_level(turn, entry["mean"])
    if "per" in entry:
        mean *= float(turn.now.get(entry["per"]) or 0)
    if "season" in entry:
        mean *= float(entry["season"][turn.period.quarter - 1])
    mean *= math.pow(turn.mood.wealth, entry.get("wealth", 0))
    return mean * turn.mood.times(entry["name"], float(entry.get("lift", 0.2)))


def _by_level(turn: Turn, value: Any) -> float:
    return float(value[LEVELS.index(turn.unit.level)] if isinstance(value, list) else value)


def _rate(turn: Turn, entry: Entry) -> float:
    usual = _by_level(turn, entry["rate"])
    if entry.get("turned"):
        return 1 - turn.mood.rate(1 - usual, entry["name"])
    rate = turn.mood.rate(usual, entry["name"])
    season = float(entry.get("season", (1, 1, 1, 1))[turn.period.quarter - 1])
    return min(0.998, rate * season)


def _whole(turn: Turn, entry: Entry) -> int:
    whole = entry["of"]
    return whole if isinstance(whole, int) else int(turn.now.get(whole) or 0)


def _flow(turn: Turn, entry: Entry) -> int:
    return turn.draw(entry["name"]).events(_mean(turn, entry))


def _stock(turn: Turn, entry: Entry) -> int:
    before = _before(turn, entry)
    aim = turn.draw(entry["name"])
    if before is None:
        return aim.events(_mean(turn, entry))
    if aim.chance(entry.get("keep", 0.85)):
        return before
    wanted = _mean(turn, entry)
    return before + (1 if wanted > before + aim.between(-1.5, 1.5) else -1)


def _year(turn: Turn, entry: Entry) -> int:
    before = _before(turn, entry)
    return _flow(turn, entry) if before is None or turn.period.quarter == 1 else before


def _ytd(turn: Turn, entry: Entry) -> int:
    return (0 if turn.period.quarter == 1 else _before(turn, entry) or 0) + _flow(turn, entry)


def _part(turn: Turn, entry: Entry) -> int:
    return turn.draw(entry["name"]).part(_whole(turn, entry), _rate(turn, entry))


def _part_stock(turn: Turn, entry: Entry) -> int:
    before, whole, drawn = _before(turn, entry), _whole(turn, entry), _part(turn, entry)
    if before is None:
        return drawn
    if not turn.draw(entry["name"], "keep").chance(entry.get("keep", 0.85)):
        before += (drawn > before) - (drawn < before)
    return min(before, whole)


def _part_year(turn: Turn, entry: Entry) -> int:
    before = _before(turn, entry)
    if before is None or turn.period.quarter == 1:
        return _part(turn, entry)
    return min(before, _whole(turn, entry))


def _part_ytd(turn: Turn, entry: Entry) -> int:
    before = 0 if turn.period.quarter == 1 else _before(turn, entry) or 0
    return min(_whole(turn, entry), max(before, _part(turn, entry)))


def _code(turn: Turn, entry: Entry) -> int:
    """Kept from last quarter as a rule; a unit with good habits drifts to the code `good`."""
    before, draw = _before(turn, entry), turn.draw(entry["name"])
    if before is not None and draw.chance(entry.get("keep", 0.97)):
        return before
    good = entry["good"]
    if draw.chance(turn.mood.rate(entry["rate"], entry["name"])):
        return int(good)
    return draw.code(entry["else"])


def _same(turn: Turn, entry: Entry) -> int:
    return _whole(turn, entry) + int(turn.now.get(entry.get("plus", ""), 0))


def _prior(turn: Turn, entry: Entry) -> int:
    return int(turn.before.get(entry["of"], 0))


def _rest(turn: Turn, entry: Entry) -> int:
    return _whole(turn, entry) - int(turn.now[entry["less"]])


WAYS: Mapping[str, Callable[[Turn, Entry], int]] = {
    "flow": _flow,
    "stock": _stock,
    "year": _year,
    "ytd": _ytd,
    "part": _part,
    "part_stock": _part_stock,
    "part_year": _part_year,
    "part_ytd": _part_ytd,
    "code": _code,
    "same": _same,
    "rest": _rest,
    "prior": _prior,
}
