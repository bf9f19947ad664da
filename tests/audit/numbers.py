"""Random numbers of a snapshot: traced by explain, their cells looked up, counted again."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice, product
from typing import Any

import duckdb
import pytest

from dashboards import provenance
from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.explaining import STAFF
from pipelines.settings import Home
from tests.audit.indices import Indices, Where
from tests.audit.kinds import KINDS, LEVELS
from tests.audit.recount import Place, Recount, Returns
from tests.audit.structures import THEN, Structures

RESOLVED = frozenset({"l3.mirror_confirmed", "l3.counterpart_sector"})
"""What the system says of a matter, whatever its row says (decision 0009)."""
OF_MATTERS = "COO01"
"""Explained, it names every matter of a scope."""


@dataclass
class Number:
    """A printed number, and what came of counting it again."""

    kind: str
    name: str
    where: Where
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
            yield (f"{self.kind} {self.name} {' '.join(map(str, vars(self.where).values()))}:"
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
        desk = _Desk(con, catalogue, Recount(home, catalogue, Returns(home, catalogue, con)))
        chance = random.Random(seed)  # noqa: S311 a sample that can be drawn again
        found = list(_drawn(con, count, chance, levels))
        for each in found:
            desk.count_again(each)
    return found


def _drawn(
    con: duckdb.DuckDBPyConnection, count: int, chance: random.Random, levels: Sequence[str]
) -> Iterator[Number]:
    """Every kind in every view in turn, the levels and numbers of it at random."""
    pools: dict[tuple[str, str, str], list[Any]] = {}
    for kind, select in KINDS.items():
        for row in sorted(con.execute(select).fetchall(), key=str):
            if row[1] in levels:
                pools.setdefault((kind, row[4], row[1]), []).append(row)
    kinds = sorted({(kind, view) for kind, view, _ in pools})
    for wanted in islice(cycle(chance.sample(kinds, len(kinds))), count):
        level = chance.choice([each[2] for each in sorted(pools) if each[:2] == wanted])
        name, _, code, period, view, then, printed = chance.choice(pools[*wanted, level])
        yield Number(wanted[0], name, Where(level, code, period, view, then), tuple(printed))


class _Desk:
    """Where numbers of one snapshot are traced and counted again."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, catalogue: Catalogue, recount: Recount
    ) -> None:
        self._con, self._catalogue, self._recount = con, catalogue, recount
        periods = [row[0] for row in con.execute("SELECT period FROM core.period").fetchall()]
        self._structures = Structures(recount, Period.parse(max(periods)))
        self._indices = Indices(con, catalogue, self._structures.units_of)

    def count_again(self, each: Number) -> None:
        """Trace a number to its cells, and count it from what the archived files say."""
        where = each.where
        quarters = filter(None, (where.period, where.compare_to))
        own = set(product(self._structures.units_of(where), quarters))
        each.counted = self._counted(each, own | self._traced(each))

    def _counted(self, each: Number, places: set[Place]) -> tuple[Any, ...]:
        where = each.where
        if each.kind in {"composite", "dimension"}:
            return getattr(self._indices, each.kind)(each.name, where)
        if each.kind in {"field", "code", "change"} or where.view != "as_reported":
            return getattr(self._structures, each.kind)(each.name, where, places)
        return self._as_reported(each, places)

    def _as_reported(self, each: Number, places: set[Place]) -> tuple[Any, ...]:
        where, period = each.where, Period.parse(each.where.period)
        units = self._recount.members(where.level, where.code, period)
        match each.kind:
            case "indicator":
                return self._recount.indicator(each.name, units, period, places)
            case "resource":
                return self._recount.resource(each.name, units, period, places)
            case "duty":
                return self._recount.duty(each.name, units[0], period)
            case "matter":
                return self._recount.matter(each.name, period)
            case _:
                return self._recount.coordination(each.name, units, period, places)

    def _traced(self, each: Number) -> set[Place]:
        """The returns that explain leads to; each cell it names must say what it tells."""
        where = each.where
        name = {"coordination": OF_MATTERS}.get(each.kind, each.name.partition("/")[0])
        if each.kind in {"resource", "duty", "matter"} or where.view == THEN:
            return set()
        if where.view == "same_units" and each.kind in {"change", "indicator"}:
            then = Where(where.level, where.code, where.compare_to or "", "as_reported", None)
            return self._led_to(each, name, where) | self._led_to(each, name, then)
        return self._led_to(each, name, where)

    def _led_to(self, each: Number, name: str, where: Where) -> set[Place]:
        compared = where.compare_to if where.view == "same_units" else None
        under = provenance.Structure(where.view, where.period, compared)
        asked = provenance.Asked(
            self._con, self._catalogue, where.code, where.period, where.level, STAFF, None, under
        )
        found = provenance.trace(asked, name)
        each.differing.extend(_otherwise(each, found))
        parts = found.get("parts", ())
        for part in parts:
            each.cells += 1
            each.differing.extend(_wrong(self._catalogue, self._recount, part))
        return {(part["unit_code"], part["period"]) for part in parts}


def _otherwise(each: Number, found: dict[str, Any]) -> Iterator[str]:
    """Explain must tell the very number that is printed; of the quarter compared, its cells."""
    if found["period"] != each.where.period:
        return
    told: tuple[Any, ...]
    if each.kind == "indicator":
        told = (found["numerator"], found["denominator"], found["units_used"])
    elif each.kind == "change":
        sides = [one for one in found.get("changes", ())
                 if (found["period"], one["compare_to"])
                 == (each.where.period, each.where.compare_to)]  # fmt: skip
        names = ("value_now", "value_then", "change", "units_expected", "units_same")
        told = tuple(sides[0][name] for name in names) if sides else ()
    elif each.kind == "dimension":
        part = each.name.partition("/")[2]
        (one,) = (one for one in found["dimensions"] if one["dimension"] == part)
        told = (one["value"], one["indicators_applicable"], one["indicators_scored"])
    elif each.kind == "composite":
        told = (found["value"],)
    elif each.kind in {"field", "code"}:
        told = (found["value"], found["units_expected"], found["units_used"])
    else:
        return
    if not told or not all(_same(*pair) for pair in zip(each.printed, told, strict=False)):
        yield f"explain tells {told}"


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
