"""A book that was never a file, and a catalogue of two forms and a list, to find cells in."""

from pipelines.extract.book import Book, Oddity
from pipelines.extract.wanted import Declared, Wanted


class MemoryBook(Book):
    """Sheets as lists of rows; a cell that is an Oddity has no value of its own."""

    def __init__(self, sheets, names=None, hidden=()):
        super().__init__()
        self.sheets, self._rows = list(sheets), sheets
        self.names, self.hidden = names or {}, hidden

    def _read_grid(self, sheet):
        return [["" if isinstance(v, Oddity) else v for v in row] for row in self._rows[sheet]]

    def _read_percents(self, _):
        return ()

    def _read_odd(self, sheet):
        return {
            (row, col): value
            for row, values in enumerate(self._rows[sheet])
            for col, value in enumerate(values)
            if isinstance(value, Oddity)
        }


def _declared(number, name, label, **more):
    known = {"form": "F1", "alias": None, "owned": False, "type": "int", "uom": "个", **more}
    named = f"{known['alias']}__{name}" if known["alias"] else name
    field = f"{known['alias']}.{name}" if known["alias"] else name
    code = f"{known['form']}-{number:02}"
    return Declared(name=named, code=code, field=field, label=label, **known)


LIST = {"form": "L1", "alias": "l1", "uom": None}
CELLS = (
    _declared(1, "branches", "党支部数"),
    _declared(2, "groups", "党小组数"),
    _declared(3, "unions", "工会数"),
    _declared(1, "members", "党员数", form="F2", uom="人"),
    _declared(2, "share", "占比", form="F2", uom="%", type="decimal"),
    _declared(1, "org_code", "代码", **LIST, type="text")._replace(owned=True),
    _declared(2, "org_name", "名称", **LIST, type="text"),
    _declared(3, "people", "人数", **LIST),
    _declared(4, "since", "日期", **LIST, type="date"),
)
WANTED = Wanted(
    cells=CELLS,
    titles={"F1": "F1 组织", "F2": "F2 队伍", "L1": "L1 台账"},
    printed=frozenset(
        {"", "编号", "填报项", "填报数", "说明页"}
        | {text for cell in CELLS for text in (cell.code, cell.label, cell.uom or "")}
    ),
    heading="填报数",
    totals=frozenset({"合计", "小计"}),
    notes=("注", "备注"),
    claimed=("branches",),
)


def form(*values, first=1, name="F1"):
    """A fixed form: title, note, headings, then a row a cell."""
    cells = [cell for cell in CELLS if cell.form == name]
    rows = [[cell.code, cell.label, value] for cell, value in zip(cells, values, strict=True)]
    return [["标题"], ["说明"], ["编号", "填报项", "填报数"], *rows][first - 1 :]


def table(*rows):
    """The list: title, note, codes, labels, then its rows."""
    cells = [cell for cell in CELLS if cell.alias]
    return [["标题"], ["说明"], [c.code for c in cells], [c.label for c in cells], *rows]


NAMES = {
    **{cell.name: ("F1 组织", 3 + n, 2) for n, cell in enumerate(CELLS[:3])},
    **{cell.name: ("F2 队伍", 3 + n, 2) for n, cell in enumerate(CELLS[3:5])},
    **{cell.name: ("L1 台账", 3, n) for n, cell in enumerate(CELLS[5:])},
}
ROWS = [
    ["001", "一支部", 12, "2026-03-05"],
    ["002", "二支部", 7, "2025-01-01"],
    ["003", "", "", ""],
]


def sheets(**changed):
    """The three sheets as they are issued and filled, with some of them changed."""
    usual = {
        "F1 组织": form(3, 9, 1),
        "F2 队伍": form(50, 12.5, name="F2"),
        "L1 台账": table(*ROWS),
    }
    return {**usual, **changed}
