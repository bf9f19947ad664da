"""Cells are found where their filler saw them, whatever happened to the workbook since."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def read(book):
    """(field, line) -> typed, what was set aside by kind, and the names lost."""
    cells, lost, asides = read_cells(book, WANTED)
    return {(cell.field, cell.line): cell.typed for cell in cells}, asides, lost


def without(form_id):
    return {n: s for n, s in NAMES.items() if not s[0].startswith(form_id)}


HONEST, _, _ = read(MemoryBook(sheets(), NAMES))


def whats(asides):
    return [(aside.what, aside.sheet) for aside in asides]


def test_an_issued_workbook_is_read_by_its_names_and_nothing_is_set_aside():
    values, asides, lost = read(MemoryBook(sheets(), NAMES))
    assert (asides, lost) == ([], [])
    assert values["branches", None] == "3"
    assert values["l1.people", 2] == "7"
    assert ("l1.people", 3) not in values


def test_without_names_cells_are_found_by_the_codes_beside_them():
    values, asides, lost = read(MemoryBook(sheets()))
    assert (values, lost) == (HONEST, [])
    assert sorted(whats(asides)) == [("by_code", name) for name in sorted(sheets())]


def test_one_name_that_is_missing_is_found_by_its_code():
    names = {name: spot for name, spot in NAMES.items() if name != "groups"}
    values, asides, _ = read(MemoryBook(sheets(), names))
    assert values == HONEST
    assert whats(asides) == [("by_code", "F1 组织")]


def test_a_renamed_sheet_is_said_to_be_renamed():
    book = {"组织": sheets()["F1 组织"], **sheets()}
    del book["F1 组织"]
    names = {n: ("组织", *s[1:]) if s[0] == "F1 组织" else s for n, s in NAMES.items()}
    values, asides, _ = read(MemoryBook(book, names))
    assert values == HONEST
    assert [(a.what, a.sheet, a.expected) for a in asides] == [("renamed", "组织", "F1 组织")]


def test_rows_inserted_and_sheets_reordered_change_nothing_without_names():
    moved = form(3, 9, 1)
    moved[3:3] = [[], ["", "请认真填写", ""]]
    book = dict(reversed(sheets(**{"F1 组织": moved}).items()))
    values, _asides, lost = read(MemoryBook(book))
    assert (values, lost) == (HONEST, [])


def test_sorted_rows_are_read_by_what_is_printed_beside_them_not_by_stale_names():
    head, rows = form(3, 9, 1)[:3], form(3, 9, 1)[3:]
    values, asides, _ = read(MemoryBook(sheets(**{"F1 组织": [*head, *rows[::-1]]}), NAMES))
    assert values == HONEST
    assert whats(asides) == [("by_code", "F1 组织")]


def test_codes_overwritten_and_names_gone_leave_the_labels_line_breaks_ignored():
    rows = [["", row[1].replace("党", "党\n"), *row[2:]] for row in form(3, 9, 1)[3:]]
    changed = [*form(3, 9, 1)[:3], *rows]
    values, asides, lost = read(MemoryBook(sheets(**{"F1 组织": changed}), without("F1")))
    assert (values, lost) == (HONEST, [])
    assert whats(asides) == [("by_label", "F1 组织")]


def test_a_list_without_codes_and_names_is_found_by_its_header():
    changed = [row if n != 2 else [] for n, row in enumerate(table(*ROWS))]
    values, _, lost = read(MemoryBook(sheets(**{"L1 台账": changed}), without("L1")))
    assert (values, lost) == (HONEST, [])


def test_a_form_pasted_below_other_text_into_another_sheet_is_found():
    pasted = [["", "我的表"], [], *[["", "", *row] for row in form(3, 9, 1, first=3)]]
    book = sheets()
    del book["F1 组织"]
    values, asides, _ = read(MemoryBook({**book, "Sheet1": pasted}, without("F1")))
    assert values == HONEST
    assert ("by_code", "Sheet1") in whats(asides)


def test_a_copied_form_with_another_value_is_a_conflict_that_names_both_places():
    book = MemoryBook({**sheets(), "F1 组织 (2)": form(3, 8, 1)}, NAMES)
    cells, _, _asides = read_cells(book, WANTED)
    clashing = [cell for cell in cells if cell.kind == "conflict"]
    assert [(c.field, c.cell, c.typed) for c in clashing] == [
        ("groups", "C5", "9 / F1 组织 (2)!C5 8")
    ]


@pytest.mark.parametrize("copy", [form(3, 9, 1), form("", "", "")])
def test_a_copy_that_says_the_same_or_nothing_is_only_listed(copy):
    values, asides, _ = read(MemoryBook({**sheets(), "F1 组织 (2)": copy}, NAMES))
    assert values == HONEST
    assert whats(asides) == [("left_out", "F1 组织 (2)")]


def test_a_hidden_copy_is_not_listened_to():
    book = MemoryBook({**sheets(), "旧": form(1, 1, 1)}, NAMES, hidden={"旧"})
    values, asides, _ = read(book)
    assert values == HONEST
    assert whats(asides) == [("left_out", "旧")]


def test_a_second_list_with_other_rows_is_reported():
    other = table(["001", "一支部", 99, "2026-03-05"])
    _, asides, _ = read(MemoryBook({**sheets(), "台账2": other}, NAMES))
    assert ("rival", "台账2") in whats(asides)


def test_a_form_that_is_gone_is_lost_cell_by_cell():
    book = sheets()
    del book["F2 队伍"]
    _, _, lost = read(MemoryBook(book, without("F2")))
    assert lost == ["members", "share"]


def test_a_sheet_that_lists_the_codes_of_many_forms_is_no_form():
    guide = [[cell.code, cell.label, "怎么填"] for cell in WANTED.cells]
    values, _asides, _ = read(MemoryBook({"填写指南": guide, **sheets()}, without("F1")))
    assert values == HONEST


def test_a_code_typed_somewhere_else_in_a_form_moves_no_cell():
    noted = form(3, 9, 1)
    noted[4] = [*noted[4], "", "F1-01"]
    values, _, _ = read(MemoryBook(sheets(**{"F1 组织": noted}), NAMES))
    assert values == HONEST


@given(st.permutations(range(4)), st.booleans())
def test_a_list_says_the_same_in_every_order_of_its_columns(order, names_are_kept):
    changed = [row if n < 2 else [row[col] for col in order] for n, row in enumerate(table(*ROWS))]
    names = NAMES if names_are_kept else without("L1")
    values, _, lost = read(MemoryBook(sheets(**{"L1 台账": changed}), names))
    assert (values, lost) == (HONEST, [])


@given(st.integers(0, 2**32))
def test_a_form_says_the_same_in_every_order_of_its_rows(seed):
    head, rows = form(3, 9, 1)[:3], form(3, 9, 1)[3:]
    Random(seed).shuffle(rows)  # noqa: S311 no secret
    values, _, _ = read(MemoryBook(sheets(**{"F1 组织": [*head, *rows]}), NAMES))
    assert values == HONEST
