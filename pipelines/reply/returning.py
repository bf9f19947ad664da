"""退回单: the unit's own values in a fresh workbook of the same issue, wrong cells marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.catalogue_model import Catalogue
from models.period import Period
from models.units import UnitVersion
from pipelines.records.issues import Issue
from pipelines.reply.answer import Standing
from pipelines.reply.filled import Cell, Filled, Spot, refill
from pipelines.reply.page import lapsed
from pipelines.reply.said import Said
from pipelines.workbook.content import Computed, Content, Listed, Mark
from pipelines.workbook.layout import META_KEYS, plan
from pipelines.workbook.prefill import decode
from pipelines.workbook.writer import write_workbook

MARKED = ("must", "verify")


@dataclass(frozen=True)
class OwnWords:
    """What the unit wrote of a finding, word for word, to stand in its white cell again."""

    reason: int | None
    text: str


@dataclass(frozen=True)
class Returned:
    """What a returned workbook is written from: no other file is looked at."""

    issue: Issue
    unit: UnitVersion
    cells: Sequence[Cell]
    findings: Sequence[Said]  # the gravest first
    own_words: Mapping[int, OwnWords]
    standing: Standing | None = None


def filled_again(catalogue: Catalogue, returned: Returned) -> Filled:
    """The values of the workbook: what was issued, and what the unit filled in."""
    return refill(catalogue, decode(returned.issue.prefill, catalogue), returned.cells)


def write_returned_workbook(
    path: Path, catalogue: Catalogue, returned: Returned, filled: Filled, computed: Computed | None
) -> None:
    """Write the workbook whole, then put it in its place."""
    content = _content(catalogue, returned, filled, computed)
    rows = {alias: len(some) for alias, some in filled.shown.rows.items()}
    quarter = Period.parse(returned.issue.period).quarter
    layout = plan(catalogue, returned.unit.unit_kind, quarter, rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    write_workbook(draft, catalogue, layout, content)
    draft.replace(path)


def _content(
    catalogue: Catalogue, returned: Returned, filled: Filled, computed: Computed | None
) -> Content:
    issue = returned.issue
    sent_back = _sent_back(catalogue, returned.standing)
    return Content(
        # The same identity, so that the file can be sent back as it is.
        meta={name: str(getattr(issue, name)) for name in META_KEYS},
        unit_name=returned.unit.unit_name,
        period=issue.period,
        prefill=filled.prefill,
        shown=filled.shown,
        made_at=issue.issued_at,
        marks=_marks(catalogue, returned, after=len(sent_back)),
        listed=[
            *sent_back,
            *(
                _listed(catalogue, each, returned.own_words.get(each.number))
                for each in returned.findings
            ),
        ],
        computed=computed,
    )


def _sent_back(catalogue: Catalogue, standing: Standing | None) -> list[Listed]:
    """What the reviewer said in sending the return back, as the first line."""
    if standing is None or standing.sent_back is None:
        return []
    sent_back = standing.sent_back
    label = catalogue.say("reply.sent_back_label", by=sent_back["by"], at=sent_back["at"])
    to_do = f"{sent_back['why']} {catalogue.say('reply.sent_back_asked')}"
    return [Listed("must", "", label, None, None, "", "", to_do)]


def _listed(catalogue: Catalogue, each: Said, own: OwnWords | None) -> Listed:
    to_do = each.problem + each.demand
    if each.answered is not None and each.answered.lapsed is not None:
        to_do += lapsed(catalogue, each.answered)
    return Listed(
        severity=each.severity,
        form=each.form,
        label=each.label,
        field=each.field,
        line=each.line,
        seen=each.seen,
        expected=each.expected,
        to_do=to_do,
        key=each.key,
        reason=own.reason if own else None,
        text=own.text if own else "",
    )


def _marks(catalogue: Catalogue, returned: Returned, *, after: int) -> dict[Spot, Mark]:
    """The cells to be coloured, in the colour of the gravest finding, with all that is said."""
    typed = {(cell["field"], cell["line"]): cell for cell in returned.cells}
    marks: dict[Spot, Mark] = {}
    for number, each in enumerate(returned.findings, start=after + 1):
        if each.field is None or each.severity not in MARKED:
            continue
        spot = (each.field, each.line)
        before = marks.get(spot)
        text = _comment(catalogue, number, each, typed.get(spot))
        if before is not None:
            text = f"{before.text}\n{text}"
        marks[spot] = Mark(before.severity if before else each.severity, text)
    return marks


def _comment(catalogue: Catalogue, number: int, each: Said, cell: Cell | None) -> str:
    text = catalogue.say("reply.comment", problem=each.problem, demand=each.demand)
    if each.severity == "verify":
        shortest = catalogue.parameters["explanation"]["shortest"]
        text += catalogue.say("reply.explain_here", number=number, shortest=shortest)
    if cell is not None and cell["kind"] == "uncached":
        text += catalogue.say("reply.typed_formula", typed=cell["typed"])
    return text
