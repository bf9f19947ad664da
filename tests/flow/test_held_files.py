"""Files held for a person: listed, given to their unit, or set aside; every attempt on record."""

import json
from datetime import datetime

import openpyxl
import pytest
from sqlalchemy import select

from models.period import Period
from models.registry import decision, receipt, submission
from pipelines import cli
from pipelines.judging.intake import identify_received
from pipelines.quarter.decisions import NotAllowedError
from pipelines.quarter.holding import assign, dismiss, held_receipts
from pipelines.receive import receive_file
from pipelines.records.quarters import set_status
from pipelines.registry import reading, writing

pytestmark = pytest.mark.xdist_group("held")
AT = datetime(2026, 7, 20, 16)
Q2 = Period(2026, 2)


@pytest.fixture
def city(small_city, tmp_path, monkeypatch):
    """Two units of the second quarter, in a home in force."""
    home = small_city.home(tmp_path / "home")
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    return home, small_city.of("2026Q2")[:2]


@pytest.fixture
def held(city, workbooks, catalogue, tmp_path):
    """A home that holds the workbook of one unit with a spoilt token, and its receipt number."""
    home, (one, _) = city
    path = tmp_path / "甲.xlsx"
    book = openpyxl.load_workbook(workbooks[one.issue.issue_id])
    sheet, address = next(book.defined_names["meta__token"].destinations)
    book[sheet][address.replace("$", "")].value = "0" * 64
    book.save(path)
    with writing(home) as registry:
        given = receive_file(registry, home.archive, path, AT, "cli", catalogue)
        assert identify_received(home, registry, catalogue) == ["held"]
    return home, given.receipt_id


def actions(home):
    with reading(home) as registry:
        rows = registry.execute(select(decision).order_by(decision.c.decision_id)).all()
        return [(row.action, row.decided_by, row.scope) for row in rows]


def test_what_is_held_says_why_and_whose_it_claims_to_be(held, city):
    home, number = held
    with reading(home) as registry:
        (each,) = held_receipts(home, registry)
    assert (each.receipt_id, each.received_at, each.door) == (number, AT, "cli")
    assert (each.unit_code, each.period) == (city[1][0].issue.unit_code, "2026Q2")
    assert "模板标识与下发记录不符" in each.reason


def test_a_held_file_becomes_the_submission_of_its_unit(held, city, catalogue):
    home, number = held
    unit = city[1][0].issue.unit_code
    with writing(home) as registry:
        made = assign(home, registry, catalogue, number, unit, Q2, "甲", AT, "电话核实")
    assert made == f"{unit}-2026Q2-v1"
    with reading(home) as registry:
        (row,) = registry.execute(select(submission)).all()
        assert held_receipts(home, registry) == []
    assert (row.submission_id, row.receipt_id, row.is_current) == (made, number, True)
    assert actions(home) == [("assign", "甲", f"receipt {number}")]


def test_it_is_not_given_to_a_unit_whose_workbook_it_is_not(held, city, catalogue):
    home, number = held
    other = city[1][1].issue
    for unit, period, reason in (
        (other.unit_code, Q2, "cannot_assign"),
        (city[1][0].issue.unit_code, Period(2026, 3), "not_issued"),
        ("999999999999", Q2, "not_issued"),
    ):
        with pytest.raises(NotAllowedError, match=reason), writing(home) as registry:
            assign(home, registry, catalogue, number, unit, period, "甲", AT, "试")
    assert [action for action, _, _ in actions(home)] == ["attempt_refused"] * 3
    with reading(home) as registry:
        assert len(held_receipts(home, registry)) == 1


def test_nothing_supersedes_an_approved_version_without_reopening(held, city, workbooks, catalogue):
    home, number = held
    one = city[1][0]
    with writing(home) as registry:
        path = workbooks[one.issue.issue_id]
        receive_file(registry, home.archive, path, AT, "cli", catalogue)
        identify_received(home, registry, catalogue)
        approved = f"{one.issue.unit_code}-2026Q2-v1"
        set_status(registry, [approved], "city_approved")
    with pytest.raises(NotAllowedError, match="cannot_assign"), writing(home) as registry:
        assign(home, registry, catalogue, number, one.issue.unit_code, Q2, "甲", AT, "试")
    with reading(home) as registry:
        rows = registry.execute(select(submission)).all()
    assert [(row.submission_id, row.status) for row in rows] == [(approved, "city_approved")]


def test_what_was_dismissed_does_not_come_back(held, catalogue):
    home, number = held
    with writing(home) as registry:
        dismiss(home, registry, number, "乙", AT, "重复")
        assert identify_received(home, registry, catalogue) == []
    with reading(home) as registry:
        assert held_receipts(home, registry) == []
        assert registry.execute(select(receipt.c.outcome)).scalars().all() == ["dismissed"]
    with pytest.raises(NotAllowedError, match="not_held"), writing(home) as registry:
        dismiss(home, registry, number, "乙", AT, "再来")
    assert [action for action, _, _ in actions(home)] == ["dismiss", "attempt_refused"]


def test_a_file_under_another_units_token_stays_held(city, workbooks, catalogue, tmp_path):
    home, (one, other) = city
    path = tmp_path / "借用.xlsx"
    book = openpyxl.load_workbook(workbooks[one.issue.issue_id])
    for name, value in (("issue_id", other.issue.issue_id), ("token", other.issue.token)):
        sheet, address = next(book.defined_names[f"meta__{name}"].destinations)
        book[sheet][address.replace("$", "")].value = value
    book.save(path)
    with writing(home) as registry:
        receive_file(registry, home.archive, path, AT, "cli", catalogue)
        for _ in range(2):
            assert identify_received(home, registry, catalogue) == ["held"]


def test_a_workbook_lent_to_another_unit_does_not_supersede_its_owners(
    city, workbooks, catalogue, tmp_path
):
    home, (one, other) = city
    path = tmp_path / "借用.xlsx"
    book = openpyxl.load_workbook(workbooks[one.issue.issue_id])
    sheet, address = next(book.defined_names["unit_code"].destinations)
    book[sheet][address.replace("$", "")].value = f" {other.issue.unit_code}"
    book.save(path)
    with writing(home) as registry:
        for each in (workbooks[one.issue.issue_id], path):
            receive_file(registry, home.archive, each, AT, "cli", catalogue)
        assert identify_received(home, registry, catalogue) == ["submitted", "held"]
        (version,) = registry.execute(select(submission.c.version)).scalars()
        (each,) = held_receipts(home, registry)
    assert version == 1
    assert f"封面单位代码却是{other.issue.unit_code}" in each.reason


def test_the_command_line_lists_assigns_and_refuses_in_chinese(held, city, monkeypatch, capsys):
    _, number = held
    unit = city[1][0].issue.unit_code

    def sanji(*arguments):
        monkeypatch.setattr("sys.argv", ["sanji", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out + said.err

    _, told = sanji("held", "--json")
    assert json.loads(told)[0]["receipt_id"] == number
    decided = ("--by", "甲", "--why", "核实", "--at", "2026-07-21T09:00")
    asked = ("assign", number, "--period", "2026Q2", *decided)
    code, told = sanji(*asked, "--unit", "999999999999")
    assert (code, "没有给单位999999999999下发过" in told) == (2, True)
    code, told = sanji(*asked, "--unit", unit)
    assert (code, f"{unit}-2026Q2-v1" in told) == (0, True)
    code, told = sanji("dismiss", number, *decided)
    assert (code, "不在待人工确认之列" in told) == (2, True)
