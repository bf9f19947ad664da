"""What a cell takes: drop-down or limits, with a Chinese prompt and a stop."""

from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from models.period import Period
from models.spec.form import Field, FieldType
from pipelines.workbook.cells import Pen
from pipelines.workbook.layout import Place

EARLIEST = date(1949, 10, 1)
LARGEST = 999_999_999
QUARTERS_AHEAD = 20
LONGEST_TEXT, LONGEST_TITLE, LONGEST_MESSAGE = 300, 32, 255


def limit(sheet: Worksheet, pen: Pen, field: Field, first: Place, last: Place) -> None:
    """Put the limits of a field on its cells, from `first` to `last`."""
    if field.formula is not None:
        return
    shortest, longest = field.length or (0, LONGEST_TEXT)
    stop = pen.say(f"stop_{field.type}", label=field.zh, shortest=shortest, longest=longest)
    said = {
        "input_title": f"{field.code} {field.zh}"[:LONGEST_TITLE],
        "input_message": _prompt(pen, field)[:LONGEST_MESSAGE],
        "error_title": pen.say("stop_title"),
        "error_message": stop[:LONGEST_MESSAGE],
    }
    options = {**_limits(pen, field, first), **said}
    sheet.data_validation(first.row, first.col, last.row, last.col, options)


def _prompt(pen: Pen, field: Field) -> str:
    """How the cell is filled, in what it is measured, and what is usual."""
    texts = [pen.how(field)]
    if field.uom:
        texts.append(pen.say("prompt_uom", uom=field.uom))
    if field.typical:
        low, high = field.typical
        texts.append(pen.say("prompt_typical", low=f"{low:g}", high=f"{high:g}"))
    return "\n".join(texts)


def _limits(pen: Pen, field: Field, first: Place) -> dict[str, Any]:
    match field.type:
        case FieldType.INT:
            limits = {"minimum": 0, "maximum": LARGEST}
            return {"validate": "integer", "criteria": "between", **limits}
        case FieldType.DECIMAL:
            cell = first.cell
            places = f"ABS({cell}-ROUND({cell},2))<0.000001"
            formula = f"=AND(ISNUMBER({cell}),{cell}>=0,{cell}<={LARGEST},{places})"
            return {"validate": "custom", "value": formula}
        case FieldType.ENUM:
            return {"validate": "list", "source": f"=codes__{field.enum}"}
        case FieldType.DATE:
            last = Period.parse(pen.content.period).shifted(QUARTERS_AHEAD).last_day
            days = {"minimum": EARLIEST, "maximum": last}
            return {"validate": "date", "criteria": "between", **days}
        case FieldType.TEXT:
            shortest, longest = field.length or (0, LONGEST_TEXT)
            lengths = {"minimum": shortest, "maximum": longest}
            return {"validate": "length", "criteria": "between", **lengths}
