"""更正清单 as an Excel file: changed numbers, charts to draw again, sentences to correct."""

from pathlib import Path
from typing import Any

from models.catalogue_model import Catalogue
from pipelines.books import Book
from pipelines.corrections.names import name_of, part_of

NUMBERS = ("period", "zh", "name", "scope_level", "scope_code", "view", "compare_to", "part",
           "old", "new")  # fmt: skip
CHARTS = ("period", "dashboard", "chart", "title", "where")
SENTENCES = ("code", "old", "new")
AFFECTED = ("period", "unit_code", "submission_id", "rule", "message", "caused_by",
            "corrected_by", "why", "status", "reason")  # fmt: skip
WIDTH = 18


def write_changes(out: Path, catalogue: Catalogue, found: dict[str, Any]) -> None:
    """Write the four lists, a sheet each; texts as texts, never as formulas."""
    numbers = [
        {**each, "zh": name_of(catalogue, each["measure"], each["name"]),
         "part": part_of(catalogue, each["measure"], each["part"])}
        for each in found["numbers"]
    ]  # fmt: skip
    charts = [
        {**each, "where": catalogue.say(f"explain.chart_{each['where']}")}
        for each in found["charts"]
    ]
    affected = [
        {**each, "status": catalogue.say(f"explain.affected_{each['status']}")}
        for each in found["affected"]
    ]
    sheets = (("numbers", NUMBERS, numbers), ("charts", CHARTS, charts),
              ("sentences", SENTENCES, found["sentences"]),
              ("affected", AFFECTED, affected))  # fmt: skip
    with Book(out) as book:
        bold = book.add_format({"bold": True})
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(catalogue.say(f"explain.sheet_{name}"))
            sheet.set_column(0, len(columns) - 1, WIDTH)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, [catalogue.say(f"explain.column_{each}") for each in columns],
                            bold)  # fmt: skip
            for line, row in enumerate(rows, start=1):
                sheet.write_row(line, 0, [row[each] for each in columns])
