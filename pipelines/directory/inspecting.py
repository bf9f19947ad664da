"""What is odd in the directory, and what events of a quarter still have to add up."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.events import EventKind, Opening, UnitEvent, events_in, openings
from models.period import Period
from models.units import Directory, UnitVersion
from pipelines.directory.changing import is_after_freeze
from pipelines.directory.judging import judge
from pipelines.directory.problems import problem_lines
from pipelines.judging.past import carried_from
from pipelines.opened import opened
from pipelines.records.events import unit_events
from pipelines.records.units import directory
from pipelines.settings import Home
from pipelines.warehouse import exists

REPORTED = """
    SELECT v.unit_code, v.field, v.number
    FROM core.value AS v JOIN core.submission AS s USING (submission_id)
    WHERE s.is_used AND v.line IS NULL AND v.period = ? AND v.number IS NOT NULL
"""
Reported = dict[str, dict[str, Decimal]]


def inspect(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period
) -> dict[str, Any]:
    """Everything a keeper of the directory should look at before the quarter goes out."""
    units, events = directory(registry), unit_events(registry)
    problems = judge(catalogue, list(enumerate(units.versions)))
    here = events_in(events, period)
    return {
        "period": str(period),
        "units": len(units.owing(period)),
        "crossed": list(crossed(catalogue, units, period)),
        "committees": list(committees(catalogue, units, period)),
        "ended": [_named(unit) for unit in units.ended_within(period).values()],
        "after_freeze": [
            {"event_id": event.event_id} for event in here if is_after_freeze(catalogue, event)
        ],
        "crosswalk": list(crosswalk(here)),
        "openings": opening_checks(catalogue, home.warehouse, events, period),
        "problems": [
            {**line, "unit_code": units.versions[problem.line or 0].unit_code}
            for problem in problems
            for line in problem_lines(catalogue, [problem])
        ],
    }


def crossed(catalogue: Catalogue, units: Directory, period: Period) -> Iterator[dict[str, str]]:
    """隶属关系未理顺: units whose two parents lie in different counties (domain, D6-6)."""
    for unit in units.owing(period).values():
        above = units.version(unit.coord_parent_code or "", period)
        county = _county_of(catalogue, units, unit.party_parent_code, period)
        if above is None or county is None or above.county_code not in catalogue.counties:
            continue
        if county != above.county_code:
            yield {
                **_named(unit),
                "coord_parent": above.unit_name,
                "coord_county": catalogue.counties[above.county_code],
                "party_parent": _name(units, unit.party_parent_code, period),
                "party_county": catalogue.counties[county],
            }


def _county_of(catalogue: Catalogue, units: Directory, parent: str, period: Period) -> str | None:
    """The county in which a parent in the Party lies; a body outside is told by its name."""
    unit = units.version(parent, period)
    if unit is not None:
        return unit.county_code if unit.county_code in catalogue.counties else None
    return next((code for code, zh in catalogue.counties.items() if zh in parent), None)


def committees(catalogue: Catalogue, units: Directory, period: Period) -> Iterator[dict[str, Any]]:
    """Counties with units but without a working committee of their own, or with several."""
    tops = {kind.under for kind in catalogue.structure.unit_kinds if kind.under}
    for code, zh in catalogue.counties.items():
        own = [unit for unit in units.owing(period).values() if unit.county_code == code]
        heads = [unit.unit_name for unit in own if unit.unit_kind in tops]
        if own and len(heads) != 1:
            names = "、".join(heads) or "—"
            yield {
                "county": code,
                "name": zh,
                "units": len(own),
                "count": len(heads),
                "committees": names,
            }


def crosswalk(events: list[UnitEvent]) -> Iterator[dict[str, Any]]:
    """Old and new GB/T 2260 code of each unit whose county changed under 层级变化."""
    for event in events:
        before = {version.unit_code: version for version in event.effect.before}
        for now in event.effect.after if event.kind is EventKind.RELEVEL else ():
            then = before.get(now.unit_code)
            if then and now.valid_from == event.effective_date:
                yield {
                    **_named(now),
                    "since": event.effective_date,
                    "old_county": then.county_code,
                    "new_county": now.county_code,
                }


def opening_checks(
    catalogue: Catalogue, warehouse: Path, events: list[UnitEvent], period: Period
) -> list[dict[str, Any]]:
    """For mergers and splits: the openings reported against the closings they continue.

    `equal` once every unit has reported and every sum agrees, `differs` with the fields, and
    `waiting` until then.
    """
    groups: dict[Opening, list[str]] = {}
    for code, opening in openings(events, period).items():
        if opening.codes:
            groups.setdefault(opening, []).append(code)
    if not groups:
        return []
    now, before = _reported(warehouse, period), _reported(warehouse, period.shifted(-1))
    pairs = carried_from(catalogue)
    return [_compared(pairs, opening, codes, now, before) for opening, codes in groups.items()]


def _compared(
    pairs: dict[str, str], opening: Opening, codes: list[str], now: Reported, before: Reported
) -> dict[str, Any]:
    differing = []
    for closing, name in pairs.items():
        seen = _sum(now, codes, name)
        expected = _sum(before, opening.codes, closing)
        if None not in {seen, expected} and seen != expected:
            differing.append({"field": name, "seen": seen, "expected": expected})
    is_waiting = any(code not in now for code in codes)
    is_waiting |= any(code not in before for code in opening.codes)
    state = "differs" if differing else "waiting" if is_waiting else "equal"
    return {
        "source": opening.source,
        "from": list(opening.codes),
        "to": codes,
        "state": state,
        "differing": differing,
    }


def _sum(reported: Reported, codes: Sequence[str], name: str) -> Decimal | None:
    """The sum over the units, once all of them have said theirs."""
    values = [reported.get(code, {}).get(name) for code in codes]
    known = [value for value in values if value is not None]
    return sum(known, start=Decimal(0)) if len(known) == len(values) else None


def _reported(warehouse: Path, period: Period) -> Reported:
    """Unit code -> field -> number, of what counts in a quarter."""
    if not warehouse.exists():
        return {}
    found: Reported = {}
    with opened(warehouse) as con:
        if not exists(con, "core.value"):
            return {}
        for code, name, number in con.execute(REPORTED, [str(period)]).fetchall():
            found.setdefault(code, {})[name] = number
    return found


def _named(unit: UnitVersion) -> dict[str, str]:
    return {"unit_code": unit.unit_code, "unit_name": unit.unit_name}


def _name(units: Directory, parent: str, period: Period) -> str:
    unit = units.version(parent, period)
    return unit.unit_name if unit else parent
