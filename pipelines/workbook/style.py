"""Colours and formats of a workbook: white is typed, blue prefilled, grey computed or locked."""

from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from models.spec.form import EntryMode, Field, FieldType

FONT = "宋体"
FILLS = {"typed": "#FFFFFF", "prefilled": "#DDEBF7", "locked": "#EDEDED"}
NUMBER_FORMATS = {
    FieldType.INT: "0",
    FieldType.DECIMAL: "0.00",
    FieldType.DATE: "yyyy-mm-dd",
    FieldType.TEXT: "@",
    FieldType.ENUM: "@",
}


def role(field: Field, *, is_prefilled: bool) -> str:
    """What a cell is to its filler: typed, prefilled (may be changed) or locked."""
    if field.entry is EntryMode.FORMULA or (field.is_system_owned and is_prefilled):
        return "locked"
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

    def _add(self, **properties: Any) -> Format:
        base = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "border": 1}
        return self._book.add_format({**base, **properties})

    def _cell(self, role: str, type_: FieldType) -> Format:
        return self._add(
            bg_color=FILLS[role],
            locked=role == "locked",
            num_format=NUMBER_FORMATS[type_],
            align="left" if type_ in {FieldType.TEXT, FieldType.ENUM} else "right",
        )
