"""Receipts and returned workbooks on the command line."""

import json
from datetime import datetime

import openpyxl
import pytest

from pipelines import cli
from pipelines.judging.intake import identify_received, judge_period
from pipelines.quarter.decisions import send_back
from pipelines.receive import receive_file
from pipelines.registry import writing
from pipelines.workbook.content import Raw
from tests.flow.desk import PERIOD, Filler, honest_unit, lines_of

pytestmark = pytest.mark.xdist_group("answers")
AT = datetime(2026, 7, 9, 9)
FAULTS = {
    "member_transfer_in": Raw("text", "约五百"),
    "applicant_count": Raw("text", "３５人"),
    "office_phone": Raw("text", " 0579-82467123"),
}
HIDDEN = ("82467123", "13812345678")


@pytest.fixture(scope="module")
def told(small_city, workbooks, catalogue, tmp_path_factory):
    """A home in which one file is sent back, one is accepted and one refused."""
    home = small_city.home(tmp_path_factory.mktemp("home"))
    folder = tmp_path_factory.mktemp("files")
    one = honest_unit(small_city)
    other = next(
        each
        for each in small_city.of(str(PERIOD))
        if each.unit.unit_kind == "township"
        and not small_city.sample.city[each.issue.unit_code, str(PERIOD)].departures
    )
    faulty = Filler(one, catalogue, folder)(FAULTS)
    faulty = faulty.rename(folder / "报表13812345678<b>.xlsx")
    refused = folder / "表.xlsx"
    refused.write_bytes(b"no workbook")
    with writing(home) as registry:
        for path in (faulty, workbooks[other.issue.issue_id], refused):
            receive_file(registry, home.archive, path, AT, "cli", catalogue)
        identify_received(home, registry, catalogue)
        judge_period(home, registry, catalogue, str(PERIOD))
    return home, one, other


@pytest.fixture
def sanji(told, monkeypatch, capsys):
    monkeypatch.setenv("SANJI_HOME", str(told[0].root))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["sanji", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_every_current_submission_gets_its_receipt_and_the_faulty_one_a_workbook(
    sanji, told, tmp_path
):
    _, one, other = told
    code, out, _ = sanji("answers", PERIOD, "--out", tmp_path)
    assert code == 0
    assert "回执2份,退回单1份" in out
    named = {
        f"{each.issue.unit_code}_{each.unit.unit_name}_{PERIOD}_v1_{what}"
        for each, whats in (
            (one, ("回执.html", "回执.json", "退回.xlsx")),
            (other, ("回执.html", "回执.json")),
        )
        for what in whats
    }
    assert {path.name for path in tmp_path.iterdir()} == named
    assert openpyxl.load_workbook(next(tmp_path.glob("*.xlsx"))).sheetnames[0] == "退回清单"


def test_the_answers_of_one_unit_may_be_asked_for(sanji, told, tmp_path):
    _, _, other = told
    code, out, _ = sanji("answers", PERIOD, "--out", tmp_path, "--unit", other.issue.unit_code,
                         "--json")  # fmt: skip
    told_json = json.loads(out)
    assert (code, told_json["answers"], told_json["returned"]) == (0, 1, 0)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_receipt_names_file_unit_findings_normalisations_and_who_is_next(sanji, told):
    _, one, _ = told
    code, out, _ = sanji("receipt", "1", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["is_sample"] is True
    assert answer["receipt"]["receipt_id"] == 1
    assert len(answer["receipt"]["file_sha256"]) == 64
    assert answer["submission"]["unit_code"] == one.issue.unit_code
    assert answer["submission"]["is_on_time"] is False
    assert answer["next_step"]["who"] == "填报单位"
    assert ("R002", "member_transfer_in", "约五百") in {
        (each["rule"], each["field"], each["seen"]) for each in answer["findings"]
    }
    assert ("３５人", "35") in {(each["from"], each["to"]) for each in answer["normalised"]}
    by_submission = json.loads(sanji("receipt", f"{one.issue.unit_code}-{PERIOD}-v1", "--json")[1])
    assert by_submission == answer


def test_telephones_and_names_are_nowhere_in_what_is_told(sanji, told, tmp_path):
    _, one, _ = told
    sanji("answers", PERIOD, "--out", tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.[hj]*")]
    texts += sanji("receipt", "1")[1:]
    names = (one.shown.values["filler_name"], one.shown.values["reviewer_name"])
    for text in texts:
        for hidden in (*HIDDEN, *names):
            assert hidden not in text
    assert "138********&lt;b&gt;.xlsx" in "".join(texts)


def test_a_refused_file_has_a_receipt_with_the_reason(sanji, tmp_path):
    code, out, _ = sanji("receipt", "3")
    assert code == 0
    assert "未受理" in out
    assert "下一步(填报单位)" in out
    assert sanji("receipt", "3", "--out", tmp_path)[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"回执3.html", "回执3.json"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("receipt", "99"),
        ("receipt", "9" * 40),
        ("receipt", "²"),
        ("receipt", "no-such"),
        ("answers", "2026Q1", "--out", "x"),
        ("answers", PERIOD, "--out", "x", "--unit", "000"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(sanji, arguments):
    code, out, err = sanji(*arguments)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_a_check_writes_the_workbook_the_unit_would_get(sanji, told, small_city, catalogue,
                                                        tmp_path):  # fmt: skip
    path = Filler(told[1], catalogue, tmp_path)(FAULTS)
    code, out, _ = sanji("check", path, "--out", tmp_path / "back")
    assert code == 1
    assert "下一步(填报单位)" in out
    assert [each.name for each in (tmp_path / "back").iterdir()] == [
        f"{told[1].issue.unit_code}_{told[1].unit.unit_name}_{PERIOD}_自查_退回.xlsx"
    ]


def test_what_a_reviewer_sends_back_comes_with_the_reason_first(sanji, told, tmp_path):
    home, _, other = told
    submission_id = f"{other.issue.unit_code}-{PERIOD}-v1"
    with writing(home) as registry:
        send_back(registry, submission_id, "审核员甲", AT, "请核对党员数,联系13812345678")
    assert sanji("receipt", submission_id, "--out", tmp_path)[0] == 0
    assert sanji("undo", PERIOD, "--by", "审核员甲", "--why", "再看一次")[0] == 0
    first = lines_of(next(tmp_path.glob("*退回.xlsx")))[1]
    assert "审核员甲" in first[2]
    assert first[6].startswith("请核对党员数,联系138********")
    assert sanji("receipt", submission_id)[1].count("审核员甲") == 0
