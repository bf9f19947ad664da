"""From filled workbooks to a published number and back to its cells, on a small city."""

import shutil
from collections import defaultdict
from decimal import Decimal
from io import BytesIO

import duckdb
import openpyxl
import pytest

from pipelines.build.compiled import computed_indicators
from pipelines.building import rebuild
from pipelines.corrections.correcting import reopen
from pipelines.explaining import explain
from pipelines.judging.intake import identify_received
from pipelines.quarter.decisions import NotAllowedError, lock
from pipelines.quarter.status import status
from pipelines.receive import receive_file
from pipelines.receive.archive import place
from pipelines.records.quarters import current
from pipelines.registry import reading, writing
from pipelines.settings import Home
from pipelines.validate.plan import judged_parts
from tests.flow.conftest import AT, PERIODS
from tests.flow.independent import Independent
from tests.flow.independent_reporting import reporting

pytestmark = pytest.mark.xdist_group("way")


@pytest.fixture(scope="module")
def home(locked_city):
    """The small city's files received, judged, approved, locked, built and published."""
    return locked_city


@pytest.fixture
def own(home, tmp_path):
    """A home of its own: others look at the first one, also from other workers."""
    return Home(shutil.copytree(home.root, tmp_path / "home"))


@pytest.fixture(scope="module")
def snapshot(home):
    """The published snapshot, opened for questions."""
    name = (home.published / "current").read_text(encoding="utf-8")
    with duckdb.connect(str(home.published / name), read_only=True) as connection:
        yield connection


def test_the_honest_city_breaks_no_rule_and_departs_only_where_it_says(
    small_city, snapshot, catalogue
):
    running = {item.rule.id for item in judged_parts(catalogue)}
    said = {
        (each.issue.unit_code, each.issue.period, rule, field)
        for each in small_city.planned
        for rule, field, _ in small_city.sample.city[
            each.issue.unit_code, each.issue.period
        ].departures
        if rule in running
    }
    found = snapshot.execute(
        "SELECT unit_code, period, rule, field, severity FROM core.finding"
    ).fetchall()
    asked = {row[:3] for row in found if row[4] != "hint"}
    assert asked == {each[:3] for each in said}
    assert {row[4] for row in found} == {"verify", "hint"}
    assert {row[:3] for row in found if row[4] == "hint"} == set(_abroad(small_city))


def _abroad(small_city):
    """The returns with a partner beyond the city, who can confirm nothing: a hint."""
    for each in small_city.planned:
        place_ = (each.issue.unit_code, each.issue.period)
        for row in each.shown.rows.get("l3", ()):
            # What others raised is printed by the system, and not in these rows.
            if row.get("counterpart_code", "3307")[:4] != "3307":
                yield (*place_, "R026")


def test_every_value_is_stored_as_the_unit_holds_it(small_city, snapshot, catalogue):
    stored = defaultdict(dict)
    for code, period, field, line, number, text, day in snapshot.execute(
        "SELECT unit_code, period, field, line, number, text, date FROM core.value"
    ).fetchall():
        value = number if number is not None else text if text is not None else day
        stored[code, period][field, line] = value
    skipped = {"filler_name", "reviewer_name", "office_phone", "template_version"}
    wrong = []
    for each in small_city.planned:
        place_ = (each.issue.unit_code, each.issue.period)
        for name, value in each.shown.values.items():
            got = stored[place_].get((name, None))
            if name not in skipped and value is not None and not _same(value, got):
                wrong.append((place_, name, value, got))
    assert wrong == []


def _same(value, got):
    if isinstance(value, int | Decimal):
        return got is not None and Decimal(str(value)) == got
    return value == got


def test_names_and_telephones_are_in_no_snapshot(small_city, snapshot):
    fields = {
        row[0] for row in snapshot.execute("SELECT DISTINCT field FROM core.value").fetchall()
    }
    assert not fields & {"filler_name", "reviewer_name", "office_phone"}
    names = {each.shown.values["filler_name"] for each in small_city.planned}
    texts = {row[0] for row in snapshot.execute("SELECT text FROM core.value").fetchall()}
    assert not names & texts


def test_every_indicator_of_every_scope_equals_an_independent_computation(
    small_city, home, snapshot, catalogue
):
    used = set(
        snapshot.execute("SELECT unit_code, period FROM core.submission WHERE is_used").fetchall()
    )
    returns = small_city.returns(used)
    with reading(home) as registry:
        told = reporting(registry, catalogue, small_city.sample.directory, PERIODS)
    other = Independent(catalogue, small_city.sample.directory, returns, told)
    stored = {
        row[:4]: row[4:]
        for row in snapshot.execute(
            "SELECT period, scope_level, scope_code, indicator, numerator, denominator,"
            " units_expected, units_used, value FROM marts.indicator_value"
            " WHERE view = 'as_reported'"
        ).fetchall()
    }
    wrong, compared = [], 0
    for period in PERIODS:
        for (level, code), units in other.scopes(period).items():
            for indicator in computed_indicators(catalogue):
                top, bottom, expected, used = other.value(indicator, units, period)
                row = stored.get((str(period), level, code, indicator.id))
                if expected == 0:
                    assert row is None
                    continue
                compared += 1
                if (
                    row[2:4] != (expected, used)
                    or not _close(top, row[0])
                    or not _close(bottom, row[1])
                ):
                    wrong.append((str(period), level, code, indicator.id, top, bottom, used, row))
    assert compared > 10_000
    assert wrong == []


def _close(mine, theirs):
    if mine is None or theirs is None:
        return mine is None and theirs is None
    return abs(Decimal(str(mine)) - theirs) <= Decimal("0.000002")


def test_a_rebuild_from_archive_and_registry_gives_equal_tables(own, catalogue):
    before = _tables(own)
    for path in own.cells.rglob("*.parquet"):
        path.unlink()
    with writing(own) as registry:
        rebuild(own, registry, catalogue)
    assert _tables(own) == before


def _tables(home):
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        names = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            " WHERE table_schema IN ('core', 'marts') ORDER BY 1"
        ).fetchall()
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()  # noqa: S608
            for (name,) in names
        }


def test_a_number_leads_to_the_cells_that_another_reader_finds_in_the_archive(home, catalogue):
    name = (home.published / "current").read_text(encoding="utf-8")
    found = explain(home.published / name, catalogue, "COO03", "330702", "2026Q2")
    assert found["parts"]
    assert found["formula"].startswith("100×(")
    totals = defaultdict(Decimal)
    books = {}
    for part in found["parts"]:
        path = place(home.archive, part["file_sha256"])
        book = books.setdefault(path, _opened(path))
        typed = book[part["sheet"]][part["cell"]].value
        assert Decimal(str(typed)) == Decimal(part["value"])
        totals[part["field"]] += Decimal(str(typed))
    bottom = totals["feedback_open"] + totals["feedback_new"]
    assert found["numerator"] == pytest.approx(float(totals["feedback_fixed"]))
    assert found["value"] == pytest.approx(float(100 * totals["feedback_fixed"] / bottom), abs=1e-5)


def _opened(path):
    # By its bytes: archived files have no ending, and the other reader goes by endings.
    return openpyxl.load_workbook(BytesIO(path.read_bytes()), data_only=True)


def test_the_status_counts_who_owes_and_who_came(home, small_city, catalogue):
    with reading(home) as registry:
        found = status(registry, catalogue, PERIODS[1], AT)
    sent = {each.issue.unit_code for each in small_city.of("2026Q2")}
    assert found["owed"] == len(small_city.sample.directory.owing(PERIODS[1]))
    assert found["received"] == found["valid"] == len(sent)
    assert found["accepted"] == found["complete"]
    assert set(found["missing"]).isdisjoint(sent)
    assert sum(each["owed"] for each in found["by_level"].values()) == found["owed"]


def test_a_locked_quarter_is_not_locked_again_and_one_person_is_not_two(own):
    with pytest.raises(NotAllowedError), writing(own) as registry:
        lock(registry, PERIODS[1], "丁", AT, "样例")


def test_a_file_for_a_locked_quarter_is_held_until_it_is_reopened(
    own, small_city, workbooks, catalogue, tmp_path
):
    each = small_city.of("2026Q2")[0]
    path = tmp_path / "again.xlsx"
    book = openpyxl.load_workbook(workbooks[each.issue.issue_id])
    book.save(path)
    with writing(own) as registry:
        receive_file(registry, own.archive, path, AT, "cli", catalogue)
        outcomes = identify_received(own, registry, catalogue)
    assert outcomes == ["held"]
    with writing(own) as registry:
        for person in ("丁", "戊"):
            reopen(registry, f"{each.issue.unit_code}-2026Q2-v1", person, AT, "更正")
        assert identify_received(own, registry, catalogue) == ["submitted"]
        found = current(registry, "2026Q2")[each.issue.unit_code]
    assert (found.version, found.status) == (2, "received")
