"""更正的波及: what a correction makes false in a later return is written down beside it."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import openpyxl
import pytest
from sqlalchemy import delete, select, update

from dashboards.affected import affected_listing
from dashboards.answers import Question
from dashboards.reader import CITY
from dashboards.snapshots import open_snapshot
from dashboards.todo import to_do
from dashboards.view import View
from models.events import Effect, EventKind, Leg, UnitEvent
from models.registry import decision, finding, issued, move, snapshot, submission
from pipelines.corrections.aftereffects import follow_corrections
from pipelines.corrections.correcting import reopen
from pipelines.issue import plan_issue
from pipelines.issue.write import write_issue
from pipelines.judging.intake import identify_received, judge_period
from pipelines.quarter.undoing import undo
from pipelines.receive import receive_file
from pipelines.records.aftereffects import affected
from pipelines.records.events import add_event
from pipelines.records.issues import add_issues
from pipelines.registry import reading, writing
from pipelines.settings import Home
from pipelines.workbook.content import Sheetful
from pipelines.workbook.token import site_key
from tests.flow.conftest import AT, PERIODS
from tests.flow.history.city import COUNTY, MORE, Q1, Q2, correct, names, publish_final, snapshot_of
from tests.flow.history.test_life_after_publication import BUDGET

pytestmark = pytest.mark.xdist_group("history")
NEW, OPENING = "feedback_new", "feedback_open"
LATER = AT + timedelta(days=3)
CHARGED = "SELECT count(*) FROM core.finding WHERE submission_id = ?"


def later_name(each):
    return f"{each.issue.unit_code}-{Q2}-v1"


def told(home):
    """What the units were told of the later quarter, and the state of each return."""
    with reading(home) as registry:
        ids = select(submission.c.submission_id).where(submission.c.period == Q2)
        found = registry.execute(select(finding).where(finding.c.submission_id.in_(ids))).all()
        states = registry.execute(select(submission).where(submission.c.period == Q2)).all()
    return sorted(map(repr, found)), sorted(map(repr, states))


def listed(home, period=Q2):
    with reading(home) as registry:
        return affected(registry, period)


def followed(home, catalogue):
    with writing(home) as registry:
        return follow_corrections(home, registry, catalogue)


@pytest.fixture(scope="module")
def moved(published, city, catalogue, tmp_path_factory):
    """A closing and a budget of the first quarter corrected, locked, followed, not yet built."""
    home = Home(shutil.copytree(published.root, tmp_path_factory.mktemp("moved") / "home"))
    sent = {each.issue.unit_code for each in city.of(Q2)}
    each = next(
        each for each in city.of(Q1)
        if each.shown.values.get(BUDGET) and each.shown.values.get(NEW) is not None
        and each.issue.unit_code in sent
    )  # fmt: skip
    before = told(home)
    correct(home, catalogue, each, tmp_path_factory.mktemp("sent"), BUDGET, NEW)
    assert followed(home, catalogue) == 2
    return home, each, before


@pytest.fixture
def copy(moved, tmp_path, monkeypatch):
    """A copy of it, in force."""
    root = shutil.copytree(moved[0].root, tmp_path / "home")
    monkeypatch.setenv("SANJI_HOME", str(root))
    return Home(root), moved[1]


def test_what_fails_now_stands_beside_the_return_with_its_cause_and_nothing_of_it_changes(
    moved, city, catalogue
):
    home, each, before = moved
    assert told(home) == before
    assert listed(home, Q1) == []
    later = next(one for one in city.of(Q2) if one.issue.unit_code == each.issue.unit_code)
    now, then = later.shown.values, each.shown.values
    opening, budget = listed(home)
    assert (opening["rule"], opening["field"], opening["is_ours"]) == ("R303", OPENING, True)
    assert (float(opening["value"]), float(opening["expected"])) == (
        now[OPENING], now[OPENING] + MORE
    )  # fmt: skip
    assert (budget["rule"], budget["field"], budget["is_ours"]) == ("R308", BUDGET, False)
    assert (float(budget["value"]), float(budget["expected"])) == pytest.approx(
        (float(now[BUDGET]), float(then[BUDGET]) + MORE)
    )
    for row in (opening, budget):
        assert row["submission_id"] == later_name(each)
        assert row["caused_by"] == f"{each.issue.unit_code}-{Q1}-v2"
        assert (row["corrected_by"], row["corrected_at"], row["why"]) == ("乙", AT, "数字有误")
    again = listed(home)
    assert followed(home, catalogue) == 2
    assert listed(home) == again
    assert told(home) == before


def test_a_correction_that_nobody_has_approved_or_that_is_taken_back_affects_nothing(
    copy, catalogue
):
    home, _ = copy
    with writing(home) as registry:
        # Published an hour before the correction was locked, not at the very same time.
        registry.execute(update(snapshot).values(made_at=AT - timedelta(hours=1)))
        made = registry.execute(
            select(decision.c.decision_id, decision.c.action)
            .where(decision.c.period == Q1, decision.c.action.in_(["city_approved", "lock"]))
            .order_by(decision.c.decision_id.desc())
        ).all()
        for number, action in made[:3]:
            assert action == ("lock", "lock", "city_approved")[made.index((number, action))]
            undo(registry, PERIODS[0], "乙", LATER, "审定有误", number)
    assert followed(home, catalogue) == 0
    assert listed(home) == []


def test_a_return_on_a_workbook_issued_after_the_correction_is_no_longer_affected(
    copy, city, catalogue, tmp_path
):
    home, each = copy
    later = next(one for one in city.of(Q2) if one.issue.unit_code == each.issue.unit_code)
    opening = {OPENING: later.prefill.values[OPENING] + MORE}
    more = {**opening, BUDGET: each.shown.values[BUDGET] + MORE}
    told_now = Sheetful({**later.prefill.values, **opening}, later.prefill.rows)
    shown = Sheetful({**later.shown.values, **more}, later.shown.rows)
    planned = plan_issue(
        catalogue, site_key(home.key), later.unit, PERIODS[1], told_now, number=2, at=LATER
    )
    write_issue(tmp_path / "again.xlsx", catalogue, replace(planned, shown=shown))
    with writing(home) as registry:
        add_issues(registry, [planned.issue])
        for person in "乙丙":
            reopen(registry, later_name(each), person, LATER, "上季更正")
        path = tmp_path / "again.xlsx"
        receive_file(registry, home.archive, path, LATER + timedelta(hours=1), "cli", catalogue)
        assert identify_received(home, registry, catalogue) == ["submitted"]
        judge_period(home, registry, catalogue, Q2)
    assert followed(home, catalogue) == 0


def test_a_workbook_issued_while_the_correction_was_under_way_carries_what_was_before_it(
    copy, catalogue
):
    home, each = copy
    hour = timedelta(hours=1)
    with writing(home) as registry:
        reopened = decision.c.action.in_(["reopen_asked", "unlock", "reopen"])
        registry.execute(update(decision).where(reopened).values(decided_at=AT - 2 * hour))
        of_unit = (issued.c.unit_code == each.issue.unit_code) & (issued.c.period == Q2)
        registry.execute(update(issued).where(of_unit).values(issued_at=AT - hour))
    assert followed(home, catalogue) == 2


def test_a_first_return_that_was_sent_back_once_and_came_late_affects_what_was_approved_before_it(
    copy, catalogue
):
    home, each = copy
    first, second = (f"{each.issue.unit_code}-{Q1}-v{number}" for number in (1, 2))
    with writing(home) as registry:
        # The first version was never approved, and nobody had to reopen anything.
        registry.execute(delete(move).where(move.c.submission_id == first))
        registry.execute(
            update(decision).where(decision.c.submission_id == first).values(action="return")
        )
        registry.execute(
            update(submission)
            .where(submission.c.submission_id == second)
            .values(received_at=AT + timedelta(hours=1))
        )
    assert followed(home, catalogue) == 2
    assert {row["caused_by"] for row in listed(home)} == {second}


def test_a_first_return_of_a_predecessor_that_came_late_affects_its_successor(
    copy, city, catalogue
):
    home, each = copy
    former = each.issue.unit_code
    heir = next(code for one in city.of(Q2) if (code := one.issue.unit_code) != former)
    legs = tuple(Leg(code, heir) for code in (former, heir))
    signed = ("1", "甲", AT, "合并", Effect((), ()))
    first, second = (f"{former}-{Q1}-v{number}" for number in (1, 2))
    with writing(home) as registry:
        add_event(registry, UnitEvent("E1", EventKind.MERGE, date(2026, 5, 15), legs, *signed))
        registry.execute(delete(move).where(move.c.submission_id == first))
        registry.execute(
            update(decision).where(decision.c.submission_id == first).values(action="return")
        )
        late = submission.c.submission_id == second
        registry.execute(update(submission).where(late).values(received_at=AT + timedelta(hours=1)))
    assert followed(home, catalogue) > 2
    mine = [row for row in listed(home) if row["unit_code"] == heir]
    assert {row["caused_by"] for row in mine} == {second}
    assert OPENING in {row["field"] for row in mine if row["is_ours"]}


def test_it_is_told_on_the_command_line_till_somebody_says_why_it_may_stand(copy, sanji):
    home, each = copy
    name = later_name(each)
    said = sanji("status", Q2)[1]
    assert "更正后本期对不上" in said
    assert len(json.loads(sanji("status", Q2, "--json")[1])["affected"]) == 2
    said = sanji("affected", Q2)[1]
    assert f"sanji issue {Q2} --unit {each.issue.unit_code}" in said
    assert said.count(f"sanji reopen {name}") == 2
    assert "没有被" in sanji("affected", Q1)[1]
    who = ("--by", "乙", "--at", LATER.isoformat())
    short, right = ("--why", "好"), ("--why", "上季更正数额很小，本期不再重报")
    assert sanji("explain-affected", name, *who, *short)[0] == 2
    assert "2条" in sanji("explain-affected", name, *who, *right)[1]
    assert {row["status"] for row in listed(home)} == {"explained"}
    assert "更正后本期对不上" not in sanji("status", Q2)[1]
    status, _, wrong = sanji("explain-affected", name, *who, *right)
    assert (status, wrong.count("\n")) == (2, 1)
    assert "说明更正波及" in sanji("undo", Q2, *who, *right)[1]
    assert [row["status"] for row in listed(home)] == ["explained", "open"]


def test_a_publication_says_it_in_manifest_list_and_pages(copy, catalogue, sanji, tmp_path):
    home, each = copy
    unit = each.issue.unit_code
    publish_final(home, catalogue, [Q1])
    manifest = json.loads(snapshot_of(home).with_suffix(".json").read_text())
    assert manifest["returns_affected"] == 1
    with duckdb.connect(str(snapshot_of(home)), read_only=True) as con:
        rows = con.sql("SELECT * FROM core.aftereffect ORDER BY rule").pl().to_dicts()
        charged = con.execute(CHARGED, [later_name(each)]).fetchall()
    assert rows == listed(home)
    with duckdb.connect(str(snapshot_of(home, 0)), read_only=True) as con:
        assert con.execute(CHARGED, [later_name(each)]).fetchall() == charged
    book = tmp_path / "list.xlsx"
    assert sanji("changes", "--out", book)[0] == 0
    assert openpyxl.load_workbook(book)["波及的后期报表"].max_row == 3
    assert sanji("changes", *names(home))[1].count(f"波及 {later_name(each)}") == 2
    page = tmp_path / "findings.html"
    sanji("findings", Q2, "--out", page)
    assert f"{unit}-{Q1}-v2" in page.read_text(encoding="utf-8")
    question = Question(CITY, open_snapshot(snapshot_of(home)), View(Q2), catalogue)
    assert [one.kind for one in to_do(question, unit)].count("affected") == 2
    assert list(without_duty(home, unit, tmp_path / "ended.duckdb", catalogue)) == [2, 0, 2]


def without_duty(home, unit, path, catalogue):
    """How many are told of a unit that owes a closing return only, to whom may see it and not."""
    path.write_bytes(snapshot_of(home).read_bytes())
    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM core.duty WHERE unit_code = ? AND period = ?", [unit, Q2])
    snapshot = open_snapshot(path)
    limits = (None, frozenset({"330723"}), frozenset({COUNTY}))
    for reader in (replace(CITY, counties=counties) for counties in limits):
        yield len(affected_listing(Question(reader, snapshot, View(Q2), catalogue)).lines)
