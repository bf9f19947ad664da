"""Colours and formats of a workbook: white is typed, blue prefilled, grey computed or locked."""

from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from models.spec.form import EntryMode, Field, FieldType

FONT = "宋体"
MARKS = {"must": "#FFC7CE", "verify": "#FFE699"}
FILLS = {"typed": "#FFFFFF", "prefilled": "#DDEBF7", "locked": "#EDEDED"}
LOCKED = "locked"
NUMBER_FORMATS = {
    FieldType.INT: "0",
    FieldType.DECIMAL: "0.00",
    FieldType.DATE: "yyyy-mm-dd",
    FieldType.TEXT: "@",
    FieldType.ENUM: "@",
}


def role(field: Field, *, is_prefilled: bool) -> str:
    """What a cell is to its filler: typed, prefilled (may be changed) or locked."""
    # What the directory says of a row comes with the row, or when the row is loaded.
    is_of_row = field.alias is not None and field.entry is EntryMode.DIRECTORY
    is_known = field.is_system_owned and is_prefilled
    if field.entry is EntryMode.FORMULA or is_of_row or is_known:
        return LOCKED
    return "prefilled" if is_prefilled else "typed"


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.cell = cache(self._cell)
        self.title = self._add(bold=True, font_size=16, align="center", border=0)
        self.note = self._add(font_size=9, font_color="#595959", border=0, text_wrap=True)
        self.header = self._add(bold=True, bg_color="#F2DCDB", align="center", text_wrap=True)
        self.code = self._add(font_color="#595959", align="center")
        self.label = self._add(text_wrap=True)
        self.plain = self._add(border=0, text_wrap=True, valign="top")
        self.link = self._add(font_color="#0563C1", underline=1, align="center")
        self.answer = self._add(text_wrap=True, locked=False, num_format="@")
        self.locked = self._add(bg_color=FILLS["locked"], font_color="#595959", text_wrap=True)
        self.severity = cache(self._severity)
        self.banner = self._add(bold=True, font_size=13, border=0)
        self.state = self._add(bold=True, align="center", border=0)
        self.result = cache(self._result)
        self.framed = book.add_format({"border": 1})
        self.alarms = {
            severity: book.add_format({"bg_color": fill}) for severity, fill in MARKS.items()
        }

    def _add(self, **properties: Any) -> Format:
        base = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "border": 1}
        return self._book.add_format({**base, **properties})

    def _severity(self, severity: str) -> Format:
        return self._add(align="center", bg_color=MARKS.get(severity, FILLS["typed"]))

    def _result(self, column: str) -> Format:
        look = {"font_size": 10, "text_wrap": True, "border": 0}
        if column == "cell":
            return self._add(font_color="#0563C1", underline=1, align="center", **look)
        wide = column in {"text", "form", "field"}
        return self._add(align="left" if wide else "center", **look)

    def _cell(self, role: str, type_: FieldType, mark: str = "") -> Format:
        return self._add(
            bg_color=MARKS.get(mark, FILLS[role]),
            locked=role == LOCKED,
            num_format=NUMBER_FORMATS[type_],
            align="left" if type_ in {FieldType.TEXT, FieldType.ENUM} else "right",
            text_wrap=type_ is FieldType.TEXT,
            shrink=type_ is FieldType.ENUM,
        )
