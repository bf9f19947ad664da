"""Rows typed in confirmation sheets, as many as may be read and one more."""

from pipelines.extract.answers import typed_answers
from pipelines.extract.book import Book
from pipelines.workbook.marks import ANSWER_COL, MOST_ROWS, NOTE_COL, ROW_MARK


class Sheet(Book):
    """A book of one sheet in memory."""

    def __init__(self, grid):
        super().__init__()
        self.names, self.sheets = {}, ["互认单"]
        self._grids["互认单"] = grid

    def _read_grid(self, sheet):
        raise NotImplementedError

    def _read_percents(self, _):
        return ()

    def _read_odd(self, sheet):
        raise NotImplementedError


def _row(number, answer):
    cells = [""] * (NOTE_COL + 1)
    cells[0], cells[ANSWER_COL] = f"{ROW_MARK}{number}", answer
    return cells


def test_blank_rows_take_no_room_and_one_row_too_many_is_told():
    blank = [_row(number, "") for number in range(MOST_ROWS)]
    answered = [_row(number, "确认") for number in range(MOST_ROWS + 7)]
    found = typed_answers(Sheet([*blank, *answered]))
    assert len(found) == MOST_ROWS + 1
    assert found[0] == {"row": "0", "line": str(MOST_ROWS + 1), "answer": "确认", "note": ""}
