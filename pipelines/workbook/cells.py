"""One cell: its value, colour, lock, drop-down and what it says when a slip is made."""

from dataclasses import dataclass
from datetime import date

from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from models.spec.form import EntryMode, Field, FieldType
from pipelines.workbook.content import Content, Plain, Raw
from pipelines.workbook.formulas import FormulaWriter
from pipelines.workbook.layout import CODE_COL, HINT_COL, LABEL_COL, UOM_COL, Place
from pipelines.workbook.style import FONT, LOCKED, Styles, role

COMMENT = {"font_name": FONT, "font_size": 9, "x_scale": 2.2, "y_scale": 1.6}


@dataclass(frozen=True)
class Pen:
    """Writes cells of one workbook."""

    catalogue: Catalogue
    styles: Styles
    formulas: FormulaWriter
    content: Content

    def say(self, name: str, /, **fills: object) -> str:
        """A text of the workbook, from `wording/workbook.yml`."""
        return self.catalogue.say(f"workbook.{name}", **fills)

    def label(self, field: Field) -> str:
        """The field's Chinese label with its unit of measure."""
        return f"{field.zh}({field.uom})" if field.uom else field.zh

    def describe(self, sheet: Worksheet, row: int, field: Field) -> None:
        """Write what stands beside a fixed cell: code, label, uom and how to fill it."""
        sheet.write_string(row, CODE_COL, field.code, self.styles.code)
        sheet.write_string(row, LABEL_COL, field.zh, self.styles.label)
        sheet.write_string(row, UOM_COL, field.uom or "", self.styles.code)
        sheet.write_string(row, HINT_COL, self.how(field), self.styles.label)

    def how(self, field: Field) -> str:
        """In a line: who fills the cell, and what counts."""
        return how_filled(self.catalogue, field)

    def write(self, sheet: Worksheet, place: Place, field: Field, line: int | None) -> None:
        """Write a cell with its value, or its formula with the value computed by us."""
        prefilled = self.content.prefill.value(field.qualified, line) is not None
        mark = self.content.marks.get((field.qualified, line))
        style = self.styles.cell(
            self._role(field, line, is_prefilled=prefilled),
            field.type,
            mark.severity if mark else "",
        )
        if mark:
            sheet.write_comment(place.row, place.col, mark.text, COMMENT)
        value = self.content.shown.value(field.qualified, line)
        if isinstance(value, Raw):
            _write_raw(sheet, place, value, style)
            return
        if field.entry is EntryMode.FORMULA:
            if self.content.computed is not None:
                value = self.content.computed.values.get((field.qualified, line))
            cached = "" if value is None else _plain(value)
            sheet.write_formula(
                place.row, place.col, self.formulas.text(field, line), style, cached
            )
            return
        self._write_value(sheet, place, field, value, style)

    def _role(self, field: Field, line: int | None, *, is_prefilled: bool) -> str:
        """Another unit's row is open in the partner's columns only, an own row in the others."""
        owner = self.content.prefill.value(f"{field.alias}.initiator_code", line) if line else None
        is_others = owner not in {None, self.content.meta["unit_code"]}
        if owner is not None and field.is_partners != is_others:
            return LOCKED
        return role(field, is_prefilled=is_prefilled)

    def _write_value(
        self, sheet: Worksheet, place: Place, field: Field, value: Plain, style: object
    ) -> None:
        if value is None:
            sheet.write_blank(place.row, place.col, None, style)
        elif field.type is FieldType.ENUM:
            code = int(str(value))
            text = f"{code}={self.catalogue.codes[field.enum or ''][code]}"
            sheet.write_string(place.row, place.col, text, style)
        elif isinstance(value, date):
            sheet.write_datetime(place.row, place.col, value, style)
        elif isinstance(value, str):
            sheet.write_string(place.row, place.col, value, style)
        else:
            sheet.write_number(place.row, place.col, float(value), style)


def how_filled(catalogue: Catalogue, field: Field) -> str:
    """In a line: who fills the cell, and what counts; reading knows it by this text."""
    entry, kind = (f"workbook.entry_{field.entry}", f"workbook.kind_{field.kind}")
    texts = [catalogue.say(entry), catalogue.say(kind), field.hint]
    return ";".join(text for text in texts if text)


def _write_raw(sheet: Worksheet, place: Place, raw: Raw, style: object) -> None:
    match raw.kind:
        case "text":
            sheet.write_string(place.row, place.col, raw.text, style)
        case "number":
            sheet.write_number(place.row, place.col, float(raw.text), style)
        case "error":
            # The writer keeps an error only as the result of a formula.
            sheet.write_formula(place.row, place.col, f"={raw.text}", style, raw.text)
        case "uncached":
            sheet.write_formula(place.row, place.col, f"={raw.text}", style, "")


def _plain(value: Plain) -> float | str:
    if isinstance(value, date):
        return float((value - date(1899, 12, 30)).days)
    return value if isinstance(value, str) else float(str(value))
