"""余缺对接建议 as a workbook that can be printed and handed round for people to decide on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from pipelines.books import Book
from pipelines.proposals import counts, undecided
from pipelines.workbook.confirmation import folded
from pipelines.workbook.style import FONT

A4, LINE_HIGH = 9, 14
COLUMNS = {
    "resource": 8, "giver": 18, "has": 20, "taker": 18, "lacks": 24, "reach": 14, "status": 8,
    "by": 8, "why": 16, "proposal_id": 21,
}  # fmt: skip
"""Column -> width."""
TITLE, NOTE, HEAD, FIRST = range(4)


def write_proposals(
    path: Path, catalogue: Catalogue, period: str, rows: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Write the proposals; the same rows at the same hour are the same file."""
    with Book(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": at})
        sheet = book.add_worksheet(catalogue.say("cli.proposals_sheet"))
        notes = [catalogue.say("cli.proposals_count", period=period, **counts(rows))]
        notes += [
            catalogue.say("cli.proposals_next", proposal=each) for each in undecided(rows)[:1]
        ]
        _head(book, sheet, catalogue, notes)
        cell = book.add_format(
            {"font_name": FONT, "font_size": 9, "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        for line, row in enumerate(rows, start=FIRST):
            _line(sheet, line, _texts(catalogue, row), cell)
        _page(sheet, FIRST + len(rows) - 1)


def _head(book: Book, sheet: Worksheet, catalogue: Catalogue, notes: list[str]) -> None:
    font = {"font_name": FONT, "valign": "vcenter"}
    title = book.add_format({**font, "bold": True, "font_size": 15, "align": "center"})
    note = book.add_format({**font, "font_size": 9, "text_wrap": True})
    look = {"bold": True, "border": 1, "bg_color": "#F2DCDB", "align": "center", "text_wrap": True}
    head = book.add_format({**font, **look, "font_size": 10})
    last = len(COLUMNS) - 1
    sheet.merge_range(TITLE, 0, TITLE, last, catalogue.say("cli.proposals_sheet"), title)
    sheet.merge_range(NOTE, 0, NOTE, last, "\n".join(notes), note)
    sheet.set_row(TITLE, 26)
    sheet.set_row(NOTE, 30)
    for col, (name, width) in enumerate(COLUMNS.items()):
        sheet.set_column(col, col, width)
        sheet.write_string(HEAD, col, catalogue.say(f"cli.proposals_column_{name}"), head)


def _texts(catalogue: Catalogue, row: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: str(row[name] or "") for name in COLUMNS}
    ends = {end: f"{row[end]}\n{row[f'{end}_code']}" for end in ("giver", "taker")}
    return {**texts, **ends, "status": catalogue.say(f"cli.proposal_status_{row['status']}")}


def _line(sheet: Worksheet, line: int, texts: Mapping[str, str], cell: Format) -> None:
    for col, name in enumerate(COLUMNS):
        sheet.write_string(line, col, texts[name], cell)
    high = max(
        sum(folded(part, width) for part in texts[name].split("\n"))
        for name, width in COLUMNS.items()
    )
    sheet.set_row(line, LINE_HIGH * high)


def _page(sheet: Worksheet, last: int) -> None:
    sheet.freeze_panes(FIRST, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.autofilter(HEAD, 0, max(last, HEAD), len(COLUMNS) - 1)
