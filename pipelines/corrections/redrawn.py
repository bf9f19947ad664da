"""Which charts two publications draw otherwise: drawn from both, and what is in them compared.

The charts of the whole city are those that are published as pictures. A chart that is the same
there may still differ on the page of a county or a unit: so does one whose numbers changed there.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dashboards.answers import Question
from dashboards.charts import charts, prepare
from dashboards.defined import defined
from dashboards.reader import CITY
from dashboards.snapshots import Snapshot, open_snapshot
from dashboards.view import View
from models.catalogue_model import Catalogue
from models.spec.dashboard import Chart

REPORTED = "reported"
PICTURE, BELOW = "picture", "below"
ENDS = re.compile("[=@/]")
"""What follows is a code, a line or a weighting of the name before it."""


def changed_charts(
    old: Path,
    new: Path,
    catalogue: Catalogue,
    numbers: Sequence[Mapping[str, Any]],
    quarters: Collection[str] | None = None,
) -> list[dict[str, str]]:
    """The charts of these quarters, or all, that are other ones now: as a picture, or below."""
    named, so_far = _named(numbers), set[str]()
    found: list[dict[str, str]] = []
    for period in _quarters(old, new, min(named, default=None)):
        mine = named.get(period, set())
        so_far |= mine  # a course over the quarters shows the earlier ones too
        if quarters is not None and period not in quarters:
            continue  # drawing takes seconds
        drawn = set(_drawn_otherwise(old, new, catalogue, period, so_far))
        below = {chart.id for _, chart in _charts(catalogue) if mine & set(chart.shows)} - drawn
        found += [
            {"period": period, "dashboard": board, "chart": chart.id, "title": chart.title,
             "where": PICTURE if chart.id in drawn else BELOW}
            for board, chart in _charts(catalogue)
            if chart.id in drawn | below
        ]  # fmt: skip
    return found


def _charts(catalogue: Catalogue) -> Iterator[tuple[str, Chart]]:
    for board in catalogue.dashboards.values():
        yield from ((board.zh, chart) for chart in board.charts if chart.drawn_as)


def _named(numbers: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Quarter -> what its changed numbers measure; an axis is also its profile."""
    found: dict[str, set[str]] = {}
    for each in numbers:
        name = ENDS.split(str(each["name"]))[0]
        found.setdefault(str(each["period"]), set()).update({name, name.partition(".")[0]})
    return found


def _quarters(old: Path, new: Path, first: str | None) -> list[str]:
    """The quarters, final in both, that can tell of what changed: its own, and those after it."""
    if first is None:
        return []
    finals = [
        {period for period, kind in open_snapshot(each).kinds.items() if kind == "final"}
        for each in (old, new)
    ]
    return sorted(period for period in finals[0] & finals[1] if period >= first)


def _drawn_otherwise(
    old: Path, new: Path, catalogue: Catalogue, period: str, names: set[str]
) -> Iterator[str]:
    then, now = (_question(open_snapshot(each), catalogue, period) for each in (old, new))
    both = charts(then.catalogue).keys() & charts(now.catalogue).keys()
    for _, chart in _charts(catalogue):
        may_differ = chart.id in both and _may_differ(catalogue, chart, names)
        if may_differ and _picture(chart.id, then) != _picture(chart.id, now):
            yield chart.id


def _may_differ(catalogue: Catalogue, chart: Chart, names: set[str]) -> bool:
    """Whether it shows any of the names, or what no name of a number tells: lists, states, all."""
    told = {each.id for each in catalogue.indicators.values() if each.base == REPORTED}
    told |= catalogue.fields.keys() | catalogue.composites.keys() | catalogue.profiles.keys()
    return bool(names & set(chart.shows)) or any(
        name not in told or "." in name for name in chart.shows
    )


def _question(snapshot: Snapshot, catalogue: Catalogue, period: str) -> Question:
    return Question(CITY, snapshot, View(period), defined(snapshot, catalogue, period))


def _picture(chart: str, question: Question) -> str:
    """What is drawn, and the line over it; in the foot every chart tells of corrections."""
    prepared = prepare(chart, question)
    return json.dumps([prepared.headline, prepared.figure], sort_keys=True, default=str)
