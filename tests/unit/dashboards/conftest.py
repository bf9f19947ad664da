"""One synthetic snapshot for all tests of the dashboards."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboards.answers import Question
from dashboards.charts import entry_of, setting_for
from dashboards.figures.setting import Setting
from dashboards.reader import CITY, Reader
from dashboards.snapshots import Snapshot, open_snapshot
from dashboards.view import AS_REPORTED, View
from models.catalogue_model import Catalogue
from models.loader import load_catalogue

Ask = Callable[..., Question]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def published(synthetic: Path) -> Path:
    return synthetic


@pytest.fixture(scope="session")
def snapshot(published: Path) -> Snapshot:
    return open_snapshot(published / "sample.duckdb")


@pytest.fixture
def ask(snapshot: Snapshot, catalogue: Catalogue) -> Ask:
    def question(
        period: str = "2026Q3",
        level: str | None = None,
        county: str | None = None,
        reader: Reader = CITY,
        structure: str = AS_REPORTED,
    ) -> Question:
        view = View(period, level, county, structure=structure)
        return Question(reader, snapshot, view, catalogue)

    return question


@pytest.fixture
def setting(ask: Ask, catalogue: Catalogue) -> Setting:
    return setting_for(ask(), entry_of(catalogue, "D1-2"))
