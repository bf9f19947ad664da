"""催报名单 as a workbook that can be printed and sent round."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from unicodedata import east_asian_width

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.books import Book
from pipelines.quarter.reminding import CITY, Reminder, left_zh, period_zh, text_of
from pipelines.workbook.style import FONT

A4 = 9
COLUMNS = {
    "number": 6, "group": 9, "unit_name": 28, "unit_code": 14, "level": 12, "state": 12,
    "due": 12, "left": 17, "todo": 58, "to": 26,
}  # fmt: skip
CENTRED = {"number", "group", "unit_code", "level", "state", "due", "left"}
LINE_HIGH = 15
HEAD_FILL, OVER_FILL, LINE = "#F2DCDB", "#FBE9E7", "#BFBFBF"


def write_reminders(
    path: Path, catalogue: Catalogue, period: Period, found: Sequence[Reminder], at: datetime
) -> None:
    """Write the list and, on a second sheet, the texts for messages."""
    with Book(path) as book:
        # The hour is said by whoever asks: the same list twice is the same file.
        book.set_properties({"created": at})
        _list(book, catalogue, period, found, at)
        _texts(book, catalogue, text_of(catalogue, period, found, at))


def _list(
    book: Book,
    catalogue: Catalogue,
    period: Period,
    found: Sequence[Reminder],
    at: datetime,
) -> None:
    sheet = book.add_worksheet(catalogue.say("campaign.sheet_list"))
    _page(sheet)
    _head(book, sheet, catalogue, period, _note(catalogue, found, at))
    formats = {
        (is_centred, is_over): _format(
            book,
            align="center" if is_centred else "left",
            text_wrap=True,
            **({"bg_color": OVER_FILL} if is_over else {}),
        )
        for is_centred in (True, False)
        for is_over in (True, False)
    }
    for number, each in enumerate(found, start=1):
        texts = _row(catalogue, number, each, at)
        lines = max(-(-width(text) // COLUMNS[name]) for name, text in texts.items())
        sheet.set_row(number + 2, LINE_HIGH * lines + 4)
        for column, (name, text) in enumerate(texts.items()):
            style = formats[name in CENTRED, at > each.due_at]
            sheet.write_string(number + 2, column, text, style)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    sheet.autofilter(2, 0, len(found) + 2, len(COLUMNS) - 1)


def _head(book: Book, sheet: Worksheet, catalogue: Catalogue, period: Period, note: str) -> None:
    said = catalogue.say("campaign.list_title", period=period_zh(catalogue, period))
    title = _format(book, border=0, bold=True, font_size=16, align="center")
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, said, title)
    grey = _format(book, border=0, font_size=10, font_color="#595959")
    sheet.write_string(1, 0, note, grey)
    head = _format(book, bold=True, bg_color=HEAD_FILL, align="center")
    for column, (name, wide) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, wide)
        sheet.write_string(2, column, catalogue.say(f"campaign.col_{name}"), head)
    sheet.set_row(0, 30)
    sheet.set_row(2, 24)


def _row(catalogue: Catalogue, number: int, each: Reminder, at: datetime) -> dict[str, str]:
    say = catalogue.say
    group = say("campaign.group_city") if each.group == CITY else catalogue.counties[each.group]
    return {
        "number": str(number),
        "group": group,
        "unit_name": each.unit_name,
        "unit_code": each.unit_code,
        "level": catalogue.levels[each.level][1],
        "state": say(f"campaign.state_{each.state}"),
        "due": f"{each.due_at:%Y-%m-%d}",
        "left": left_zh(catalogue, each.days_left, is_over=at > each.due_at),
        "todo": each.todo,
        "to": each.addressed_to,
    }


def _note(catalogue: Catalogue, found: Sequence[Reminder], at: datetime) -> str:
    counted = Counter(each.state for each in found)
    parts = (
        catalogue.say(
            "campaign.list_part", state=catalogue.say(f"campaign.state_{state}"), count=count
        )
        for state, count in counted.items()
    )
    said = "、".join(parts) or catalogue.say("campaign.none")
    at_minute = f"{at:%Y-%m-%d %H:%M}"
    return catalogue.say("campaign.list_note", at=at_minute, count=len(found), states=said)


def _texts(book: Book, catalogue: Catalogue, text: str) -> None:
    """One cell for each addressee, to be copied as it is."""
    sheet = book.add_worksheet(catalogue.say("campaign.sheet_text"))
    _page(sheet)
    sheet.set_column(0, 0, 120)
    plain = _format(book, text_wrap=True, valign="top")
    for row, paragraph in enumerate(text.strip().split("\n\n")):
        sheet.write_string(row, 0, paragraph, plain)


def width(text: str) -> int:
    """How many columns of plain letters a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P/&N")
    sheet.hide_gridlines(2)


def _format(book: Book, **properties: object) -> Format:
    base = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "border": 1}
    return book.add_format({**base, "border_color": LINE, **properties})
