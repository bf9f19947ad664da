"""Proposals for people: listed with reasons, decided on once, taken back; and the duty calendar."""

import json
from datetime import datetime

import openpyxl
import pytest

from models.period import Period
from pipelines.load.proposals import proposal_table
from pipelines.proposals import decided
from pipelines.records.quarters import open_period
from pipelines.registry import reading, writing
from pipelines.settings import Home
from pipelines.warehouse import open_warehouse

OPENED = datetime(2026, 6, 15, 9, 0)
ID = "2026Q2-3-330702200016-330702300007"
TABLES = """
CREATE TABLE core.duty AS SELECT '2026Q2' AS period, * FROM (VALUES
    ('330702200016', '甲单位', '330702'), ('330702300007', '乙镇', '330702'),
    ('330723300009', '丙镇', '330723')
) AS duty (unit_code, unit_name, county_code);
CREATE TABLE core.matching_part AS SELECT '2026Q2' AS period, 'venue' AS resource, *
FROM (VALUES ('330702200016', 2, 0), ('330702300007', 0, 1), ('330723300009', 1, 1))
    AS part (unit_code, spare, need);
CREATE TABLE marts.sharing_proposal AS SELECT '2026Q2' AS period,
    '2026Q2-3-330702200016-330702300007' AS proposal_id, 'venue' AS resource,
    '330702200016' AS giver_code, '330702300007' AS taker_code, 2::DECIMAL(28, 6) AS spare,
    4 AS room, 86.29::DECIMAL(28, 6) AS short, 'same_county' AS reach, 1 AS distance,
    'proposed' AS status, true AS is_supported;
CREATE TABLE marts.duty_calendar AS SELECT '2026Q2' AS period, '330702200016' AS unit_code, *
FROM (VALUES
    ('branch_meeting', 1, '党员大会', 'quarter', 'N05', '个支部', 7, 6, 'overdue',
        DATE '2026-06-30'),
    ('dues', 2, '党费收缴', 'quarter', 'N09', '元', 500, 500, 'done', DATE '2026-06-30')
) AS row (duty, position, zh, cadence, norm, uom, expected, done, state, due_date),
    (SELECT '2026Q2' AS taken_from);
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SANJI_HOME", str(tmp_path))
    where = Home(tmp_path)
    with writing(where) as registry, open_warehouse(where.warehouse) as con:
        for quarter in (2, 3):
            open_period(registry, Period(2026, quarter), OPENED)
        con.execute(TABLES)
    return where


@pytest.fixture
def sanji(monkeypatch, capsys, home):
    from pipelines import cli  # noqa: PLC0415 after the home is set

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["sanji", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


BY = ("--by", "甲", "--why", "距离太远", "--at", "2026-07-10T09:00")


def test_a_proposal_says_who_has_what_and_who_lacks_what(sanji):
    row = json.loads(sanji("proposals", "2026Q2", "--json")[1])[0]
    assert (row["giver"], row["taker"], row["status"]) == ("甲单位", "乙镇", "proposed")
    assert "2个" in row["has"]
    assert row["lacks"].endswith("面积不足10平方米:现有86.2平方米")
    assert sanji("proposals", "2026Q2", "--county", "330723")[1].count(ID) == 0


def test_a_list_ends_with_the_command_that_decides_on_the_first_that_is_open(sanji):
    said = sanji("proposals", "2026Q2")[1].splitlines()
    assert said[-2] == "2026Q2余缺对接建议1条:未定1条,已采纳0条,不采纳0条。"
    command = said[-1].partition("sanji ")[2].partition(" --by")[0].split()
    assert command == ["proposals", "accept", ID]
    told = sanji(*command, *BY, "--json")[1]
    assert json.loads(told) == {"proposal_id": ID, "status": "accepted", "decision_id": 1}
    assert sanji("proposals", "2026Q2")[1].splitlines()[-1].endswith("已采纳1条,不采纳0条。")


def test_where_there_are_no_proposals_it_is_said_whether_data_or_spare_are_missing(sanji):
    assert "有缺1家次,有余0家次" in sanji("proposals", "2026Q2", "--county", "330723")[1]
    assert "sanji run 2026Q3" in sanji("proposals", "2026Q3")[1]


def test_a_proposal_is_refused_once_and_the_refusal_can_be_taken_back(sanji, home):
    code, told, _ = sanji("proposals", "refuse", ID, *BY)
    assert (code, "sanji undo 2026Q2 --number 1 " in told) == (0, True)
    assert json.loads(sanji("proposals", "2026Q2", "--json")[1])[0]["status"] == "refused"
    code, _, said = sanji("proposals", "accept", ID, *BY)
    assert (code, "undo" in said) == (2, True)
    with reading(home) as registry:
        rows = proposal_table(registry, "2026Q2").to_dicts()
        assert rows == [{
            "period": "2026Q2", "proposal_id": ID, "resource_code": "3",
            "giver_code": "330702200016", "taker_code": "330702300007", "status": "refused",
        }]  # fmt: skip
    assert sanji("undo", "2026Q2", *BY)[0] == 0
    with reading(home) as registry:
        assert decided(registry, Period(2026, 2)) == {}
        assert proposal_table(registry, "2026Q2").is_empty()
    assert sanji("proposals", "accept", ID, *BY)[0] == 0


def test_a_unit_in_need_is_served_once_though_two_proposals_name_it(sanji, home):
    with open_warehouse(home.warehouse) as con:
        con.execute(
            "INSERT INTO marts.sharing_proposal SELECT * REPLACE ('330723300009' AS giver_code,"
            " '2026Q2-3-330723300009-330702300007' AS proposal_id) FROM marts.sharing_proposal"
        )
    assert sanji("proposals", "accept", ID, *BY)[0] == 0
    other = "2026Q2-3-330723300009-330702300007"
    code, _, said = sanji("proposals", "accept", other, *BY)
    assert (code, ID in said, "--number 1" in said) == (2, True, True)
    assert sanji("proposals", "refuse", other, *BY)[0] == 0


def test_what_is_no_proposal_is_not_decided_on(sanji):
    code, _, said = sanji("proposals", "accept", "2026Q2-3-1-2", *BY)
    assert (code, "2026Q2-3-1-2" in said) == (2, True)
    assert sanji("proposals", "accept", "nothing", *BY)[0] == 2
    assert sanji("proposals", "refuse", ID)[0] == 2


def test_proposals_are_written_as_a_workbook_to_hand_round(sanji, tmp_path):
    out = tmp_path / "new" / "p.xlsx"
    assert sanji("proposals", "2026Q2", "--out", str(out), "--at", "2026-07-10T09:00")[0] == 0
    rows = list(openpyxl.load_workbook(out).active.iter_rows(values_only=True))
    assert rows[0][0] == "余缺对接建议"
    assert f"sanji proposals accept {ID}" in rows[1][0]
    found = dict(zip(rows[2], rows[3], strict=True))
    assert (found["有余单位"], found["状态"]) == ("甲单位\n330702200016", "建议")
    assert found["缺在哪里"].endswith("现有86.2平方米")
    assert len(rows) == 4


def test_a_workbook_that_would_not_open_by_its_name_is_not_written(sanji, tmp_path):
    code, _, said = sanji("proposals", "2026Q2", "--out", str(tmp_path / "p.csv"))
    assert (code, ".xlsx" in said, list(tmp_path.glob("p.*"))) == (2, True, [])


def test_the_duty_calendar_is_told_by_duty_and_by_unit(sanji):
    assert "党员大会:逾期1家" in sanji("duties", "2026Q2")[1]
    lines = sanji("duties", "2026Q2", "--unit", "330702200016")[1].splitlines()
    assert lines[0].startswith("逾期 党员大会")
    assert "应7个支部,已6个支部" in lines[0]
    assert sanji("duties", "2026Q2", "--unit", "330702999999")[0] == 2
    rows = json.loads(sanji("duties", "2026Q2", "--county", "330702", "--json")[1])
    assert [row["state"] for row in rows] == ["overdue", "done"]


def test_an_accepted_proposal_that_the_data_no_longer_bear_is_told_as_such(sanji, home):
    with open_warehouse(home.warehouse) as con:
        con.execute(
            "UPDATE marts.sharing_proposal SET is_supported = false, spare = NULL, reach = NULL,"
            " giver_code = '330702299999'"
        )
    row = json.loads(sanji("proposals", "2026Q2", "--json")[1])[0]
    assert row["has"] == row["lacks"] == row["reach"] == "现有数据已不支持"
    assert row["giver"] == "330702299999"
