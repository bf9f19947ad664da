import re
from dataclasses import replace
from datetime import datetime

import pytest

from pipelines.reply.answer import Answer, Came, next_step
from pipelines.reply.files import fit, receipt_name
from pipelines.reply.page import receipt_page
from pipelines.reply.said import Answered, say_finding
from tests.unit.pipelines.reply.test_answer import standing

AT = datetime(2026, 10, 9, 15)
NASTY = "<script>alert(1)</script>\"'&"


def finding(catalogue, **changes):
    row = {
        "rule": "R163", "part": 1, "severity": "verify", "form": "F4", "field": "fund_spent_ytd",
        "line": None, "sheet": "F4 阵地", "cell": "C12", "value": "12.5", "expected": "10",
        "message": "F4 阵地!C12 【F4-09】支出12.5万元,大于10万元。请核对单位是否误填为元。",
        "status": "open", **changes,
    }  # fmt: skip
    answered = Answered("3", NASTY, NASTY, "2026-10-09 15:00", changes.get("lapsed"))
    return say_finding(catalogue, 1, row, "key", answered)


@pytest.fixture
def answer(catalogue):
    came = Came(7, AT, "inbox", f"{NASTY}.xlsx", "ab" * 32, 12345, "submitted", None)
    where = standing("returned", "returned")
    where = replace(
        where,
        unit=replace(where.unit, unit_name=NASTY),
        sent_back={"by": NASTY, "at": "x", "why": NASTY},
    )
    return Answer(
        came=came,
        standing=where,
        next_step=next_step(catalogue, came, where),
        is_sample=True,
        findings=[finding(catalogue), finding(catalogue, value=NASTY, message=NASTY)],
        normalised=[{"sheet": NASTY, "cell": "C3", "from": NASTY, "to": "35", "why": NASTY}],
    )


def test_nothing_from_a_file_becomes_markup(catalogue, answer):
    page = receipt_page(catalogue, answer)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 10


def test_the_page_fetches_nothing(catalogue, answer):
    page = receipt_page(catalogue, answer)
    assert not re.search(r"https?:|//|\burl\(|@import|<link|<img|<script|\bsrc=", page)


def test_the_page_names_what_came_where_it_stands_and_who_is_next(catalogue, answer):
    page = receipt_page(catalogue, answer)
    for text in (
        "样例数据", "下一步(填报单位)", ">7<", "2026-10-09 15:00", "收件文件夹", "abababababab",
        "12,345字节", "2026Q3", "第1版(现行)", "退回修改", "按时",
    ):  # fmt: skip
        assert text in page
    assert "样例数据" not in receipt_page(catalogue, replace(answer, is_sample=False))


def test_a_refused_file_has_a_page_with_the_reason(catalogue):
    came = Came(8, AT, "cli", "a.xls", "0" * 64, 1, "refused", "文件已损坏")
    page = receipt_page(
        catalogue, Answer(came, None, next_step(catalogue, came, None), is_sample=False)
    )
    assert "文件已损坏" in page
    assert "审核意见" not in page


def test_a_finding_is_split_into_problem_and_demand(catalogue):
    said = finding(catalogue)
    assert said.problem == "【F4-09】支出12.5万元,大于10万元。"
    assert said.demand == "请核对单位是否误填为元。"
    assert (said.gap, said.label) == ("2.5", "F4-09 党建工作经费本年支出"[:5] + said.label[5:])


@pytest.mark.parametrize(
    ("seen", "expected", "gap"),
    [
        ("12.5", "10", "2.5"),
        ("5", "12", "-7"),
        ("约五百", "3", ""),
        ("3", None, ""),
        ("NaN", "1", ""),
    ],
)
def test_the_gap_is_told_between_two_numbers(catalogue, seen, expected, gap):
    assert finding(catalogue, value=seen, expected=expected).gap == gap


def test_the_json_has_no_key_and_every_part(catalogue, answer):
    told = answer.as_json(catalogue)
    assert set(told) == {
        "is_sample", "receipt", "submission", "next_step", "findings", "normalised",
    }  # fmt: skip
    assert "key" not in told["findings"][0]
    assert told["receipt"]["file"] == "abababababab"
    assert told["submission"]["is_on_time"] is True


def test_a_lapsed_explanation_says_why(catalogue):
    said = finding(catalogue, lapsed="value")
    where = standing("received", "explain")
    step = next_step(catalogue, None, where)
    page = receipt_page(catalogue, Answer(None, where, step, is_sample=False, findings=[said]))
    assert "写于数值改变以前,已失效" in page


@pytest.mark.parametrize(
    ("name", "written"),
    [("a/b\\c:d", "a_b_c_d"), ("某局\u202egnp.", "某局_gnp"), ("x" * 400, "x" * 150)],
)
def test_a_file_name_is_one_that_every_system_takes(name, written):
    assert fit(name) == written


def test_the_receipt_is_named_for_unit_quarter_and_version(catalogue, answer):
    named = receipt_name(catalogue, answer)
    assert named.startswith("330702200024_")
    assert named.endswith("_2026Q3_v1_回执")
    assert "<" not in named
