"""A small city on the disk: a few units, two quarters, real workbooks, a home of its own."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines import cli
from pipelines.building import build_warehouse
from pipelines.issue.write import Planned, write_issue
from pipelines.judging.intake import identify_received, judge_period, unjudged_periods
from pipelines.publish import publish_snapshot
from pipelines.quarter.decisions import approve_city, approve_county, lock
from pipelines.receive import receive_file
from pipelines.records.issues import add_issues
from pipelines.records.quarters import open_period
from pipelines.records.units import replace_directory
from pipelines.registry import writing
from pipelines.sample.writing import Sample, make_sample, planned_issues
from pipelines.settings import Home
from pipelines.workbook.token import write_key
from tests.flow.pairs import CITY, CLAIMANT, OTHER, PEER, ROWS, TOWNSHIP, Pairs
from tests.made_once import made_once

PERIODS = (Period(2026, 1), Period(2026, 2))
AT = datetime(2026, 7, 20, 16)


@dataclass(frozen=True)
class SmallCity:
    """The sample, and the workbooks of some of its units."""

    sample: Sample
    planned: tuple[Planned, ...]

    def home(self, root: Path) -> Home:
        """A home in which these workbooks have been issued and the quarters are open."""
        home = Home(root)
        root.mkdir(parents=True, exist_ok=True)
        home.sample_mark.write_text(str(self.sample.seed), encoding="utf-8")
        write_key(home.key, self.sample.key)
        with writing(home) as registry:
            replace_directory(registry, self.sample.versions)
            for period in self.sample.periods:
                open_period(registry, period, datetime(2026, 1, 1))
            add_issues(registry, [each.issue for each in self.planned])
        return home

    def of(self, period: str) -> list[Planned]:
        """The workbooks of one quarter."""
        return [each for each in self.planned if each.issue.period == period]

    def returns(self, used):
        """(unit, quarter) -> what was filled in: values and rows, of those that are used."""
        keys = [(each.issue.unit_code, each.issue.period) for each in self.planned]
        truth = {key: self.sample.city[key] for key in keys if key in used}
        return {key: (told.values, told.rows) for key, told in truth.items()}


@pytest.fixture(scope="session")
def small_city(catalogue):
    """Two counties and some city units, honest, in 2026Q1 and 2026Q2."""
    sample = make_sample(catalogue, PERIODS, seed=11)
    planned = tuple(
        each
        for each, truth in planned_issues(sample)
        if each.unit.county_code in {"330702", "330723"} or each.issue.unit_code < "330700100120"
        if truth.sending.received_at is not None
    )
    return SmallCity(sample, planned)


class Workbooks(dict[str, Path]):
    """Issue id -> the filled workbook on the disk, written when it is first asked for."""

    def __init__(self, folder: Path, city: SmallCity, catalogue: Catalogue) -> None:
        super().__init__()
        self._folder = folder
        self._planned = {each.issue.issue_id: each for each in city.planned}
        self._catalogue = catalogue

    def __missing__(self, issue_id: str) -> Path:
        self[issue_id] = self._folder / f"{issue_id}.xlsx"
        write_issue(self[issue_id], self._catalogue, self._planned[issue_id])
        return self[issue_id]


@pytest.fixture(scope="session")
def workbooks(small_city, catalogue, tmp_path_factory):
    """The workbooks of the small city: most tests open a few."""
    return Workbooks(tmp_path_factory.mktemp("workbooks"), small_city, catalogue)


@pytest.fixture(scope="session")
def locked_city(small_city, workbooks, catalogue, tmp_path_factory):
    """The small city's files received, judged, approved, locked, built and published."""
    return Home(
        made_once(
            tmp_path_factory,
            "locked-city",
            lambda folder: _lock_city(folder, small_city, workbooks, catalogue),
        )
    )


def _lock_city(folder, small_city, workbooks, catalogue):
    where = small_city.home(folder)
    with writing(where) as registry:
        for each in small_city.planned:
            truth = small_city.sample.city[each.issue.unit_code, each.issue.period]
            receive_file(
                registry,
                where.archive,
                workbooks[each.issue.issue_id],
                truth.sending.received_at,
                "cli",
                catalogue,
            )
        outcomes = identify_received(where, registry, catalogue)
        assert outcomes == ["submitted"] * len(small_city.planned)
        for each in unjudged_periods(registry, catalogue):
            judge_period(where, registry, catalogue, each)
        for period in PERIODS:
            for county in catalogue.counties:
                approve_county(registry, period, county, "甲", AT, "样例")
            approve_city(registry, period, "乙", AT, "样例")
            lock(registry, period, "乙", AT, "样例")
            assert lock(registry, period, "丙", AT, "样例")
        build_warehouse(where, registry, catalogue, [])
        publish_snapshot(where, registry, catalogue, "final", AT)


@pytest.fixture(scope="session")
def reshaped(locked_city, catalogue, tmp_path_factory):
    """The same city with two townships merged and one split in the second quarter."""
    from tests.flow.reshaping import reshape  # noqa: PLC0415 it reads this file

    def reshape_copy(folder):
        shutil.copytree(locked_city.root, folder, dirs_exist_ok=True)
        reshape(Home(folder), catalogue)

    return Home(made_once(tmp_path_factory, "reshaped-city", reshape_copy))


@pytest.fixture
def sanji(monkeypatch, tmp_path, capsys):
    """Run `sanji` in a home of its own; return exit code, output and errors."""
    monkeypatch.setenv("SANJI_HOME", str(tmp_path / "home"))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["sanji", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture(scope="session")
def two_sided(small_city, catalogue, tmp_path_factory):
    """Five units' returns received, judged and built; nothing is answered yet."""
    folder = tmp_path_factory.mktemp("pairs")
    pairs = Pairs(small_city.home(folder / "home"), catalogue, small_city, folder)
    claimant = pairs.write(CLAIMANT, "claimant", ROWS)
    others = [pairs.write(code, code) for code in (TOWNSHIP, CITY, PEER, OTHER)]
    assert pairs.send(claimant, *others) == ["submitted"] * 5
    assert {row.verdict for row in pairs.submissions()} == {"accepted"}
    pairs.build()
    return pairs


@pytest.fixture
def pairs(two_sided, tmp_path):
    """A copy of that home."""
    shutil.copytree(two_sided.home.root, tmp_path / "home")
    return Pairs(Home(tmp_path / "home"), two_sided.catalogue, two_sided.city, tmp_path)


@pytest.fixture
def rows(two_sided):
    """The ids of the claimant's rows, by what they are."""
    matters, ties = two_sided.ids("l3"), two_sided.ids("l2")
    names = ("to_township", "to_city", "to_peer", "mistyped")
    return dict(zip(names, matters, strict=False)) | {"tie": ties[0], "conflict": ties[1]}
