"""样例名录: 250 invented units of a real city, none of them a real department or town."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.period import Period
from models.units import Directory, UnitVersion, unit_code

Words = Mapping[str, Any]
"""A part of `models/catalogue/sample.yml`."""


def sample_directory(counties: Mapping[str, str], words: Words) -> list[UnitVersion]:
    """Return every version of every unit, in code order.

    `counties` is the catalogue's code -> name, `words` the `directory` part of sample.yml.
    """
    units = {unit.unit_code: unit for unit in _founders(counties, words)}
    versions = [version for unit in units.values() for version in _history(unit, words)]
    return sorted(versions, key=lambda version: (version.unit_code, version.valid_from))


def owing_by_period(
    versions: Iterable[UnitVersion], periods: Iterable[str]
) -> dict[str, tuple[UnitVersion, ...]]:
    """Period -> the units that owe a return for it, as they were on its last day."""
    directory = Directory(versions)
    return {period: tuple(directory.owing(Period.parse(period)).values()) for period in periods}


@dataclass(frozen=True)
class Birth:
    """A unit before its words are put together."""

    unit_code: str
    kind: str
    place: str
    parent: str | None
    stem: Mapping[str, Any]


def _founders(counties: Mapping[str, str], words: Words) -> Iterator[UnitVersion]:
    city = words["city"]
    centre = unit_code(city["code"], 1, 1)
    yield _unit(Birth(centre, "city_wc", city["code"], None, city), words)
    for serial, stem in enumerate(_stems(words, "city_organ"), start=2):
        code = unit_code(city["code"], 1, serial)
        yield _unit(Birth(code, "city_organ", city["code"], centre, stem), words)
    for place, name in counties.items():
        yield from _county(place, name, words, centre)


def _county(place: str, name: str, words: Words, centre: str) -> Iterator[UnitVersion]:
    county = {"county": name}
    committee = unit_code(place, 2, 1)
    yield _unit(Birth(committee, "county_wc", place, centre, county), words)
    for serial, stem in enumerate(_stems(words, "county_organ"), start=2):
        code = unit_code(place, 2, serial)
        yield _unit(Birth(code, "county_organ", place, committee, stem | county), words)
    towns = zip(words["township"]["names"], words["township"]["org_types"], strict=True)
    for serial, (town, org_type) in enumerate(towns, start=1):
        code = unit_code(place, 3, serial)
        stem = {"town": town, "org_type": org_type} | county
        yield _unit(Birth(code, "township", place, committee, stem), words)


def _stems(words: Words, kind: str) -> Iterator[dict[str, Any]]:
    """系统 by 系统, 甲 乙 丙: what tells one unit of a kind from the next."""
    kind_words = words[kind]
    systems, org_types = kind_words["systems"], kind_words["org_types"]
    for index in range(kind_words["number"]):
        turn, place = divmod(index, len(systems))
        yield {
            "system": systems[place],
            "mark": words["marks"][turn],
            "org_type": org_types[index % len(org_types)],
        }


def _unit(birth: Birth, words: Words) -> UnitVersion:
    kind, stem, parent = words[birth.kind], birth.stem, birth.parent
    return UnitVersion(
        unit_code=birth.unit_code,
        valid_from=words["founded"],
        valid_to=None,
        unit_name=kind["unit_name"].format(**stem),
        short_name=kind["short_name"].format(**stem),
        level=kind["level"],
        unit_kind=birth.kind,
        county_code=birth.place,
        party_org_type=stem.get("org_type", kind.get("org_type")),
        party_group_type=words["party_group_types"][kind["party_group_type"]],
        coord_parent_code=parent,
        party_parent_code=kind.get("party_parent", "{parent}").format(parent=parent, **stem),
        leading_system=stem.get("system", kind.get("leading_system")),
        reports_from=words["founded"],
        reports_to=None,
        contact_office=kind["contact_office"],
    )


def _history(unit: UnitVersion, words: Words) -> list[UnitVersion]:
    """The versions of a unit: one, unless an event of sample.yml touches it."""
    for event in words["events"]:
        if unit.unit_code == unit_code(event["place"], event["level"], event["serial"]):
            return _versions(unit, event["type"], event["day"], event.get("columns", {}), event)
    return [unit]


def _versions(
    unit: UnitVersion, kind: str, day: date, columns: Words, event: Words
) -> list[UnitVersion]:
    before = replace(unit, **event.get("always", {}))
    if kind == "new":
        return [replace(before, valid_from=day, reports_from=day)]
    if kind == "move":
        parent = unit_code(columns["county_code"], 2, 1)
        columns = {**columns, "coord_parent_code": parent}
    after = replace(before, valid_from=day, **columns)
    return [replace(before, valid_to=day), after]
