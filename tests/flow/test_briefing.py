"""A briefing from the command line: numbers recomputed, frozen bytes, an edited paper checked."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import docx
import duckdb
import pytest
from docx.oxml.ns import qn
from openpyxl import load_workbook

from dashboards.wording import speaker
from models.citation import Citation, code_of
from pipelines.citing import find_code
from pipelines.cli import main
from tests.flow.asked_marts import SAME_UNITS, asked, half_up
from tests.flow.papers import charts_of, coded_on_page, controls_of, notes_of, numbers, titles_of

PERIOD = "2026Q3"
WITHOUT_PDF = str(Path(sys.executable).parent)
WITHOUT_BROWSER = "/no/browser"


@pytest.fixture(scope="module")
def published(synthetic, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(synthetic, home / "published")
    (home / "published" / "sample.json").write_text('{"kind": "draft"}', encoding="utf-8")
    return home


def surroundings(home):
    return {"SANJI_HOME": str(home), "PATH": WITHOUT_PDF, "BROWSER_PATH": WITHOUT_BROWSER}


@pytest.fixture
def here(published, monkeypatch, capsys):
    """`sanji` as `run` runs it, in this process: where the process is not what is asked about."""
    for name, value in surroundings(published).items():
        monkeypatch.setenv(name, value)

    def run_here(*arguments):
        monkeypatch.setattr("sys.argv", ["sanji", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, ended.value.code or 0, told.out, told.err)

    return run_here


def run(home, *arguments):
    """`sanji` in a process of its own, without LibreOffice and browser: they have other tests."""
    return subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-c", "from pipelines.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **surroundings(home)},
        check=False,
    )


@pytest.fixture(scope="module")
def done(published):
    return run(published, "briefing", PERIOD)


@pytest.fixture(scope="module")
def folder(published, done):
    assert done.returncode == 0, done.stderr
    return published / "published" / "sample.briefing" / PERIOD


@pytest.fixture
def marts(published):
    with duckdb.connect(str(published / "published" / "sample.duckdb"), read_only=True) as con:
        yield con


def test_every_number_of_a_paper_is_that_of_the_marts(marts, folder):
    checked = 0
    for one in numbers(folder):
        expected = asked(marts, one)
        if expected is None:
            continue
        assert one["number"] == pytest.approx(float(expected)), one
        places = len(one["value"].partition(".")[2])
        assert Decimal(one["value"]) == half_up(expected, places), one
        checked += 1
    assert checked > 500


def test_every_control_and_every_bar_of_the_word_files_is_a_number_that_was_listed(folder):
    """Read from the XML alone: text, tables and charts print what is listed, and nothing else."""
    listed = {}
    for one in numbers(folder):
        listed.setdefault(one["paper"], []).append(one)
    del listed["slides"]
    for stem, entries in listed.items():
        file = folder / f"{stem}.docx"
        printed = [(one["code"], one["value"]) for one in entries if not one["is_plotted"]]
        assert sorted(controls_of(file)) == sorted(printed), stem
        plotted = [round(one["number"], 4) for one in entries if one["is_plotted"]]
        assert sorted(charts_of(file)) == pytest.approx(sorted(plotted)), stem
    assert any(one["is_plotted"] for one in listed["tongbao"])


def test_slides_page_and_annex_print_what_was_listed_and_nothing_else(folder):
    """Read by a stranger's hand: charts, notes, the page's numbers, the sheet of numbers."""
    printed = [one for one in numbers(folder) if one["paper"] in {"tongbao", "slides"}]
    listed = [one for one in printed if one["paper"] == "tongbao"]
    known = {}
    for one in printed:
        known.setdefault(one["code"], set()).add(one["value"])
    plotted = [round(one["number"], 4) for one in listed if one["is_plotted"]]
    assert sorted(charts_of(folder / "slides.pptx")) == pytest.approx(sorted(plotted))
    noted, shown = notes_of(folder / "slides.pptx"), coded_on_page(folder / "tongbao.html")
    assert len(noted) > 5
    assert {code for code, _ in shown} == {one["code"] for one in listed}
    for code, value in [*noted, *shown]:
        assert not value or value in known[code], code
    rows = list(load_workbook(folder / "annex.xlsx").worksheets[-1].iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:]] == [
        (one["code"], one["where"], one["value"]) for one in listed
    ]
    assert [row[3] for row in rows[1:]] == pytest.approx([one["number"] for one in listed])


def test_every_number_over_a_slide_stands_in_its_notes(folder):
    """A slide's message is its title; each of its numbers has its code in the notes."""
    noted = {value for _, value in notes_of(folder / "slides.pptx")}
    titles = titles_of(folder / "slides.pptx")[1:-1]
    seen = [number for title in titles for number in re.findall(r"\d+(?:\.\d+)?", title)]
    assert seen
    assert set(seen) <= noted


def test_targets_are_those_of_the_catalogue(folder, catalogue):
    found = {(one["name"], one["number"]) for one in numbers(folder) if one["part"] == "target"}
    assert found
    for name, number in found:
        entry = catalogue.indicators[name]
        assert number == (entry.target_band[0] if entry.target_band else entry.target)


def test_a_change_is_the_difference_of_what_was_printed(marts, folder):
    changes = [one for one in numbers(folder) if one["part"] == "change"]
    assert changes
    for one in changes:
        if one["view"] == "same_units":
            keys = [one["period"], one["scope_level"], one["scope_code"], one["name"]]
            [(now, then)] = marts.execute(SAME_UNITS, keys).fetchall()
        else:
            now = asked(marts, {**one, "part": "value"})
            then = asked(marts, {**one, "part": "value", "period": one["compare_to"]})
        assert abs(half_up(now, 1) - half_up(then, 1)) == Decimal(one["value"]), one


def test_counts_of_returns_and_matters_are_those_of_the_tables(marts, folder):
    city = {one["name"]: one["number"] for one in numbers(folder)
            if one["measure"] == "count" and one["scope_level"] == "city"}  # fmt: skip
    duty = "from core.duty where period = '2026Q3' and owes"
    [(owed, came)] = marts.execute(f"select count(*), count(submission_id) {duty}").fetchall()
    live = "from marts.matter where period = '2026Q3' and matter_status <> 5"
    [(matters,)] = marts.execute(f"select count(*) {live}").fetchall()
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


def test_the_code_of_a_target_is_explained(here, folder):
    target = next(one for one in numbers(folder) if one["part"] == "target")
    told = here("explain", target["code"])
    assert told.returncode == 0, told.stderr
    assert target["value"] in told.stdout
    assert "目标值" in told.stdout


def test_without_browser_and_office_one_chinese_line_each_says_what_is_missing(
    done, folder, catalogue
):
    browser, office = done.stderr.strip().splitlines()
    assert browser == speaker(catalogue)("no_browser")
    assert office == catalogue.say("cli.briefing_no_office")
    assert not list(folder.glob("*.png"))
    assert charts_of(folder / "tongbao.docx")


def test_two_runs_in_two_processes_write_the_same_bytes(published, folder, tmp_path):
    again = run(published, "briefing", PERIOD, "--out", tmp_path / "again")
    assert again.returncode == 0, again.stderr
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_the_manifest_lists_the_papers_with_their_hashes(published, folder):
    manifest = json.loads((published / "published" / "sample.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "draft"
    listed = manifest["briefing"][PERIOD]
    assert {*listed, "files.json"} == {path.name for path in folder.iterdir()}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_what_was_dropped_is_in_the_log_with_a_reason(folder):
    dropped = json.loads((folder / "log.json").read_text(encoding="utf-8"))
    assert {"paper", "id", "name", "reason"} == set(dropped[0])
    assert any(one["reason"] == "missing" for one in dropped)


def test_an_edited_paper_is_checked_and_a_clean_one_passes(here, folder, catalogue, tmp_path):
    clean = here("briefing", "check", folder / "tongbao.docx")
    assert clean.returncode == 0, clean.stderr
    document = docx.Document(str(folder / "tongbao.docx"))
    control = next(document.element.body.iter(qn("w:sdt")))
    next(control.iter(qn("w:t"))).text = "99999"
    document.paragraphs[-5].add_run("补充3个单位。")
    edited = tmp_path / "edited.docx"
    document.save(str(edited))
    told = here("briefing", "check", edited)
    assert told.returncode == 1
    changed, untied, verdict, count, unchecked = told.stdout.strip().splitlines()
    assert unchecked == catalogue.say("cli.briefing_not_checked")
    assert "99999" in changed
    assert "250" in changed
    assert "未核对" in untied
    assert "1处" in verdict
    assert "1个" in count


@pytest.mark.parametrize("stem", ["county-330702", "annex2"])
def test_the_other_papers_are_checked_too(here, folder, stem):
    done = here("briefing", "check", folder / f"{stem}.docx", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["differences"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("2026Q3", "--scope", "county", "330702"),
        ("2026Q3", "--scope", "town", "--out", "x"),
        ("2026Q3", "330799", "--scope", "county", "--out", "x"),
        ("2026Q3", "330702", "--out", "x"),
        ("2026Q3", "--scope", "unit", "--out", "x"),
        ("2026Q3", "--charts", "D9-9", "--out", "x"),
        ("2031Q1",),
        ("check", "no-such-file.docx"),
        ("check",),
    ],
)
def test_what_cannot_be_written_ends_with_one_chinese_line(here, arguments):
    done = here("briefing", *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert any("\u4e00" <= char <= "\u9fff" for char in done.stderr)


def test_one_unit_gets_its_own_page_and_chosen_charts_their_set(here, published, marts, tmp_path):
    unit = here("briefing", PERIOD, "330702210001", "--scope", "unit", "--out", tmp_path / "unit")
    assert unit.returncode == 0, unit.stderr
    assert (tmp_path / "unit" / "unit-330702210001.docx").is_file()
    own = numbers(tmp_path / "unit")
    expected = [(one, asked(marts, one)) for one in own]
    assert sum(value is not None for _, value in expected) > 20
    for one, value in expected:
        assert value is None or one["number"] == pytest.approx(float(value)), one
    told = next(one for one in own if one["measure"] == "indicator")
    [cited] = find_code(published / "published", told["code"])
    assert (cited.snapshot, cited.entry) == ("sample", told)
    chosen = here("briefing", PERIOD, "--charts", "D1-2,D2-8", "--out", tmp_path / "some")
    assert chosen.returncode == 0, chosen.stderr
    assert {one["sentence"] for one in numbers(tmp_path / "some") if one["is_plotted"]} == {
        "D1-2", "D2-8"
    }  # fmt: skip
    checked = here("briefing", "check", tmp_path / "some" / "tongbao.docx")
    assert checked.returncode == 0, checked.stdout
    assert "未核对" in checked.stdout
