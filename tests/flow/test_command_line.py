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
        ("status", "2026q3"),
        ("check", "."),
        ("receive", "."),
        ("directory", "import", ".", "--dry-run"),
        ("directory", "template", "--out", "."),
        ("lock", "2026Q3", "--by", "甲"),
        ("approve", "2026Q3", "--by", "甲", "--city"),
        ("waive",),
        ("serve", "--port", "-5"),
        ("serve", "--port", "99999"),
        ("burden", "--out", "burden.txt"),
        ("proposals", "2026Q3", "--out", "proposals.txt"),
        ("proposals", "2030Q1"),
        ("affected", "2030Q1"),
        ("differences", "2030Q1"),
        ("settle", "2030Q1", "--by", "甲", "--why", "已向该单位核实,情况属实"),
        ("waive-rule", "R101", "--by", "甲", "--why", "试"),
        (
            "waive-rule",
            "R101",
            "--by",
            "甲",
            "--why",
            "试",
            "--from",
            "2026Q3",
            "--until",
            "2026Q1",
        ),
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


def test_all_that_is_missing_is_said_at_once_and_in_chinese(sanji):
    _, _, err = sanji("freeze")
    assert err.startswith("sanji freeze:还要写 “报告期,如 2026Q3”、--by(办理人)、--why(理由)。")


def test_what_is_written_is_not_said_to_be_missing(sanji):
    _, _, err = sanji("freeze", "--why", "按日程", "2026Q3")
    assert "还要写 --by(办理人)。" in err


def test_a_time_with_its_zone_is_the_time_here(sanji):
    _, out, _ = sanji("status", "2026Q3", "--at", "2026-10-09T03:00+00:00", "--json")
    assert json.loads(out)["at"] == "2026-10-09 11:00:00"


def test_every_argument_and_option_of_every_verb_says_what_it_is(catalogue):
    whole = cli.command_line()
    groups = {"": whole, **{name: whole.commands[name] for name in cli.GROUPS}}
    silent = [
        (group, verb, parameter.name)
        for group, found in groups.items()
        for verb in found.commands
        if verb not in cli.GROUPS
        for parameter in found.loaded(verb).params
        if not parameter.help
    ]
    assert silent == []


def test_a_verb_has_its_own_words_where_a_name_means_something_else_elsewhere():
    shown = cli.command_line().commands["catalogue"].loaded("show").params
    assert shown[0].help.startswith("规则编号")


def test_the_first_step_of_an_empty_home_is_its_directory(sanji):
    _, out, _ = sanji("status", "2026Q4", "--at", "2026-12-01T09:00")
    assert "下一步:登记单位名录。\n  sanji directory template --out" in out


def test_explain_does_not_load_what_it_does_not_need():
    """Half a second of a command that is to answer within one."""
    slow = {"sqlalchemy", "pyarrow", "numpy", "dash", "plotly", "dagster", "docx", "pptx"}
    asked = (
        "import sys, pipelines.cli, pipelines.commands.explain_verbs;"
        f"print(sorted({slow} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 ours
    assert done.stdout == "[]\n"


def test_the_demo_takes_no_arguments():
    command = [sys.executable, "-m", "pipelines.demo", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 ours
    assert (done.returncode, done.stdout) == (2, "")
    assert "make demo 不带参数,写的是:--help" in done.stderr


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
