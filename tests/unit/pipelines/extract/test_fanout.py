"""The child outlives what files do to the processes that read them, and says what it was."""

import os
import socket
import time
import zipfile
from pathlib import Path

import pytest

from models.period import Period
from pipelines.extract.declared import declared
from pipelines.extract.fanout import BrokenChildError, Child, read_all, read_chunk, state_of
from pipelines.extract.fanout import local_executor as executor
from pipelines.issue.write import write_issue
from pipelines.sample.writing import make_sample, planned_issues

LIMITS = {
    "memory_bytes": 805306368,
    "cpu_seconds": 1,
    "wall_seconds": 2,
    "answer_bytes": 1_000_000,
    "open_files": 64,
    "files_per_chunk": 2,
}


@pytest.fixture(scope="module")
def workbook(catalogue, tmp_path_factory):
    sample = make_sample(catalogue, [Period(2026, 2)], seed=5)
    planned, _ = next(planned_issues(sample))
    path = tmp_path_factory.mktemp("workbook") / "unit.xlsx"
    write_issue(path, catalogue, planned)
    return path


@pytest.fixture
def killer(workbook, tmp_path):
    """A workbook that aborts the value reader: no error, the process is gone."""
    path = tmp_path / "killer.xlsx"
    with zipfile.ZipFile(workbook) as good, zipfile.ZipFile(path, "w") as bad:
        for name in good.namelist():
            body = good.read(name)
            if name == "xl/sharedStrings.xml":
                body = body.replace(b'uniqueCount="', b'uniqueCount="4294967295" was="')
            bad.writestr(name, body)
    return path


@pytest.fixture
def read(catalogue):
    limits = catalogue.parameters["child"]
    return lambda paths: read_chunk(paths, declared(catalogue), limits)


@pytest.fixture(scope="module")
def misbehaving():
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANJI_TEST_PORT", str(server.getsockname()[1]))
        child = Child(f"{__package__ or 'tests.unit.pipelines.extract'}.misbehaving")
        yield child
        child.close()


def test_a_workbook_is_read_in_the_child(read, workbook):
    (answer,) = read([workbook])
    assert answer["meta"]["period"] == "2026Q2"
    assert any(cell[3] == "branch_open" for cell in answer["cells"])
    assert answer["spent"]["peak_bytes"] < 200_000_000


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_file_that_kills_its_reader_is_found_and_the_others_are_read(
    read, workbook, killer, place
):
    paths = [workbook, workbook]
    paths.insert(place, killer)
    states = ["read", "read"]
    states.insert(place, "too_heavy")
    assert [state_of(answer) for answer in read(paths)] == states


@pytest.mark.parametrize(
    ("deed", "ended"),
    [
        ("abort", "crashed"),
        ("panic", "crashed"),
        ("recurse", "crashed"),
        ("exit", "crashed"),
        ("take_memory", "too_heavy"),
        ("say_much", "too_heavy"),
        ("spin", "too_slow"),
        ("sleep", "too_slow"),
        ("err", "our_fault"),
        ("write", "our_fault"),
        ("open_many", "our_fault"),
    ],
)
def test_what_a_file_does_to_its_reader_is_the_answer_of_that_file_alone(misbehaving, deed, ended):
    before, it, after = misbehaving.read([Path("a"), Path(deed), Path("b")], [], LIMITS)
    assert it["ended"] == ended
    assert before["fine"]
    assert after["fine"]


def test_a_reader_writes_nothing(misbehaving, tmp_path):
    misbehaving.read([Path("write")], [], LIMITS)
    written = Path("/tmp/written-by-a-reader")  # noqa: S108
    assert not written.exists() or written.stat().st_size == 0


def test_a_file_that_hangs_takes_its_own_time_only(misbehaving):
    start = time.monotonic()
    answers = misbehaving.read([Path("sleep"), Path("a"), Path("sleep"), Path("b")], [], LIMITS)
    assert [state_of(each) for each in answers] == ["too_slow", "read", "too_slow", "read"]
    assert time.monotonic() - start < 3 * LIMITS["wall_seconds"]


def test_a_reader_reaches_no_network(misbehaving):
    if os.uname().sysname != "Linux":
        pytest.skip("only Linux takes the network away from a process")
    assert "reached" not in misbehaving.read([Path("connect")], [], LIMITS)[0]


def test_what_a_reader_prints_is_no_answer(misbehaving):
    (answer,) = misbehaving.read([Path("print")], [], LIMITS)
    assert answer["fine"]


def test_a_child_that_cannot_start_is_our_fault_not_a_files(catalogue, workbook):
    with pytest.raises(BrokenChildError, match="TypeError"):
        read_chunk([workbook], [{"no such": "key"}], LIMITS)
    with pytest.raises(BrokenChildError, match="ModuleNotFoundError"):
        Child("pipelines.extract.no_such_module")


def test_a_child_that_was_killed_from_outside_is_our_fault_and_the_next_one_works(
    catalogue, workbook
):
    child = Child()
    child._process.kill()
    child._process.wait()
    with pytest.raises(BrokenChildError):
        child.read([workbook], declared(catalogue), LIMITS)
    assert read_chunk([workbook], declared(catalogue), LIMITS)[0]["meta"]


def test_answers_come_in_the_order_of_the_files_whoever_reads_them(catalogue, workbook, killer):
    paths = [workbook, killer, workbook, workbook, killer]
    with executor() as threads:
        chunks = list(read_all(paths, declared(catalogue), LIMITS, threads))
    assert [len(chunk) for chunk in chunks] == [2, 2, 1]
    states = [state_of(answer) for chunk in chunks for answer in chunk]
    assert states == ["read", "too_heavy", "read", "read", "too_heavy"]
