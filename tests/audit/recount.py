"""Printed numbers counted again from archived files, by the tests' own evaluator."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from models.catalogue_model import Catalogue
from models.expression import parse
from models.period import Period
from models.units import UnitVersion
from pipelines.receive.archive import place
from pipelines.records.units import directory
from pipelines.registry import reading
from pipelines.settings import Home
from tests.audit.books import Book, read_book
from tests.flow.independent import OUTSIDE as ANSWER_OUTSIDE
from tests.flow.independent import Independent
from tests.flow.independent_reporting import reporting
from tests.oracle import evaluate

Place = tuple[str, str]
WITHDRAWN = 5
DISPUTED = 2
OUTSIDE = "outside"
MEMBERS = "member_close"
SINCE = date(2000, 1, 1)


class Returns(Mapping[Place, tuple[dict[str, Any], dict[str, Any]]]):
    """The used returns by (unit, period); a file is opened when it is asked for."""

    def __init__(self, home: Home, catalogue: Catalogue, con: duckdb.DuckDBPyConnection) -> None:
        self._home = home
        self._catalogue = catalogue
        self._books: dict[str, Book] = {}
        self.sha256: dict[Place, str] = {
            (unit, period): sha256
            for unit, period, sha256 in con.execute(
                "SELECT unit_code, period, file_sha256 FROM core.submission WHERE is_used"
            ).fetchall()
        }

    def book(self, sha256: str, period: str) -> Book:
        """An archived file, read once."""
        if sha256 not in self._books:
            content = place(self._home.archive, sha256).read_bytes()
            self._books[sha256] = read_book(content, self._catalogue, Period.parse(period))
        return self._books[sha256]

    def __getitem__(self, key: Place) -> tuple[dict[str, Any], dict[str, Any]]:
        book = self.book(self.sha256[key], key[1])
        return book.values, book.rows

    def __iter__(self) -> Iterator[Place]:
        return iter(self.sha256)

    def __len__(self) -> int:
        return len(self.sha256)


class Some(Mapping[Place, tuple[dict[str, Any], dict[str, Any]]]):
    """Those returns of a mapping that a number says it is made of; no others are opened."""

    def __init__(self, returns: Returns, places: set[Place]) -> None:
        self._returns = returns
        self._places = places & returns.sha256.keys()

    def __getitem__(self, key: Place) -> tuple[dict[str, Any], dict[str, Any]]:
        if key not in self._places:
            raise KeyError(key)
        return self._returns[key]

    def __iter__(self) -> Iterator[Place]:
        return iter(sorted(self._places))

    def __len__(self) -> int:
        return len(self._places)


class Told(Independent):
    """The evaluator with its matters indexed: plain loops over a whole city would take hours."""

    @cached_property
    def _rows(self) -> dict[str, dict[str, list[tuple[str, dict[str, Any]]]]]:
        """Quarter -> party -> the rows that name it, each with the unit that lists it."""
        found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for (code, when), (_, rows) in sorted(self.returns.items()):
            for row in rows["l3"]:
                for party in {row["initiator_code"], row["counterpart_code"]}:
                    found[when][party].append((code, row))
        return found

    def matters(self, units: Iterable[UnitVersion], period: Period) -> list[dict[str, Any]]:
        """Every matter of the units, as its initiator has it."""
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        for unit in units:
            if (unit.unit_code, str(period)) not in self.returns:
                continue
            for code, row in self._rows[str(period)][unit.unit_code]:
                kept = found.get(row["matter_id"])
                if kept is None or code == row["initiator_code"]:
                    found[row["matter_id"]] = (code, row)
        return [
            {**row, "mirror_confirmed": self._mirrored(code, row, period)}
            for code, row in found.values()
        ]

    def _mirrored(self, code: str, row: dict[str, Any], period: Period) -> int:
        """The answer of the partner; nothing where the initiator lists the matter no more."""
        partner, initiator = row["counterpart_code"], row["initiator_code"]
        if partner not in self.directory.owing(period):
            return ANSWER_OUTSIDE
        if code != initiator and (initiator, str(period)) in self.returns:
            return 0
        said = [
            (when, each["partner_answer"])
            for when, parties in self._rows.items() if when <= str(period)
            for lister, each in parties[partner]
            if lister == partner and each["matter_id"] == row["matter_id"]
            and each["partner_answer"] is not None
        ]  # fmt: skip
        return int(max(said)[1]) if said else 0


@dataclass
class Recount:
    """Counts numbers of a home again; knows units and registry, and files as they are asked."""

    home: Home
    catalogue: Catalogue
    returns: Returns

    def __post_init__(self) -> None:
        with reading(self.home) as registry:
            self.units = directory(registry)
            periods = sorted({Period.parse(period) for _, period in self.returns})
            self.facts = reporting(registry, self.catalogue, self.units, periods)

    def members(self, level: str, code: str, period: Period) -> list[UnitVersion]:
        """The units of a scope that owe a return."""
        alone = Independent(self.catalogue, self.units, {})
        return alone.scopes(period).get((level, code), [])

    def over(self, places: set[Place]) -> Independent:
        """The evaluator over these returns."""
        return Told(self.catalogue, self.units, Some(self.returns, places), self.facts)

    def indicator(
        self, name: str, units: list[UnitVersion], period: Period, places: set[Place]
    ) -> tuple[Any, ...]:
        """(numerator, denominator, units used) of an indicator."""
        told = self.over(places).value(self.catalogue.indicators[name], units, period)
        return told[0], told[1], told[3]

    def resource(
        self, name: str, units: list[UnitVersion], period: Period, places: set[Place]
    ) -> tuple[Any, ...]:
        """(amount, members, for each hundred of them, units used) of `resource/role`."""
        owner, _, role = name.partition("/")
        (resource,) = (r for r in self.catalogue.resources.resources if r.id == owner)
        (measure,) = (m for m in resource.measures if m.role == role)
        said = [
            (amount, self._formula(MEMBERS, unit, period, places))
            for unit in units
            if (amount := self._formula(measure.value, unit, period, places)) is not None
        ]
        if not said:
            return None, None, None, 0
        amount = sum(each for each, _ in said)
        members = sum(each for _, each in said if each is not None)
        return amount, members, 100 * amount / members if members else None, len(said)

    def matter(self, name: str, period: Period) -> tuple[Any, ...]:
        """(direction, type, status, the partner's answer, four dates as days) of `id/parties`."""
        matter_id, *codes = name.split("/")
        places = {place for place in self.returns.sha256
                  if place[0] in codes and place[1] <= str(period)}  # fmt: skip
        owing = self.units.owing(period)
        units = [owing[code] for code in sorted(owing.keys() & codes)]
        (row,) = (each for each in self.over(places).matters(units, period)
                  if each["matter_id"] == matter_id)  # fmt: skip
        codings = ("direction", "matter_type", "matter_status", "mirror_confirmed")
        dates = ("raised_date", "due_on", "replied_date", "closed_date")
        return *(row[each] for each in codings), *(_days(row[each]) for each in dates)

    def duty(self, name: str, unit: UnitVersion, period: Period) -> tuple[Any, ...]:
        """(expected, done) of a duty, as of the quarter that was asked."""
        (duty,) = (each for each in self.catalogue.duties.duties if each.id == name)
        places = set(self.returns.sha256)
        return tuple(
            self._formula(text, unit, period, places) for text in (duty.expected, duty.done)
        )

    def _formula(self, text: str, unit: UnitVersion, period: Period, places: set[Place]) -> Any:
        some = Some(self.returns, places)
        if (unit.unit_code, str(period)) not in some:
            return None
        values, rows = some[unit.unit_code, str(period)]
        asked = {each.name for each in self.catalogue.fields_for(unit.unit_kind, period.quarter)}
        given = {name: value for name, value in values.items() if name in asked}
        soon = self.catalogue.duties.soon_days
        facts = Independent._facts(period) | {"par.soon_days": soon}
        over = self.over(places)
        before = some.get((unit.unit_code, str(period.shifted(-1))), ({}, {}))[0]
        other = {name: over._year_to_date(name[4:-1], unit, period)
                 if name.startswith("ytd(") else before.get(name.removeprefix("prev."))
                 for name in parse(text).names() if name.startswith(("ytd(", "prev."))}  # fmt: skip
        return evaluate(text, {**given, **rows, **facts, **other})

    def coordination(
        self, name: str, units: list[UnitVersion], period: Period, places: set[Place]
    ) -> tuple[Any, ...]:
        """(matters, closed, due, closed in time) of `direction/level of one/level of the other`."""
        direction, *levels = name.split("/")
        names = ("direction", "initiator_level", "counterpart_level")
        key = dict(zip(names, (float(direction), *levels), strict=True))
        matters = [
            row
            for row in self.over(places).matters(units, period)
            if row["matter_status"] != WITHDRAWN and self._key(row, period) == key
        ]
        end = period.last_day.isoformat()
        closed = [row for row in matters if row["closed_date"] and row["closed_date"] <= end]
        due = [
            row
            for row in matters
            if row["mirror_confirmed"] != DISPUTED
            and (row in closed or (row["due_on"] and row["due_on"] <= end))
        ]
        timely = [row for row in due if row in closed and row["closed_date"] <= row["due_on"]]
        return len(matters), len(closed), len(due), len(timely)

    def _key(self, row: Mapping[str, Any], period: Period) -> dict[str, Any]:
        owing = self.units.owing(period)
        initiator, counterpart = (
            owing[code].level if code in owing else OUTSIDE
            for code in (row["initiator_code"], row["counterpart_code"])
        )
        return {
            "direction": row["direction"],
            "initiator_level": initiator,
            "counterpart_level": counterpart,
        }


def _days(told: str | None) -> int | None:
    """A date as days since the first of 2000."""
    return (date.fromisoformat(told) - SINCE).days if told else None
