"""What most tests of the registry start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from pipelines.registry import writing
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import city


@pytest.fixture
def registry(tmp_path: Path, catalogue: Catalogue) -> Iterator[Connection]:
    """A few units of two counties, whose quarter is open and has its duties."""
    with writing(Home(tmp_path)) as connection:
        city(connection, campaign=catalogue.campaign)
        yield connection
