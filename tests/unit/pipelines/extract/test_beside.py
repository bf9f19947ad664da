"""What stands beside the cells is set aside and said: sums, notes, strays, rows too far down."""

import pytest

from pipelines.extract.book import Oddity
from pipelines.extract.lists import MAX_LINES
from pipelines.extract.reader import read_cells
from tests.unit.pipelines.extract.memory import (
    NAMES,
    ROWS,
    WANTED,
    MemoryBook,
    form,
    sheets,
    table,
)


def read(**changed):
    cells, _, asides = read_cells(MemoryBook(sheets(**changed), NAMES), WANTED)
    return cells, [(a.what, a.cell, a.typed, a.expected) for a in asides]


def test_a_row_of_sums_that_agrees_is_dropped_and_said():
    cells, asides = read(**{"L1 台账": table(*ROWS, ["", "合 计", 19, ""])})
    assert max(cell.line for cell in cells if cell.line) == 2
    assert asides == [("total", "B8", "合 计", None)]


def test_a_row_of_sums_that_differs_is_reported_with_both_figures():
    _, asides = read(**{"L1 台账": table(*ROWS, ["合计", "", 20, ""])})
    assert asides == [("total", "A8", "合计", None), ("total_differs", "C8", "20", "19")]


def test_a_note_below_a_list_is_no_row():
    cells, asides = read(**{"L1 台账": table(*ROWS, [], ["", "备注:不含离退休", "", ""])})
    assert max(cell.line for cell in cells if cell.line) == 2
    assert asides == [("note", "B9", "备注:不含离退休", None)]


def test_words_in_the_column_of_printed_ids_are_not_passed_over():
    _, asides = read(**{"L1 台账": table(*ROWS, ["还有几个", "", "", ""])})
    assert asides == [("stray", "A8", "还有几个", None)]


def test_a_list_longer_than_can_be_read_says_where_reading_stopped():
    rows = [[f"{n:03}", "支部", 1, ""] for n in range(MAX_LINES + 5)]
    cells, asides = read(**{"L1 台账": table(*rows)})
    assert len(cells) == MAX_LINES * 4 + 5
    assert asides == [("rows_unread", f"B{MAX_LINES + 5}", "支部", None)]


def test_a_row_far_below_blank_ones_is_said_not_forgotten():
    gap = [[]] * 300
    _, asides = read(**{"L1 台账": table(*ROWS, *gap, ["", "远处的支部", 5, ""])})
    assert asides == [("rows_unread", "B308", "远处的支部", None)]


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        ((3, 5), 12, ("stray", "F4", "12", None)),
        ((9, 1), "张三核过", ("stray", "B10", "张三核过", None)),
        ((4, 1), "党小组", ("stray", "B5", "党小组", None)),
        ((9, 0), "注:六月底", ("note", "A10", "注:六月底", None)),
        ((3, 5), Oddity(None, "#N/A", has_value=True), ("stray", "F4", "#N/A", None)),
        ((3, 5), Oddity("C4*2", None, has_value=False), ("stray", "F4", "=C4*2", None)),
    ],
)
def test_what_is_typed_beside_below_or_over_a_label_is_said(place, typed, said):
    rows = [[*row, *[""] * (8 - len(row))] for row in [*form(3, 9, 1), *[[]] * 6]]
    rows[place[0]][place[1]] = typed
    assert read(**{"F1 组织": rows})[1] == [said]


def test_neighbours_below_one_another_are_said_once():
    rows = [[*row, "", 7] for row in form(3, 9, 1)]
    rows[0], rows[1], rows[2] = form(3, 9, 1)[:3]
    assert read(**{"F1 组织": rows})[1] == [("stray", "E4:E6", "7", None)]


def test_a_formula_in_a_column_that_the_template_heads_is_its_own_check():
    rows = form(3, 9, 1)
    rows[2] = [*rows[2], "填报项"]
    rows[3] = [*rows[3], Oddity("IF(C4>0,1,0)", None, has_value=False)]
    assert read(**{"F1 组织": rows})[1] == []


def test_a_label_that_was_only_reflowed_is_still_the_label():
    rows = form(3, 9, 1)
    rows[4] = ["F1-02", "党 小组\n数", 9]
    assert read(**{"F1 组织": rows})[1] == []


def test_an_extra_sheet_is_listed_and_an_empty_one_is_not():
    _, asides = read(草稿=[["算一下", 3]], 空表=[["", ""]], 说明页=[["怎么填"]])
    assert [each[0] for each in asides] == ["left_out"]
