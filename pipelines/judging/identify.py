"""Whose file is it: the token in `_meta` decides; what cannot be told is refused or held."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from models.catalogue_model import Catalogue
from models.closing import as_owed
from models.period import Period
from models.registry import receipt, submission
from models.spec.form import Field
from models.units import Directory
from pipelines.records.duties import Duty, duties
from pipelines.records.issues import Issue, issues, unit_of
from pipelines.records.quarters import is_locked, opened_periods, supersede_findings
from pipelines.records.units import directory
from pipelines.settings import Home
from pipelines.workbook.layout import META_KEYS
from pipelines.workbook.token import is_genuine, site_key

CLAIMS = frozenset({"unit_code", "report_period"})
"""The cells of the cover that say whose workbook it is."""

NAMED = 3
"""How many lost cells of a form are named."""

APPROVED = ("accepted", "county_approved", "city_approved", "locked")
"""Statuses that nothing supersedes without `reopen`."""


@dataclass(frozen=True)
class Refusal:
    """Why a file becomes no submission: `refused`, or `held` for a person to look at."""

    outcome: str
    reason: str
    fills: Mapping[str, object]


def identify(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    waiting: Sequence[Row[Any]],
    files: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """Turn receipts into submissions; return an outcome for each: submitted, refused or held."""
    if not waiting:
        return []
    key = site_key(home.key)
    metas = {sha256: json.loads(row["meta"]) for sha256, row in files.items()}
    known = issues(registry, (meta.get("issue_id", "") for meta in metas.values()))
    identifier = Identifier(registry, catalogue, key, known)
    outcomes = []
    for row in waiting:
        answer = identifier.identify(files[row.file_sha256], metas[row.file_sha256])
        outcomes.append(_record(registry, catalogue, row, answer))
    return outcomes


def _record(
    registry: Connection, catalogue: Catalogue, row: Row[Any], answer: Refusal | Issue
) -> str:
    this = receipt.c.receipt_id == row.receipt_id
    if isinstance(answer, Refusal):
        reason = catalogue.say(f"receive.{answer.reason}", file=row.original_name, **answer.fills)
        values = {"outcome": answer.outcome, "reason": reason}
        registry.execute(update(receipt).where(this).values(**values))
        return answer.outcome
    add_submission(registry, row, answer)
    registry.execute(update(receipt).where(this).values(outcome="submitted"))
    return "submitted"


def add_submission(registry: Connection, row: Row[Any], issue: Issue) -> str:
    """Add the next version and make it the current one of its unit and quarter."""
    same = (submission.c.unit_code == issue.unit_code) & (submission.c.period == issue.period)
    version = (
        registry.execute(select(func.max(submission.c.version)).where(same)).scalar() or 0
    ) + 1
    registry.execute(
        update(submission)
        .where(same, submission.c.is_current)
        .values(is_current=False, status="superseded")
    )
    submission_id = f"{issue.unit_code}-{issue.period}-v{version}"
    registry.execute(
        insert(submission).values(
            submission_id=submission_id,
            unit_code=issue.unit_code,
            period=issue.period,
            version=version,
            received_at=row.received_at,
            file_sha256=row.file_sha256,
            receipt_id=row.receipt_id,
            issue_id=issue.issue_id,
            status="received",
            is_current=True,
        )
    )
    supersede_findings(registry, issue.period, issue.unit_code)
    return submission_id


@dataclass(frozen=True)
class Identifier:
    """Decides whose file it is, against what was issued."""

    registry: Connection
    catalogue: Catalogue
    key: bytes
    known: Mapping[str, Issue]
    due: dict[str, dict[str, Duty]] = field(default_factory=dict)

    @cached_property
    def units(self) -> Directory:
        """The unit directory, read once."""
        return directory(self.registry)

    def identify(self, file: Mapping[str, Any], meta: Mapping[str, str]) -> Refusal | Issue:
        if file["state"] != "read":
            # What our own program got wrong is for a person here, never the unit's to mend.
            outcome = "held" if file["state"] == "our_fault" else "refused"
            return Refusal(outcome, file["state"], {})
        if any(key not in meta for key in META_KEYS):
            return _unidentified(json.loads(file["claimed"]))
        issue = self.known.get(meta["issue_id"])
        if issue is None or not is_genuine(self.key, issue.issue_id, issue.layout, meta["token"]):
            return Refusal("held", "not_genuine", {})
        return self._of_issue(issue, meta, file) or issue

    def _of_issue(
        self, issue: Issue, meta: Mapping[str, str], file: Mapping[str, Any]
    ) -> Refusal | None:
        if meta["unit_code"] != issue.unit_code or meta["period"] != issue.period:
            return Refusal("held", "not_genuine", {})
        return self._of_another(issue, file) or self.why_not(issue, meta, file)

    def _of_another(self, issue: Issue, file: Mapping[str, Any]) -> Refusal | None:
        """A workbook lent to another unit must not take the place of what its owner has sent."""
        cover = json.loads(file["claimed"]).get("unit_code", "")
        seen = unicodedata.normalize("NFKC", cover).strip()
        version = self.units.version(seen, Period.parse(issue.period))
        if seen == issue.unit_code or version is None or self._status(issue) is None:
            return None
        fills = {"unit": issue.unit_code, "period": issue.period, "seen": seen}
        return Refusal("held", "cover_of_another", fills)

    def _status(self, issue: Issue) -> str | None:
        """How the version in force stands, None where the unit has sent nothing."""
        status: str | None = self.registry.execute(
            select(submission.c.status).where(
                submission.c.unit_code == issue.unit_code,
                submission.c.period == issue.period,
                submission.c.is_current,
            )
        ).scalar()
        return status

    def why_not(
        self, issue: Issue, meta: Mapping[str, str], file: Mapping[str, Any]
    ) -> Refusal | None:
        """Why a file cannot be what was issued, filled in; or why it must not be taken now."""
        if meta.get("layout") != issue.layout:
            seen = {"seen": meta.get("template_version", ""), "period": issue.period}
            return Refusal("refused", "wrong_template", seen)
        if lost := self._missing(issue, file["lost"]):
            return Refusal("refused", "missing_cells", self._named(lost))
        return self._of_period(issue)

    def _of_period(self, issue: Issue) -> Refusal | None:
        if issue.period not in opened_periods(self.registry):
            return Refusal("refused", "period_not_open", {"period": issue.period})
        if is_locked(self.registry, issue.period):
            return Refusal("held", "period_locked", {"period": issue.period})
        if reason := self._why_not_due(issue):
            return Refusal("held", reason, {"unit": issue.unit_code, "period": issue.period})
        if self._status(issue) in APPROVED:
            fills = {"unit": issue.unit_code, "period": issue.period}
            return Refusal("held", "approved_already", fills)
        return None

    def _why_not_due(self, issue: Issue) -> str | None:
        """The text that says why no whole return is expected of the unit, or None."""
        if issue.period not in self.due:
            period = Period.parse(issue.period)
            self.due[issue.period] = duties(
                self.registry, self.catalogue.campaign, period, self.units
            )
        duty = self.due[issue.period].get(issue.unit_code)
        if duty is None:
            return "no_duty"
        if duty.is_waived:
            return "waived"
        return None if duty.form_set == issue.form_set else _other_form_set(duty)

    def _missing(self, issue: Issue, lost: Sequence[str]) -> list[Field]:
        """The cells that this workbook must have and has not."""
        period = Period.parse(issue.period)
        owed = as_owed(self.catalogue, issue.form_set)
        unit = unit_of(self.units, issue, period)
        kind = unit.unit_kind if unit else ""
        if kind not in owed.unit_kinds or not lost:
            return []
        due = owed.fields_for(kind, period.quarter)
        names = set(lost)
        return [
            field
            for field in due
            if (f"{field.alias}__{field.name}" if field.alias else field.name) in names
        ]

    def _named(self, lost: Sequence[Field]) -> dict[str, object]:
        """The lost cells form by form, a few of each by code and label."""
        say, by_form = self.catalogue.say, groupby(lost, key=lambda each: each.form)
        forms = []
        for form, some in by_form:
            fields = list(some)
            named = "、".join(f"{each.code}{each.zh}" for each in fields[:NAMED])
            fills = {"form": self.catalogue.forms[form].sheet, "count": len(fields)}
            key = "lost_cells_more" if len(fields) > NAMED else "lost_cells"
            forms.append(say(f"receive.{key}", fields=named, **fills))
        return {"count": len(lost), "fields": ";".join(forms)}


def _other_form_set(duty: Duty) -> str:
    """The text that says which workbook the unit was sent instead of this one."""
    return "ended" if duty.is_closing else "not_ended"


def _unidentified(claimed: Mapping[str, str]) -> Refusal:
    """A workbook without a token; one that says whose it is waits for a person to believe it."""
    if claimed.keys() >= CLAIMS:
        fills = {"unit": claimed["unit_code"], "period": claimed["report_period"]}
        return Refusal("held", "no_identity_claimed", fills)
    return Refusal("refused", "no_identity", {})
