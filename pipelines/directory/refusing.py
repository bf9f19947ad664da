"""Why an event cannot be: each check says what is wrong, and all of them are told at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.catalogue_model import Catalogue
from models.events import EventKind
from models.units import Directory, UnitVersion
from pipelines.directory.codes import Codes
from pipelines.directory.effects import (
    GOES_ON,
    NEWBORN_NEEDS,
    Asked,
    EventDraft,
    children_of,
    full_columns,
)
from pipelines.directory.problems import Problem

FEWEST = {EventKind.MERGE: 2, EventKind.NEW: 0}
"""From how many units a kind of event starts; one where nothing is said."""
MOST = {EventKind.NEW: 0, EventKind.RENAME: 1, EventKind.SPLIT: 1}


@dataclass(frozen=True)
class Standing:
    """The directory before an event, and what is already settled about it."""

    catalogue: Catalogue
    units: Directory
    codes: Codes
    locked_until: date | None
    is_sample: bool


def refusals(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    """Everything that stands against an event, before its effect is worked out."""
    for check in (_counts, _locked, _origins, _successors, _shares, _documents, _changes, _under):
        yield from check(standing, draft)


def _counts(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    kind, froms, into = draft.kind, len(draft.from_codes), len(draft.successors())
    zh = standing.catalogue.say(f"directory.kind_{kind}")
    fewest, most = FEWEST.get(kind, 1), MOST.get(kind)
    if froms < fewest or (most is not None and froms > most):
        fills: dict[str, object] = {"kind": zh, "fewest": fewest}
        reason = "too_many_origins" if froms > fewest else "too_few_origins"
        yield Problem(reason, "from_code", _codes(draft.from_codes), draft.line, fills=fills)
    wanted = {EventKind.MERGE: 1, EventKind.SPLIT: 2, EventKind.NEW: 1}.get(kind)
    if wanted is not None and (into < wanted or (kind is EventKind.MERGE and into > wanted)):
        fills = {"kind": zh, "wanted": wanted}
        yield Problem(
            f"{kind}_successors", "to_code", _codes(draft.successors()), draft.line, fills=fills
        )
    if kind is EventKind.ABOLISH and any(leg.successor for leg in draft.legs):
        seen = next(leg.successor for leg in draft.legs if leg.successor)
        yield Problem("abolish_successors", "to_code", seen, draft.line, fills={"kind": zh})


def _codes(written: Iterable[str | None]) -> str:
    """What was written, as a person sees it in the cells."""
    return "、".join(filter(None, written))


def _locked(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    until, day = standing.locked_until, draft.effective_date
    if until is not None and day <= until:
        yield Problem("locked_quarter", "effective_date", day, draft.line, fills={"until": until})


def _origins(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    """The units exist, are in force, and nothing later is known of them."""
    day = draft.effective_date
    for leg in draft.legs:
        code = leg.from_code
        if code is None:
            continue
        versions = standing.units.by_code.get(code)
        if versions is None:
            yield Problem("no_such_unit", "from_code", code, leg.line)
            continue
        last, goes_on = versions[-1], code in draft.successors()
        fills = {"code": code, "name": last.unit_name, "until": last.valid_to, "day": day}
        fills["since"] = last.valid_from
        if last.valid_to is not None:
            yield Problem("unit_ended", "from_code", code, leg.line, fills=fills)
        elif day < versions[0].valid_from or (day == versions[0].valid_from and not goes_on):
            fills["since"] = versions[0].valid_from
            yield Problem("not_yet_born", "effective_date", day, leg.line, fills=fills)
        elif day < last.valid_from or (day == last.valid_from and not goes_on):
            yield Problem("before_last_change", "effective_date", day, leg.line, fills=fills)


def _successors(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    """Units that go on are told by their code; new ones have a code nobody had, and a name."""
    if draft.kind in GOES_ON:
        return
    for leg in draft.successors().values():
        code = leg.to_code
        if code is not None and code in draft.from_codes:
            if draft.kind is EventKind.NEW:
                yield Problem("code_taken", "to_code", code, leg.line)
            continue
        yield from _free(standing, draft, leg)
        yield from _named(standing, draft, leg)


def _free(standing: Standing, draft: EventDraft, leg: Asked) -> Iterator[Problem]:
    code, day = leg.to_code, draft.effective_date
    versions = standing.units.by_code.get(code or "")
    if versions and versions[0].valid_from > day:
        fills = {"name": versions[0].unit_name, "since": versions[0].valid_from, "day": day}
        yield Problem("successor_later", "to_code", code, leg.line, fills=fills)
    elif code is not None and code in standing.codes:
        name = versions[-1].unit_name if versions else ""
        yield Problem("code_taken", "to_code", code, leg.line, fills={"name": name})


def _named(standing: Standing, draft: EventDraft, leg: Asked) -> Iterator[Problem]:
    if "unit_name" not in leg.columns:
        yield Problem("new_name_needed", "unit_name", "", leg.line)
    if draft.kind is EventKind.NEW:
        full = full_columns(standing.catalogue, leg.columns, standing.units, draft.effective_date)
        for column in NEWBORN_NEEDS:
            is_top = column == "coord_parent_code" and _is_top(standing.catalogue, leg.columns)
            if column != "unit_name" and column not in full and not is_top:
                yield Problem("new_needs", column, "", leg.line)


def _is_top(catalogue: Catalogue, columns: Any) -> bool:
    kinds = {kind.id: kind for kind in catalogue.structure.unit_kinds}
    kind = kinds.get(columns.get("unit_kind"))
    return kind is not None and kind.under is None


def _shares(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    slack = standing.catalogue.parameters["directory"]["share_slack"]
    for column in ("share_members", "share_funds"):
        shares = [getattr(leg, column) for leg in draft.legs]
        given = [share for share in shares if share is not None]
        if column == "share_funds" and not given:
            continue  # the funds go as the members do
        if draft.kind is not EventKind.SPLIT:
            if given:
                yield Problem("share_not_wanted", column, given[0], draft.line)
        elif len(given) < len(shares):
            yield Problem("share_needed", column, "", draft.line)
        elif abs(sum(given) - 1) > slack:
            seen = " + ".join(f"{share:g}" for share in given)
            fills = {"total": f"{sum(given):g}"}
            yield Problem("shares_not_one", column, seen, draft.line, fills=fills)


def _documents(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    """Units of different counties merge by somebody's decision only."""
    units = (_last(standing.units, code) for code in draft.from_codes)
    counties = {unit.county_code for unit in units if unit is not None}
    if draft.kind is EventKind.MERGE and len(counties) > 1 and not draft.document_no:
        fills = {"counties": "、".join(sorted(counties))}
        yield Problem("document_needed", "document_no", "", draft.line, fills=fills)


def _changes(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    """What is said to change does change, and names stay apart and marked as they must be."""
    day, units = draft.effective_date, standing.units
    for key, leg in draft.successors().items():
        before = _last(units, key) if draft.kind in GOES_ON else None
        full = full_columns(standing.catalogue, leg.columns, units, day)
        if before is not None:
            yield from _unchanged(draft, before, full, leg.line)
        name = leg.columns.get("unit_name")
        if name is not None:
            county = full.get("county_code") or _county(units, draft)
            yield from _name_taken(standing, draft, name, county, leg.line)
            yield from mark_problems(standing.catalogue, name, leg.line, standing.is_sample)


CHANGING = {
    EventKind.RENAME: ("unit_name",),
    EventKind.MOVE: ("coord_parent_code", "party_parent_code"),
    EventKind.RELEVEL: ("county_code", "unit_kind"),
}


def _unchanged(
    draft: EventDraft, before: UnitVersion, full: Any, line: int | None
) -> Iterator[Problem]:
    columns = CHANGING[draft.kind]
    if draft.kind is EventKind.RELEVEL and "unit_name" in full:
        columns = (*columns, "unit_name")
    if all(full.get(column, getattr(before, column)) == getattr(before, column)
           for column in columns):  # fmt: skip
        fills = {"name": before.unit_name, "code": before.unit_code}
        seen = full.get(columns[0], "")
        yield Problem(f"{draft.kind}_changes_nothing", columns[0], seen, line, fills=fills)


def _name_taken(
    standing: Standing, draft: EventDraft, name: str, county: str | None, line: int | None
) -> Iterator[Problem]:
    for versions in standing.units.by_code.values():
        last = versions[-1]
        in_force = last.valid_to is None or last.valid_to > draft.effective_date
        if (last.unit_name, last.county_code) != (name, county) or not in_force:
            continue
        if last.unit_code not in draft.from_codes:
            fills = {"code": last.unit_code}
            yield Problem("name_taken", "unit_name", name, line, fills=fills)


def _under(standing: Standing, draft: EventDraft) -> Iterator[Problem]:
    """A unit that ends leaves nobody under it; only a merger says who takes them over."""
    if draft.kind not in {EventKind.SPLIT, EventKind.ABOLISH}:
        return
    ending = set(draft.from_codes) - {leg.to_code for leg in draft.legs}
    left = [
        child
        for child in children_of(standing.units, ending, draft.effective_date)
        if child.unit_code not in ending
    ]
    if left:
        fills = {"count": len(left), "names": "、".join(child.unit_name for child in left[:3])}
        yield Problem("has_children", "from_code", "、".join(ending), draft.line, fills=fills)


def mark_problems(
    catalogue: Catalogue,
    name: str,
    line: int | None,
    is_sample: bool,  # noqa: FBT001
) -> Iterable[Problem]:
    """A sample's units are marked, and nothing real is."""
    mark = catalogue.say("directory.sample_mark")
    if (mark in name) != is_sample:
        reason = "mark_missing" if is_sample else "mark_not_wanted"
        yield Problem(reason, "unit_name", name, line, fills={"mark": mark})


def _last(units: Directory, code: str) -> UnitVersion | None:
    return next(reversed(units.by_code.get(code, [])), None)


def _county(units: Directory, draft: EventDraft) -> str | None:
    first = _last(units, next(iter(draft.from_codes), ""))
    return first.county_code if first else None
