"""A home in which an office has worked for a while, and a backup of it."""

import shutil
from datetime import datetime, timedelta

import pytest

from pipelines.building import build_warehouse
from pipelines.judging.intake import identify_received, judge_period
from pipelines.keeping.backup import make_backup
from pipelines.publish import publish_snapshot
from pipelines.receive import receive_file
from pipelines.registry import writing
from pipelines.settings import Home
from tests.flow.conftest import SmallCity

AT = datetime(2026, 7, 20, 16)
LATER = AT + timedelta(days=1)
PERIOD = "2026Q2"
RECEIVED = 3


@pytest.fixture(scope="session")
def few(small_city):
    """The first units of the second quarter."""
    return SmallCity(small_city.sample, tuple(small_city.of(PERIOD)[: RECEIVED + 1]))


@pytest.fixture(scope="session")
def lived_in(few, workbooks, catalogue, tmp_path_factory):
    """A home with submissions, findings, a warehouse, a final snapshot and a draft in force."""
    home = few.home(tmp_path_factory.mktemp("home") / "home")
    with writing(home) as registry:
        for each in few.planned[:RECEIVED]:
            path = workbooks[each.issue.issue_id]
            receive_file(registry, home.archive, path, AT, "cli", catalogue)
        identify_received(home, registry, catalogue)
        judge_period(home, registry, catalogue, PERIOD)
        build_warehouse(home, registry, catalogue, [PERIOD])
        final = publish_snapshot(home, registry, catalogue, "final", AT)
        picture = home.published / final.snapshot_id / PERIOD / "D1-1.png"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"a picture")
        publish_snapshot(home, registry, catalogue, "draft", LATER)
    return home


@pytest.fixture
def home(lived_in, tmp_path, monkeypatch):
    """A copy of it, in force."""
    shutil.copytree(lived_in.root, tmp_path / "home")
    monkeypatch.setenv("SANJI_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def kept(lived_in, catalogue, tmp_path_factory):
    """A backup of that home."""
    return make_backup(lived_in, catalogue, tmp_path_factory.mktemp("backup"), AT)


@pytest.fixture
def backup(kept, tmp_path):
    """A copy of the backup, to be harmed."""
    shutil.copytree(kept.folder.parent, tmp_path / "backup")
    return tmp_path / "backup" / kept.folder.name
