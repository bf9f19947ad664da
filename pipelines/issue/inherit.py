"""The past of units that merged, split or began: what of it their workbooks are prefilled with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from models.catalogue_model import Catalogue
from models.events import EventKind, Opening, UnitEvent, events_in, openings
from models.period import Period
from models.spec.form import EntryMode
from pipelines.issue.prefill import Past
from pipelines.workbook.content import Row

UNIT_COLUMNS = ("initiator_code", "counterpart_code", "partner_unit_code")
"""Columns of lists that name a unit of the directory."""


def inherited(
    known: Mapping[str, Past], catalogue: Catalogue, events: Iterable[UnitEvent], period: Period
) -> dict[str, Past]:
    """Unit code -> its past once the events of the quarter have taken effect.

    A merged unit continues all its predecessors: what adds up is added up, their rows are its
    rows, and who names one of them names it. A new unit begins with nothing. What a split leaves
    to each of its parts is typed by them.
    """
    some = list(events)
    successors = _successors(some, period)
    past = {code: _renamed(each, successors) for code, each in known.items()}
    found = openings(some, period)
    return past | {code: _past(code, each, past, catalogue) for code, each in found.items()}


def _successors(events: Iterable[UnitEvent], period: Period) -> dict[str, str]:
    """Code of each unit that merged away in the quarter -> the unit that goes on for it."""
    found: dict[str, str] = {}
    for event in events_in(events, period):
        if event.kind is EventKind.MERGE:
            into = event.to_codes[0]
            found = {code: into if to in event.from_codes else to for code, to in found.items()}
            found |= {code: into for code in event.from_codes if code != into}
    return found


def _past(code: str, opening: Opening, known: Mapping[str, Past], catalogue: Catalogue) -> Past:
    own = known.get(code, Past()) if code in opening.codes else Past()
    single = {name: value for name, value in own.values.items() if not _adds_up(catalogue, name)}
    if opening.source == "zero":
        return Past(values=dict.fromkeys(_closings(catalogue), 0))
    if opening.source == "typed":
        return replace(own, values=single)
    sources = [known[each] for each in opening.codes if each in known]
    is_whole = len(sources) == len(opening.codes)
    return Past(
        values=single | (_added_up(sources, catalogue) if is_whole else {}),
        rows=_joined(sources),
        partner_rows=[row for past in sources for row in past.partner_rows if _has_two(row)],
    )


def _added_up(sources: Sequence[Past], catalogue: Catalogue) -> dict[str, int | Decimal]:
    """The sums; a cell that one of the units does not have, such as one of another level, is 0."""
    sums: dict[str, int | Decimal] = {}
    for past in sources:
        for name, value in past.values.items():
            if _adds_up(catalogue, name) and isinstance(value, int | Decimal):
                sums[name] = sums.get(name, 0) + value
    return sums


def _adds_up(catalogue: Catalogue, name: str) -> bool:
    item = catalogue.fields[name]
    return item.is_number and item.rollup == "sum" and item.kind in {"stock", "ytd", "annual"}


def _closings(catalogue: Catalogue) -> list[str]:
    """The closing stocks from which openings are carried."""
    return [
        (item.prefill or "").removeprefix("prev.")
        for item in catalogue.fields.values()
        if item.alias is None and item.entry is EntryMode.CARRIED and item.kind == "stock"
    ]


def _joined(sources: Sequence[Past]) -> dict[str, list[Row]]:
    """The rows of all, numbered anew where they are numbered."""
    rows: dict[str, list[Row]] = {}
    for past in sources:
        for alias, some in past.rows.items():
            rows.setdefault(alias, []).extend(row for row in some if _has_two(row))
    return {alias: [_numbered(row, at) for at, row in enumerate(some, start=1)]
            for alias, some in rows.items()}  # fmt: skip


def _numbered(row: Row, number: int) -> Row:
    return {**row, "org_seq": number} if "org_seq" in row else row


def _has_two(row: Row) -> bool:
    """A matter between units that are one now is no matter between units any more."""
    initiator, counterpart = row.get("initiator_code"), row.get("counterpart_code")
    return initiator is None or initiator != counterpart


def _renamed(past: Past, successors: Mapping[str, str]) -> Past:
    if not successors:
        return past
    rows = {alias: [_named_anew(row, successors) for row in some]
            for alias, some in past.rows.items()}  # fmt: skip
    partners = [_named_anew(row, successors) for row in past.partner_rows]
    return replace(past, rows=rows, partner_rows=partners)


def _named_anew(row: Row, successors: Mapping[str, str]) -> Row:
    named = {
        column: successors[code]
        for column in UNIT_COLUMNS
        if isinstance(code := row.get(column), str) and code in successors
    }
    return {**row, **named} if named else row
