"""The command line as a person meets it: exit codes, one Chinese line, never a traceback."""

import json
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from pipelines import cli, commands

CHINESE = re.compile("[一-鿿]")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "2026Q5"),
        ("run", "2026Q3"),
        ("status", "last quarter"),
        ("check", "no-such-file.xlsx"),
        ("receive", "no-such-file.xlsx"),
        ("issue", "2026Q3"),
        ("approve", "2026Q3", "--by", "甲"),
        ("approve", "2026Q3", "--by", "甲", "--county", "999999"),
        ("return", "no-such-submission", "--by", "甲", "--why", "试"),
        ("explain", "COO02", "--scope", "330700", "--period", "2026Q3"),
        ("lock", "2026Q3", "--by", "甲", "--at", "yesterday"),
        ("catalogue", "sql", "NO99"),
        ("sample", "--periods", "2026Q3..2025Q1", "--out", "somewhere"),
        ("briefing", "2026Q3"),
        ("briefing", "check"),
        ("burden", "2026Q5"),
        ("publish", "2026Q3"),
        ("no-such-verb",),
        ("issue",),
        ("issue", "2026Q3", "--unti", "x"),
        ("issue", "2026Q3", "--unit"),
        ("serve", "--port", "x"),
        ("status", "2026Q3", "too-much"),
    ],
)
def test_what_cannot_be_done_ends_with_one_chinese_line_and_code_2(sanji, arguments):
    code, out, err = sanji(*arguments)
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert CHINESE.search(err)
    assert "Traceback" not in err
    assert "No such" not in err


@pytest.mark.parametrize(("by", "why"), [("", "口径有误"), ("　", "口径有误"), ("甲", " ")])
def test_a_blank_name_or_reason_stands_under_no_decision(sanji, by, why):
    code, _, err = sanji("redefine", "2026Q3", "--by", by, "--why", why)
    assert code == 2
    assert "不能为空" in err


def test_one_person_with_blanks_around_the_name_is_the_same_person(sanji):
    sanji("readers", "add", "王", "--role", "city", "--by", " 甲　")
    _, out, _ = sanji("readers", "list", "--json")
    assert [each["created_by"] for each in json.loads(out)] == ["甲"]


def test_a_file_that_is_no_workbook_gets_its_verdict_as_json(sanji, tmp_path):
    path = tmp_path / "报表.xlsx"
    path.write_bytes(b"no workbook")
    code, out, _ = sanji("check", path, "--json")
    told = json.loads(out)
    assert code == 2
    assert told["verdict"] == "refused"
    assert "报表.xlsx" in told["reason"]
    assert told["findings"] == []


def test_a_refused_file_is_kept_and_its_receipt_says_why(sanji, tmp_path):
    path = tmp_path / "报表.xlsx"
    path.write_bytes(b"no workbook")
    code, out, _ = sanji("receive", path, "--at", "2026-10-09T15:00")
    assert code == 1
    assert "不是Excel工作簿" in out
    kept = [each for each in (tmp_path / "home" / "archive").rglob("*") if each.is_file()]
    assert [each.read_bytes() for each in kept] == [b"no workbook"]


def test_the_status_of_an_empty_home_is_nought(sanji):
    code, out, _ = sanji("status", "2026Q3", "--json")
    assert code == 0
    assert json.loads(out)["owed"] == 0


def test_what_does_not_run_yet_is_listed(sanji):
    _, out, _ = sanji("catalogue", "pending", "--json")
    assert json.loads(out) == {"rules": [], "indicators": []}


def test_a_rule_is_said_in_chinese(sanji):
    _, out, _ = sanji("catalogue", "show", "R101")
    assert "党支部数·期末(F1-12)" in out


def test_every_verb_of_a_module_stands_in_one_group_and_can_be_called():
    named = Counter()
    for group in (cli.VERBS, *cli.GROUPS.values()):
        named.update((module, verb) for module, verbs in group.items() for verb in verbs.split())
    folder = Path(commands.__file__).parent
    assert named == Counter(
        (path.stem, verb.name)
        for path in folder.glob("*_verbs.py")
        for verb in import_module(f"pipelines.commands.{path.stem}").VERBS
    )


def test_help_does_not_wait_for_what_only_a_verb_needs():
    slow = "{'pandas', 'scipy.optimize', 'networkx', 'dagster', 'plotly', 'great_expectations'}"
    start = "import sys; from pipelines import cli; cli.command_line()"
    program = f"{start}; print({slow} & {{*sys.modules}})"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 ours
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("verb", [(), ("sampling",), ("run",), ("sampling", "plan")])
def test_the_frame_of_a_help_page_is_in_chinese(sanji, verb):
    _, out, _ = sanji(*verb, "--help")
    assert "用法: sanji" in out
    for english in ("Usage", "Option", "OPTION", "Argument", "Command", "required", "Show"):
        assert english not in out
