"""A county published, the same after a correction, and a catalogue of before."""

import re
import shutil

import pytest

from models.loader import CATALOGUE_DIR, load_catalogue
from pipelines.settings import Home
from tests.flow.history.city import (
    FIELD,
    Q1,
    correct,
    few,
    lock_all,
    publish_final,
    receive_all,
)


@pytest.fixture(scope="session")
def city(small_city):
    return few(small_city)


@pytest.fixture(scope="session")
def published(city, workbooks, catalogue, tmp_path_factory):
    """Both quarters received, locked and published."""
    home = city.home(tmp_path_factory.mktemp("home"))
    receive_all(home, city, city.planned, workbooks, catalogue)
    lock_all(home)
    publish_final(home, catalogue)
    return home


@pytest.fixture
def home(published, tmp_path, monkeypatch):
    """A copy of it, in force."""
    root = shutil.copytree(published.root, tmp_path / "home")
    monkeypatch.setenv("SANJI_HOME", str(root))
    return Home(root)


@pytest.fixture(scope="session")
def corrected(published, city, catalogue, tmp_path_factory):
    """A copy in which one return of the first quarter was corrected after its publication."""
    root = shutil.copytree(published.root, tmp_path_factory.mktemp("corrected") / "home")
    where = Home(root)
    each = next(
        each for each in city.of(Q1)
        if each.shown.values.get(FIELD) and each.unit.unit_kind == "county_organ"
    )  # fmt: skip
    correct(where, catalogue, each, tmp_path_factory.mktemp("again"))
    publish_final(where, catalogue, [Q1])
    return where, each


@pytest.fixture(scope="session")
def older(tmp_path_factory):
    """A catalogue in which one indicator was computed otherwise and one had a lower target."""
    root = shutil.copytree(CATALOGUE_DIR, tmp_path_factory.mktemp("older") / "catalogue")
    path = root / "indicators" / "COO.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("numerator: feedback_fixed\n") == 1
    text = text.replace("numerator: feedback_fixed\n", "numerator: feedback_fixed + feedback_new\n")
    text = re.sub(r"(- id: COO03\n(?:(?!- id:).*\n)*?  examples:\n)(?:    .*\n)+",
                  r"\1    - {given: {feedback_fixed: 1, feedback_new: 1, feedback_open: 1},"
                  " value: 100}\n", text)  # fmt: skip
    text = text.replace("target: 95.0\n", "target: 61.0\n", 1)
    path.write_text(text, encoding="utf-8")
    return load_catalogue(root)
