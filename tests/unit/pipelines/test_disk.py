"""A folder in the making: one process's alone, and cleared away if that process dies."""

import os
import signal
from contextlib import suppress

import pytest

from pipelines import disk
from pipelines.disk import BusyError, making, name_draft

FIRST, SECOND = "20260720T160000", "20260720T170000"


def child(work):
    """Start a process that runs `work` and tells when it is under way; its id."""
    told, tells = os.pipe()
    if (pid := os.fork()) == 0:
        work(lambda: os.write(tells, b"."))
        os._exit(0)
    os.close(tells)
    os.read(told, 1)
    os.close(told)
    return pid


def killed(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


@pytest.fixture
def other(tmp_path):
    """Another process that is making the first folder, half of it written."""

    def work(tell):
        with making(tmp_path / FIRST) as draft:
            (draft / "half").write_text("half")
            tell()
            signal.pause()

    pid = child(work)
    yield pid
    with suppress(ProcessLookupError):
        killed(pid)


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(".making"))


def test_the_same_folder_is_made_by_one_process_at_a_time(other, tmp_path):
    with pytest.raises(BusyError), making(tmp_path / FIRST):
        pass
    assert names(tmp_path) == [f".{FIRST}.making"]
    with making(tmp_path / SECOND) as draft:
        assert names(tmp_path) == [f".{FIRST}.making", f".{SECOND}.making"]
        name_draft(draft, tmp_path / SECOND)
    assert (tmp_path / f".{FIRST}.making" / "half").is_file()


def test_what_a_killed_process_left_is_cleared_away_by_the_next_that_makes_such_a_folder(
    other, tmp_path
):
    for strange in (".notes.making", ".20260720.making"):
        (tmp_path / strange).mkdir()
    killed(other)
    assert f".{FIRST}.making" in names(tmp_path)
    with making(tmp_path / SECOND) as draft:
        name_draft(draft, tmp_path / SECOND)
    assert names(tmp_path) == [".20260720.making", ".notes.making"]


def test_a_draft_that_was_cleared_away_before_it_was_claimed_is_not_written_to(
    tmp_path, monkeypatch
):
    claim, draft = disk._claimed, tmp_path / f".{FIRST}.making"

    def too_late(folder):
        folder.rmdir()
        return claim(folder)

    monkeypatch.setattr(disk, "_claimed", too_late)
    with pytest.raises(BusyError), making(tmp_path / FIRST):
        pass
    assert not draft.exists()


def test_a_folder_that_has_its_name_is_not_made_again(tmp_path):
    (tmp_path / FIRST).mkdir()
    with pytest.raises(BusyError), making(tmp_path / FIRST):
        pass
    assert names(tmp_path) == []
