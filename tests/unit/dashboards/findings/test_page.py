"""The report on findings: one file, nothing from outside, whatever people wrote in it."""

import re
from datetime import datetime

import pytest

from dashboards.findings import Asked, Report, report_page
from pipelines.load.judged import title_of

HOSTILE = "<script>alert(1)</script><img src=http://x.example/a.png onerror=alert(2)>"


def finding(**changes):
    """A finding as the mart has it."""
    row = {
        "county_code": "330702", "unit_code": "330702200024", "unit_name": "婺城区样例局",
        "level": "county", "version": 1, "is_current": True, "moment": "receipt", "rule": "R130",
        "is_sign": False, "severity": "verify", "field": "branch_meet_ok", "sheet": "F2 组织生活",
        "cell": "D8", "line": None, "value": "0", "expected": "3",
        "message": "F2 组织生活!D8 达标支部数偏少。", "status": "open", "reason_code": None,
        "reason_text": None, "explained_by_role": None,
    }  # fmt: skip
    return {**row, **changes}


@pytest.fixture
def report(catalogue):
    rules = [
        {
            "rule": rule.id, "zh": title_of(rule), "severity": rule.severity.value,
            "moment": "receipt", "is_sign": False, "evaluated": 40, "failed": failed,
            "findings": failed, "units": failed, "open": failed, "explained": 0, "settled": 0,
            "waived": 0, "corrected": 0, "share_explained": 0.0,
        }
        for rule, failed in ((catalogue.rules["R130"], 2), (catalogue.rules["R101"], 0))
    ]  # fmt: skip
    files = {"owed": 9, "received": 8, "accepted": 6, "explain": 1, "returned": 1, "versions": 9}
    return Report(
        asked=Asked("2026Q3"),
        snapshot="draft-1",
        kind="draft",
        made_at=datetime(2026, 10, 20, 9),
        is_sample=True,
        has_signs=False,
        files=files,
        findings=[finding(), finding(status="corrected", is_current=False)],
        titles={row["rule"]: row["zh"] for row in rules},
        rules=rules,
        reasons=[],
        affected=[],
    )


def changed(report, **changes):
    return Report(**{**vars(report), **changes})


def test_it_asks_nothing_of_the_outside_and_runs_nothing(report, catalogue):
    page = report_page(catalogue, report)
    assert not re.search(r"<(script|link|iframe|img|object|embed|form)\b", page)
    assert not re.search(r"(https?:)?//|@import|url\(|javascript:", page)
    assert page.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "where", ["unit_name", "unit_code", "message", "sheet", "cell", "reason_text", "rule"]
)
def test_what_people_wrote_is_text_and_nothing_else(report, catalogue, where):
    hostile = finding(**{"status": "explained", where: HOSTILE})
    page = report_page(catalogue, changed(report, findings=[hostile]))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_hostile_reason_that_is_over_used_is_text(report, catalogue):
    reason = {"way": "unit_text", "scope_name": HOSTILE, "reason": HOSTILE, "uses": 9,
              "units": 1, "share": 0.5}  # fmt: skip
    page = report_page(catalogue, changed(report, reasons=[reason]))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 2


def test_every_finding_is_listed_with_its_cell_and_status(report, catalogue):
    rows = [finding(cell=f"D{number}", status="open") for number in range(1, 1201)]
    page = report_page(catalogue, changed(report, findings=rows))
    assert all(f"F2 组织生活!D{number}<" in page for number in range(1, 1201))
    assert page.count("<td>未处理</td>") == 1200


def test_it_counts_what_is_open_now_and_what_was_corrected(report, catalogue):
    page = report_page(catalogue, report)
    assert "<b>1</b><span>核实意见未处理</span>" in page
    assert "<b>1</b><span>新版已改正</span>" in page
    assert "样例数据" in page
    assert "另有1条规则判过,没有不符:R101" in page


def test_the_sample_mark_and_the_warning_stand_only_where_they_belong(report, catalogue):
    page = report_page(catalogue, changed(report, is_sample=False, has_signs=True))
    assert "样例数据" not in page
    assert "只供审核人使用" in page
