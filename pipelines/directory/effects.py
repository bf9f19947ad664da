"""What an event does: versions end, go on under other words, or are born (domain, 7.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from models.catalogue_model import Catalogue
from models.events import Effect, EventKind
from models.units import Directory, UnitVersion
from pipelines.directory.codes import Codes

GOES_ON = frozenset({EventKind.RENAME, EventKind.MOVE, EventKind.RELEVEL})
"""Kinds in which the unit that changes is the unit that goes on."""


@dataclass(frozen=True)
class Asked:
    """One leg as a person asks for it: the successor may have no code yet, only columns."""

    from_code: str | None = None
    to_code: str | None = None
    share_members: float | None = None
    share_funds: float | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None

    @property
    def successor(self) -> str | None:
        """By what the successor is told from others: its code, else its name."""
        return self.to_code or self.columns.get("unit_name")


@dataclass(frozen=True)
class EventDraft:
    """An event as a person asks for it."""

    kind: EventKind
    effective_date: date
    legs: tuple[Asked, ...]
    document_no: str = ""
    why: str = ""

    @property
    def from_codes(self) -> tuple[str, ...]:
        """The units it is to happen to, each once."""
        return tuple(dict.fromkeys(leg.from_code for leg in self.legs if leg.from_code))

    @property
    def line(self) -> int | None:
        """The first line of the sheet that asks for it."""
        return self.legs[0].line if self.legs else None

    def successors(self) -> dict[str, Asked]:
        """Key of each successor -> the first leg that names it."""
        if self.kind is EventKind.ABOLISH:
            return {}
        if self.kind in GOES_ON:
            return {leg.from_code: leg for leg in self.legs if leg.from_code}
        found: dict[str, Asked] = {}
        for leg in self.legs:
            if leg.successor is not None:
                found.setdefault(leg.successor, leg)
        return found


@dataclass(frozen=True)
class Worked:
    """The effect of an event, and the code of each successor by its key."""

    effect: Effect
    codes: dict[str, str]
    born: tuple[UnitVersion, ...]


def work_out(catalogue: Catalogue, units: Directory, draft: EventDraft, codes: Codes) -> Worked:
    """Compute the effect of a draft that nothing stands against."""
    day, froms, after = draft.effective_date, draft.from_codes, dict[str, list[UnitVersion]]()
    named: dict[str, str] = {}
    born: list[UnitVersion] = []
    for key, leg in draft.successors().items():
        code = leg.from_code if draft.kind in GOES_ON else leg.to_code
        if code in froms and code is not None:
            after[code] = _continued(catalogue, units.by_code[code], day, leg.columns, units)
        else:
            new = _born(catalogue, units, draft, leg, codes)
            after[new.unit_code] = [new]
            born.append(new)
            code = new.unit_code
        named[key] = code
    for code in froms:
        if code not in after:
            after[code] = _ended(units.by_code[code], day)
    if draft.kind is EventKind.MERGE:
        _take_children(units, after, froms, next(iter(named.values())), day)
    before = [version for code in after for version in units.by_code.get(code, ())]
    changed = [version for versions in after.values() for version in versions]
    return Worked(Effect(tuple(before), tuple(changed)), named, tuple(born))


def _ended(versions: Sequence[UnitVersion], day: date) -> list[UnitVersion]:
    last = versions[-1]
    stops = min(day, last.reports_to or day)
    return [*versions[:-1], replace(last, valid_to=day, reports_to=stops)]


def _continued(
    catalogue: Catalogue,
    versions: Sequence[UnitVersion],
    day: date,
    columns: Mapping[str, Any],
    units: Directory,
) -> list[UnitVersion]:
    last = versions[-1]
    changed = replace(last, valid_from=day, **full_columns(catalogue, columns, units, day))
    if last.valid_from == day:
        return [*versions[:-1], changed]
    return [*versions[:-1], replace(last, valid_to=day), changed]


def full_columns(
    catalogue: Catalogue, columns: Mapping[str, Any], units: Directory, day: date
) -> dict[str, Any]:
    """The columns that change, with those that follow: level, short name, county."""
    full = dict(columns)
    if "unit_kind" in full:
        full["level"] = catalogue.unit_kinds[full["unit_kind"]][0].value
    if "unit_name" in full:
        full.setdefault("short_name", full["unit_name"][:60])
    parent = units.on(full.get("coord_parent_code", ""), day)
    if parent is not None and parent.level != "city":
        full.setdefault("county_code", parent.county_code)
    return full


def _born(
    catalogue: Catalogue, units: Directory, draft: EventDraft, leg: Asked, codes: Codes
) -> UnitVersion:
    """A new unit: like the first one it comes from, but for what was said of it."""
    day = draft.effective_date
    columns = full_columns(catalogue, leg.columns, units, day)
    origin = next(iter(draft.from_codes), None)
    base = vars(units.by_code[origin][-1]) if origin else dict(_NEWBORN)
    values = {**base, **columns}
    code = leg.to_code or codes.next(catalogue, values["county_code"], values["level"])
    codes.keep(code)
    life = {"valid_from": day, "valid_to": None, "reports_from": day, "reports_to": None}
    return UnitVersion(**{**values, "unit_code": code, **life})


_NEWBORN = {"contact_office": "", "coord_parent_code": None}
NEWBORN_NEEDS = (
    "unit_name",
    "unit_kind",
    "county_code",
    "party_org_type",
    "party_group_type",
    "coord_parent_code",
    "party_parent_code",
    "leading_system",
)
"""What must be said of a unit that comes from no other."""


def _take_children(
    units: Directory,
    after: dict[str, list[UnitVersion]],
    froms: Iterable[str],
    successor: str,
    day: date,
) -> None:
    """Units under a merged one come under its successor on the same day."""
    ended = set(froms) - {successor}
    for child in children_of(units, ended, day):
        if child.unit_code in after:
            continue
        parents: dict[str, Any] = {
            column: successor
            for column in ("coord_parent_code", "party_parent_code")
            if getattr(child, column) in ended
        }
        versions = units.by_code[child.unit_code]
        start = max(day, child.valid_from)
        moved = replace(child, valid_from=start, **parents)
        kept = [replace(child, valid_to=start)] if child.valid_from < start else []
        after[child.unit_code] = [*versions[:-1], *kept, moved]


def children_of(units: Directory, codes: Iterable[str], day: date) -> list[UnitVersion]:
    """The last versions of units that, from the day on, have one of these units above them."""
    above = set(codes)
    return [
        last
        for versions in units.by_code.values()
        if ((last := versions[-1]).valid_to is None or last.valid_to > day)
        and (last.coord_parent_code in above or last.party_parent_code in above)
    ]
