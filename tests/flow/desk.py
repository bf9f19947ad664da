"""A desk where files are received and answered, one after the other, and ways to fill them."""

from dataclasses import replace
from datetime import datetime

import openpyxl
from sqlalchemy import select

from models.loader import load_catalogue
from models.period import Period
from models.registry import explanation, finding, submission
from pipelines.answering import reply_to, write_returned
from pipelines.issue.write import write_issue
from pipelines.judging.checking import check_file
from pipelines.judging.intake import identify_received, judge_period
from pipelines.receive import receive_file
from pipelines.registry import reading, writing
from pipelines.workbook.content import Sheetful

PERIOD = Period(2026, 2)
OPENED = datetime(2026, 7, 3)
SHEET = "退回清单"


class Desk:
    """Where files are received and answered, one after the other."""

    def __init__(self, home, catalogue, folder):
        self.home, self.catalogue, self.folder = home, catalogue, folder
        self.hour = 8

    def send(self, path):
        """Receive and judge a file; return the current submission."""
        self.hour += 1
        at = OPENED.replace(hour=self.hour)
        with writing(self.home) as registry:
            given = receive_file(registry, self.home.archive, path, at, "cli", self.catalogue)
            assert identify_received(self.home, registry, self.catalogue) == ["submitted"]
            judge_period(self.home, registry, self.catalogue, str(PERIOD))
            return registry.execute(
                select(submission).where(submission.c.receipt_id == given.receipt_id)
            ).one()

    def check(self, path):
        """What the unit would be told of a file; nothing is recorded."""
        with reading(self.home) as registry:
            return check_file(self.home, registry, self.catalogue, path)

    def reply(self, sent):
        with reading(self.home) as registry:
            return reply_to(self.home, registry, self.catalogue, sent.submission_id)

    def returned(self, replied):
        """The returned workbook of a reply, or of a check, on the disk."""
        assert replied.returned is not None
        with reading(self.home) as registry:
            wanted = [replied.returned]
            return next(write_returned(registry, self.catalogue, self.folder, wanted))

    def found(self, sent):
        """What stands in the registry of a submission."""
        with reading(self.home) as registry:
            rows = registry.execute(
                select(finding).where(finding.c.submission_id == sent.submission_id)
            ).all()
        return in_short(rows)

    def statuses(self, sent):
        with reading(self.home) as registry:
            rows = registry.execute(
                select(finding.c.rule, finding.c.status).where(
                    finding.c.submission_id == sent.submission_id,
                    finding.c.severity == "verify",
                )
            )
            return {tuple(row) for row in rows}

    def given(self):
        with reading(self.home) as registry:
            return registry.execute(select(explanation)).all()


def in_short(findings):
    """Rule, part, field, line, value and expected of each finding."""
    return sorted(
        (each.rule, each.part, each.field or "", each.line or 0, each.value, each.expected)
        for each in findings
    )


def values(checked):
    """Every value read: (field, line) -> number, text, date; texts not read as they stand."""
    fields = load_catalogue().fields
    return {
        (cell["field"], cell["line"]): (cell["number"], cell["text"], cell["date"], cell["plain"])
        for cell in checked.returned.cells
        if cell["plain"] is not None and fields[cell["field"]].formula is None
    }


class Filler:
    """Writes one unit's workbook with other values, and rows added to its lists."""

    def __init__(self, planned, catalogue, folder):
        self.planned, self.catalogue, self.folder = planned, catalogue, folder
        self.count = 0

    def __call__(self, values=None, rows=None):
        self.count += 1
        lists, prefill = {**self.planned.shown.rows}, {**self.planned.prefill.rows}
        for alias, added in (rows or {}).items():
            lists[alias] = [*lists[alias], *added]
            prefill[alias] = [*prefill[alias], *({} for _ in added)]
        shown = Sheetful({**self.planned.shown.values, **(values or {})}, lists)
        issued = Sheetful(self.planned.prefill.values, prefill)
        path = self.folder / f"filled-{self.count}.xlsx"
        write_issue(path, self.catalogue, replace(self.planned, shown=shown, prefill=issued))
        return path


def honest_unit(small_city):
    """A county unit without departures in the second quarter, whose cover says nothing."""
    return next(
        each
        for each in small_city.of(str(PERIOD))
        if each.unit.unit_kind == "county_organ"
        and not small_city.sample.city[each.issue.unit_code, str(PERIOD)].departures
        and len(each.shown.values.get("period_note") or "") < 10
    )


def cell_of(book, name):
    sheet, address = next(iter(book.defined_names[name].destinations))
    return book[sheet][address.replace("$", "")]


def put(path, values):
    """Fill cells through their names with another program."""
    book = openpyxl.load_workbook(path)
    for name, value in values.items():
        cell_of(book, name).value = value
    book.save(path)
    return path


def as_typed(value, field, catalogue):
    if field.type == "enum":
        return f"{value}={catalogue.codes[field.enum][int(value)]}"
    return float(value) if field.is_number and value is not None else value


def lines_of(path):
    """The lines of 退回清单: number in it -> the texts of its cells."""
    sheet = openpyxl.load_workbook(path)[SHEET]
    return {row[0]: row[1:] for row in sheet.iter_rows(min_row=4, max_col=10, values_only=True)}
