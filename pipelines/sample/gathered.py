"""What a committee's file says of units whose files are not there: true news, once all is gathered.

A committee counts its units whether they report or not, so a missing file is a difference.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from models.period import Period
from models.spec.rule import Severity
from models.units import UnitVersion
from pipelines.issue import Planned
from pipelines.sample.city import UnitQuarter
from pipelines.sample.faults import Faulty, Key
from pipelines.sample.slips import draft
from pipelines.sample.truth import HONEST, Record, head_of
from pipelines.sample.writing import Sample

Difference = tuple[str, str]
"""Rule, field."""

FEW_VISITS, SOME_VISITS = 3, 0.2


def given(
    sent: Collection[tuple[Planned, UnitQuarter]], faulty: Mapping[Key, Faulty], sample: Sample
) -> set[Key]:
    """The workbooks that take part: sent, and not left with what must be mended."""
    found = set()
    for planned, _ in sent:
        key = (planned.issue.unit_code, planned.issue.period)
        if key not in faulty or faulty[key].mended_at or not _is_returned(faulty[key], sample):
            found.add(key)
    return found


def _is_returned(each: Faulty, sample: Sample) -> bool:
    rules = {remark.rule for slip in each.draft.slips for remark in _remarks(slip)}
    return any(sample.catalogue.rules[rule].severity is Severity.MUST for rule in rules)


def _remarks(slip: Any) -> list[Any]:
    return [*([slip.main] if slip.main else []), *slip.entailed]


def gathered_records(
    sample: Sample, planned: Planned, file: str, there: Collection[Key]
) -> Iterator[Record]:
    """A record for every difference between a committee's figures and the files that are there."""
    found = list(differences(sample, planned, there))
    if not found:
        return
    made = draft(sample.catalogue, planned, frozenset())
    for rule, name in found:
        yield {
            **head_of(made, file, (name, None)),
            "rule": rule,
            "severity": sample.catalogue.rules[rule].severity.value,
            "kind": HONEST,
            "corrected_in": None,
            "consequences": [],
            "changed": [],
        }


def differences(sample: Sample, planned: Planned, there: Collection[Key]) -> Iterator[Difference]:
    """What rules about several units will find in the file of a county's committee."""
    unit, period = planned.unit, planned.issue.period
    if unit.unit_kind != "county_wc":
        return
    units = sample.directory.owing(Period.parse(period))
    below = [each for each in units.values() if each.coord_parent_code == unit.unit_code]
    missing = [each for each in below if (each.unit_code, period) not in there]
    organs = [each for each in missing if each.level == "county"]
    towns = [each for each in missing if each.level == "township"]
    totals = [
        ("R401", "ct_organ_members", organs, "member_close"),
        ("R402", "ct_township_members", towns, "member_close"),
        ("R403", "ct_branches", missing, "branch_close"),
        ("R403", "ct_cadre_ft", missing, "cadre_ft_close"),
        ("R403", "ct_overdue", missing, "election_overdue"),
    ]
    for rule, name, some, column in totals:
        if _total(sample, some, period, column):
            yield rule, name
    for name, some in (("ct_organs", organs), ("ct_townships", towns)):
        if some:
            yield "R406", name
    given_visits = _total(sample, [unit], period, "guid_given")
    if _total(sample, missing, period, "guid_received") > max(
        FEW_VISITS, SOME_VISITS * given_visits
    ):
        yield "R407", "guid_given"
    county = [each for each in units.values() if _is_of(each, unit)]
    if any((each.unit_code, period) not in there for each in county):
        yield "R411", "ct_organs"


def _is_of(each: UnitVersion, committee: UnitVersion) -> bool:
    return each.level != "city" and each.county_code == committee.county_code


def _total(sample: Sample, units: list[UnitVersion], period: str, name: str) -> int:
    values: list[Any] = [sample.city[each.unit_code, period].values[name] for each in units]
    return int(sum(values, start=0))
