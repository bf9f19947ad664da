"""Papers of the synthetic snapshot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboards.briefings.document import word_file
from dashboards.briefings.facts import Facts
from dashboards.briefings.outline import compose
from dashboards.briefings.paper import Paper
from dashboards.briefings.reading_back import differences
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


@pytest.fixture(scope="session")
def word(paper: Paper, facts: Facts) -> bytes:
    return word_file(paper, facts, {})


@pytest.fixture
def file(word: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "tongbao.docx"
    path.write_bytes(word)
    return path


@pytest.fixture
def told(paper: Paper, word: bytes, catalogue: Catalogue) -> Callable[[Path], object]:
    """What is told of an edited file."""
    return lambda file: differences(file, paper, word, catalogue.briefing.spelling)
