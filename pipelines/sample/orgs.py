"""党组织 of a unit: its committee, general branches and branches, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipelines.sample.draw import Draw, split
from pipelines.sample.elections import first_election
from pipelines.sample.turn import Turn

COMMITTEE, GENERAL, BRANCH, JOINT = 1, 2, 3, 4
NORMAL, NEW, ENDED = 1, 2, 3


@dataclass(frozen=True)
class Org:
    """A row of the ledger (L1) over time."""

    serial: int
    org_type: int
    elected: date
    weight: float = 1.0
    head: int | None = None
    fixed_size: int | None = None
    status: int = NORMAL
    vacant: int = 0
    has_committee: bool = True
    formal: int = 0
    probation: int = 0

    @property
    def is_branch(self) -> bool:
        return self.org_type in {BRANCH, JOINT}

    @property
    def term(self) -> int:
        return 5 if self.org_type == COMMITTEE else 3


def fill(turn: Turn) -> None:
    """Carry the organisations on by a quarter, and spread the members over the branches."""
    before: Sequence[Org] = turn.before.get("_orgs", ())
    orgs = [_carried(turn, org) for org in before if org.status != ENDED]
    orgs = _changed(turn, orgs) if orgs else _founded(turn)
    turn.now["_orgs"] = _peopled(turn, orgs)
    turn.now["_new_secretaries"] = sum(
        1 for org, was in zip(orgs, before, strict=False) if was.vacant and not org.vacant
    )


def _carried(turn: Turn, org: Org) -> Org:
    rates, draw = turn.words["orgs"], turn.draw("org", org.serial)
    elected = turn.before["_elections"].get(org.serial, org.elected)
    filled = org.vacant and draw.chance(rates["vacancy_filled"])
    vacant = 0 if filled else org.vacant + bool(org.vacant)
    if not org.vacant and draw.chance(rates["vacancy"]):
        vacant = 1
    has_committee = org.has_committee or draw.chance(rates["committee_set"])
    return replace(org, elected=elected, vacant=vacant, status=NORMAL, has_committee=has_committee)


def _changed(turn: Turn, orgs: list[Org]) -> list[Org]:
    """Now and then a branch is set up or dissolved in a unit with many."""
    rates, draw = turn.words["orgs"], turn.draw("orgs")
    branches = [org for org in orgs if org.org_type == BRANCH]
    if len(branches) < rates["many"]:
        return orgs
    if draw.chance(rates["dissolved"]):
        ended = draw.pick(branches[1:])
        return [replace(org, status=ENDED) if org == ended else org for org in orgs]
    if draw.chance(rates["set_up"]):
        serial = max(org.serial for org in orgs) + 1
        day = draw.day(turn.period.first_day, turn.period.last_day)
        weight = draw.between(0.5, 0.8)
        return [*orgs, Org(serial, BRANCH, day, weight, branches[-1].head, status=NEW)]
    return orgs


def _founded(turn: Turn) -> list[Org]:
    """The organisations a unit has when its story begins."""
    draw, rates = turn.lasting("orgs"), turn.words["orgs"]
    org_type = turn.unit.party_org_type
    if org_type in {BRANCH, JOINT}:
        return [_org(turn, 1, org_type)]
    crowded = draw.chance(rates["crowded"])
    size = draw.between(*rates["crowded_size" if crowded else "branch_size"])
    count = max(2 if org_type == GENERAL else 4, round(turn.now["member_close"] / size))
    heads = [_org(turn, 1, org_type)]
    if org_type == COMMITTEE:
        heads += [_org(turn, serial, GENERAL, head=1) for serial in range(2, 2 + count // 6)]
    below = [org.serial for org in heads if org.org_type == GENERAL] or [1]
    branches = [
        _org(turn, len(heads) + 1 + index, BRANCH, head=below[index % len(below)])
        for index in range(count)
    ]
    return heads + _with_oddities(branches, draw, rates)


def _with_oddities(branches: list[Org], draw: Draw, rates: dict[str, Any]) -> list[Org]:
    """A joint branch (联合党支部) of a few members, or, rarely, a branch that is too small."""
    if draw.chance(rates["joint"]):
        last = replace(branches[-1], org_type=JOINT, fixed_size=draw.whole(2, 5))
        return [*branches[:-1], last]
    if draw.chance(rates["too_small"]):
        return [*branches[:-1], replace(branches[-1], fixed_size=2)]
    return branches


def _org(turn: Turn, serial: int, org_type: int, head: int | None = None) -> Org:
    draw, rates = turn.lasting("org", serial), turn.words["orgs"]
    has_committee = not draw.chance(rates["no_committee"])
    weight = draw.between(0.6, 1.35)
    if turn.is_founding:
        day = draw.day(turn.unit.reports_from, turn.period.last_day)
        return Org(serial, org_type, day, weight, head, status=NEW, has_committee=has_committee)
    elected = first_election(turn, serial, 5 if org_type == COMMITTEE else 3)
    return Org(serial, org_type, elected, weight, head, has_committee=has_committee)


def _peopled(turn: Turn, orgs: list[Org]) -> list[Org]:
    living = [org for org in orgs if org.is_branch and org.status != ENDED]
    probation = turn.now["member_probation"]
    formal = turn.now["member_close"] - probation
    fixed = sum(org.fixed_size or 0 for org in living)
    weights = [0.0 if org.fixed_size else org.weight for org in living]
    shares = zip(living, split(formal - fixed, weights), split(probation, weights), strict=True)
    people = {org.serial: (org.fixed_size or many, few) for org, many, few in shares}
    return [_counted(org, orgs, people) for org in orgs]


def _counted(org: Org, orgs: list[Org], people: dict[int, tuple[int, int]]) -> Org:
    """The members of a branch, or of all branches under a committee or general branch."""
    if org.is_branch:
        formal, probation = people.get(org.serial, (max(1, org.formal), org.probation))
        return replace(org, formal=formal, probation=probation)
    under = [
        people[other.serial]
        for other in orgs
        if other.serial in people and org.serial in {1, other.head}
    ]
    formal, probation = (sum(pair) for pair in zip(*under, strict=True))
    return replace(org, formal=formal, probation=probation)
