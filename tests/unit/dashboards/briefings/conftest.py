"""Papers of the synthetic snapshot."""

from collections.abc import Callable

import pytest

from dashboards.briefings.facts import Facts
from dashboards.briefings.outline import compose
from dashboards.briefings.paper import Paper
from dashboards.reader import CITY
from dashboards.snapshots import Snapshot
from models.catalogue_model import Catalogue


@pytest.fixture(scope="session")
def facts(snapshot: Snapshot, catalogue: Catalogue) -> Facts:
    return Facts(CITY, snapshot, catalogue, "2026Q3")


@pytest.fixture(scope="session")
def paper(facts: Facts) -> Paper:
    return compose(facts, "city", facts.city)


@pytest.fixture(scope="session")
def facts_of(snapshot: Snapshot, catalogue: Catalogue) -> Callable[[str], Facts]:
    return lambda period: Facts(CITY, snapshot, catalogue, period)
