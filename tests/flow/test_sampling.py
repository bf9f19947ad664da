"""From the draw to the error: sheets go out, come back filled, say how far to trust a number."""

import hashlib
import json
import re
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import insert

from models.loader import CATALOGUE_DIR, load_catalogue
from models.registry import snapshot
from pipelines.catalogues.kept import keep_catalogue
from pipelines.registry import writing
from pipelines.settings import Home
from pipelines.warehouse import open_warehouse

Q = "2026Q2"
FIELDS = ("talk_count", "branch_close", "member_proposals", "talk_count", "care_count")
UNITS = [f"3307001001{n:02}" for n in range(10, 22)]


@pytest.fixture
def city(sanji, small_city, tmp_path):
    """A home whose warehouse holds what the draw reads, and no more."""
    home = small_city.home(tmp_path / "home")
    with open_warehouse(home.warehouse) as con:
        con.execute(
            "CREATE TABLE core.value (unit_code VARCHAR, submission_id VARCHAR, field VARCHAR,"
            " line INTEGER, number DECIMAL(18, 4), text VARCHAR, date DATE, sheet VARCHAR,"
            " cell VARCHAR)"
        )
        con.execute(
            "CREATE TABLE core.duty (period VARCHAR, unit_code VARCHAR, submission_id VARCHAR,"
            " is_used BOOLEAN)"
        )
        con.execute(
            "CREATE TABLE core.finding (submission_id VARCHAR, rule VARCHAR, field VARCHAR,"
            " line INTEGER, status VARCHAR)"
        )
        for unit in UNITS:
            con.execute("INSERT INTO core.duty VALUES (?, ?, ?, true)", [Q, unit, f"{unit}-v1"])
            for at, field in enumerate(sorted({*FIELDS})):
                row = [unit, f"{unit}-v1", field, 10 + at, "F3", f"D{at + 5}"]
                con.execute(
                    "INSERT INTO core.value VALUES (?, ?, ?, NULL, ?, NULL, NULL, ?, ?)", row
                )
        con.execute(
            f"INSERT INTO core.finding VALUES ('{UNITS[0]}-v1', 'R601', NULL, NULL, 'open')"  # noqa: S608
        )
    return sanji


LISTED = {
    "l1.org_code": ("dw001", None, None), "l1.org_formal_members": (None, 7, None),
    "l2.pair_id": ("jd001", None, None), "l2.pair_activities": (None, 3, None),
    "l3.matter_id": ("sx001", None, None), "l3.closed_date": (None, None, "2026-05-12"),
    "l3.matter_status": (None, 3, None),
    "l2.tie_answer": (None, 1, None), "l3.partner_answer": (None, 2, None),
}  # fmt: skip
"""Cells of a row of each list: text, number, date; two of them the partner fills."""


@pytest.fixture
def listed(city, tmp_path):
    """The same, where one unit has a row in each list and nothing in fixed forms."""
    unit = UNITS[1]
    with open_warehouse(tmp_path / "home" / "warehouse" / "warehouse.duckdb") as con:
        con.execute("DELETE FROM core.value")
        for at, (field, (text, number, date)) in enumerate(LISTED.items()):
            row = [unit, f"{unit}-v1", field, number, text, date, field[:2].upper(), f"C{at + 6}"]
            con.execute("INSERT INTO core.value VALUES (?, ?, ?, 4, ?, ?, ?::DATE, ?, ?)", row)
        said = f"('{unit}-v1', 'R301', 'l3.closed_date', 4, 'explained')"
        con.execute(f"INSERT INTO core.finding VALUES {said}")  # noqa: S608
    return city


def test_cells_of_list_rows_are_drawn_by_the_id_of_their_row_and_weighted_by_risk(listed, tmp_path):
    _, out, _ = listed("sampling", "plan", Q, "--by", "王", "--size", 9, "--seed", 3, "--json")
    drawn = {cell["field"]: cell for cell in json.loads(out)["drawn"]}
    assert {name: (cell["row_key"], cell["reported"]) for name, cell in drawn.items()} == {
        "l1.org_formal_members": ("dw001", "7.0000"), "l2.pair_activities": ("jd001", "3.0000"),
        "l3.closed_date": ("sx001", "20260512"), "l3.matter_status": ("sx001", "3.0000"),
    }  # fmt: skip
    assert drawn["l3.closed_date"]["risk"] == "explained never"
    assert drawn["l3.matter_status"]["risk"] == "never"
    _, out, _ = listed("sampling", "sheets", Q, "--out", tmp_path / "sheets", "--json")
    (path,) = json.loads(out)
    book = openpyxl.load_workbook(path)
    rows = [row for row in book.worksheets[0].iter_rows(min_row=5)
            if str(row[0].value).startswith("sanji-check:")]  # fmt: skip
    assert any("sx001" in row[3].value and row[5].value == "2026-05-12" for row in rows)
    for row in rows:
        is_day = row[5].value == "2026-05-12"
        row[6].value, row[7].value = "2026年5月20日" if is_day else row[5].value, "台账"
    book.save(path)
    _, out, _ = listed("sampling", "take", Q, path, "--by", "李", "--json")
    assert [(each["recorded"], each["wrong"]) for each in json.loads(out)] == [(4, 1)]
    _, out, _ = listed("sampling", "result", Q, "--json")
    found = {row["subject"]: row for row in json.loads(out) if row["scope_level"] == "city"}
    assert (found["L3"]["checked"], found["L3"]["wrong"]) == (2, 1)
    assert found["l3.closed_date"]["relative_error"] is None
    assert found["l1.org_formal_members"]["relative_error"] == 0


def test_a_published_quarter_is_drawn_and_asked_by_the_catalogue_it_was_published_under(
    city, tmp_path
):
    home = Home(tmp_path / "home")
    root = shutil.copytree(CATALOGUE_DIR, tmp_path / "older")
    path = root / "forms" / "F3.yml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("zh: 本季谈心谈话", "zh: 旧名谈心谈话", 1)
    assert "旧名" in text
    path.write_text(re.sub(r"(name: care_count,.*?)entry: typed", r"\1entry: directory", text),
                    encoding="utf-8")  # fmt: skip
    older = load_catalogue(root)
    assert older.fields["care_count"].is_system_owned
    keep_catalogue(home, older)
    with writing(home) as registry:
        registry.execute(
            insert(snapshot).values(
                snapshot_id="final-1", kind="final", made_at=datetime(2026, 7, 21), sha256="",
                catalogue_hash=older.hash, periods=json.dumps({Q: "final"}),
                catalogues=json.dumps({Q: older.hash}), sql_hash="as it was",
            )
        )  # fmt: skip
    _, out, _ = city("sampling", "plan", Q, "--by", "王", "--size", 99, "--json")
    fields = {cell["field"] for cell in json.loads(out)["drawn"]}
    # The closing is computed, and the catalogue of then had the other filled by the system.
    assert fields == {*FIELDS} - {"branch_close", "care_count"}
    labels = {
        row[3].value
        for path in _sheets(city, tmp_path / "sheets")
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=5)
    }
    assert any("旧名谈心谈话" in str(label) for label in labels)


def test_a_plan_is_drawn_again_with_a_reason_until_something_was_found(city, tmp_path):
    said = ("--by", "王", "--size", 8)
    city("sampling", "plan", Q, *said, "--seed", 3)
    old = _sheets(city, tmp_path / "old")
    code, _, err = city("sampling", "plan", Q, *said, "--again")
    assert (code, "要写理由" in err) == (2, True)
    code, out, _ = city("sampling", "plan", Q, *said, "--seed", 4, "--again", "--why", "漏了一县",
                        "--json")  # fmt: skip
    assert (code, json.loads(out)["seed"]) == (0, 4)
    with sqlite3.connect(tmp_path / "home" / "registry.sqlite") as con:
        kept = con.execute("SELECT seed, why, cells FROM sampling_superseded").fetchall()
        assert con.execute("SELECT count(*) FROM sampling_cell").fetchall() == [(8,)]
    assert (kept[0][:2], len(json.loads(kept[0][2]))) == ((3, "漏了一县"), 8)
    # A sheet of the plan that was given up names no cell of the new one.
    fill(old[0], lambda reported: reported)
    code, out, _ = city("sampling", "take", Q, old[0], "--by", "李")
    assert (code, "整份没有记下" in out) == (1, True)
    new = _sheets(city, tmp_path / "new")
    fill(new[0], lambda reported: reported)
    assert city("sampling", "take", Q, new[0], "--by", "李")[0] == 0
    code, _, err = city("sampling", "plan", Q, *said, "--again", "--why", "再来")
    assert (code, "不能重新抽取" in err) == (2, True)


def _sheets(city, folder):
    _, out, _ = city("sampling", "sheets", Q, "--out", folder, "--json")
    return json.loads(out)


def fill(path, change):
    """Fill a sheet as a person would; `change` turns the value reported into the one found."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight or 1) == (1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    for row in sheet.iter_rows(min_row=5):
        if str(row[0].value).startswith("sanji-check:"):
            row[6].value, row[7].value = change(row[5].value), "花名册"
    book.save(path)


def test_a_plan_is_drawn_once_and_again_from_its_seed(city, tmp_path):
    code, out, _ = city("sampling", "plan", Q, "--by", "王", "--size", 8, "--seed", 3, "--json")
    made = json.loads(out)
    assert code == 0
    assert made["cells"] == 8
    assert made["frame"] == 36
    assert all(0 < cell["probability"] <= 1 for cell in made["drawn"])
    # A computed cell is not drawn: nobody typed it.
    assert {cell["field"] for cell in made["drawn"]} <= {*FIELDS} - {"branch_close"}
    code, _, err = city("sampling", "plan", Q, "--by", "王")
    assert code == 2
    assert "已经定过" in err


def test_a_unit_with_a_sign_is_three_times_as_likely(city):
    _, out, _ = city("sampling", "plan", Q, "--by", "王", "--size", 30, "--seed", 1, "--json")
    by_risk = {cell["risk"]: cell["probability"] for cell in json.loads(out)["drawn"]}
    assert by_risk["sign never"] > by_risk["never"]


def test_results_typed_back_make_the_estimate_and_blank_rows_say_nothing(city, tmp_path):
    city("sampling", "plan", Q, "--by", "王", "--size", 12, "--seed", 3)
    _, out, _ = city("sampling", "sheets", Q, "--out", tmp_path / "sheets", "--json")
    paths = json.loads(out)
    code, out, _ = city("sampling", "result", Q)
    assert "还没有核实,不作估计" in out
    fill(paths[0], lambda said: f" {said + 2:g} ")
    for path in paths[1:-1]:
        fill(path, lambda said: said)
    code, out, _ = city("sampling", "take", Q, *paths, "--by", "李", "--json")
    taken = json.loads(out)
    assert code == 0
    assert taken[0]["wrong"] == taken[0]["recorded"] > 0
    assert taken[-1]["recorded"] == 0
    assert taken[-1]["blank"] > 0
    _, out, _ = city("sampling", "result", Q, "--json")
    whole = next(r for r in json.loads(out) if r["scope_level"] == "city" and r["subject"] == "all")
    assert whole["checked"] == sum(each["recorded"] for each in taken)
    assert whole["low"] < whole["error_rate"] < whole["high"]


def test_what_is_no_number_is_told_with_its_cell_and_the_rest_recorded(city, tmp_path):
    city("sampling", "plan", Q, "--by", "王", "--size", 1, "--seed", 3)
    _, out, _ = city("sampling", "sheets", Q, "--out", tmp_path / "sheets", "--json")
    path = json.loads(out)[0]
    fill(path, lambda _: "不清楚")
    code, out, _ = city("sampling", "take", Q, path, "--by", "李")
    assert code == 1
    assert "G5:“不清楚”没有记下:应填不小于0的整数" in out


def test_what_differs_is_told_with_its_cell_and_what_was_recorded_before_with_it(city, tmp_path):
    path = _sheet(city, tmp_path)
    fill(path, lambda said: said)
    city("sampling", "take", Q, path, "--by", "李")
    fill(path, lambda said: said + 1)
    reported = openpyxl.load_workbook(path).worksheets[0]["F5"].value
    _, out, _ = city("sampling", "take", Q, path, "--by", "王")
    assert f",填报{reported},查实{reported + 1}\n" in out
    assert f",原记{reported},现记{reported + 1};以后记的为准\n" in out


def _sheet(city, tmp_path):
    city("sampling", "plan", Q, "--by", "王", "--size", 1, "--seed", 3)
    _, out, _ = city("sampling", "sheets", Q, "--out", tmp_path / "sheets", "--json")
    return Path(json.loads(out)[0])


def test_a_sheet_is_kept_by_its_hash_and_read_by_its_content(city, tmp_path):
    path = _sheet(city, tmp_path)
    fill(path, lambda said: said)
    renamed = path.rename(tmp_path / "核实单.dat")
    code, out, _ = city("sampling", "take", Q, renamed, "--by", "李", "--json")
    assert (code, json.loads(out)[0]["recorded"]) == (0, 1)
    sha256 = hashlib.sha256(renamed.read_bytes()).hexdigest()
    kept = tmp_path / "home" / "archive" / sha256[:2] / sha256
    assert kept.read_bytes() == renamed.read_bytes()


def test_evidence_longer_than_allowed_is_told_and_never_cut(city, tmp_path, catalogue):
    path = _sheet(city, tmp_path)
    fill(path, lambda said: said)
    book = openpyxl.load_workbook(path)
    longest = catalogue.parameters["sampling"]["longest_evidence"]
    book.worksheets[0]["H5"] = "册" * (longest + 1)
    book.save(path)
    code, out, _ = city("sampling", "take", Q, path, "--by", "李")
    assert (code, f"H5:依据有{longest + 1}个字" in out) == (1, True)
    assert "记下0项" in out


def test_a_folder_or_a_damaged_file_is_one_line(city, tmp_path):
    path = _sheet(city, tmp_path)
    (tmp_path / "folder").mkdir()
    path.write_bytes(path.read_bytes()[:-200])
    for wrong in (tmp_path / "folder", path, tmp_path / "none.xlsx"):
        code, _, err = city("sampling", "take", Q, wrong, "--by", "李")
        assert (code, err.count("\n")) == (2, 1)
        assert f"{wrong.name}不是2026Q2的核实单" in err


def test_another_file_is_no_check_sheet(city, tmp_path):
    city("sampling", "plan", Q, "--by", "王", "--size", 1, "--seed", 3)
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    code, _, err = city("sampling", "take", Q, tmp_path / "x.xlsx", "--by", "李")
    assert code == 2
    assert "x.xlsx不是2026Q2的核实单" in err


def test_before_a_build_there_is_nothing_to_draw(sanji, small_city, tmp_path):
    small_city.home(tmp_path / "home")
    code, _, err = sanji("sampling", "plan", Q, "--by", "王")
    assert code == 2
    assert "还没有汇总过" in err
