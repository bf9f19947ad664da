"""What a quarter's files show together: recorded apart, in the way of approval until answered."""

from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest
from sqlalchemy import insert, select, update

from models.period import Period
from models.registry import finding, receipt, submission
from pipelines.extract.store import CELL_SCHEMA, READER
from pipelines.judging.quarter_findings import open_findings, settle, told_to_unit
from pipelines.judging.reviewing import judge_from, judge_quarter
from pipelines.quarter.decisions import approve_county, lock
from pipelines.records.issues import add_issues
from pipelines.records.quarters import open_period
from pipelines.records.units import replace_directory
from pipelines.records.waivers import RuleWaiver, add_waiver
from pipelines.registry import writing
from pipelines.sample.as_read import cells_of
from pipelines.settings import Home

pytestmark = pytest.mark.xdist_group("together")
AT = datetime(2026, 4, 12, 10)
Q1, Q2 = Period(2026, 1), Period(2026, 2)
COUNTY = "330702"


@pytest.fixture
def books(small_city):
    """The county's honest workbooks of the first quarter."""
    return [each for each in small_city.of(str(Q1)) if each.unit.county_code == COUNTY]


def _home(root, small_city, books, catalogue):
    """A home in which these workbooks have come, been read and judged well."""
    home = Home(root)
    home.root.mkdir(parents=True)
    with writing(home) as registry:
        replace_directory(registry, small_city.sample.versions)
        open_period(registry, Q1, datetime(2026, 3, 1))
        add_issues(registry, [each.issue for each in books])
        for number, each in enumerate(books, start=1):
            _receive(registry, number, each)
    rows = [(each.issue.issue_id, *cell) for each in books for cell in cells_of(catalogue, each)]
    folder = home.cells / f"reader-{READER}"
    folder.mkdir(parents=True)
    pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row").write_parquet(folder / "cell-a.parquet")
    pl.DataFrame(
        [(each.issue.issue_id, "read", "{}", [], "[]") for each in books],
        schema=["file_sha256", "state", "meta", "lost", "explanations"],
        orient="row",
    ).write_parquet(folder / "file-a.parquet")
    return home


def _id(book):
    return f"{book.issue.unit_code}-v1" if book.issue.period == str(Q1) else book.issue.issue_id


def _receive(registry, number, book):
    sha256 = book.issue.issue_id
    registry.execute(
        insert(receipt).values(
            receipt_id=number, received_at=AT, door="cli", original_name=f"{sha256}.xlsx",
            file_sha256=sha256, size=1, outcome="submitted",
        )
    )  # fmt: skip
    registry.execute(
        insert(submission).values(
            submission_id=_id(book), unit_code=book.issue.unit_code,
            period=book.issue.period, version=1, received_at=AT, file_sha256=sha256,
            receipt_id=number, issue_id=book.issue.issue_id, status="received", verdict="accepted",
            judged_by="x", is_current=True,
        )
    )  # fmt: skip


@pytest.fixture
def home(tmp_path, small_city, books, catalogue):
    """The county's files but one township's."""
    lost = next(each for each in books if each.unit.unit_kind == "township")
    return _home(tmp_path / "home", small_city, [b for b in books if b != lost], catalogue)


def _open(registry):
    return {(row["unit_code"], row["rule"]) for row in open_findings(registry, str(Q1))}


def _committee(books):
    return next(b.issue.unit_code for b in books if b.unit.unit_kind == "county_wc")


def test_a_missing_unit_is_named_and_the_committee_waits_for_approval(home, books, catalogue):
    committee = _committee(books)
    with writing(home) as registry:
        judge_quarter(home, registry, catalogue, Q1)
        assert {rule for code, rule in _open(registry) if code == committee} >= {"R402", "R406"}
        lost = next(b.unit for b in books if b.unit.unit_kind == "township")
        said = [r["message"] for r in open_findings(registry, str(Q1)) if r["rule"] == "R402"]
        assert f"{lost.unit_name}({lost.unit_code})" in said[0]
        approved = approve_county(registry, Q1, COUNTY, "甲", AT, "看过")
        assert f"{committee}-v1" not in approved
        assert len(approved) > 10
        row = registry.execute(select(submission).where(submission.c.unit_code == committee)).one()
        assert (row.verdict, row.status) == ("accepted", "received")


def test_what_a_reviewer_settled_stays_settled_while_nothing_changes(home, books, catalogue):
    committee = _committee(books)
    with writing(home) as registry:
        judge_quarter(home, registry, catalogue, Q1)
        assert settle(registry, str(Q1), "乙", AT, "已电话核实缺报原因") > 0
        judge_quarter(home, registry, catalogue, Q1)
        assert {rule for code, rule in _open(registry) if code == committee} <= {"R411"}
        approved = approve_county(registry, Q1, COUNTY, "甲", AT, "看过")
        assert f"{committee}-v1" in approved


def test_what_was_settled_is_so_in_the_version_that_is_sent_again(home, books, catalogue):
    committee = _committee(books)
    with writing(home) as registry:
        judge_quarter(home, registry, catalogue, Q1)
        settle(registry, str(Q1), "乙", AT, "已电话核实缺报原因")
        _resend(registry, committee)
        judge_quarter(home, registry, catalogue, Q1)
        rows = registry.execute(
            select(finding.c.rule, finding.c.status, finding.c.settled_by).where(
                finding.c.submission_id == f"{committee}-v2", finding.c.severity == "verify"
            )
        ).all()
    assert {rule for rule, *_ in rows} >= {"R402", "R406"}
    assert {status for _, status, _ in rows} == {"accepted"}
    assert None not in {settled_by for *_, settled_by in rows}


def _resend(registry, unit_code):
    """The unit sends the same figures again in another file."""
    mine = submission.c.unit_code == unit_code
    row = registry.execute(select(submission).where(mine)).mappings().one()
    gone = {"is_current": False, "status": "superseded"}
    registry.execute(update(submission).where(mine).values(**gone))
    again = {"submission_id": f"{unit_code}-v2", "version": 2}
    registry.execute(insert(submission).values({**row, **again}))


def test_a_waived_rule_stands_in_nobodys_way(home, books, catalogue):
    committee = _committee(books)
    with writing(home) as registry:
        for rule in ("R402", "R403", "R406", "R407"):
            add_waiver(
                registry,
                RuleWaiver(rule, None, COUNTY, "2026Q1", "2026Q2", "机构调整", "乙", AT),
            )
        judge_quarter(home, registry, catalogue, Q1)
        assert {rule for code, rule in _open(registry) if code == committee} <= {"R411"}


def test_it_goes_away_when_the_file_comes(tmp_path, small_city, books, catalogue):
    home = _home(tmp_path / "home", small_city, books, catalogue)
    with writing(home) as registry:
        judge_quarter(home, registry, catalogue, Q1)
        rules = {rule for code, rule in _open(registry) if code == _committee(books)}
    assert not rules & {"R401", "R402", "R403", "R406", "R411"}


def test_a_copier_is_asked_without_being_told_whom_it_resembles(
    tmp_path, small_city, books, catalogue
):
    towns = [each for each in books if each.unit.unit_kind == "township"]
    copied = replace(towns[1], shown=towns[0].shown)
    all_books = [copied if each is towns[1] else each for each in books]
    home = _home(tmp_path / "home", small_city, all_books, catalogue)
    with writing(home) as registry:
        judge_quarter(home, registry, catalogue, Q1)
        rows = registry.execute(select(finding).where(finding.c.rule == "R602")).mappings().all()
    assert {row["submission_id"][:12] for row in rows} == {
        each.issue.unit_code for each in towns[:2]
    }
    one = next(row for row in rows if row["submission_id"].startswith(towns[0].issue.unit_code))
    other = towns[1].unit
    assert other.unit_name in one["message"]
    assert len(one["related"].split()) > 10
    told = told_to_unit(one)
    assert other.unit_name not in told["message"]
    assert other.unit_code not in told["message"]
    assert told["related"] == ""


@pytest.fixture
def two_quarters(tmp_path, small_city, catalogue):
    """One unit's files of two quarters; the first one says what the second one says."""
    kind = "city_organ"
    first, second = (
        next(each for each in small_city.of(str(period)) if each.unit.unit_kind == kind)
        for period in (Q1, Q2)
    )
    assert first.issue.unit_code == second.issue.unit_code
    home = _home(tmp_path / "home", small_city, [first, second], catalogue)
    with writing(home) as registry:
        open_period(registry, Q2, datetime(2026, 6, 16))
    return home, first, second


def _say_the_same(home, first, second):
    """The corrected file of the first quarter holds the numbers of the second."""
    (path,) = (home.cells / f"reader-{READER}").glob("cell-*.parquet")
    cells = pl.read_parquet(path)
    here = pl.col("file_sha256") == first.issue.issue_id
    theirs = cells.filter(
        (pl.col("file_sha256") == second.issue.issue_id) & (pl.col("kind") == "number")
    ).select("field", "line", other="typed")
    joined = cells.join(theirs, on=["field", "line"], how="left", nulls_equal=True)
    typed = pl.when(here & (pl.col("kind") == "number")).then(
        pl.coalesce("other", "typed")
    ).otherwise(pl.col("typed"))  # fmt: skip
    joined.with_columns(typed=typed).select(cells.columns).write_parquet(path)


def _signs(registry, period):
    return {row["rule"] for row in open_findings(registry, str(period))} & {"R601"}


def test_a_correction_of_last_quarter_judges_this_one_again(two_quarters, catalogue):
    home, first, second = two_quarters
    with writing(home) as registry:
        judge_from(home, registry, catalogue, Q1)
        assert _signs(registry, Q2) == set()
        _say_the_same(home, first, second)
        judge_from(home, registry, catalogue, Q1)
        assert _signs(registry, Q2) == {"R601"}


def test_a_locked_quarter_is_not_judged_again(two_quarters, catalogue):
    home, first, second = two_quarters
    with writing(home) as registry:
        judge_from(home, registry, catalogue, Q1)
        for person in ("甲", "乙"):
            lock(registry, Q2, person, AT, "核对无误")
        _say_the_same(home, first, second)
        judge_from(home, registry, catalogue, Q1)
        assert _signs(registry, Q2) == set()
