"""更正的波及: what a correction makes false in the returns of later quarters.

Nothing of these returns changes: neither their state nor their verdict, nor what their units were
told. Each is judged twice with its past, as that was before the correction and as it is now; what
fails only now is written down beside it, with the correction that is the cause. Here an opening is
asked for as the corrected closing has it, though the one that was issued is what the unit was told:
that it differs is our doing (`is_ours`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from models.catalogue_model import Catalogue
from models.events import openings
from models.period import Period
from models.registry import decision, finding, move, submission
from models.registry_judging import aftereffect
from models.spec.rule import Moment
from pipelines.catalogues.of_quarters import quarter_catalogues
from pipelines.judging.assemble import assemble
from pipelines.judging.batch import in_chunks
from pipelines.judging.earlier import look_back
from pipelines.judging.past import past_of
from pipelines.load.due import FINAL
from pipelines.records.events import unit_events
from pipelines.records.issues import issues
from pipelines.records.quarters import begun_periods, current, in_force
from pipelines.settings import Home
from pipelines.validate import judge
from pipelines.validate.findings import Finding
from pipelines.workbook.content import Sheetful

Spot = tuple[str, str, int, str | None, int | None]
"""Submission, rule, part, field, line."""


@dataclass(frozen=True)
class Cause:
    """What the city approved anew of an earlier quarter: who did, and why it was sent again.

    `replaced` is the version that counted before; None for a return that came late. `since` is the
    hour at which another version was approved in its place: till then workbooks were issued with
    what the replaced one says.
    """

    replaced: Row[Any] | None
    submission_id: str
    period: str
    since: datetime
    by: str
    at: datetime
    why: str
    approval: int


Affected = Mapping[str, tuple[str, Sequence[Cause]]]
"""Submission -> its unit, and the corrections that came after its workbook was issued."""


def follow_corrections(home: Home, registry: Connection, catalogue: Catalogue) -> int:
    """Work out anew what corrections made false in later returns; return how much that is.

    What was mended since is no longer among it, so the same state gives the same rows.
    """
    found, count = _causes(registry), 0
    under = quarter_catalogues(home, registry, catalogue)
    for period in begun_periods(registry):
        affected = _affected(registry, found, period)
        rows = list(_rows(home, registry, under.of(period), period, affected)) if affected else []
        registry.execute(delete(aftereffect).where(aftereffect.c.period == period))
        if rows:
            registry.execute(insert(aftereffect), rows)
        count += len(rows)
    return count


def _causes(registry: Connection) -> dict[str, list[Cause]]:
    """Unit -> the corrections of its returns that stand, in the order in which they were asked."""
    replaced = submission.alias("replaced")
    rows = registry.execute(
        select(decision, replaced.c.submission_id.label("was"), submission)
        .join(replaced, replaced.c.submission_id == decision.c.submission_id)
        .join(
            submission,
            (submission.c.unit_code == replaced.c.unit_code)
            & (submission.c.period == replaced.c.period)
            & (submission.c.version > replaced.c.version),
        )
        .where(
            decision.c.action == "reopen",
            in_force(),
            submission.c.is_current,
            submission.c.status.in_(FINAL),
        )
        .order_by(decision.c.decision_id)
    ).mappings()
    found = defaultdict(list)
    for row in rows:
        name, was = row[submission.c.submission_id], _row(registry, row["was"])
        after = [each for each in _approvals(registry, was) if each.version > was.version]
        mine = [each for each in after if each.approved == name]
        if mine:
            found[was.unit_code].append(
                Cause(
                    was,
                    *(name, was.period, after[0].decided_at),
                    *(mine[-1].decided_by, mine[-1].decided_at),
                    *(row[decision.c.why], mine[-1].decision_id),
                )
            )
    return found


def _approvals(registry: Connection, of: Row[Any]) -> Sequence[Row[Any]]:
    """The decisions by which the city approved versions of a unit's return, in their order."""
    return registry.execute(
        select(
            decision,
            *(submission.c.submission_id.label("approved"), submission.c.version),
            submission.c.received_at,
        )
        .join(move, move.c.decision_id == decision.c.decision_id)
        .join(submission, submission.c.submission_id == move.c.submission_id)
        .where(
            submission.c.unit_code == of.unit_code,
            submission.c.period == of.period,
            move.c.from_status.not_in(FINAL),
            move.c.to_status.in_(FINAL),
            in_force(),
        )
        .order_by(decision.c.decision_id)
    ).all()


def _row(registry: Connection, submission_id: str) -> Row[Any]:
    return registry.execute(
        select(submission).where(submission.c.submission_id == submission_id)
    ).one()


def _affected(registry: Connection, found: Mapping[str, Sequence[Cause]], period: str) -> Affected:
    """The returns of a quarter whose past, or that of whom they succeed, was corrected since."""
    rows = [row for row in current(registry, period).values() if row.status != "returned"]
    pasts = _come_after(registry, rows, period)
    if not found and not pasts:
        return {}
    before = openings(unit_events(registry), Period.parse(period))
    issued = issues(registry, (row.issue_id for row in rows))
    affected = {}
    for row in rows:
        opening = before.get(row.unit_code)
        codes = sorted({row.unit_code, *(opening.codes if opening else ())})
        # What came late first: before it there was nothing, whatever was corrected of it since.
        causes = [each for code in codes for each in _late(registry, row, pasts.get(code, ()))]
        causes += [
            each
            for code in codes
            for each in found.get(code, ())
            if each.period < period and each.since > issued[row.issue_id].issued_at
        ]
        if causes:
            affected[row.submission_id] = (row.unit_code, causes)
    return affected


def _come_after(
    registry: Connection, rows: Sequence[Row[Any]], period: str
) -> Mapping[str, Sequence[Row[Any]]]:
    """Unit -> its approved returns for earlier quarters that are younger than some of these."""
    if not rows:
        return {}
    found = defaultdict(list)
    for past in registry.execute(
        select(submission)
        .where(
            submission.c.period < period,
            submission.c.is_current,
            submission.c.status.in_(FINAL),
            submission.c.received_at > min(row.received_at for row in rows),
        )
        .order_by(submission.c.submission_id)
    ):
        found[past.unit_code].append(past)
    return found


def _late(registry: Connection, row: Row[Any], pasts: Sequence[Row[Any]]) -> Iterator[Cause]:
    """Of these, what was first sent in an acceptable form after the return had been approved."""
    younger = [past for past in pasts if past.received_at > row.received_at]
    here = _approvals(registry, row) if younger and row.status in FINAL else ()
    for past in younger if here else ():
        there = _approvals(registry, past)
        if there and there[0].received_at > here[-1].decided_at:
            last = there[-1]
            who = (last.decided_by, last.decided_at, last.why, last.decision_id)
            yield Cause(None, past.submission_id, past.period, there[0].received_at, *who)


def _rows(
    home: Home, registry: Connection, catalogue: Catalogue, period: str, affected: Affected
) -> Iterator[dict[str, Any]]:
    mine, some = Period.parse(period), in_chunks(sorted(affected))
    found = [
        one
        for ids in some
        for one in _found(home, registry, catalogue, mine, {sid: affected[sid] for sid in ids})
    ]
    told = _told(registry, list(affected))
    for each in found:
        if _spot(each) in told:
            continue
        unit_code, causes = affected[each.submission_id]
        last = max(causes, key=lambda cause: cause.approval)
        field = catalogue.fields.get(each.field or "")
        names = ("submission_id", "rule", "part", "field", "sheet", "cell", "line")
        yield {
            **{name: getattr(each, name) for name in (*names, "value", "expected", "message")},
            "severity": each.severity.value,
            "period": period,
            "unit_code": unit_code,
            "is_ours": field is not None and field.is_system_owned,
            "caused_by": " ".join(sorted({cause.submission_id for cause in causes})),
            "corrected_by": last.by,
            "corrected_at": last.at,
            "why": last.why,
            "approval": last.approval,
        }


def _found(
    home: Home, registry: Connection, catalogue: Catalogue, period: Period, affected: Affected
) -> list[Finding]:
    """What fails with the past as it is now, and did not with the past as it was."""
    units = {sid: (code, Sheetful()) for sid, (code, _) in affected.items()}
    batch = assemble(home, registry, catalogue, period, list(affected))
    codes = {code for code, _ in units.values()}
    both = []
    for instead in (_as_it_was(affected), {}):
        earlier = look_back(home, registry, catalogue, period, codes, instead=instead)
        past = past_of(catalogue, units, earlier)
        both.append(judge(replace(batch, past=past)).findings)
    before = {_spot(each) for each in both[0]}
    return [each for each in both[1] if _spot(each) not in before]


def _as_it_was(affected: Affected) -> dict[str, Row[Any] | None]:
    """Corrected version -> the first one that was replaced since the workbooks were issued."""
    first: dict[str, Row[Any] | None] = {}
    for _, causes in affected.values():
        for each in causes:
            first.setdefault(each.submission_id, each.replaced)
    return first


def _told(registry: Connection, ids: Sequence[str]) -> set[Spot]:
    """What the units were told of these returns already."""
    rows = registry.execute(
        select(finding).where(
            finding.c.submission_id.in_(ids), finding.c.moment == Moment.RECEIPT.value
        )
    )
    return {_spot(row) for row in rows}


def _spot(each: Any) -> Spot:
    return (each.submission_id, each.rule, each.part, each.field, each.line)
