"""Files that come late, twice, at once, for the wrong quarter or from the wrong unit."""

import os
import shutil
import subprocess
import sys
from datetime import date, datetime

import openpyxl
import polars as pl
import pytest
from sqlalchemy import delete, select

from models.period import Period
from models.registry import finding, period, receipt, submission
from pipelines.extract.store import load_cells
from pipelines.judging.intake import identify_received, judge_period
from pipelines.judging.remarks import find_cell
from pipelines.quarter.decisions import lock, send_back
from pipelines.quarter.granting import unwaive, waive
from pipelines.quarter.status import status
from pipelines.receive import receive_file
from pipelines.records.duties import freeze
from pipelines.records.quarters import current
from pipelines.records.units import directory, replace_directory
from pipelines.registry import reading, writing
from pipelines.settings import CHECKOUT
from tests.flow.conftest import SmallCity

pytestmark = pytest.mark.xdist_group("life")
Q1, Q2 = Period(2026, 1), Period(2026, 2)
ON_TIME, LATE = datetime(2026, 7, 3, 10), datetime(2026, 7, 15, 10)


@pytest.fixture(scope="module")
def unit(small_city):
    """One unit of the small city that reports for both quarters."""
    both = {each.issue.unit_code for each in small_city.of(str(Q1))}
    return next(e for e in small_city.of(str(Q2)) if e.issue.unit_code in both)


@pytest.fixture
def home(small_city, unit, catalogue, tmp_path):
    """A home in which one unit's workbooks of both quarters were issued, duties frozen."""
    code = unit.issue.unit_code
    own = tuple(e for e in small_city.planned if e.issue.unit_code == code)
    where = SmallCity(small_city.sample, own).home(tmp_path / "home")
    with writing(where) as registry:
        freeze(registry, catalogue.campaign, Q2, ON_TIME, directory(registry))
    return where


@pytest.fixture
def file(workbooks, unit):
    return workbooks[unit.issue.issue_id]


def again(file, folder, name, note):
    """The same workbook with another note in it: other bytes, as when a unit saves once more."""
    book = openpyxl.load_workbook(file)
    book.properties.title = note
    book.save(folder / name)
    return folder / name


def take_in(home, catalogue, *paths, at=ON_TIME):
    """Receive files and identify them; return what became of each."""
    with writing(home) as registry:
        for path in paths:
            receive_file(registry, home.archive, path, at, "cli", catalogue)
        return identify_received(home, registry, catalogue)


def rows(home, unit):
    with reading(home) as registry:
        return registry.execute(
            select(submission)
            .where(submission.c.unit_code == unit.issue.unit_code)
            .order_by(submission.c.version)
        ).all()


def test_after_the_deadline_and_before_the_lock_it_is_taken_and_marked_late(
    home, unit, file, catalogue
):
    assert take_in(home, catalogue, file, at=LATE) == ["submitted"]
    with reading(home) as registry:
        found = status(registry, catalogue, Q2, LATE)
    entry = next(e for e in found["units"] if e["unit_code"] == unit.issue.unit_code)
    assert (found["received"], found["late"], entry["is_late"]) == (1, 1, True)


def test_after_the_lock_it_is_kept_and_waits(home, unit, file, catalogue):
    with writing(home) as registry:
        lock(registry, Q2, "乙", LATE, "锁定")
        lock(registry, Q2, "丙", LATE, "锁定")
    assert take_in(home, catalogue, file, at=LATE) == ["held"]
    assert rows(home, unit) == []


def test_a_new_version_replaces_the_old_one_and_what_was_found_in_it(
    home, unit, file, catalogue, tmp_path
):
    take_in(home, catalogue, file)
    with writing(home) as registry:
        judge_period(home, registry, catalogue, str(Q2))
        one = current(registry, str(Q2))[unit.issue.unit_code].submission_id
        typed = (
            load_cells(home.cells).filter(pl.col("field") == "org_total_close").row(0, named=True)
        )
        remark = find_cell(home, registry, one, f"F1!{typed['cell'].lower()}")
        assert (remark.field, remark.value) == ("org_total_close", typed["typed"])
        assert find_cell(home, registry, one, "F1!ZZ9") is None
        send_back(registry, one, "甲", ON_TIME, "请核对", remark)
        assert "open" in registry.execute(select(finding.c.status)).scalars().all()
    assert take_in(home, catalogue, again(file, tmp_path, "b.xlsx", "b"), at=LATE) == ["submitted"]
    old, new = rows(home, unit)
    assert (old.version, old.is_current, old.status) == (1, False, "superseded")
    assert (new.version, new.is_current) == (2, True)
    with reading(home) as registry:
        left = registry.execute(select(finding.c.status)).scalars().all()
    assert set(left) == {"superseded"}
    assert (home.archive / old.file_sha256[:2]).exists()


def test_the_same_bytes_twice_are_one_receipt_and_one_version(home, unit, file, catalogue):
    assert take_in(home, catalogue, file, file) == ["submitted"]
    assert take_in(home, catalogue, file, at=LATE) == []
    assert len(rows(home, unit)) == 1


def test_a_quarter_is_told_by_the_file_and_not_by_who_runs_it(
    home, unit, small_city, workbooks, catalogue
):
    earlier = next(e for e in small_city.of(str(Q1)) if e.issue.unit_code == unit.issue.unit_code)
    take_in(home, catalogue, workbooks[earlier.issue.issue_id])
    assert [row.period for row in rows(home, unit)] == [str(Q1)]


def test_a_quarter_that_is_not_open_refuses_and_says_which(home, unit, file, catalogue):
    with writing(home) as registry:
        registry.execute(delete(period).where(period.c.period == str(Q2)))
    assert take_in(home, catalogue, file) == ["refused"]
    with reading(home) as registry:
        reason = registry.execute(select(receipt.c.reason)).scalar_one()
    assert "报告期2026Q2尚未开始受理" in reason


def test_a_waived_units_file_waits_and_is_taken_once_the_waiver_falls(home, unit, file, catalogue):
    code = unit.issue.unit_code
    with writing(home) as registry:
        waive(registry, code, Q2, None, "甲", ON_TIME, "涉密单位")
    assert take_in(home, catalogue, file) == ["held"]
    with writing(home) as registry:
        unwaive(registry, code, Q2, "甲", LATE, "已脱密")
        assert identify_received(home, registry, catalogue) == ["submitted"]


@pytest.mark.parametrize("has_ended", [True, False])
def test_a_unit_that_ended_or_left_the_directory_sends_for_a_person_to_look_at(
    home, unit, file, catalogue, has_ended
):
    code, end = unit.issue.unit_code, date(2026, 5, 20) if has_ended else date(2026, 3, 1)
    with writing(home) as registry:
        versions = directory(registry).versions
        ended = [
            type(v)(**{**vars(v), "valid_to": end, "reports_to": end}) if v.unit_code == code else v
            for v in versions
        ]
        replace_directory(registry, ended)
        freeze(registry, catalogue.campaign, Q2, LATE, directory(registry))
    assert take_in(home, catalogue, file) == ["held"]
    with reading(home) as registry:
        reason = registry.execute(select(receipt.c.reason)).scalar_one()
    assert ("已合并或撤销" if has_ended else "没有报送责任") in reason


def test_two_versions_racing_are_both_receipted_and_one_is_current(
    home, unit, file, catalogue, tmp_path
):
    paths = [shutil.copy(file, tmp_path / "a.xlsx"), again(file, tmp_path, "b.xlsx", "b")]
    waiting = list(paths)
    for _ in range(10):
        # Who finds the registry taken is told so, keeps the file and sends it again.
        running = [(path, _receive(home, path)) for path in waiting]
        waiting = [path for path, process in running if process.wait(timeout=120) == 2]
        if not waiting:
            break
    assert waiting == []
    with writing(home) as registry:
        assert len(registry.execute(select(receipt)).all()) == 2
        assert identify_received(home, registry, catalogue) == ["submitted", "submitted"]
    first, second = rows(home, unit)
    assert [first.is_current, second.is_current] == [False, True]
    assert (first.version, second.version) == (1, 2)
    assert first.receipt_id < second.receipt_id, "in the order in which they were committed"
    assert first.file_sha256 != second.file_sha256


def _receive(home, path):
    return subprocess.Popen(  # noqa: S603 our own program
        [sys.executable, "-c", "from pipelines.cli import main; main()", "receive", str(path),
         "--at", ON_TIME.isoformat()],
        cwd=CHECKOUT, env={**os.environ, "SANJI_HOME": str(home.root)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
