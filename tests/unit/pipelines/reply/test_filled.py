from datetime import date
from decimal import Decimal

import pytest

from pipelines.reply.filled import refill
from pipelines.workbook.content import Raw, Sheetful


def cell(field, typed, kind="text", line=None, **meant):
    blank = {"number": None, "text": None, "date": None}
    return {
        "field": field, "line": line, "typed": typed, "kind": kind,
        "plain": typed, **blank, **meant,
    }  # fmt: skip


@pytest.fixture
def shown(catalogue):
    """The value of a fixed field whose cell is as given."""

    def value(given, issued=None):
        filled = refill(catalogue, Sheetful(issued or {}), [given])
        return filled.shown.value(given["field"])

    return value


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        (cell("staff_total", "35", "number", number=Decimal("35.0000")), Raw("number", "35")),
        (
            cell("fund_spent_ytd", "3.456789", "number", number=Decimal("3.4568")),
            Raw("number", "3.456789"),
        ),
        (cell("staff_total", "３５人", number=Decimal(35)), Decimal(35)),
        (cell("staff_total", "约五百"), Raw("text", "约五百")),
        (cell("staff_total", "TRUE", "bool"), Raw("text", "TRUE")),
        (cell("staff_total", "#REF!", "error"), Raw("error", "#REF!")),
        (cell("staff_total", "#HYPERLINK(1)", "error"), Raw("text", "#HYPERLINK(1)")),
        (cell("staff_total", "=cmd|'/C calc'!A0", "uncached"), Raw("text", "=cmd|'/C calc'!A0")),
        (cell("period_note", "=A1", "uncached"), None),
        (cell("period_note", "=A1", text="=A1"), "=A1"),
        (cell("fill_date", "46000", "number", date=date(2025, 12, 9)), date(2025, 12, 9)),
        (cell("fill_date", "20260301", "number"), Raw("number", "20260301")),
        (cell("fill_date", "2026-02-30"), Raw("text", "2026-02-30")),
        (cell("union_set", "1=是", number=Decimal(1)), 1),
        (cell("union_set", "7=大概"), Raw("text", "7=大概")),
        (cell("staff_total", "1e999", "number"), Raw("text", "1e999")),
        (cell("staff_total", None, "blank"), None),
    ],
)
def test_a_cell_stands_as_it_was_read_or_else_as_it_was_typed(shown, given, stands):
    assert shown(given) == stands


def test_what_the_system_owns_stands_as_issued(shown):
    assert shown(cell("unit_code", "330700100036"), {"unit_code": "330702200024"}) == "330702200024"


def test_a_computed_cell_has_its_formula_again_whatever_was_typed_over_it(shown):
    assert shown(cell("branch_close", "999", "number", number=Decimal(999))) is None


def rows_of(catalogue, issued, lines):
    cells = [
        cell(f"l3.{name}", text, line=line, text=text)
        for line, row in lines.items()
        for name, text in row.items()
    ]
    filled = refill(catalogue, Sheetful({}, {"l3": issued}), cells)
    return [
        (row.get("matter_id"), shown["matter_id"], shown["matter_title"])
        for row, shown in zip(filled.prefill.rows["l3"], filled.shown.rows["l3"], strict=True)
    ]


ISSUED = [{"matter_id": "A", "matter_title": "旧事"}, {"matter_id": "B"}, {"matter_id": "C"}]


def test_rows_keep_their_lines_and_those_left_blank_keep_theirs(catalogue):
    lines = {
        1: {"matter_id": "A", "matter_title": "一"},
        3: {"matter_id": "C", "matter_title": "三"},
    }
    assert rows_of(catalogue, ISSUED, lines) == [
        ("A", "A", "一"),
        ("B", "B", None),
        ("C", "C", "三"),
    ]


def test_a_row_that_moved_takes_what_was_issued_for_it_along(catalogue):
    lines = {
        1: {"matter_id": "C", "matter_title": "三"},
        2: {"matter_id": "A", "matter_title": "一"},
    }
    assert rows_of(catalogue, ISSUED, lines) == [
        ("C", "C", "三"),
        ("A", "A", "一"),
        ("B", "B", None),
    ]


def test_rows_that_the_unit_added_stand_where_it_put_them(catalogue):
    lines = {5: {"matter_id": "X", "matter_title": "五"}, 6: {"matter_title": "没有编号"}}
    assert rows_of(catalogue, ISSUED, lines) == [
        ("A", "A", None),
        ("B", "B", None),
        ("C", "C", None),
        (None, None, None),
        (None, "X", "五"),
        (None, None, "没有编号"),
    ]


def test_what_the_unit_cleared_stays_clear(catalogue):
    issued = [{"matter_id": "A", "matter_title": "旧事"}]
    assert rows_of(catalogue, issued, {}) == [("A", "A", None)]
