"""What every test may ask for."""

import pytest

from models.loader import load_catalogue


@pytest.fixture(scope="session")
def catalogue():
    """The catalogue of the project."""
    return load_catalogue()
