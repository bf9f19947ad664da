import re
from pathlib import Path

import duckdb
import openpyxl
import pytest
from sqlalchemy import create_engine

from dashboards.privacy import is_guarded_field
from models.period import Period
from models.registry import METADATA
from pipelines.packing import tables
from pipelines.packing.contents import safe
from pipelines.quarter.undoing import UNDOABLE
from pipelines.records.quarters import decide
from tests.unit.pipelines.small_registry import ON_TIME, ORGAN, TOWN, P

COLUMNS = (
    "period, unit_code, unit_name, version, number, rule, is_sign, severity, moment, sheet, cell,"
    " field, line, value, expected, message, status, reason_text, explained_by_role"
)
SIGN = (str(P), TOWN, "样例镇", 1, 1, "R900", True, "verify", "quarter", None, None, None, None,
        None, None, "与他单位雷同", "open", None, None)  # fmt: skip
OTHER = (
    str(P),
    ORGAN,
    "样例局",
    2,
    1,
    "R106",
    False,
    "verify",
    "receipt",
    "F1 组织与换届",
    "C22",
    "branch_7plus_no_committee",
    None,
    "1",
    "0",
    "=1+1",
    "explained",
    "正在筹备",
    "unit",
)


@pytest.fixture
def con():
    with duckdb.connect() as made:
        made.execute("CREATE SCHEMA marts")
        marks = ", ".join("?" * len(SIGN))
        rows = f"(VALUES ({marks}), ({marks})) AS t ({COLUMNS})"
        made.execute(f"CREATE TABLE marts.finding AS SELECT * FROM {rows}", [*SIGN, *OTHER])  # noqa: S608
        made.execute("CREATE TABLE marts.rule_record AS SELECT ? AS period, 'R312' AS rule,"
                     " '与上季度相差过大' AS zh", [str(P)])  # fmt: skip
        yield made


def test_what_may_tell_of_a_few_persons_is_told_to_reviewers_only(con, catalogue):
    field = next(name for name, each in catalogue.fields.items() if is_guarded_field(each))
    con.execute("UPDATE marts.finding SET field = ?, rule = 'R312' WHERE NOT is_sign", [field])
    (whole,) = tables.findings(con, catalogue, P, signs=False, whole=True)
    (inside,) = tables.findings(con, catalogue, P, signs=False, whole=False)
    words = ("value", "expected", "message", "text")
    assert [dict(zip(tables.FINDINGS, whole, strict=True))[each] for each in words] == [
        "1", "0", "=1+1", "正在筹备"
    ]  # fmt: skip
    assert [dict(zip(tables.FINDINGS, inside, strict=True))[each] for each in words] == [
        None, None, "与上季度相差过大", None
    ]  # fmt: skip


def test_signs_of_formality_are_told_apart_from_every_other_finding(con, catalogue):
    inside = list(tables.findings(con, catalogue, P, signs=False, whole=True))
    apart = list(tables.findings(con, catalogue, P, signs=True, whole=True))
    assert [row[0] for row in inside] == [ORGAN]
    assert [row[0] for row in apart] == [TOWN]
    told = dict(zip(tables.FINDINGS, inside[0], strict=True))
    assert (told["text"], told["given_by"], told["status"]) == ("正在筹备", "填报单位", "已说明")
    assert told["field"] == catalogue.fields["branch_7plus_no_committee"].zh
    assert list(tables.findings(con, catalogue, Period(2026, 2), signs=False, whole=True)) == []


def test_a_table_goes_on_where_a_sheet_is_full_and_formulas_stay_texts(
    tmp_path, catalogue, con, monkeypatch
):
    monkeypatch.setattr(tables, "ROWS_OF_A_SHEET", 2)
    (row,) = tables.findings(con, catalogue, P, signs=False, whole=True)
    path = tmp_path / "表.xlsx"
    tables.write_table(path, catalogue, "findings", tables.FINDINGS, [row] * 5)
    pages = openpyxl.load_workbook(path).worksheets
    assert [page.max_row for page in pages] == [3, 3, 2]
    cell = pages[0].cell(2, tables.FINDINGS.index("message") + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_table_without_rows_has_its_heads(tmp_path, catalogue):
    path = tmp_path / "表.xlsx"
    tables.write_table(path, catalogue, "decisions", tables.DECISIONS, [])
    (page,) = openpyxl.load_workbook(path).worksheets
    assert page.cell(1, 1).value == "编号"
    assert page.max_row == 1


def test_decisions_are_told_with_who_when_and_why(catalogue):
    with create_engine("sqlite://").connect() as registry:
        METADATA.create_all(registry)
        decide(registry, str(P), "archive", "张三", ON_TIME, "问13800001111", scope="归档")
        (row,) = tables.decided(registry, catalogue, P)
    assert row == (1, ON_TIME, "张三", "归档", "归档", "问138********", "")


def test_every_kind_of_decision_that_is_recorded_has_its_name(catalogue):
    recorded = re.compile(r"""(?:\bdecide\((?:self\.)?registry|\.record\()[^"\n]*"([a-z_]+)[",)]""")
    texts = [path.read_text(encoding="utf-8") for path in Path("pipelines").rglob("*.py")]
    actions = {name for text in texts for name in recorded.findall(text)} | {*UNDOABLE}
    assert {"assign", "directory", "freeze", "archive"} <= actions
    named = catalogue.wording["campaign"]
    assert {name for name in actions if f"action_{name}" not in named} == set()


def test_a_text_that_excel_cuts_takes_nothing_with_it(tmp_path, catalogue):
    path = tmp_path / "表.xlsx"
    tables.write_table(path, catalogue, "decisions", ("why", "undone"), [("长" * 40000, "已撤销")])
    (page,) = openpyxl.load_workbook(path).worksheets
    assert (len(page.cell(2, 1).value), page.cell(2, 2).value) == (32767, "已撤销")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("甲/乙:丙?", "甲_乙_丙_"),
        ("../..", "_"),
        (" . ", "_"),
        ("甲" * 99, "甲" * 60),
        ("甲" * 59 + " 乙", "甲" * 59),
    ],
)
def test_a_name_of_a_unit_is_no_path(text, name):
    assert safe(text) == name
