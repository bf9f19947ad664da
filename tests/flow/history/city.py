"""One county over two quarters, taken to a final publication, and a correction after it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.catalogue_model import Catalogue
from pipelines.building import build_warehouse
from pipelines.corrections.correcting import reopen
from pipelines.corrections.publications import publications
from pipelines.issue.write import Planned, write_issue
from pipelines.judging.intake import identify_received, judge_period, unjudged_periods
from pipelines.publish import Published, publish_snapshot
from pipelines.quarter.decisions import approve_city, approve_county, lock
from pipelines.receive import receive_file
from pipelines.registry import reading, writing
from pipelines.settings import Home
from pipelines.workbook.content import Sheetful
from tests.flow.conftest import AT, PERIODS, SmallCity

COUNTY = "330702"
FIELD = "opinion_received"
MORE = 2
Q1, Q2 = map(str, PERIODS)


def few(city: SmallCity) -> SmallCity:
    """The units of one county."""
    mine = [each for each in city.planned if each.unit.county_code == COUNTY]
    return SmallCity(city.sample, tuple(mine))


def receive_all(
    home: Home, city: SmallCity, planned: Iterable[Planned], books: dict[str, Path], cat: Catalogue
) -> None:
    """Take the files in, in this order, and judge them."""
    with writing(home) as registry:
        for each in planned:
            sent = city.sample.city[each.issue.unit_code, each.issue.period].sending.received_at
            receive_file(registry, home.archive, books[each.issue.issue_id], sent, "cli", cat)
        outcomes = identify_received(home, registry, cat)
        assert set(outcomes) == {"submitted"}
        for period in unjudged_periods(registry, cat):
            judge_period(home, registry, cat, period)


def lock_all(home: Home, periods: Sequence[Any] = PERIODS) -> None:
    with writing(home) as registry:
        for period in periods:
            approve_county(registry, period, COUNTY, "甲", AT, "样例")
            approve_city(registry, period, "乙", AT, "样例")
            lock(registry, period, "乙", AT, "样例")
            assert lock(registry, period, "丙", AT, "样例")


def publish_final(home: Home, catalogue: Catalogue, periods: Sequence[str] = ()) -> Published:
    with writing(home) as registry:
        build_warehouse(home, registry, catalogue, periods)
        return publish_snapshot(home, registry, catalogue, "final", AT)


def correct(home: Home, catalogue: Catalogue, each: Planned, folder: Path, *fields: str) -> Planned:
    """A return is reopened and sent again, and the quarter is locked."""
    told = send_again(home, catalogue, each, folder, *fields)
    lock_all(home, [period for period in PERIODS if str(period) == each.issue.period])
    return told


def send_again(
    home: Home, catalogue: Catalogue, each: Planned, folder: Path, *fields: str
) -> Planned:
    """Two persons reopen the return; the unit sends it again with MORE in fields."""
    more = {name: each.shown.values[name] + MORE for name in fields or (FIELD,)}  # type: ignore[operator]
    values = {**each.shown.values, **more}
    told = replace(each, shown=Sheetful(values, each.shown.rows))
    path = folder / "corrected.xlsx"
    write_issue(path, catalogue, told)
    name = f"{each.issue.unit_code}-{each.issue.period}-v1"
    with writing(home) as registry:
        assert reopen(registry, name, "乙", AT, "数字有误") == "asked"
        assert reopen(registry, name, "丙", AT, "数字有误") == "unlocked"
        receive_file(registry, home.archive, path, AT, "cli", catalogue)
        assert identify_received(home, registry, catalogue) == ["submitted"]
        for period in unjudged_periods(registry, catalogue):
            judge_period(home, registry, catalogue, period)
    return told


def names(home: Home) -> list[str]:
    """The publications, oldest first."""
    with reading(home) as registry:
        return [each.snapshot for each in publications(home, registry)]


def snapshot_of(home: Home, number: int = -1) -> Path:
    """The file of a publication, by default the newest."""
    return home.published / f"{names(home)[number]}.duckdb"
