"""From the inbox to findings (`intake`): receive, extract, clean, validate, record.

Incremental: a file is read once per reader version, a submission is judged once per catalogue.
Decisions of people are never judged again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from models.catalogue_model import Catalogue
from models.closing import as_owed
from models.period import Period
from models.registry import decision, finding, receipt, submission
from models.spec.rule import Moment, Severity
from pipelines.catalogues.kept import keep_catalogue
from pipelines.catalogues.of_quarters import quarter_catalogues, recorded_hashes
from pipelines.extract.store import READER, extract_missing, load_files
from pipelines.judging.assemble import assemble
from pipelines.judging.batch import in_chunks
from pipelines.judging.checkpoints import NO_RUN, Run, keep_checkpoint
from pipelines.judging.earlier import look_back
from pipelines.judging.explanations import explained_findings, on_record, record_typed
from pipelines.judging.identify import identify
from pipelines.judging.recording import finding_rows
from pipelines.keeping.reconcile import demand_archived
from pipelines.receive.archive import place
from pipelines.records.issues import form_sets
from pipelines.records.quarters import in_force, supersede_findings
from pipelines.settings import Home
from pipelines.sides.taking_answers import sheets_apart, take_sheets
from pipelines.validate import judge
from pipelines.validate.checkpoint import second_opinion
from pipelines.validate.findings import Finding

REJUDGED = ("received", "returned", "explained")
"""Statuses in which no person has approved the submission yet; what one sent back stays so."""

UNSETTLED = ("received", "held")
"""Receipts that are no submission yet and have not been refused."""


def identify_received(home: Home, registry: Connection, catalogue: Catalogue) -> list[str]:
    """Read the files behind receipts and turn them into submissions, in order of receipt.

    What was held is looked at again each time: a quarter may have been reopened meanwhile.

    Raises:
        LostFilesError: a file for which a receipt was given is not in the archive.
    """
    demand_archived(home, registry)
    waiting = registry.execute(
        select(receipt).where(receipt.c.outcome.in_(UNSETTLED)).order_by(receipt.c.receipt_id)
    ).all()
    paths = {row.file_sha256: place(home.archive, row.file_sha256) for row in waiting}
    extract_missing(home.cells, paths, catalogue)
    files = {row["file_sha256"]: row for row in load_files(home.cells, paths).iter_rows(named=True)}
    returns, sheets = sheets_apart(waiting, files)
    outcomes = identify(home, registry, catalogue, returns, files)
    # After the returns: a row is answered as it stands now.
    return outcomes + take_sheets(home, registry, catalogue, sheets)


def judged_by(catalogue_hash: str) -> str:
    """Names the reader and the catalogue under which a submission was judged."""
    return f"{READER}/{catalogue_hash[:16]}"


def _unjudged(registry: Connection, catalogue: Catalogue, period: str | None = None) -> list[str]:
    rows = registry.execute(
        select(submission.c.submission_id, submission.c.period, submission.c.judged_by).where(
            submission.c.judged_by.is_(None)
            | (submission.c.status.in_(REJUDGED) & submission.c.submission_id.not_in(_by_person()))
        )
    )
    # A correction of a published quarter is judged under the catalogue of its publication.
    under = recorded_hashes(registry)
    return [
        row.submission_id if period else row.period
        for row in rows
        if row.judged_by != judged_by(under.get(row.period, catalogue.hash))
        and period in {None, row.period}
    ]


def _by_person() -> Select[tuple[str]]:
    """What a person sent back or gave the reason for: that is never judged again."""
    return select(decision.c.submission_id).where(
        decision.c.action.in_(["return", "accept"]), decision.c.submission_id != "", in_force()
    )


def unjudged_periods(registry: Connection, catalogue: Catalogue) -> list[str]:
    """The quarters with submissions that have not been judged under this catalogue."""
    return sorted(set(_unjudged(registry, catalogue)))


def judge_period(
    home: Home, registry: Connection, catalogue: Catalogue, period: str, run: Run = NO_RUN
) -> list[str]:
    """Judge the quarter's unjudged submissions; return each verdict.

    Some at a time: on receipt a file is judged by itself and its past alone. What the same units
    have sent for later quarters has another past now: it is judged again.
    """
    ids = _unjudged(registry, catalogue, period)
    if not ids:
        return []
    under = quarter_catalogues(home, registry, catalogue)
    catalogue = under.of(period)
    keep_catalogue(home, catalogue)
    verdicts = [
        verdict
        for some in in_chunks(ids)
        for verdict in _Judging(home, registry, catalogue, Period.parse(period), run).some(some)
    ]
    supersede_findings(registry, period)
    for later, some in _later(registry, ids, period).items():
        judging = _Judging(home, registry, under.of(later), Period.parse(later), run)
        for part in in_chunks(some):
            judging.some(part)
    return verdicts


def _later(registry: Connection, ids: Sequence[str], period: str) -> dict[str, list[str]]:
    """Quarter -> what these units have sent for it, judged before and approved by nobody yet."""
    units = _units_of(registry, ids)
    rows = registry.execute(
        select(submission)
        .where(
            submission.c.period > period,
            submission.c.is_current,
            submission.c.judged_by.is_not(None),
            submission.c.status.in_(REJUDGED),
            submission.c.submission_id.not_in(_by_person()),
        )
        .order_by(submission.c.submission_id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.unit_code in units:
            found[row.period].append(row.submission_id)
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class _Judging:
    """Where submissions of a quarter are judged, under which catalogue, and in which run."""

    home: Home
    registry: Connection
    catalogue: Catalogue
    period: Period
    run: Run

    def some(self, ids: Sequence[str]) -> list[str]:
        """Judge submissions, those of each set of forms together."""
        return [
            verdict
            for form_set, alike in form_sets(self.registry, ids).items()
            for verdict in self._alike(as_owed(self.catalogue, form_set), alike)
        ]

    def _alike(self, catalogue: Catalogue, ids: Sequence[str]) -> list[str]:
        """Judge submissions that answer to the same forms."""
        home, registry = self.home, self.registry
        earlier = look_back(home, registry, catalogue, self.period, _units_of(registry, ids))
        batch = assemble(home, registry, catalogue, self.period, ids, earlier)
        judgement = judge(batch)
        keep_checkpoint(registry, batch, second_opinion(judgement, batch), self.run)
        record_typed(home, registry, catalogue, str(self.period), ids)
        known = on_record(registry, catalogue, str(self.period))
        explained = explained_findings(batch, judgement.findings, known)
        units = dict(batch.submissions.select("submission_id", "dir__unit_code").iter_rows())
        _store_findings(registry, ids, finding_rows(judgement, batch, units, known, explained))
        return self._verdicts(ids, judgement.findings, explained)

    def _verdicts(
        self, ids: Sequence[str], findings: Iterable[Finding], explained: Collection[Finding]
    ) -> list[str]:
        found = defaultdict(list)
        for each in findings:
            found[each.submission_id].append(each)
        verdicts = [verdict_of(found[submission_id]) for submission_id in ids]
        for submission_id, verdict in zip(ids, verdicts, strict=True):
            status = _status(verdict, is_explained=is_explained(found[submission_id], explained))
            _store_verdict(self.registry, submission_id, verdict, status, self.catalogue)
        return verdicts


def _units_of(registry: Connection, ids: Sequence[str]) -> set[str]:
    """The units of submissions."""
    rows = registry.execute(select(submission.c.submission_id, submission.c.unit_code))
    wanted = set(ids)
    return {row.unit_code for row in rows if row.submission_id in wanted}


def is_explained(found: Iterable[Finding], explained: Collection[Finding]) -> bool:
    """Whether nothing to be verified is left without an explanation."""
    return all(each in explained for each in found if each.severity is Severity.VERIFY)


def _status(verdict: str, *, is_explained: bool) -> str:
    if verdict == "returned":
        return "returned"
    return "explained" if verdict == "explain" and is_explained else "received"


def verdict_of(findings: Iterable[Finding]) -> str:
    """What the rules say of a file: accepted, explain or returned."""
    found = {each.severity for each in findings}
    if Severity.MUST in found:
        return "returned"
    return "explain" if Severity.VERIFY in found else "accepted"


def _store_findings(
    registry: Connection, ids: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    for submission_id in ids:
        registry.execute(
            delete(finding).where(
                finding.c.submission_id == submission_id,
                finding.c.moment == Moment.RECEIPT.value,
            )
        )
    if rows:
        registry.execute(insert(finding), rows)


def _store_verdict(
    registry: Connection, submission_id: str, verdict: str, status: str, catalogue: Catalogue
) -> None:
    registry.execute(
        update(submission)
        .where(submission.c.submission_id == submission_id)
        .values(verdict=verdict, judged_by=judged_by(catalogue.hash))
    )
    registry.execute(
        update(submission)
        .where(submission.c.submission_id == submission_id, submission.c.is_current)
        .values(status=status)
    )
