"""A desk for two-sided rows: units that name one another, their sheets filled and sent back."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
from sqlalchemy import select

from models.period import Period
from models.registry import receipt, submission
from pipelines.building import build_warehouse
from pipelines.issue.write import write_issue
from pipelines.judging.intake import identify_received, judge_period
from pipelines.publish import publish_snapshot
from pipelines.receive import receive_file
from pipelines.receive.inbox import receive_inbox
from pipelines.records.issues import add_issues
from pipelines.records.quarters import decide
from pipelines.registry import reading, writing
from pipelines.sides.claims import claims
from pipelines.sides.confirming import issue_confirmations
from pipelines.workbook.content import Sheetful
from pipelines.workbook.prefill import encode
from pipelines.workbook.token import sign, site_key

PERIOD = Period(2026, 2)
SENT = datetime(2026, 7, 3, 9)
IN_WINDOW = datetime(2026, 7, 13, 10)
CLAIMANT, TOWNSHIP, CITY, PEER, OTHER = (
    "330702200024", "330702300014", "330700100044", "330702200040", "330702200032",
)  # fmt: skip
ANSWER, NOTE = "K", "L"
KEYS = {"l2": "pair_id", "l3": "matter_id"}
SPARE = 2
"""A row with its id, or id and initiator, is one that nobody has filled."""


def matter(number, partner, **given):
    """A matter that the claimant raised and closed in time, with what is given instead."""
    return {
        "matter_title": f"联动样例事项{number}",
        "matter_type": 3, "direction": 3, "counterpart_code": partner,
        "raised_date": date(2026, 4, number), "due_on": date(2026, 5, 20),
        "replied_date": date(2026, 4, 20), "closed_date": date(2026, 5, 18), "matter_status": 3,
        "shared_resource": 9, **given,
    }  # fmt: skip


def tie(number, partner, name, pair_type=4, level=2):
    """A joint-building relation of the claimant."""
    return {
        "pair_type": pair_type, "partner_unit_code": partner, "partner_name": name,
        "partner_level": level,
        "start_date": date(2026, 4, number), "main_resource": 2, "pair_activities": 1,
        "pair_members": 3, "pair_funds_ytd": 0, "problems_listed": 0, "problems_solved_ytd": 0,
    }  # fmt: skip


MISTYPED = "330702200034"
"""One digit from the code of PEER's neighbour (…0032), and one from …0024's."""

OTHERS_NAME = "婺城区民生类单位甲(样例)"
ROWS = {
    "l3": [
        matter(1, TOWNSHIP, direction=1),
        matter(2, CITY, direction=2),
        matter(3, PEER),
        matter(4, MISTYPED),
    ],
    "l2": [tie(1, TOWNSHIP, "婺城区样例一镇机关(样例)", 5, 3), tie(2, PEER, OTHERS_NAME)],
}


class Pairs:
    """A home with a few units' returns of one quarter, and what is done with it."""

    def __init__(self, home, catalogue, city, folder):
        self.home, self.catalogue, self.city, self.folder = home, catalogue, city, folder

    def planned(self, code):
        return next(each for each in self.city.of(str(PERIOD)) if each.issue.unit_code == code)

    def ids(self, alias):
        """The ids printed in the claimant's spare rows."""
        key = KEYS[alias]
        spare = (row for row in self.planned(CLAIMANT).shown.rows[alias] if len(row) <= SPARE)
        return [row[key] for row in spare]

    def write(self, code, name, rows=None):
        """A unit's workbook, its spare rows filled in order: alias -> the values of each."""
        planned = self.planned(code)
        lists = {**planned.shown.rows}
        for alias, filled in (rows or {}).items():
            waiting = iter(filled)
            lists[alias] = [
                {**row, **next(waiting, {})} if len(row) <= SPARE else row for row in lists[alias]
            ]
        path = self.folder / f"{name}.xlsx"
        shown = Sheetful(planned.shown.values, lists)
        write_issue(path, self.catalogue, replace(planned, shown=shown))
        return path

    def send(self, *paths, at=SENT):
        """Receive files, take them in, judge the returns; return their outcomes."""
        with writing(self.home) as registry:
            for path in paths:
                receive_file(registry, self.home.archive, path, at, "cli", self.catalogue)
            outcomes = identify_received(self.home, registry, self.catalogue)
            judge_period(self.home, registry, self.catalogue, str(PERIOD))
        return outcomes

    def drop(self, path, at):
        """Put a file into the inbox and take in what lies there."""
        self.home.inbox.mkdir(parents=True, exist_ok=True)
        target = self.home.inbox / path.name
        target.write_bytes(path.read_bytes())
        with writing(self.home) as registry:
            arguments = (registry, self.home.inbox, self.home.archive, at, self.catalogue)
            assert len(list(receive_inbox(*arguments))) == 1
            return identify_received(self.home, registry, self.catalogue)

    def build(self, at=IN_WINDOW):
        """Build the warehouse and publish a draft; return its path."""
        with writing(self.home) as registry:
            build_warehouse(self.home, registry, self.catalogue, [str(PERIOD)])
            made = publish_snapshot(self.home, registry, self.catalogue, "draft", at)
        return self.home.published / f"{made.snapshot_id}.duckdb"

    @property
    def snapshot(self):
        name = (self.home.published / "current").read_text(encoding="utf-8").strip()
        return self.home.published / name

    def sheets(self, at=IN_WINDOW, out=None):
        """Issue confirmation sheets; unit code -> path."""
        with writing(self.home) as registry:
            paths = issue_confirmations(
                self.home, registry, self.catalogue, PERIOD, self.snapshot, at,
                out or self.folder / "sheets",
            )  # fmt: skip
        return {path.name[:12]: path for path in paths}

    def mirror(self):
        """Id of each row of the claimant -> its mirror status."""
        found = claims(self.snapshot, str(PERIOD))
        return {each.row_key: each.mirror_status for each in found if each.claimed_by == CLAIMANT}

    def answer_in_workbook(self, code, row, at, **given):
        """Send a unit's workbook with an answer in a row that was printed for it, and build.

        `given` stands in fixed cells.
        """
        planned = self.planned(code)
        lists = {**planned.shown.rows, "l3": [*planned.shown.rows["l3"], row]}
        prefill = Sheetful(
            planned.prefill.values,
            {**planned.prefill.rows, "l3": [*planned.prefill.rows["l3"], {**row}]},
        )
        number = f"{planned.issue.issue_id}-{at:%H}"
        token = sign(site_key(self.home.key), number, planned.issue.layout)
        issue = replace(planned.issue, issue_id=number, prefill=encode(prefill), token=token)
        again = replace(
            planned, issue=issue, prefill=prefill,
            shown=Sheetful({**planned.shown.values, **given}, lists),
        )  # fmt: skip
        path = self.folder / f"{code}-answered-{at:%H}.xlsx"
        write_issue(path, self.catalogue, again)
        with writing(self.home) as registry:
            add_issues(registry, [issue])
        assert self.send(path, at=at) == ["submitted"]
        self.build(at)

    def lock(self):
        """Two persons lock the quarter."""
        with writing(self.home) as registry:
            for person in ("甲", "乙"):
                decide(registry, str(PERIOD), "lock", person, IN_WINDOW, "样例")

    def submissions(self):
        with reading(self.home) as registry:
            return registry.execute(select(submission).order_by(submission.c.submission_id)).all()

    def receipts(self):
        with reading(self.home) as registry:
            return registry.execute(select(receipt).order_by(receipt.c.receipt_id)).all()


def fill(path, answers, to=None):
    """Answer rows of a sheet by their ids: (answer, note); return the file."""
    book = openpyxl.load_workbook(path)
    sheet = book["互认单"]
    for row in range(4, sheet.max_row + 1):
        key = str(sheet[f"D{row}"].value or "")
        if key in answers:
            sheet[f"{ANSWER}{row}"], sheet[f"{NOTE}{row}"] = answers[key]
    target = Path(to) if to else path.with_name(f"answered-{path.name}")
    book.save(target)
    return target


def value(pairs, indicator, code):
    with duckdb.connect(str(pairs.snapshot), read_only=True) as con:
        found = con.execute(
            "SELECT numerator, denominator FROM marts.indicator_value WHERE period = ? AND"
            " indicator = ? AND scope_code = ? AND view = 'as_reported'",
            [str(PERIOD), indicator, code],
        ).fetchall()
    return tuple(int(each) for each in found[0])


def tables(pairs, path=None):
    with duckdb.connect(str(path or pairs.snapshot), read_only=True) as con:
        return {
            table: con.execute(f"SELECT {what} FROM {table} ORDER BY ALL").fetchall()  # noqa: S608 ours
            for table, what in (
                ("marts.matter", "mirror_status"),
                ("marts.tie", "*"),
                ("marts.indicator_value", "*"),
            )
        }
