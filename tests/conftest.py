"""What every test may ask for, and which tests run beside one another."""

import pytest

from models.loader import load_catalogue
from tests.made_once import made_once


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items):
    """Tests of a module stay together, so that what they share is made once, not by each worker.

    Groups that build a city go first: what is left for the end is small, and all end together.
    """
    named = {item for item in items if item.get_closest_marker("xdist_group")}
    for item in set(items) - named:
        item.add_marker(pytest.mark.xdist_group(item.module.__name__))
    items.sort(key=lambda item: item not in named)


@pytest.fixture(scope="session")
def catalogue():
    """The catalogue of the project."""
    return load_catalogue()


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory, catalogue):
    """The folder of the synthetic snapshot, to be looked at; copy it before it is changed."""
    from tests.fixtures_snapshot import build_snapshot  # noqa: PLC0415 few tests need it

    return made_once(
        tmp_path_factory, "synthetic", lambda folder: build_snapshot(folder, catalogue)
    )
