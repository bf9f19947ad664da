"""审核结果: the sheet that lists what is open, live, while the workbook is being filled."""

from collections.abc import Callable

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.workbook.cells import Pen
from pipelines.workbook.layout import CHECKS_SHEET
from pipelines.workbook.live import Line
from pipelines.workbook.live_sheet import Live
from pipelines.workbook.live_state import FIRST_LINE
from pipelines.workbook.live_text import spoken

TITLE, BANNER, RATE, NOTE, HEAD, FIRST = range(6)
COLUMNS = (
    ("number", 6),
    ("severity", 7),
    ("form", 22),
    ("field", 30),
    ("cell", 9),
    ("places", 6),
    ("text", 76),
)
PLACE_COL = len(COLUMNS)
LISTED = 40
"""How many problems the sheet has lines for; the banner counts them all."""
HEIGHT = 30
FROM = {"places": "A", "text": "H"}
TOTAL = {name: f"'{CHECKS_SHEET}'!${letter}$1" for name, letter in
         (("must", "A"), ("shown", "B"), ("missing", "C"), ("verify", "D"), ("due", "E"),
          ("filled", "F"))}  # fmt: skip


def write_results(book: Workbook, pen: Pen, live: Live) -> None:
    """Write the sheet."""
    sheet = book.add_worksheet(pen.say("results"))
    last = len(COLUMNS) - 1
    unit, period = pen.content.unit_name, pen.content.period
    title = pen.say("results_title", unit=unit, period=period)
    sheet.merge_range(TITLE, 0, TITLE, last, title, pen.styles.title)
    for row, (formula, value, style) in {
        BANNER: (*banner(pen, live), pen.styles.banner),
        RATE: (*_rate(pen, live), pen.styles.plain),
        NOTE: (*_note(pen, live), pen.styles.note),
    }.items():
        sheet.merge_range(row, 0, row, last, "", style)
        sheet.write_formula(row, 0, formula, style, value)
    for col, (key, width) in enumerate(COLUMNS):
        sheet.set_column(col, col, width)
        sheet.write_string(HEAD, col, pen.say(f"results_{key}"), pen.styles.header)
    sheet.set_column(PLACE_COL, PLACE_COL, None, None, {"hidden": True})
    listed = [each for each in enumerate(live.lines, start=1) if live.found(each[1]).count]
    for number in range(1, LISTED + 1):
        _write_line(sheet, pen, live, number, dict(enumerate(listed, start=1)).get(number))
    _finish(sheet, pen)


def banner(pen: Pen, live: Live) -> tuple[str, str]:
    """The verdict in a line, as a formula and as it stands now."""
    must, verify = TOTAL["must"], TOTAL["verify"]
    say = pen.catalogue
    texts = {name: spoken(say, f"workbook.banner_{name}", **TOTAL) for name in ("must", "verify")}
    clean = spoken(say, "workbook.banner_clean")
    formula = f"=IF({must}>0,{texts['must']},IF({verify}>0,{texts['verify']},{clean}))"
    if not live.is_known:
        return formula, pen.say("banner_unknown")
    kinds = ("must", "verify")
    kind = next((name for name in kinds if live.totals[name]), "clean")
    return formula, pen.say(f"banner_{kind}", **live.totals)


def _rate(pen: Pen, live: Live) -> tuple[str, str]:
    share = f'TEXT({TOTAL["filled"]}/MAX(1,{TOTAL["due"]}),"0%")'
    formula = spoken(pen.catalogue, "workbook.fill_rate", **TOTAL, share=share)
    if not live.is_known:
        return f"={formula}", ""
    known = live.totals
    percent = f"{100 * known['filled'] / max(1, known['due']):.0f}%"
    return f"={formula}", pen.say("fill_rate", **known, share=percent)


def _note(pen: Pen, live: Live) -> tuple[str, str]:
    """How to read the list, and how many problems it has no line for."""
    rest = f"{TOTAL['shown']}-{LISTED}"
    how = spoken(pen.catalogue, "workbook.results_note")
    more = spoken(pen.catalogue, "workbook.results_more", rest=f"({rest})")
    over = live.totals["shown"] - LISTED
    value = pen.say("results_note") + (pen.say("results_more", rest=over) if over > 0 else "")
    return f'={how}&IF({rest}>0,{more},"")', value


def _write_line(
    sheet: Worksheet, pen: Pen, live: Live, number: int, listed: tuple[int, Line] | None
) -> None:
    row = FIRST + number - 1
    here = f"$H{row + 1}"
    last = FIRST_LINE + len(live.lines) - 1
    column = f"'{CHECKS_SHEET}'!${{0}}${FIRST_LINE}:${{0}}${last}".format
    match = f'=IF({TOTAL["shown"]}<{number},"",MATCH({number},{column("B")},0))'
    sheet.write_formula(row, PLACE_COL, match, None, listed[0] if listed else "")
    values = _values(pen, live, number, listed[1]) if listed else {}
    for col, (key, _) in enumerate(COLUMNS):
        formula = _formula(live, key, number, here, column)
        style = pen.styles.result(key)
        sheet.write_formula(row, col, f'=IF({here}="","",{formula})', style, values.get(key, ""))
    sheet.set_row(row, HEIGHT)


def _values(pen: Pen, live: Live, number: int, line: Line) -> dict[str, str | int]:
    found = live.found(line)
    return {
        "number": number,
        "severity": pen.catalogue.say(f"validate.severity_{line.ask.rule.severity}"),
        "form": line.sheet,
        "field": line.label,
        "cell": live.address(line),
        "places": found.count,
        "text": live.text(line),
    }


def _formula(live: Live, key: str, number: int, here: str, column: Callable[[str], str]) -> str:
    place = f"INDEX({column('D')},{here})"
    sheet = f'LEFT({place},FIND("!",{place})-1)'
    match key:
        case "number":
            return str(number)
        case "severity":
            return live.severity_at(here)
        case "form":
            return sheet
        case "field":
            return f'MID({place},FIND("!",{place})+1,99)'
        case "cell":
            cell = f"INDEX({column('G')},{here})"
            return f'HYPERLINK("#\'"&{sheet}&"\'!"&{cell},{cell})'
    return f"INDEX({column(FROM[key])},{here})"


def _finish(sheet: Worksheet, pen: Pen) -> None:
    first, last = FIRST, FIRST + LISTED - 1
    for severity, style in pen.styles.alarms.items():
        named = pen.catalogue.say(f"validate.severity_{severity}")
        rule = {"type": "formula", "criteria": f'=$B{first + 1}="{named}"', "format": style}
        sheet.conditional_format(first, 1, last, 1, rule)
    listed = {"type": "formula", "criteria": f'=$H{first + 1}<>""', "format": pen.styles.framed}
    sheet.conditional_format(first, 0, last, PLACE_COL - 1, listed)
    sheet.set_row(TITLE, 28)
    sheet.set_row(BANNER, 26)
    sheet.freeze_panes(FIRST, 0)
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, last, len(COLUMNS) - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
