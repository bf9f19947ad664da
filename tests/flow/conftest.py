"""A small city on the disk: a few units, two quarters, real workbooks, a home of its own."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from models.period import Period
from pipelines import cli
from pipelines.issue.write import Planned, write_issue
from pipelines.records import add_issues, open_period, replace_directory
from pipelines.registry import writing
from pipelines.sample.writing import Sample, make_sample, planned_issues
from pipelines.settings import Home
from pipelines.workbook.token import write_key

PERIODS = (Period(2026, 1), Period(2026, 2))


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


@pytest.fixture(scope="session")
def workbooks(small_city, catalogue, tmp_path_factory):
    """Issue id -> the filled workbook on the disk."""
    folder = tmp_path_factory.mktemp("workbooks")
    paths = {}
    for each in small_city.planned:
        paths[each.issue.issue_id] = folder / f"{each.issue.issue_id}.xlsx"
        write_issue(paths[each.issue.issue_id], catalogue, each)
    return paths


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
