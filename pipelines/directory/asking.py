"""Lines of the sheet of events -> drafts: rows that share a number are one event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models.events import EventKind
from pipelines.directory.columns import UNIT_COLUMNS
from pipelines.directory.effects import Asked, EventDraft
from pipelines.directory.parsing import Read
from pipelines.directory.problems import Problem

SHARED = ("kind", "effective_date", "document_no", "why")
"""What is said once for an event, on any of its rows."""
NEEDED = ("kind", "effective_date")


@dataclass(frozen=True)
class Requested:
    """The events a sheet asks for, in the order of their dates."""

    drafts: list[EventDraft]
    problems: list[Problem]


def requested(lines: Sequence[Read], recorded: Iterable[str]) -> Requested:
    """Put the rows of each event together; those on record already are passed over."""
    known, groups = set(recorded), dict[str, list[Read]]()
    for line in lines:
        label = line.values.get("event_id", f"line {line.number}")
        if label not in known:
            groups.setdefault(label, []).append(line)
    problems: list[Problem] = []
    drafts = [_draft(rows, problems) for rows in groups.values()]
    made = [draft for draft in drafts if draft is not None]
    return Requested(sorted(made, key=lambda draft: draft.effective_date), problems)


def _draft(rows: Sequence[Read], problems: list[Problem]) -> EventDraft | None:
    shared: dict[str, Any] = {}
    for row in rows:
        for column in SHARED:
            value = row.values.get(column)
            if value is not None and shared.setdefault(column, value) != value:
                fills = {"other": shared[column], "line": rows[0].number}
                problems.append(Problem("rows_disagree", column, value, row.number, fills=fills))
    wrong = frozenset().union(*(row.wrong for row in rows))
    problems += [
        Problem("blank", column, "", rows[0].number)
        for column in NEEDED
        if column not in shared and column not in wrong
    ]
    if wrong or any(column not in shared for column in NEEDED):
        return None
    return EventDraft(
        kind=EventKind(shared["kind"]),
        effective_date=shared["effective_date"],
        legs=tuple(_asked(row) for row in rows),
        document_no=shared.get("document_no", ""),
        why=shared.get("why", ""),
    )


def _asked(row: Read) -> Asked:
    values = row.values
    return Asked(
        from_code=values.get("from_code"),
        to_code=values.get("to_code"),
        share_members=values.get("share_members"),
        share_funds=values.get("share_funds"),
        columns={name: value for name, value in values.items() if name in UNIT_COLUMNS},
        line=row.number,
    )
