"""Random numbers of a snapshot: traced by explain, their cells looked up, counted again."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pytest

from dashboards import provenance
from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.explaining import STAFF
from pipelines.settings import Home
from tests.audit.recount import Place, Recount, Returns

RESOLVED = frozenset({"l3.mirror_confirmed", "l3.counterpart_sector"})
"""What the system says of a matter, whatever its row says (decision 0009)."""
OF_MATTERS = "COO01"
"""Explained, it names every matter of a scope."""

KINDS = {
    "indicator": """
        SELECT v.indicator, v.scope_level, v.scope_code, v.period,
            [v.numerator, v.denominator, v.units_used]
        FROM marts.indicator_value AS v
        WHERE v.view = 'as_reported' AND list_contains($levels, v.scope_level)""",
    "field": """
        SELECT t.field, t.scope_level, t.scope_code, t.period, [t.total, t.units_used]
        FROM marts.field_total AS t
        WHERE t.view = 'as_reported' AND list_contains($levels, t.scope_level)""",
    "resource": """
        SELECT concat(r.resource, '/', r.role), r.scope_level, r.scope_code, r.period,
            [r.amount, r.units_used]
        FROM marts.resource AS r WHERE list_contains($levels, r.scope_level)""",
    "duty": """
        SELECT d.duty, 'unit', d.unit_code, d.taken_from, [d.expected, d.done]
        FROM marts.duty_calendar AS d
        WHERE d.taken_from IS NOT NULL AND list_contains($levels, 'unit')""",
    "coordination": """
        SELECT concat_ws('/', c.direction, c.initiator_level, c.counterpart_level),
            c.scope_level, c.scope_code, c.period,
            [sum(c.matters), sum(c.closed), sum(c.due), sum(c.closed_in_time)]
        FROM marts.coordination AS c WHERE list_contains($levels, c.scope_level)
        GROUP BY ALL""",
}
LEVELS = ("unit", "county", "county_level", "level", "kind", "system", "city")


@dataclass
class Number:
    """A printed number, and what came of counting it again."""

    kind: str
    name: str
    level: str
    code: str
    period: str
    printed: tuple[Any, ...]
    counted: tuple[Any, ...] = ()
    cells: int = 0
    differing: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether number and cells are the same."""
        return not self.differing and len(self.printed) == len(self.counted) and all(
            _same(*pair) for pair in zip(self.printed, self.counted, strict=True)
        )  # fmt: skip

    def told(self) -> Iterator[str]:
        """A line for what does not agree."""
        if not self.agrees:
            yield (f"{self.kind} {self.name} {self.level} {self.code} {self.period}:"
                   f" printed {self.printed}, counted {self.counted}")  # fmt: skip
            yield from self.differing[:5]


def _same(printed: Any, counted: Any) -> bool:
    if printed is None or counted is None:
        return printed is None and counted is None
    return bool(float(printed) == pytest.approx(float(counted), rel=1e-9, abs=1e-5))


def audit(
    home: Home, catalogue: Catalogue, count: int, seed: int, levels: Sequence[str] = LEVELS
) -> list[Number]:
    """Draw numbers of the published snapshot, as many of each kind and level as can be."""
    snapshot = home.published / (home.published / "current").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(snapshot), read_only=True) as con:
        recount = Recount(home, catalogue, Returns(home, catalogue, con))
        chance = random.Random(seed)  # noqa: S311 a sample that can be drawn again
        found = list(_drawn(con, count, chance, list(levels)))
        for each in found:
            _count_again(con, catalogue, recount, each)
    return found


def _drawn(
    con: duckdb.DuckDBPyConnection, count: int, chance: random.Random, levels: list[str]
) -> Iterator[Number]:
    pools: dict[tuple[str, str], list[Any]] = {}
    for kind, select in KINDS.items():
        for row in sorted(con.execute(select, {"levels": levels}).fetchall(), key=str):
            pools.setdefault((kind, row[1]), []).append(row)
    places = sorted(pools)
    for _ in range(count):
        kind, level = chance.choice(places)
        name, _, code, period, printed = chance.choice(pools[kind, level])
        yield Number(kind, name, level, code, period, tuple(printed))


def _count_again(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, recount: Recount, each: Number
) -> None:
    period = Period.parse(each.period)
    units = recount.members(each.level, each.code, period)
    own = {(unit.unit_code, each.period) for unit in units}
    places = own | _traced(con, catalogue, recount, each)
    if each.kind == "indicator":
        each.counted = recount.indicator(each.name, units, period, places)
    elif each.kind == "field":
        each.counted = recount.field(each.name, units, period, places)
    elif each.kind == "resource":
        name, _, role = each.name.partition("/")
        each.counted = recount.resource(name, role, units, period, places)
    elif each.kind == "duty":
        each.counted = recount.duty(each.name, units[0], period)
    else:
        direction, *levels = each.name.split("/")
        names = ("direction", "initiator_level", "counterpart_level")
        key = dict(zip(names, (float(direction), *levels), strict=True))
        each.counted = recount.coordination(key, units, period, places)


def _traced(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, recount: Recount, each: Number
) -> set[Place]:
    """The returns that explain leads to; each cell it names must say what it tells."""
    name = {"coordination": OF_MATTERS}.get(each.kind, each.name)
    if each.kind not in ("indicator", "field", "coordination"):
        return set()
    found = provenance.trace(
        con, catalogue, name, each.code, each.period, level=each.level, reader=STAFF
    )
    for part in found["parts"]:
        each.cells += 1
        each.differing.extend(_wrong(catalogue, recount, part))
    return {(part["unit_code"], part["period"]) for part in found["parts"]}


def _wrong(catalogue: Catalogue, recount: Recount, part: dict[str, Any]) -> Iterator[str]:
    place = (part["unit_code"], part["period"])
    book = recount.returns.book(part["file_sha256"], part["period"])
    where = f"{place} {part['sheet']}!{part['cell']} {part['field']}"
    if recount.returns.sha256[place] != part["file_sha256"]:
        yield f"{where}: another file"
    if book.places.get((part["field"], part["line"])) != (part["sheet"], part["cell"]):
        yield f"{where}: the file names another cell for this"
    elif part["field"] not in RESOLVED:
        said = book.said(part["field"], part["line"])
        if str(said) != str(part["value"]) and not _same_number(said, part["value"]):
            yield f"{where}: the file says {said}, explain says {part['value']}"


def _same_number(said: Any, told: Any) -> bool:
    try:
        return _same(told, said)
    except ValueError:
        return False
