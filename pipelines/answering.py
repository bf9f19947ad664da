"""What a unit gets back for a file: what intake recorded, put together for the reply.

Nothing is judged again: findings, verdicts and decisions are those of the registry. Only what
was changed in reading, and the values of computed cells, are worked out anew from the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, func, select

from models.catalogue_model import FULL, Catalogue
from models.closing import as_owed
from models.period import Period, due_at
from models.registry import decision, finding, receipt, submission
from models.spec.rule import Moment
from models.spec.structure import Campaign
from pipelines.issue import Planned
from pipelines.judging.assemble import assemble
from pipelines.judging.explanations import Known, on_record
from pipelines.judging.foreseeing import foreseen
from pipelines.judging.normalising import normalised
from pipelines.judging.phrasing import Phrased, phrase
from pipelines.judging.quarter_findings import told_to_unit
from pipelines.judging.recording import WAIVED
from pipelines.records.duties import Duty, duties
from pipelines.records.issues import Issue, form_sets, issues
from pipelines.records.quarters import in_force
from pipelines.records.units import directory
from pipelines.reply.answer import Answer, Came, Standing, next_step
from pipelines.reply.files import returned_name
from pipelines.reply.returning import Returned, filled_again, write_returned_workbook
from pipelines.reply.said import Answered
from pipelines.settings import Home
from pipelines.validate import Batch, judge
from pipelines.validate.shown import Shown

CAME = ("receipt_id", "received_at", "door", "file_sha256", "size", "outcome")
DIGITS = 18


class NoSuchReceiptError(Exception):
    """There is no receipt and no submission of this number."""


@dataclass(frozen=True)
class Reply:
    """The answer, and what a returned workbook is written from where the unit gets one."""

    answer: Answer
    returned: Returned | None = None


def reply_to(home: Home, registry: Connection, catalogue: Catalogue, number: str) -> Reply:
    """The reply to a receipt or a submission.

    Raises:
        NoSuchReceiptError: there is none of this number.
    """
    row = _submission_of(registry, number)
    if row is not None:
        return next(replies(home, registry, catalogue, row.period, [row]))
    came = _came(registry, catalogue, number)
    if came is None:
        raise NoSuchReceiptError(number)
    step = next_step(catalogue, came, None)
    return Reply(Answer(came, None, step, home.is_sample))


def period_replies(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    unit_code: str | None = None,
) -> tuple[int, Iterator[Reply]]:
    """How many current submissions of the quarter have been judged, and the reply to each."""
    rows = registry.execute(
        select(submission)
        .where(
            submission.c.period == str(period),
            submission.c.is_current,
            submission.c.verdict.is_not(None),
        )
        .order_by(submission.c.unit_code)
    ).all()
    wanted = [row for row in rows if unit_code in {None, row.unit_code}]
    return len(wanted), replies(home, registry, catalogue, str(period), wanted)


def replies(
    home: Home, registry: Connection, catalogue: Catalogue, period: str, rows: Sequence[Row[Any]]
) -> Iterator[Reply]:
    """The replies to submissions of one quarter, which are read together."""
    if not rows:
        return
    sets = form_sets(registry, [row.submission_id for row in rows])
    for form_set, ids in sets.items():
        some = [row for row in rows if row.submission_id in set(ids)]
        yield from _alike(home, registry, as_owed(catalogue, form_set), period, some)


def _alike(
    home: Home, registry: Connection, catalogue: Catalogue, period: str, rows: Sequence[Row[Any]]
) -> Iterator[Reply]:
    """The replies to submissions that answer to the same forms."""
    ids = [row.submission_id for row in rows]
    batch = assemble(home, registry, catalogue, Period.parse(period), ids)
    judgement = judge(batch)
    answering = _Answering(
        home=home,
        registry=registry,
        batch=batch,
        changes=normalised(batch, judgement),
        known=on_record(registry, catalogue, period),
        duties=duties(registry, catalogue.campaign, Period.parse(period)),
        issued=issues(registry, (row.issue_id for row in rows)),
    )
    for row in rows:
        yield answering.reply(row)


def write_returned(
    registry: Connection, catalogue: Catalogue, folder: Path, returned: Sequence[Returned]
) -> Iterator[Path]:
    """Write returned workbooks; what their formulas show is computed for all of them at once."""
    for form_set in sorted({each.issue.form_set for each in returned}):
        some = [each for each in returned if each.issue.form_set == form_set]
        yield from _write_alike(registry, as_owed(catalogue, form_set), folder, some)


def _write_alike(
    registry: Connection, catalogue: Catalogue, folder: Path, returned: Sequence[Returned]
) -> Iterator[Path]:
    """Write returned workbooks of the same forms."""
    filled = [filled_again(catalogue, each) for each in returned]
    planned = [
        Planned(each.issue, each.unit, values.prefill, values.shown)
        for each, values in zip(returned, filled, strict=True)
    ]
    results = foreseen(catalogue, directory(registry), planned)
    for each, values, result in zip(returned, filled, results, strict=True):
        path = folder / returned_name(catalogue, each)
        write_returned_workbook(path, catalogue, each, values, result.computed)
        yield path


def cells_of(batch: Batch, submission_id: str) -> list[dict[str, Any]]:
    """The cells of one file, as a returned workbook wants them."""
    return batch.values.filter(pl.col("submission_id") == submission_id).to_dicts()


@dataclass(frozen=True)
class _Answering:
    """What the replies of one quarter share."""

    home: Home
    registry: Connection
    batch: Batch
    changes: Mapping[str, Sequence[Mapping[str, str]]]
    known: Known
    duties: Mapping[str, Duty]
    issued: Mapping[str, Issue]

    def reply(self, row: Row[Any]) -> Reply:
        catalogue = self.batch.catalogue
        came = _came(self.registry, catalogue, str(row.receipt_id))
        standing = self._standing(row)
        found = self._findings(row, standing)
        phrased = phrase(self.batch, found, row.unit_code, self.known, self._accepted(row))
        answer = Answer(
            came=came,
            standing=standing,
            next_step=next_step(catalogue, came, standing),
            is_sample=self.home.is_sample,
            findings=phrased.findings,
            normalised=self.changes.get(row.submission_id, ()),
        )
        return Reply(answer, self._returned(row, standing, phrased))

    def _findings(self, row: Row[Any], standing: Standing) -> Iterable[Mapping[str, Any]]:
        """What the unit is told; what needs other units, only when a reviewer sends it back."""
        rows = self.registry.execute(
            select(finding)
            .where(finding.c.submission_id == row.submission_id, finding.c.status != WAIVED)
            .order_by(finding.c.finding_id)
        )
        return [
            told_to_unit(each)
            for each in rows.mappings()
            if standing.sent_back or each["moment"] == Moment.RECEIPT.value
        ]

    def _standing(self, row: Row[Any]) -> Standing:
        newest, first = self.registry.execute(
            select(func.max(submission.c.version), func.min(submission.c.received_at)).where(
                submission.c.unit_code == row.unit_code, submission.c.period == row.period
            )
        ).one()
        duty = self._duty(row.unit_code)
        return Standing(
            submission_id=row.submission_id,
            unit=duty.unit,
            period=row.period,
            version=row.version,
            newest=newest,
            is_current=row.is_current,
            status=row.status,
            verdict=row.verdict,
            due_at=duty.due_at,
            first_received_at=first,
            sent_back=self._sent_back(row) if row.status == "returned" else None,
        )

    def _duty(self, unit_code: str) -> Duty:
        """The unit's duty; as it was known last, if the unit was taken off the list since."""
        if unit_code in self.duties:
            return self.duties[unit_code]
        unit, period = directory(self.registry).by_code[unit_code][-1], self.batch.period
        return Duty(unit, period, FULL, due_at(period, unit.unit_kind, self._campaign))

    @property
    def _campaign(self) -> Campaign:
        return self.batch.catalogue.campaign

    def _sent_back(self, row: Row[Any]) -> Mapping[str, str] | None:
        """Who sent the return back, when and why."""
        last = self._last(row, "return")
        if last is None:
            return None
        why = Shown(self.batch.catalogue).masked(last.why, None)
        return {"by": last.decided_by, "at": f"{last.decided_at:%Y-%m-%d %H:%M}", "why": why}

    def _accepted(self, row: Row[Any]) -> Answered | None:
        """What a reviewer said in the unit's stead (sanji accept), of this version or before."""
        last = self._last(row, "accept") or self._carried(row)
        if last is None:
            return None
        text = Shown(self.batch.catalogue).masked(last.why, None)
        return Answered("", text, last.decided_by, f"{last.decided_at:%Y-%m-%d %H:%M}")

    def _carried(self, row: Row[Any]) -> Row[Any] | None:
        settlers = select(finding.c.settled_by).where(
            finding.c.submission_id == row.submission_id, finding.c.settled_by.is_not(None)
        )
        wanted = (decision.c.decision_id.in_(settlers), decision.c.action == "accept")
        return self.registry.execute(select(decision).where(*wanted)).first()

    def _last(self, row: Row[Any], action: str) -> Row[Any] | None:
        wanted = (decision.c.submission_id == row.submission_id, decision.c.action == action)
        newest_first = decision.c.decision_id.desc()
        return self.registry.execute(
            select(decision).where(*wanted, in_force()).order_by(newest_first)
        ).first()

    def _returned(self, row: Row[Any], standing: Standing, phrased: Phrased) -> Returned | None:
        if not standing.is_open:
            return None
        return Returned(
            issue=self.issued[row.issue_id],
            unit=standing.unit,
            cells=cells_of(self.batch, row.submission_id),
            findings=phrased.findings,
            own_words=phrased.own_words,
            standing=standing,
        )


def _submission_of(registry: Connection, number: str) -> Row[Any] | None:
    """The submission of this number, or the one that a receipt became."""
    if number.isdecimal():
        where = submission.c.receipt_id == int(number[:DIGITS])
    else:
        where = submission.c.submission_id == number
    return registry.execute(select(submission).where(where)).first()


def _came(registry: Connection, catalogue: Catalogue, number: str) -> Came | None:
    if not number.isdecimal():
        return None
    row = registry.execute(
        select(receipt).where(receipt.c.receipt_id == int(number[:DIGITS]))
    ).first()
    if row is None:
        return None
    # A file name may hold what a cell must not: it is hidden in the same way.
    hide = Shown(catalogue).masked
    return Came(
        **{name: getattr(row, name) for name in CAME},
        original_name=hide(row.original_name, None),
        reason=hide(row.reason, None) if row.reason else None,
    )
