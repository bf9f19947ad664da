import zipfile

import pytest

from models.period import Period
from pipelines.extract.fanout import CRASHED, BrokenChildError, read_chunk
from pipelines.extract.store import declared
from pipelines.issue.write import write_issue
from pipelines.sample.writing import make_sample, planned_issues

LIMITS = {"memory_bytes": 1 << 31, "seconds_per_file": 10}


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
def read(catalogue, monkeypatch):
    # Unbuffered output would hide what a dying child had not yet sent.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    return lambda paths: read_chunk(paths, declared(catalogue), LIMITS)


def test_a_workbook_is_read_in_the_child(read, workbook):
    (answer,) = read([workbook])
    assert answer["meta"]["period"] == "2026Q2"
    assert any(cell[3] == "branch_open" for cell in answer["cells"])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_file_that_kills_the_child_is_found_and_the_others_are_read(
    read, workbook, killer, place
):
    paths = [workbook, workbook]
    paths.insert(place, killer)
    answers = read(paths)
    assert answers[place] == CRASHED
    assert [("meta" in each) for each in answers if each != CRASHED] == [True, True]


def test_a_child_that_cannot_start_is_our_fault_not_a_files(catalogue, workbook):
    with pytest.raises(BrokenChildError):
        read_chunk([workbook], [{"no such": "key"}], LIMITS)
