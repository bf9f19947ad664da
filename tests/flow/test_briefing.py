"""A briefing from the command line: numbers recomputed, frozen bytes, an edited paper checked."""

import hashlib
import json
import os
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import docx
import duckdb
import pytest
from docx.oxml.ns import qn

from models.citation import Citation, code_of
from tests.fixtures_snapshot import build_snapshot

VALUE = """select {part} from marts.indicator_value where period = ? and scope_level = ?
and scope_code = ? and indicator = ? and view = 'as_reported'"""
TOTAL = (
    "select total from marts.field_total where period = ? and scope_level = ? and scope_code = ?"
)
INDEX = """select {part} from marts.composite_value where period = ? and scope_level = ?
and scope_code = ? and composite = ? and view = 'as_reported'"""
WITHOUT_PDF = str(Path(sys.executable).parent)


@pytest.fixture(scope="module")
def published(tmp_path_factory, catalogue):
    home = tmp_path_factory.mktemp("home")
    build_snapshot(home / "published", catalogue)
    (home / "published" / "sample.json").write_text('{"kind": "draft"}', encoding="utf-8")
    return home


def run(home, *arguments):
    """`sanji` in a process of its own, without LibreOffice: it has tests of its own."""
    environment = {**os.environ, "SANJI_HOME": str(home), "PATH": WITHOUT_PDF}
    return subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-c", "from pipelines.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(published):
    done = run(published, "briefing", "2026Q3")
    assert done.returncode == 0, done.stderr
    assert "LibreOffice" in done.stderr
    return published / "published" / "sample.briefing"


def numbers(folder):
    return json.loads((folder / "numbers.json").read_text(encoding="utf-8"))


def asked(con, one):
    """The number by an independent question, or nothing where the briefing counts by itself."""
    keys = [one["period"], one["scope_level"], one["scope_code"]]
    if one["part"] == "change" or one["measure"] == "count":
        return None
    if one["measure"] == "field":
        if one["scope_level"] == "unit":
            return None
        rows = con.execute(TOTAL + " and field = ?", [*keys, one["name"]]).fetchall()
    else:
        select = VALUE if one["measure"] == "indicator" else INDEX
        rows = con.execute(select.format(part=one["part"]), [*keys, one["name"]]).fetchall()
    assert len(rows) == 1, one
    return rows[0][0]


def test_every_number_of_a_paper_is_that_of_the_marts(published, folder):
    with duckdb.connect(str(published / "published" / "sample.duckdb"), read_only=True) as con:
        checked = 0
        for one in numbers(folder):
            expected = asked(con, one)
            if expected is None:
                continue
            assert one["number"] == pytest.approx(float(expected)), one
            places = len(one["value"].partition(".")[2])
            exact = Decimal(repr(float(expected))).quantize(
                Decimal(1).scaleb(-places), ROUND_HALF_UP
            )
            assert Decimal(one["value"]) == exact, one
            checked += 1
    assert checked > 500


def test_a_change_is_the_difference_of_what_was_printed(published, folder):
    changes = [one for one in numbers(folder) if one["part"] == "change"]
    assert changes
    with duckdb.connect(str(published / "published" / "sample.duckdb"), read_only=True) as con:
        for one in changes:
            now = asked(con, {**one, "part": "value"})
            then = asked(con, {**one, "part": "value", "period": one["compare_to"]})
            step = [Decimal(repr(float(each))).quantize(Decimal("0.1"), ROUND_HALF_UP)
                    for each in (now, then)]  # fmt: skip
            assert abs(step[0] - step[1]) == Decimal(one["value"]), one


def test_counts_of_returns_and_matters_are_those_of_the_tables(published, folder):
    city = {one["name"]: one["number"] for one in numbers(folder)
            if one["measure"] == "count" and one["scope_level"] == "city"}  # fmt: skip
    with duckdb.connect(str(published / "published" / "sample.duckdb"), read_only=True) as con:
        duty = "from core.duty where period = '2026Q3' and owes"
        [(owed, came)] = con.execute(f"select count(*), count(submission_id) {duty}").fetchall()
        live = "from marts.matter where period = '2026Q3' and matter_status <> 5"
        [(matters,)] = con.execute(f"select count(*) {live}").fetchall()
    assert city["returns_expected"] == owed
    assert city["returns_received"] == came
    if "matters" in city:
        assert city["matters"] == matters
        ways = [city[f"matters_{way}"] for way in ("down", "up", "between")]
        assert sum(ways) == matters


def test_codes_follow_from_the_citations(folder):
    fields = ("period", "measure", "name", "scope_level", "scope_code", "part", "view")
    for one in numbers(folder):
        cited = Citation(*(one[name] for name in fields), compare_to=one["compare_to"])
        assert one["code"] == code_of(cited)


def test_two_runs_in_two_processes_write_the_same_bytes(published, folder, tmp_path):
    again = run(published, "briefing", "2026Q3", "--out", tmp_path / "again")
    assert again.returncode == 0, again.stderr
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_the_manifest_lists_the_papers_with_their_hashes(published, folder):
    manifest = json.loads((published / "published" / "sample.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "draft"
    assert "tongbao.docx" in manifest["briefing"]
    for name, digest in manifest["briefing"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_what_was_dropped_is_in_the_log_with_a_reason(folder):
    dropped = json.loads((folder / "log.json").read_text(encoding="utf-8"))
    assert {"paper", "id", "name", "reason"} == set(dropped[0])
    assert any(one["reason"] == "missing" for one in dropped)


def test_an_edited_paper_is_checked_and_a_clean_one_passes(published, folder, tmp_path):
    clean = run(published, "briefing", "check", folder / "tongbao.docx")
    assert clean.returncode == 0, clean.stderr
    document = docx.Document(str(folder / "tongbao.docx"))
    control = next(document.element.body.iter(qn("w:sdt")))
    next(control.iter(qn("w:t"))).text = "99999"
    edited = tmp_path / "edited.docx"
    document.save(str(edited))
    told = run(published, "briefing", "check", edited)
    assert told.returncode == 1
    assert "99999" in told.stdout
    assert "250" in told.stdout
    assert len(told.stdout.strip().splitlines()) == 2


def test_a_county_paper_is_checked_too(published, folder):
    done = run(published, "briefing", "check", folder / "county-330702.docx", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["differences"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("2026Q3", "--scope", "county", "330702"),
        ("2026Q3", "--scope", "town", "--out", "x"),
        ("2026Q3", "330799", "--scope", "county", "--out", "x"),
        ("2026Q3", "--charts", "D9-9", "--out", "x"),
        ("2031Q1",),
        ("check", "no-such-file.docx"),
        ("check",),
    ],
)
def test_what_cannot_be_written_ends_with_one_chinese_line(published, arguments):
    done = run(published, "briefing", *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert any("\u4e00" <= char <= "\u9fff" for char in done.stderr)


def test_one_unit_gets_its_own_page_and_chosen_charts_their_set(published, tmp_path):
    unit = run(published, "briefing", "2026Q3", "330702210001", "--scope", "unit",
               "--out", tmp_path / "unit")  # fmt: skip
    assert unit.returncode == 0, unit.stderr
    assert (tmp_path / "unit" / "unit-330702210001.docx").is_file()
    chosen = run(
        published, "briefing", "2026Q3", "--charts", "D1-2,D2-8", "--out", tmp_path / "some"
    )
    assert chosen.returncode == 0, chosen.stderr
    assert (tmp_path / "some" / "slides.pptx").is_file()
