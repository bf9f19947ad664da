"""One cell: its value, colour, lock, drop-down and what it says when a slip is made."""

from dataclasses import dataclass
from datetime import date

from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.form import EntryMode, Field, FieldType
from pipelines.workbook.content import Content, Plain, Raw
from pipelines.workbook.formulas import FormulaWriter
from pipelines.workbook.layout import CODE_COL, HINT_COL, LABEL_COL, UOM_COL, Place
from pipelines.workbook.style import Styles, role

EARLIEST = date(1949, 10, 1)
LARGEST = 999_999_999


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
        texts = [self.say(f"entry_{field.entry}"), self.say(f"kind_{field.kind}"), field.hint]
        return ";".join(text for text in texts if text)

    def write(self, sheet: Worksheet, place: Place, field: Field, line: int | None) -> None:
        """Write a cell with its value, or its formula with the value computed by us."""
        prefilled = self.content.prefill.value(field.qualified, line) is not None
        style = self.styles.cell(role(field, is_prefilled=prefilled), field.type)
        value = self.content.shown.value(field.qualified, line)
        if isinstance(value, Raw):
            _write_raw(sheet, place, value, style)
            return
        if field.entry is EntryMode.FORMULA:
            cached = "" if value is None else _plain(value)
            sheet.write_formula(
                place.row, place.col, self.formulas.text(field, line), style, cached
            )
            return
        self._write_value(sheet, place, field, value, style)

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

    def validate(self, sheet: Worksheet, field: Field, first: Place, last: Place) -> None:
        """Put the drop-down or the limits of a field on its cells, from `first` to `last`."""
        options = self._limits(field) if field.formula is None else {}
        if options:
            said = {
                "input_title": f"{field.code} {field.zh}"[:32],
                "input_message": self.how(field)[:255],
                "error_title": self.say("stop_title"),
                "error_message": self.say(f"stop_{field.type}", label=field.zh)[:255],
            }
            sheet.data_validation(first.row, first.col, last.row, last.col, {**options, **said})

    def _limits(self, field: Field) -> dict[str, object]:
        match field.type:
            case FieldType.INT:
                return {"validate": "integer", "criteria": ">=", "value": 0}
            case FieldType.DECIMAL:
                limits = {"minimum": 0, "maximum": LARGEST}
                return {"validate": "decimal", "criteria": "between", **limits}
            case FieldType.ENUM:
                return {"validate": "list", "source": f"=codes__{field.enum}"}
            case FieldType.DATE:
                last = Period.parse(self.content.period).shifted(20).last_day
                days = {"minimum": EARLIEST, "maximum": last}
                return {"validate": "date", "criteria": "between", **days}
        return {}


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
