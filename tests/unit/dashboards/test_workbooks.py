from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from dashboards import workbooks
from dashboards.charts import charts, prepare
from dashboards.wording import speaker
from models.loader import load_catalogue

NOW = datetime(2026, 10, 9, 8, 30)


def sheet_of(data):
    return openpyxl.load_workbook(BytesIO(data)).active


def table_of(sheet):
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8)]
    return rows[0], rows[1:]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-甲", "@样例", '=HYPERLINK("http://x")'])
def test_a_text_never_becomes_a_formula(catalogue, text):
    data = workbooks.write("题", ["头"], ["名称"], [[text]], speaker(catalogue))
    cell = sheet_of(data).cell(row=5, column=1)
    assert (cell.value, cell.data_type) == (text, "s")


def test_the_header_says_scope_period_coverage_and_the_time_it_was_given(ask):
    question = ask(county="330726", level="township")
    sheet = sheet_of(workbooks.chart_workbook(prepare("D1-2", question), question, NOW))
    header = [sheet.cell(row=number, column=1).value for number in range(2, 6)]
    assert header[0] == "统计范围：浦江县 乡镇"
    assert header[1] == "期别：2026年三季度"
    assert "应报8家，采用8家" in header[2]
    assert header[3] == "导出时间：2026年10月9日 08:30"


def test_the_table_is_exactly_what_the_chart_draws(ask):
    question = ask()
    prepared = prepare("D1-2", question)
    heads, rows = table_of(sheet_of(workbooks.chart_workbook(prepared, question, NOW)))
    drawn = prepared.figure["data"][2]
    names = [row[heads.index("名称")] for row in rows]
    values = [row[heads.index("本期值")] for row in rows]
    assert names == prepared.answer.rows["name"].to_list()
    assert values == pytest.approx(drawn["x"], abs=1e-4)


def test_every_chart_has_a_table_in_chinese(ask):
    question = ask()
    for chart in charts(load_catalogue()):
        prepared = prepare(chart, question)
        heads, rows = table_of(sheet_of(workbooks.chart_workbook(prepared, question, NOW)))
        assert len(rows) == prepared.answer.rows.height, chart
        assert all(head and not head.isascii() for head in heads), chart


def test_numbers_are_numbers_and_blanks_stay_blank(catalogue):
    rows = [[1.23456, None, "甲"]]
    data = workbooks.write("题", [], ["a", "b", "c"], rows, speaker(catalogue))
    assert [cell.value for cell in sheet_of(data)[4]] == [1.2346, None, "甲"]
