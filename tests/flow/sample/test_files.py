"""The sample on the disk: files, corrections, truth, and a home that takes nothing else."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from sqlalchemy import func, select

from models.catalogue_model import Catalogue
from models.period import Period
from models.registry import issued
from pipelines.records.quarters import opened_periods
from pipelines.records.units import directory, replace_directory
from pipelines.registry import reading, writing
from pipelines.sample.files import (
    NotForSampleError,
    SampleFiles,
    _register,
    _remove_earlier,
    write_sample,
)
from pipelines.sample.writing import Sample, make_sample, planned_issues
from pipelines.settings import Home
from pipelines.workbook.token import site_key

pytestmark = pytest.mark.xdist_group("sample")

PERIOD, SEED = Period(2026, 1), 3


@dataclass(frozen=True)
class Written:
    """A sample of one quarter that was written, and what was told meanwhile."""

    home: Home
    files: SampleFiles
    told: list[tuple[int, int]]

    @property
    def truth(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = _json(self.files.truth)["faults"]
        return found

    @property
    def schedule(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = _json(self.files.schedule)
        return found


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _home(root: Path) -> Home:
    root.mkdir(parents=True, exist_ok=True)
    return Home(root)


@pytest.fixture(scope="module")
def written(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Written:
    home, out = _home(tmp_path_factory.mktemp("home")), tmp_path_factory.mktemp("out")
    told: list[tuple[int, int]] = []
    with writing(home) as registry:
        files = write_sample(
            home, registry, catalogue, [PERIOD], SEED, out, lambda *each: told.append(each)
        )
    return Written(home, files, told)


@pytest.fixture(scope="module")
def quarter(catalogue: Catalogue) -> Sample:
    """The same city again."""
    return make_sample(catalogue, [PERIOD], SEED)


def test_what_is_scheduled_is_what_lies_there(written: Written) -> None:
    out = written.files.out
    found = {path.relative_to(out).as_posix() for path in out.rglob("*.xlsx")}
    assert found == {entry["file"] for entry in written.schedule}
    assert len(found) == written.files.workbooks + written.files.corrections
    assert written.told[-1] == (len(found), len(found))


def test_files_arrive_in_order_and_corrections_after_what_they_mend(written: Written) -> None:
    times = [entry["received_at"] for entry in written.schedule]
    assert times == sorted(times)
    at = {entry["file"]: entry["received_at"] for entry in written.schedule}
    mended = [record for record in written.truth if record["corrected_in"]]
    assert len({record["file"] for record in mended}) == written.files.corrections > 20
    assert all(at[record["corrected_in"]] > at[record["file"]] for record in mended)
    assert all("/更正/" in record["corrected_in"] for record in mended)


def test_silent_units_send_nothing_and_yet_have_their_truth(
    written: Written, quarter: Sample
) -> None:
    silent = {code for (code, _), each in quarter.city.items() if not each.sending.received_at}
    assert silent
    assert silent.isdisjoint({entry["unit_code"] for entry in written.schedule})
    values = pl.read_parquet(written.files.values)
    assert silent < set(values["unit_code"])
    assert values.columns == ["unit_code", "period", "form", "field", "line", "value"]
    assert values["line"].dtype == pl.Int32


def test_a_slip_stands_in_its_cell_and_is_gone_in_the_correction(written: Written) -> None:
    record = next(each for each in written.truth if each["rule"] == "R014")
    place = record["sheet"], record["cell"]
    seen = [
        openpyxl.load_workbook(written.files.out / record[name])[place[0]][place[1]].value
        for name in ("file", "corrected_in")
    ]
    assert seen == ["0=否", "1=是"]


def test_broken_cells_are_written_as_excel_would_leave_them(written: Written) -> None:
    found = {}
    for record in written.truth:
        if record["kind"] in {"error_cell", "uncached_formula", "words"}:
            path = written.files.out / record["file"]
            place = openpyxl.load_workbook(path, data_only=True)[record["sheet"]]
            found[record["kind"]] = place[record["cell"]].value
    assert found == {"error_cell": "#REF!", "uncached_formula": None, "words": found["words"]}
    assert found["words"].startswith("约")


def test_issues_and_quarters_are_registered_as_if_issued_here(
    written: Written, quarter: Sample
) -> None:
    with reading(written.home) as registry:
        count = registry.execute(select(func.count()).select_from(issued)).scalar()
        assert count == len(quarter.directory.owing(PERIOD))
        assert opened_periods(registry) == [str(PERIOD)]
        assert directory(registry).versions == quarter.directory.versions
    assert written.home.is_sample
    assert site_key(written.home.key) == quarter.key


def test_the_same_sample_again_replaces_its_issues(quarter: Sample, tmp_path: Path) -> None:
    home = _home(tmp_path)
    issues = [planned.issue for planned, _ in planned_issues(quarter)][:20]
    with writing(home) as registry:
        _register(home, registry, quarter, issues)
        _register(home, registry, quarter, issues)
        assert registry.execute(select(func.count()).select_from(issued)).scalar() == 20


@pytest.mark.parametrize("holds", ["another key", "another unit", "another sample"])
def test_a_home_that_holds_something_else_is_left_alone(
    holds: str, catalogue: Catalogue, quarter: Sample, tmp_path: Path
) -> None:
    home = _home(tmp_path / "home")
    if holds == "another key":
        site_key(home.key)
    if holds == "another sample":
        home.sample_mark.write_text("4", encoding="utf-8")
    with writing(home) as registry:
        if holds == "another unit":
            foreign = replace(quarter.versions[0], unit_code="330700100002")
            replace_directory(registry, [foreign])
        with pytest.raises(NotForSampleError, match="目录"):
            write_sample(
                home, registry, catalogue, [PERIOD], SEED, tmp_path / "out", lambda *_: None
            )
    assert not (tmp_path / "out").exists()


def test_workbooks_of_an_earlier_sample_do_not_stay(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "schedule.json").write_text('[{"file": "a.xlsx"}]', encoding="utf-8")
    _remove_earlier(tmp_path)
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["b.xlsx"]
