"""What sample.yml says, for tests of the parts that need no city."""

from typing import Any

import pytest

from models.loader import CATALOGUE_DIR
from models.yaml_source import read


@pytest.fixture(scope="session")
def words() -> dict[str, Any]:
    found: dict[str, Any] = read(CATALOGUE_DIR / "sample.yml")[0]
    return found
