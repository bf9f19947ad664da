"""A home with the small invented city in it."""

from datetime import datetime

import pytest

from pipelines.directory import Signed, take
from pipelines.registry import writing
from pipelines.settings import Home
from tests.directory_books import city, write

SIGNED = Signed("张三", datetime(2026, 7, 3, 9), "年初核对")


@pytest.fixture
def empty(tmp_path):
    """A home in which nothing is."""
    return Home(tmp_path / "home")


@pytest.fixture
def importing(catalogue, tmp_path):
    """Import rows into a home."""

    def run(home, rows, events=None, *, dry_run=False, extra=(), signed=SIGNED):
        path = write(tmp_path / "名录.xlsx", catalogue, rows, events, extra)
        with writing(home) as registry:
            return take(home, registry, catalogue, path, signed, dry_run=dry_run)

    return run


@pytest.fixture
def home(empty, importing):
    """The small city, imported."""
    importing(empty, city())
    return empty
