"""A confirmation sheet that came back: what of it is recorded, and what is told instead.

A sheet never changes a return, nor the receipt of one. What cannot be recorded is told row by row.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from models.catalogue_model import Catalogue
from models.period import Period, dated, end_of
from models.registry import receipt
from pipelines.clean.reading import read
from pipelines.judging.identify import Refusal
from pipelines.records.mirrors import (
    IssuedSheet,
    SheetAnswer,
    SheetRow,
    add_answers,
    rows_mark,
    sheet_of,
)
from pipelines.records.quarters import is_locked
from pipelines.settings import Home
from pipelines.sides.standing_claims import fallen
from pipelines.validate.shown import Shown
from pipelines.workbook.confirmation import ANSWER_ENUM
from pipelines.workbook.marks import CONFIRMATION, KIND_KEY, MOST_ROWS
from pipelines.workbook.token import is_genuine, site_key

Back = tuple[Row[Any], Mapping[str, Any]]
"""A receipt, and the file behind it as it was read."""

ANSWERED = "answered"
OBJECTS = 2


@dataclass(frozen=True)
class Said:
    """A row as it came back: the answer in it, or why it is not recorded."""

    row: SheetRow | None
    line: str
    answer: int | None = None
    note: str | None = None
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs: the row, the answer in it, and why it would not be recorded."""
        row = {"form": self.row.form, "row_key": self.row.row_key} if self.row else {}
        told = {name: value for name, value in vars(self).items() if name != "row"}
        return {**row, **told}


@dataclass(frozen=True)
class Taken:
    """What a sheet says."""

    sheet: IssuedSheet
    said: tuple[Said, ...]
    is_late: bool

    @property
    def recorded(self) -> list[Said]:
        """The rows whose answers are recorded."""
        return [each for each in self.said if each.answer is not None and not each.problem]


def is_sheet(meta: Mapping[str, Any]) -> bool:
    """Whether the hidden identity of a file says that it is a confirmation sheet."""
    return meta.get(KIND_KEY) == CONFIRMATION


def sheets_apart(
    waiting: Sequence[Row[Any]], files: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Row[Any]], list[Back]]:
    """The receipts of workbooks, and those of confirmation sheets with the file as it was read."""
    returns: list[Row[Any]] = []
    sheets: list[Back] = []
    for row in waiting:
        file = files[row.file_sha256]
        if is_sheet(json.loads(file["meta"])):
            sheets.append((row, file))
        else:
            returns.append(row)
    return returns, sheets


def take_sheets(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    waiting: Iterable[Back],
) -> list[str]:
    """Record the answers of sheets (receipt, file as read); return an outcome for each."""
    outcomes = []
    for row, file in waiting:
        meta, answers = json.loads(file["meta"]), json.loads(file["explanations"])
        found = reading_of(home, registry, catalogue, meta, answers, row.received_at)
        if isinstance(found, Refusal):
            told = catalogue.say(f"receive.{found.reason}", file=row.original_name, **found.fills)
            outcome = found.outcome
        else:
            add_answers(registry, list(_answers(found, row)))
            outcome = ANSWERED if found.recorded else "refused"
            told = told_of(catalogue, found, "taken")
        this = receipt.c.receipt_id == row.receipt_id
        registry.execute(update(receipt).where(this).values(outcome=outcome, reason=told))
        outcomes.append(outcome)
    return outcomes


def reading_of(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    meta: Mapping[str, str],
    answers: Sequence[Mapping[str, str]],
    at: datetime,
) -> Refusal | Taken:
    """What a sheet says and what would be recorded of it at this hour; nothing is written."""
    sheet = sheet_of(registry, meta.get("issue_id", ""))
    if sheet is None or not _is_ours(site_key(home.key), sheet, meta):
        return Refusal("held", "not_genuine", {})
    if is_locked(registry, sheet.period):
        return Refusal("held", "period_locked", {"period": sheet.period})
    down = fallen(home, registry, catalogue, sheet.period, sheet.rows)
    said = tuple(_Reader(catalogue, sheet, down).read(answers))
    is_late = at > window(catalogue, Period.parse(sheet.period))[1]
    return Taken(sheet, said, is_late)


def window(catalogue: Catalogue, period: Period) -> tuple[datetime, datetime]:
    """互认期: its first and its last second."""
    step = dated(catalogue.campaign.step("confirm"), period, catalogue.campaign)
    return datetime.combine(step.first, datetime.min.time()), end_of(step.last)


def most_rows(catalogue: Catalogue) -> int:
    """How many answered rows of a sheet are looked at; the child tells one more than it may."""
    return min(int(catalogue.parameters["confirmation"]["most_rows"]), MOST_ROWS)


def _is_ours(key: bytes, sheet: IssuedSheet, meta: Mapping[str, str]) -> bool:
    same = (meta.get("unit_code"), meta.get("period")) == (sheet.unit_code, sheet.period)
    return same and is_genuine(key, sheet.sheet_id, rows_mark(sheet.rows), meta.get("token", ""))


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(self, catalogue: Catalogue, sheet: IssuedSheet, down: Mapping[int, str]) -> None:
        self._catalogue = catalogue
        self._rows = {str(row.number): row for row in sheet.rows}
        self._down = down
        self._shown = Shown(catalogue)

    def read(self, answers: Sequence[Mapping[str, str]]) -> Iterator[Said]:
        """Every row of the file in which something was answered."""
        most = most_rows(self._catalogue)
        typed = [each for each in answers if each["answer"] or each["note"]]
        if len(typed) > most:
            yield Said(None, typed[most]["line"], problem="too_many")
        times = Counter(each["row"] for each in typed)
        for each in typed[:most]:
            said = self._read(each)
            is_twice = times[each["row"]] > 1 and not said.problem
            yield Said(said.row, said.line, problem="twice") if is_twice else said

    def _read(self, typed: Mapping[str, str]) -> Said:
        row, line = self._rows.get(typed["row"]), typed["line"]
        if row is None:
            return Said(None, line, problem="not_of_sheet")
        if row.number in self._down:
            return Said(row, line, problem=self._down[row.number])
        field = self._catalogue.fields["l3.partner_answer"]
        number = read(typed["answer"], "text", field, self._catalogue.codes[ANSWER_ENUM]).number
        if number is None:
            return Said(row, line, problem="no_answer")
        answer, note = int(number), typed["note"] or None
        return Said(row, line, answer, note, self._wrong_note(answer, note))

    def _wrong_note(self, answer: int, note: str | None) -> str | None:
        limits = self._catalogue.parameters["confirmation"]
        if answer == OBJECTS and len(note or "") < limits["shortest_note"]:
            return "no_note"
        if note and len(note) > limits["longest_note"]:
            return "long_note"
        return "private" if note and self._shown.masked(note, None) != note else None


def _answers(taken: Taken, row: Row[Any]) -> Iterator[SheetAnswer]:
    sheet = taken.sheet
    for said in taken.recorded:
        if said.row is not None and said.answer is not None:
            yield SheetAnswer(
                period=sheet.period,
                form=said.row.form,
                row_key=said.row.row_key,
                claimed_by=said.row.claimed_by,
                claim_submission_id=said.row.submission_id,
                unit_code=sheet.unit_code,
                answer=said.answer,
                note=said.note,
                sheet_id=sheet.sheet_id,
                receipt_id=row.receipt_id,
                received_at=row.received_at,
                is_late=taken.is_late,
            )


def told_of(catalogue: Catalogue, taken: Taken, key: str) -> str:
    """What is recorded (`taken`) or would be (`would_take`), and what is not and why."""
    good, wrong = taken.recorded, [each for each in taken.said if each.problem]
    objections = sum(each.answer == OBJECTS for each in good)
    late = catalogue.say("sides.late") if taken.is_late else ""
    head = catalogue.say(
        f"sides.{key if good else 'taken_nothing'}",
        count=len(good), objections=objections, confirmations=len(good) - objections, late=late,
    )  # fmt: skip
    shown = catalogue.parameters["confirmation"]["problems_shown"]
    lines = [_problem(catalogue, each) for each in wrong[:shown]]
    more = len(wrong) - len(lines)
    rest = [catalogue.say("sides.more_problems", count=more)] if more else []
    return "".join([head, *lines, *rest])


def _problem(catalogue: Catalogue, said: Said) -> str:
    longest = catalogue.parameters["confirmation"]["longest_note"]
    key = said.row.row_key if said.row else ""
    return catalogue.say(
        f"sides.problem_{said.problem}",
        line=said.line, row=key, longest=longest, most=most_rows(catalogue),
    )  # fmt: skip
