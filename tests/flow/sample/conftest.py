"""The sample city of five quarters, told once for all tests, and what is sent of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pytest

from models.catalogue_model import Catalogue
from models.period import Period, due_at, period_range
from models.units import UnitVersion
from models.yaml_source import read
from pipelines.issue import Planned
from pipelines.sample.city import City, UnitQuarter
from pipelines.sample.directory import owing_by_period
from pipelines.sample.faults import Faulty, Key, planted
from pipelines.sample.turn import Row
from pipelines.sample.writing import Sample, make_sample, planned_issues

SPAN, SEED = "2025Q3..2026Q3", 7


@dataclass(frozen=True)
class Told:
    """A city with its directory, as tests look at it."""

    periods: tuple[str, ...]
    units: Mapping[str, Mapping[str, UnitVersion]]
    city: City

    def each(self) -> list[tuple[UnitVersion, str, UnitQuarter]]:
        return [
            (self.units[period][code], period, truth) for (code, period), truth in self.city.items()
        ]

    @cached_property
    def listed(self) -> dict[tuple[str, str], dict[str, Row]]:
        """(matter, period) -> the row of each unit that lists it."""
        found: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
        for unit, period, truth in self.each():
            for row in truth.rows["l3"]:
                found[str(row["matter_id"]), period][unit.unit_code] = row
        return found

    def pairs(self) -> list[tuple[str, UnitQuarter, UnitQuarter]]:
        """Period, last quarter and this quarter of every unit that has both."""
        return [
            (period, self.city[before], truth)
            for (code, period), truth in self.city.items()
            if (before := (code, str(Period.parse(period).shifted(-1)))) in self.city
        ]


@pytest.fixture(scope="session")
def words(catalogue: Catalogue) -> dict[str, Any]:
    found: dict[str, Any] = read(catalogue.root / "sample.yml")[0]
    return found


@pytest.fixture(scope="session")
def due_on(catalogue: Catalogue) -> Callable[[str, str], date]:
    return lambda period, kind: due_at(Period.parse(period), kind, catalogue.campaign).date()


@pytest.fixture(scope="session")
def sample(catalogue: Catalogue) -> Sample:
    return make_sample(catalogue, period_range(SPAN), SEED)


@pytest.fixture(scope="session")
def told(sample: Sample) -> Told:
    periods = tuple(str(period) for period in sample.periods)
    owing = owing_by_period(sample.versions, periods)
    units = {period: {unit.unit_code: unit for unit in owing[period]} for period in periods}
    return Told(periods, units, sample.city)


@pytest.fixture(scope="session")
def sent(sample: Sample) -> list[tuple[Planned, UnitQuarter]]:
    """The honest workbooks of the units that send one."""
    return [each for each in planned_issues(sample) if each[1].sending.received_at]


@pytest.fixture(scope="session")
def faulty(sample: Sample, sent: list[tuple[Planned, UnitQuarter]]) -> dict[Key, Faulty]:
    """The workbooks with slips that are sent instead."""
    return planted(sample, sent)
