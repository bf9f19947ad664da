"""Planted faults: which workbooks are sent with a slip, and whether they are ever mended."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from models.period import Period, add_working_days, day_of
from models.spec.rule import Severity
from models.yaml_source import read
from pipelines.issue import Planned
from pipelines.sample.behaviour import COMMITTEES
from pipelines.sample.city import UnitQuarter
from pipelines.sample.draw import Draw, ranked
from pipelines.sample.recipes import Recipe, recipes_of
from pipelines.sample.remembered import remembered
from pipelines.sample.slips import Draft, draft, with_slip
from pipelines.sample.writing import Sample

Key = tuple[str, str]
"""Unit and period: one workbook."""

HOUR = timedelta(hours=1)
TRIES, LINES = 5, 4
"""Workbooks looked at for each slip, and rows of a list in each."""


@dataclass(frozen=True)
class Faulty:
    """A workbook that is sent with slips; `mended_at` is when the right one follows, if ever."""

    draft: Draft
    mended_at: datetime | None


@dataclass
class _Planting:
    """Faults as they are spread over the city."""

    sample: Sample
    sent: Mapping[Key, Planned]
    drafts: dict[Key, Draft] = field(default_factory=dict)
    honest: dict[Key, Draft] = field(default_factory=dict)
    uses: Counter[Any] = field(default_factory=Counter)

    def plant(self, recipe: Recipe, *, number: int, is_second: bool) -> None:
        """Make the slip in the workbook that shows it best, if there is any."""
        found = list(islice(self._drafts(recipe, number, is_second=is_second), TRIES))
        if is_second and not found:
            return self.plant(recipe, number=number, is_second=False)
        if not found:
            return None
        best = sorted(found, key=_width)[-1 if recipe.wide else 0]
        issue = best.planned.issue
        self.drafts[issue.unit_code, issue.period] = best
        self.uses.update(_shares(best.planned))
        return None

    def _drafts(self, recipe: Recipe, number: int, *, is_second: bool) -> Iterator[Draft]:
        for key in self._candidates(recipe, number, is_second=is_second):
            base = self.drafts.get(key) or self._honest(key)
            made = (with_slip(base, recipe, line) for line in _lines(base, recipe, number))
            yield from islice((each for each in made if each), 1)

    def _candidates(self, recipe: Recipe, number: int, *, is_second: bool) -> list[Key]:
        """Workbooks that may hold the slip, those of places and quarters with few slips first."""
        keys = [
            key
            for key, planned in self.sent.items()
            if _may_hold(self.sample, planned, recipe)
            and (key in self.drafts) == is_second
            and (not is_second or len(self.drafts[key].slips) == 1)
        ]
        by_chance = ranked(keys, self.sample.seed, "slip", recipe.breaks or recipe.kind, number)
        return sorted(by_chance, key=self._crowded)

    def _crowded(self, key: Key) -> int:
        return sum(self.uses[share] for share in _shares(self.sent[key]))

    def _honest(self, key: Key) -> Draft:
        if key not in self.honest:
            listed = frozenset(self.sample.directory.owing(Period.parse(key[1])))
            past = remembered(self.sample, self.sent[key])
            self.honest[key] = draft(self.sample.catalogue, self.sent[key], listed, past)
        return self.honest[key]


def _width(made: Draft) -> int:
    """How many findings the last slip brings with it."""
    return len(made.slips[-1].entailed)


def _shares(planned: Planned) -> Iterator[object]:
    """What slips are spread over: quarters, places, levels."""
    yield planned.issue.period
    yield planned.unit.county_code
    yield planned.unit.level


def _may_hold(sample: Sample, planned: Planned, recipe: Recipe) -> bool:
    """Whether the workbook has the cells; committees make only the slips that others cannot."""
    period = Period.parse(planned.issue.period)
    if period.quarter not in recipe.quarters:
        return False
    kind = planned.unit.unit_kind
    fields = [sample.catalogue.fields[name] for name in recipe.names]
    if kind in COMMITTEES and not all(each.only for each in fields):
        return False
    level = sample.catalogue.unit_kinds[kind][0]
    return all(each.exists_for(kind, level, period.quarter) for each in fields)


def _lines(base: Draft, recipe: Recipe, number: int) -> Iterator[int | None]:
    """The lines of the list in which the slip can be made; None for a fixed sheet."""
    where, alias = recipe.where, recipe.alias
    lines: Sequence[int | None] = [None]
    if alias:
        lines = ranked(list(base.sheet.lines(alias)), base.planned.issue.issue_id, number)
    elif any(_is_not_issued(base, name) for name in recipe.names):
        return
    fitting = (line for line in lines if not where or base.sheet.means(where, line))
    yield from islice(fitting, LINES)


def _is_not_issued(base: Draft, name: str) -> bool:
    """Whether a cell that the system owns was blank in this unit's template."""
    item = base.sheet.catalogue.fields[name]
    return item.is_system_owned and name not in base.planned.prefill.values


def planted(sample: Sample, sent: Sequence[tuple[Planned, UnitQuarter]]) -> dict[Key, Faulty]:
    """Return (unit, period) -> the workbook with slips that it sends instead of its honest one.

    `sent` are the honest workbooks of the units that send one; the same seed gives the same slips.
    """
    words = read(sample.catalogue.root / "sample.yml")[0]["faults"]
    planting = _Planting(sample, {_key(planned): planned for planned, _ in sent})
    rounds = max(1, round(len(sample.periods) / words["quarters"]))
    for number in range(rounds):
        for place, recipe in enumerate(recipes_of(words["recipes"])):
            draw = Draw(sample.seed, "second slip", number, place)
            is_second = bool(planting.drafts) and draw.chance(words["second"])
            planting.plant(recipe, number=number, is_second=is_second)
    truths = {_key(planned): truth for planned, truth in sent}
    return {
        key: Faulty(each, _mended_at(sample, each, truths[key], words))
        for key, each in planting.drafts.items()
    }


def _key(planned: Planned) -> Key:
    return planned.issue.unit_code, planned.issue.period


def _mended_at(
    sample: Sample, made: Draft, truth: UnitQuarter, words: Mapping[str, Any]
) -> datetime | None:
    """When the honest workbook follows: soon, never after the city locks the quarter.

    What can be read all the same needs no mending, and what must only be explained is mended.
    """
    severities = {
        sample.catalogue.rules[slip.main.rule].severity for slip in made.slips if slip.main
    }
    draw = Draw(sample.seed, "mending", *_key(made.planned))
    is_left = Severity.MUST in severities and not draw.chance(words["mended"])
    received = truth.sending.received_at
    if received is None or not severities or is_left:
        return None
    campaign = sample.catalogue.campaign
    locked = day_of("lock", Period.parse(made.planned.issue.period), campaign)
    day = add_working_days(received.date(), draw.whole(*words["mended_after"]), campaign)
    minutes = timedelta(minutes=draw.whole(0, 480), seconds=draw.whole(0, 59))
    return max(datetime.combine(min(day, locked), time(8, 45)) + minutes, received + HOUR)
