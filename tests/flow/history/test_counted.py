"""What a paper counts itself is told row by row, each row with the file that it is from."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import duckdb
import openpyxl
import pytest

from dashboards.briefings.counted import explain_count
from dashboards.briefings.counts import ABOUT, PLAIN, count_of
from dashboards.briefings.facts import Facts
from dashboards.provenance.wherever import place_name
from dashboards.scopes import Scope
from dashboards.snapshots import open_snapshot
from models.citation import Citation, code_of
from pipelines.citing import Cited
from pipelines.commands.code_telling import tell_code
from pipelines.commands.telling import Teller
from pipelines.explaining import STAFF, explain, explain_cited
from pipelines.receive.archive import place
from tests.flow.history.city import COUNTY, Q1, Q2, snapshot_of

pytestmark = pytest.mark.xdist_group("history")
ARGUMENTS = {"units_below": "ORG02", "quarters_below": "COO04", "redefined": "COO01",
             "corrections": "previous", "own": "met", "without": "joint_women",
             "sampled": "checked"}  # fmt: skip
COUNTS = [*PLAIN, *(f"{name}:{ARGUMENTS[name]}" for name in ABOUT), "own:short",
          *(f"sampled:{part}" for part in ("error_rate", "low", "high"))]  # fmt: skip
SCOPES = [("city", "330700"), ("county", COUNTY), ("county_level", "330702/township"),
          ("level", "county")]  # fmt: skip


@pytest.fixture(scope="module")
def facts(published, catalogue):
    return Facts(STAFF, open_snapshot(snapshot_of(published)), catalogue, Q2)


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize(("level", "code"), SCOPES)
def test_the_rows_are_as_many_as_the_paper_prints(facts, name, level, code):
    found = explain_count(facts, name, level, code)
    printed = count_of(facts, name, Scope(level, code, "", code[:6]), Q2)
    assert found["value"] == (printed if isinstance(printed, float) else None)
    if name.partition(":")[0] not in {"redefined", "corrections", "without", "sampled"}:
        assert len(found["rows"]) == found["rows_total"] == (found["value"] or 0)
    assert found["zh"]
    assert not any("a" <= char <= "z" for char in found["zh"] + found["how"])


def test_returns_that_do_not_count_are_named(facts):
    found = explain_count(facts, "returns_used", "county", COUNTY)
    asked = explain_count(facts, "returns_expected", "county", COUNTY)
    codes = [[row["unit_code"] for row in rows]
             for rows in (found["rows"], found["left_out"], asked["rows"])]  # fmt: skip
    assert sorted(codes[0] + codes[1]) == codes[2]
    assert all(row["file_sha256"] for row in found["rows"])


@pytest.mark.parametrize("name", ["matters", "elections_due_next"])
def test_the_cell_of_a_row_says_the_same_in_the_archived_file(facts, published, name):
    found = explain_count(facts, name, "city", "330700")
    assert found["rows"]
    for row in found["rows"][:5]:
        content = place(published.archive, row["file_sha256"]).read_bytes()
        book = openpyxl.load_workbook(BytesIO(content), data_only=True)
        said = book[row["sheet"]][row["cell"]].value
        assert str(said)[:10] == str(row.get("matter_id") or row["due"])[:10]


def test_a_matter_with_a_party_without_code_has_its_file_too(published, tmp_path, catalogue):
    path = shutil.copy(snapshot_of(published), tmp_path)
    with duckdb.connect(path) as con:
        con.execute("UPDATE marts.matter SET counterpart_code = NULL, counterpart_level = NULL")
    facts = Facts(STAFF, open_snapshot(Path(path)), catalogue, Q2)
    rows = explain_count(facts, "matters", "city", "330700")["rows"]
    assert rows
    assert all(row["file_sha256"] for row in rows)


def test_a_limit_shortens_the_rows_and_not_their_number(facts):
    found = explain_count(facts, "returns_expected", "city", "330700", 3)
    assert len(found["rows"]) == 3
    assert found["rows_total"] == found["value"] > 3


@pytest.mark.parametrize(
    ("level", "code", "called"),
    [
        ("city", "330700", "全市"),
        ("county", "330702", "婺城区"),
        ("county_level", "330702/township", "婺城区乡镇"),
        ("county_level", "330700/city", "市直"),
        ("level", "county", "全市县直"),
        ("level", "city", "市直"),
        ("system", "政法", "政法"),
        ("unit", "330799999999", "330799999999"),
    ],
)
def test_a_scope_is_called_as_people_call_it(facts, level, code, called):
    assert place_name(facts.snapshot.connection, facts.catalogue, level, code) == called


def entry_of(name, measure, part="value", **fills):
    cited = Citation(Q2, measure, name, "county", COUNTY, part, **fills)
    where = {"paper": f"county-{COUNTY}", "where": "一、报送情况 SUB01", "sentence": "SUB01"}
    return {"code": code_of(cited), **vars(cited), **where, "value": "3", "number": 3.0}


def told_of(published, catalogue, capsys, entry):
    told = explain_cited(snapshot_of(published), catalogue, entry, 20)
    tell_code(Teller(), entry["code"], Cited("样例快照", (entry,)), told, ["样例快照"])
    return capsys.readouterr().out


@pytest.mark.parametrize("name", COUNTS)
def test_every_count_is_told_in_chinese(published, catalogue, capsys, name):
    head, place, *_ = told_of(published, catalogue, capsys, entry_of(name, "count")).splitlines()
    assert head.startswith("编号")
    assert "婺城区" in head
    assert place == "  印在:婺城区情况“一、报送情况”"
    assert not re.search(r"[a-z]{3,}", head + place)


def test_a_count_that_is_another_now_says_so(published, catalogue, capsys):
    entry = entry_of("returns_expected", "count") | {"number": 9999.0}
    assert "与印出的不一致" in told_of(published, catalogue, capsys, entry)


def test_a_change_of_a_total_is_told_by_both_quarters(published, catalogue, capsys):
    path = snapshot_of(published)
    now, then = (explain(path, catalogue, "member_close", COUNTY, each)["value"]
                 for each in (Q2, Q1))  # fmt: skip
    said = told_of(published, catalogue, capsys,
                   entry_of("member_close", "field", "change", compare_to=Q1))  # fmt: skip
    assert f"{Q1}为{then:,.0f},{Q2}为{now:,.0f}" in said


def test_the_cells_of_a_choice_are_those_that_made_it(published, catalogue):
    path = snapshot_of(published)
    found = explain(path, catalogue, "fund_budget_line=1", COUNTY, Q2)
    assert found["value"] == found["parts_total"] == len(found["parts"]) > 0
    assert {part["value"] for part in found["parts"]} == {"1"}
    assert found["units_used"] > found["value"]
