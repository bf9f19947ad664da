from dataclasses import replace
from datetime import datetime

import pytest

from pipelines.keeping import machine
from pipelines.keeping.trouble import Visit
from pipelines.settings import Home


@pytest.fixture
def visit(tmp_path, catalogue):
    return Visit(Home(tmp_path), catalogue, datetime(2026, 7, 20), deep=False)


def names(probe, visit):
    return [(each.severity, each.name) for each in probe(visit)]


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 10, 9), 1), ((3, 11, 0), 0), ((3, 13, 9), 0), ((3, 14, 0), 1)],
)
def test_only_versions_that_were_tested_are_well(visit, monkeypatch, version, expected):
    monkeypatch.setattr("sys.version_info", version)
    assert len(names(machine.python, visit)) == expected


def test_room_on_the_disk_is_judged_by_the_parameters(visit, catalogue):
    def with_limits(few, too_few):
        keeping = {"free_bytes_few": few, "free_bytes_too_few": too_few}
        parameters = {**catalogue.parameters, "keeping": keeping}
        return replace(visit, catalogue=replace(catalogue, parameters=parameters))

    assert names(machine.disk, with_limits(0, 0)) == []
    assert names(machine.disk, with_limits(1 << 60, 0)) == [("hint", "disk_low")]
    assert names(machine.disk, with_limits(1 << 60, 1 << 60)) == [("problem", "disk_full")]


def test_holidays_of_a_year_far_off_are_not_known(visit, catalogue):
    far = Visit(visit.home, catalogue, datetime(2040, 11, 1), deep=False)
    assert names(machine.calendar, visit) == []
    expected = [("problem", "no_holidays"), ("hint", "no_holidays_yet")]
    assert names(machine.calendar, far) == expected


def test_folders_of_the_scheduler_that_are_gone_are_named(visit, monkeypatch, tmp_path):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "gone"))
    monkeypatch.setenv("SANJI_DAGSTER", str(tmp_path / "gone"))
    expected = [("problem", "no_dagster_home"), ("problem", "no_dagster_storage")]
    assert names(machine.scheduler, visit) == expected
    monkeypatch.delenv("DAGSTER_HOME")
    monkeypatch.setenv("SANJI_DAGSTER", str(tmp_path))
    assert names(machine.scheduler, visit) == []


def test_programs_that_are_not_there_are_named(visit, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    monkeypatch.setattr("sys.platform", "linux")
    expected = [("hint", "no_browser"), ("hint", "no_font"), ("hint", "no_office")]
    assert names(machine.programs, visit) == expected


def test_a_lock_left_by_a_process_that_is_gone_is_held_by_nobody(visit):
    (visit.home.root / "run.lock").write_text("99999999")
    assert names(machine.locks, visit) == []
    (visit.home.root / "run.lock").write_text("")
    assert names(machine.locks, visit) == []
