"""更正清单 as an Excel file: changed numbers, charts to draw again, sentences to correct."""

from pathlib import Path
from typing import Any

import xlsxwriter

from models.catalogue_model import Catalogue

NUMBERS = ("period", "zh", "name", "scope_level", "scope_code", "view", "compare_to", "part",
           "old", "new")  # fmt: skip
CHARTS = ("dashboard", "chart", "title")
SENTENCES = ("code", "old", "new")
AFFECTED = ("period", "unit_code", "submission_id", "rule", "message", "caused_by",
            "corrected_by", "why", "status", "reason")  # fmt: skip
WIDTH = 18


def name_of(catalogue: Catalogue, name: str) -> str:
    """What a number measures, in Chinese; `field=code` with the label of the code."""
    field, _, code = name.partition("=")
    if entry := catalogue.fields.get(field):
        label = catalogue.codes.get(entry.enum or "", {}).get(int(code), code) if code else ""
        return f"{entry.zh}={label}" if code else entry.zh
    dimensions = {each.id: each.zh for owner in catalogue.composites.values()
                  for each in owner.dimensions}  # fmt: skip
    axes = {f"{owner.id}.{number}": axis.zh for owner in catalogue.profiles.values()
            for number, axis in enumerate(owner.axes, start=1)}  # fmt: skip
    indicators = {each.id: each.zh for each in catalogue.indicators.values()}
    composites = {each.id: each.zh for each in catalogue.composites.values()}
    return {**indicators, **composites, **dimensions, **axes}.get(name, name)


def write_changes(out: Path, catalogue: Catalogue, found: dict[str, Any]) -> None:
    """Write the four lists, a sheet each; texts as texts, never as formulas."""
    numbers = [
        {**each, "zh": name_of(catalogue, each["name"]),
         "part": catalogue.say(f"explain.part_{each['part']}")}
        for each in found["numbers"]
    ]  # fmt: skip
    affected = [
        {**each, "status": catalogue.say(f"explain.affected_{each['status']}")}
        for each in found["affected"]
    ]
    sheets = (("numbers", NUMBERS, numbers), ("charts", CHARTS, found["charts"]),
              ("sentences", SENTENCES, found["sentences"]),
              ("affected", AFFECTED, affected))  # fmt: skip
    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(catalogue.say(f"explain.sheet_{name}"))
            sheet.set_column(0, len(columns) - 1, WIDTH)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, [catalogue.say(f"explain.column_{each}") for each in columns],
                            bold)  # fmt: skip
            for line, row in enumerate(rows, start=1):
                sheet.write_row(line, 0, [row[each] for each in columns])
