"""A label or a unit of measure beside the cell of another is told, whatever was read."""

import pytest

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


def misprints(**changed):
    found = read_cells(MemoryBook(sheets(**changed), NAMES), WANTED).asides
    return [(a.sheet, a.cell, a.typed, a.expected) for a in found if a.what == "misprint"]


def test_an_honest_workbook_prints_nothing_of_another_cell():
    assert misprints() == []


def test_two_labels_exchanged_while_names_and_codes_stay_are_told():
    rows = form(3, 9, 1)
    rows[3][1], rows[4][1] = rows[4][1], rows[3][1]
    assert misprints(**{"F1 组织": rows}) == [
        ("F1 组织", "B4", "党小组数", "党支部数"),
        ("F1 组织", "B5", "党支部数", "党小组数"),
    ]


def test_two_columns_exchanged_under_codes_that_stay_are_told():
    rows = table(*ROWS)
    rows[3][1], rows[3][2] = "人数", "名称"
    assert misprints(**{"L1 台账": rows}) == [
        ("L1 台账", "B4", "人数", "名称"),
        ("L1 台账", "C4", "名称", "人数"),
    ]


@pytest.mark.parametrize(("uom", "said"), [("个", []), ("人", [("F1 组织", "D4", "人", "个")])])
def test_another_unit_of_measure_beside_a_cell_is_told(uom, said):
    rows = [[*row, ""] for row in form(3, 9, 1)]
    rows[3][3] = uom
    assert misprints(**{"F1 组织": rows}) == said


def test_rows_moved_whole_with_code_and_label_are_no_misprint():
    rows = form(3, 9, 1)
    rows[3], rows[4] = rows[4], rows[3]
    assert misprints(**{"F1 组织": rows}) == []
