"""The annex workbook: the paper's tables, and every number with its code. Text is always text."""

import re
from io import BytesIO
from typing import Any

import xlsxwriter

from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Fact
from dashboards.briefings.frozen import frozen
from dashboards.briefings.outline import quarter_text
from dashboards.briefings.paper import Paper
from dashboards.briefings.tables import Grid

NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")
NAME_WIDTH, NUMBER_WIDTH = 34, 11
A4 = 9


def annex_file(paper: Paper, facts: Facts) -> bytes:
    """The workbook of a paper."""
    words = facts.catalogue.briefing.words
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": paper.title.replace("\n", ""), "created": paper.published_at})
        styles = _styles(book, facts.catalogue.briefing.fonts.page)
        for name, title, grid in _grids(paper):
            _sheet(book.add_worksheet(name), title, grid, paper, words, styles)
        _index(book.add_worksheet(words["sheet_numbers"]), paper, words, styles)
    return frozen(stream.getvalue(), paper.published_at)


def _grids(paper: Paper) -> list[tuple[str, str, Grid]]:
    found = [
        (grid.title[:3].strip(), grid.title, grid) for part in paper.parts for grid in part.grids
    ]
    for annex in paper.annexes:
        found += [(annex.title[:31], annex.title, grid) for grid in annex.grids]
    return found


def _styles(book: Any, face: str) -> dict[str, Any]:
    base = {"font_name": face, "font_size": 11, "valign": "vcenter"}
    boxed = {**base, "border": 1}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 16}),
        "plain": book.add_format(base),
        "head": book.add_format(
            {**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EFEDE8"}
        ),
        "text": book.add_format({**boxed, "text_wrap": True}),
        "0": book.add_format({**boxed, "num_format": "0"}),
        "1": book.add_format({**boxed, "num_format": "0.0"}),
        "2": book.add_format({**boxed, "num_format": "0.00"}),
        "word": book.add_format({**boxed, "align": "right"}),
    }


def _sheet(
    sheet: Any, title: str, grid: Grid, paper: Paper, words: dict[str, str], styles: dict[str, Any]
) -> None:
    sheet.write_string(0, 0, title, styles["title"])
    quarter = quarter_text(words, paper.period)
    told = words["made_of"].format(snapshot=paper.snapshot, period=quarter)
    sheet.write_string(1, 0, "  ".join([*_marks(paper, words), told]), styles["plain"])
    sheet.write_string(2, 0, words["uom_line"].format(uom=grid.uom), styles["plain"])
    for place, head in enumerate(grid.heads):
        sheet.write_string(3, place, head, styles["head"])
    sheet.set_column(0, 0, NAME_WIDTH)
    sheet.set_column(1, max(1, len(grid.heads) - 1), NUMBER_WIDTH)
    for line, row in enumerate(grid.rows, start=4):
        for place, cell in enumerate(row):
            _write_cell(sheet, line, place, cell, styles)
    if grid.note:
        sheet.write_string(4 + len(grid.rows), 0, grid.note, styles["plain"])
    _printed(sheet, paper, words, 4)


def _write_cell(
    sheet: Any, line: int, place: int, cell: Fact | str, styles: dict[str, Any]
) -> None:
    """A number as it is printed, a band of two as text; a name is never read as a formula."""
    text = cell.printed if isinstance(cell, Fact) else cell
    if isinstance(cell, Fact) and NUMBER.fullmatch(text):
        _, _, decimals = text.partition(".")
        sheet.write_number(line, place, float(text), styles[str(min(len(decimals), 2))])
    else:
        sheet.write_string(line, place, text, styles["text" if place == 0 else "word"])


def _index(sheet: Any, paper: Paper, words: dict[str, str], styles: dict[str, Any]) -> None:
    columns = ("code", "place", "printed", "number", "period", "measure", "name", "scope", "part")
    for place, column in enumerate(columns):
        sheet.write_string(0, place, words[f"column_{column}"], styles["head"])
    sheet.set_column(0, len(columns) - 1, 16)
    for line, one in enumerate(paper.located(), start=1):
        fact, cited = one.fact, one.fact.citation
        told = (cited.period, cited.measure, cited.name, cited.scope_code, cited.part)
        for place, text in enumerate((fact.code, one.where, fact.printed)):
            sheet.write_string(line, place, text, styles["text"])
        sheet.write_number(line, 3, fact.number, styles["text"])
        for place, text in enumerate(told, start=4):
            sheet.write_string(line, place, text, styles["text"])
    _printed(sheet, paper, words, 1)


def _printed(sheet: Any, paper: Paper, words: dict[str, str], head: int) -> None:
    """How the sheet leaves the printer: across, heads repeated, its marks on each page."""
    sheet.freeze_panes(head, 1)
    sheet.repeat_rows(0, head - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    if marks := _marks(paper, words):
        sheet.set_header("&R" + "  ".join(marks))


def _marks(paper: Paper, words: dict[str, str]) -> list[str]:
    """What nobody may overlook: a draft, and data that are not real."""
    found = {"draft": paper.is_draft, "sample": paper.is_sample}
    return [words[name] for name, is_so in found.items() if is_so]
