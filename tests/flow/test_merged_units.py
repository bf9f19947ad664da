"""Units that merge within a quarter: what the new one opens with, what the old ones still owe."""

import json
import shutil
from datetime import datetime

import duckdb
import openpyxl
import pytest
import yaml
from sqlalchemy import insert, select

from models.events import EventKind
from models.loader import CATALOGUE_DIR, load_catalogue
from models.period import Period
from models.registry import finding, snapshot
from pipelines.building import build_warehouse
from pipelines.catalogues.kept import keep_catalogue
from pipelines.directory import Asked, EventDraft, Signed, enter, inspect
from pipelines.issue.write import write_issue
from pipelines.judging.intake import identify_received, judge_period, unjudged_periods
from pipelines.quarter.decisions import approve_city
from pipelines.quarter.issuing import NoSuchUnitError, issue_period
from pipelines.receive import receive_file
from pipelines.records.quarters import current
from pipelines.registry import reading, writing
from pipelines.settings import Home

pytestmark = pytest.mark.xdist_group("merged")
MERGED = ("330700100028", "330700100036")
ENDED = MERGED[0]
ISSUED, SENT = datetime(2026, 6, 20, 9), datetime(2026, 7, 6, 9)
COVER = {
    "filler_name": "样例填表人",
    "reviewer_name": "样例审核人",
    "office_phone": "0579-82100000",
    "fill_date": datetime(2026, 7, 6),
    "signed_confirmed": "1=是",
}


@pytest.fixture(scope="module")
def merged(small_city, catalogue, tmp_path_factory):
    """Two units report for a quarter and merge in the next; the new one gets its workbook."""
    home = small_city.home(tmp_path_factory.mktemp("home"))
    sent = [each for each in small_city.of("2026Q1") if each.issue.unit_code in MERGED]
    assert len(sent) == 2
    legs = [Asked(code, columns={"unit_name": "市级综经类单位甲(样例)"}) for code in MERGED]
    period = Period(2026, 2)
    with writing(home) as registry:
        for each in sent:
            path = home.root / f"{each.issue.issue_id}.xlsx"
            write_issue(path, catalogue, each)
            at = datetime(2026, 4, 8, 9)
            receive_file(registry, home.archive, path, at, "cli", catalogue)
        identify_received(home, registry, catalogue)
        for each in unjudged_periods(registry, catalogue):
            judge_period(home, registry, catalogue, each)
        build_warehouse(home, registry, catalogue, [])
        draft = EventDraft(EventKind.MERGE, datetime(2026, 5, 15).date(), tuple(legs))
        signed = Signed("张三", datetime(2026, 5, 16, 9), "机构改革")
        event = enter(home, registry, catalogue, draft, signed, dry_run=False)
        (path,) = issue_period(
            home, registry, catalogue, period, datetime(2026, 6, 20, 9),
            unit_code=event.to_codes[0],
        )  # fmt: skip
    return home, path


@pytest.mark.parametrize(("opening", "closing"), [("member_open", "member_close"),
                                                 ("branch_open", "branch_close"),
                                                 ("cadre_ft_open", "cadre_ft_close")])  # fmt: skip
def test_the_workbook_of_a_merged_unit_opens_with_both_closings(
    merged, small_city, opening, closing
):
    _, path = merged
    book = openpyxl.load_workbook(path)
    sheet, cell = next(iter(book.defined_names[opening].destinations))
    truth = [small_city.sample.city[code, "2026Q1"].values[closing] for code in MERGED]
    assert book[sheet][cell].value == sum(truth)


def test_the_ledger_of_a_merged_unit_lists_the_organisations_of_both(merged, small_city):
    _, path = merged
    sheet = openpyxl.load_workbook(path)["L1 换届台账"]
    shown = {str(cell.value) for line in sheet.iter_rows() for cell in line}
    for code in MERGED:
        before = small_city.sample.city[code, "2026Q1"].rows["l1"]
        assert {row["org_code"] for row in before if row["org_status"] != 3} <= shown


def test_the_check_waits_for_the_return_of_a_merged_unit(merged, catalogue):
    home, _ = merged
    with reading(home) as registry:
        found = inspect(home, registry, catalogue, Period(2026, 2))
    assert [each["state"] for each in found["openings"]] == ["waiting"]
    assert {each["unit_code"] for each in found["ended"]} == set(MERGED)


@pytest.fixture
def closing(merged, catalogue, tmp_path, monkeypatch):
    """A copy of that home, and the small workbook of a unit that merged away."""
    home = Home(shutil.copytree(merged[0].root, tmp_path / "home"))
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    with writing(home) as registry:
        (path,) = issue_period(
            home, registry, catalogue, Period(2026, 2), ISSUED, unit_code=ENDED, out=tmp_path
        )
    return home, path


def filled(path, catalogue, *, ended=True):
    """What a clerk types: the cover, and that the organisations of the ledger are no more."""
    book = openpyxl.load_workbook(path)
    for name, value in COVER.items():
        sheet, cell = next(iter(book.defined_names[name].destinations))
        book[sheet][cell] = value
    ledger = book["L1 换届台账"]
    columns = {cell.value: cell.column for cell in ledger[3]}
    for line in range(5, ledger.max_row + 1):
        if ended and ledger.cell(line, columns["L1-03"]).value:
            ledger.cell(line, columns["L1-14"]).value = f"3={catalogue.codes['org_status'][3]}"
    book.save(path)
    return path


def taken(home, catalogue, path):
    """Receive and judge the file; the unit's current submission."""
    with writing(home) as registry:
        receive_file(registry, home.archive, path, SENT, "cli", catalogue)
        (outcome,) = identify_received(home, registry, catalogue)
        judge_period(home, registry, catalogue, "2026Q2")
        return outcome, current(registry, "2026Q2").get(ENDED)


def test_a_unit_that_merged_away_is_sent_its_ledger_and_closings_of_zero_and_nothing_else(
    closing, catalogue, small_city
):
    _, path = closing
    book = openpyxl.load_workbook(path)
    forms = [name[:2] for name in book.sheetnames if name[:2] in catalogue.forms]
    assert forms == ["F0", "F1", "F2", "L1"]
    zeros = {name: book[sheet][cell] for name in catalogue.campaign.closing.zero
             for sheet, cell in book.defined_names[name].destinations}  # fmt: skip
    assert {cell.value for cell in zeros.values()} == {0}
    assert all(cell.protection.locked for cell in zeros.values())
    assert "member_open" not in book.defined_names
    assert "只报这几张表" in book["填表说明"]["A1"].value
    before = small_city.sample.city[ENDED, "2026Q1"].rows["l1"]
    shown = {str(cell.value) for line in book["L1 换届台账"].iter_rows() for cell in line}
    assert {row["org_code"] for row in before if row["org_status"] != 3} <= shown


def test_what_closes_a_unit_is_taken_judged_counted_and_enters_no_total(
    closing, catalogue, sanji, monkeypatch
):
    home, path = closing
    monkeypatch.setenv("SANJI_HOME", str(home.root))
    before = json.loads(sanji("status", "2026Q2", "--json")[1])
    assert set(before["closing_left"]) == set(MERGED)
    outcome, row = taken(home, catalogue, filled(path, catalogue))
    assert (outcome, row.verdict) == ("submitted", "accepted")
    after = json.loads(sanji("status", "2026Q2", "--json")[1])
    assert after["closing_left"] == [MERGED[1]]
    assert (after["owed"], after["received"]) == (before["owed"], before["received"])
    assert "只报换届台账和期末为0的单位,待工委审核1家" in sanji("status", "2026Q2")[1]
    with writing(home) as registry:
        build_warehouse(home, registry, catalogue, ["2026Q2"])
        assert ENDED in {c[:12] for c in approve_city(registry, Period(2026, 2), "甲", SENT, "可")}
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        used = con.execute("SELECT is_used FROM core.submission WHERE unit_code = ? AND"
                           " period = '2026Q2'", [ENDED]).fetchall()  # fmt: skip
        values = con.execute("SELECT count(*) FROM core.value WHERE submission_id = ?",
                             [row.submission_id]).fetchall()  # fmt: skip
    assert (used, values) == ([(False,)], [(0,)])


def test_a_ledger_that_still_lists_organisations_is_returned_and_no_other_rule_is_asked(
    closing, catalogue, sanji, tmp_path
):
    home, path = closing
    checked = json.loads(sanji("check", filled(path, catalogue, ended=False), "--json",
                               "--out", tmp_path / "back")[1])  # fmt: skip
    outcome, row = taken(home, catalogue, path)
    assert (outcome, row.verdict) == ("submitted", "returned")
    with reading(home) as registry:
        found = registry.execute(
            select(finding.c.rule).where(finding.c.submission_id == row.submission_id)
        ).scalars()
        assert set(found) == {"R201", "R202"}
    assert "R201" in str(checked)
    (back,) = (tmp_path / "back").glob("*.xlsx")
    assert not {"F3", "L3"} & {name[:2] for name in openpyxl.load_workbook(back).sheetnames}
    code, said, _ = sanji("receipt", row.submission_id, "--json")
    assert (code, "R202" in said) == (0, True)


def test_a_quarter_that_was_published_before_there_were_closing_workbooks_sends_none(
    merged, catalogue, tmp_path
):
    home = Home(shutil.copytree(merged[0].root, tmp_path / "home"))
    root = shutil.copytree(CATALOGUE_DIR, tmp_path / "catalogue")
    campaign = yaml.safe_load((root / "campaign.yml").read_bytes())
    del campaign["closing"]
    (root / "campaign.yml").write_text(yaml.safe_dump(campaign, allow_unicode=True))
    older = load_catalogue(root)
    keep_catalogue(home, older)
    with writing(home) as registry:
        registry.execute(insert(snapshot).values(
            snapshot_id="final-1", kind="final", made_at=SENT, catalogue_hash=older.hash,
            sql_hash="0", sha256="0", periods=json.dumps({"2026Q2": "final"}),
        ))  # fmt: skip
        with pytest.raises(NoSuchUnitError):
            issue_period(home, registry, catalogue, Period(2026, 2), SENT, unit_code=ENDED)
