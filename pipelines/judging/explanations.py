"""情况说明: what is said of a finding to be verified, in force while value and rule stand.

An explanation is about a subject: a part of a rule, at a field, in a row known by its id, with
the value seen, the value expected and the rule as it was. It holds for every later version of the
return in which the same is found again. When one of these changes it lapses, and that is told.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import polars as pl
from sqlalchemy import Connection, insert, select

from models.catalogue_model import Catalogue
from models.registry import explanation, submission
from models.spec.rule import Rule
from pipelines.extract.store import load_files
from pipelines.judging.batch import Batch
from pipelines.judging.settling import Settled, settled
from pipelines.settings import Home
from pipelines.validate.findings import Finding

BY_UNIT = "unit"
NOTE = "period_note"
REASONS = "explanation_reason"
NULLABLE = frozenset({"field", "row_key", "value", "expected"})
KEY_TYPES = {"rule": str, "part": int, "rule_mark": str}


@dataclass(frozen=True)
class Subject:
    """What an explanation is about."""

    rule: str
    part: int
    field: str | None
    row_key: str | None
    value: str | None
    expected: str | None
    rule_mark: str

    @property
    def spot(self) -> tuple[str, int, str | None, str | None]:
        """The rule and the cell, whatever stands in it."""
        return self.rule, self.part, self.field, self.row_key

    def as_key(self) -> str:
        """The text that stands, hidden, beside the finding in a returned workbook."""
        return json.dumps(astuple(self), ensure_ascii=False)


@dataclass(frozen=True)
class Explanation:
    """What somebody said of a subject: the unit in a file, or a reviewer."""

    unit_code: str
    subject: Subject
    reason: int | None
    text: str
    submission_id: str
    given_by: str
    given_at: datetime | None  # None in a file that has not been received


@dataclass(frozen=True)
class Known:
    """The explanations of one quarter, oldest first, and what reviewers settled in it."""

    given: Sequence[Explanation]
    shortest: int
    settled: Settled = field(default_factory=dict)

    def on(self, unit_code: str, subject: Subject) -> Explanation | None:
        """The newest about this subject, whatever its length."""
        return next((e for e in reversed(self._of(unit_code)) if e.subject == subject), None)

    def explains(self, unit_code: str, subject: Subject) -> bool:
        """Whether something long enough is said about this very subject, or it was settled."""
        return self._says(unit_code, subject) or self._settled_by(unit_code, subject) is not None

    def settler(self, unit_code: str, subject: Subject) -> int | None:
        """The decision that settled this very subject, where the unit itself has not explained."""
        told = self._says(unit_code, subject)
        return None if told else self._settled_by(unit_code, subject)

    def _says(self, unit_code: str, subject: Subject) -> bool:
        said = self.on(unit_code, subject)
        return said is not None and len(said.text) >= self.shortest

    def _settled_by(self, unit_code: str, subject: Subject) -> int | None:
        return self.settled.get((unit_code, astuple(subject)))

    def lapsed(self, unit_code: str, subject: Subject) -> Explanation | None:
        """The newest about the same cell and rule, when the value or the rule was another."""
        if self.on(unit_code, subject) is not None:
            return None
        same = (e for e in reversed(self._of(unit_code)) if e.subject.spot == subject.spot)
        return next(same, None)

    def _of(self, unit_code: str) -> Sequence[Explanation]:
        return self._by_unit.get(unit_code, ())

    @cached_property
    def _by_unit(self) -> dict[str, list[Explanation]]:
        grouped: dict[str, list[Explanation]] = {}
        for each in self.given:
            grouped.setdefault(each.unit_code, []).append(each)
        return grouped


@cache
def rule_mark(catalogue: Catalogue, rule_id: str, field: str | None) -> str:
    """A fingerprint of the rule as it judges this field; its examples do not count."""
    rule = catalogue.rules.get(rule_id)
    said = _said(rule) if rule else rule_id
    typical = catalogue.fields[field].typical if rule and rule.each == "typical" and field else None
    return hashlib.sha256(f"{said}|{typical}".encode()).hexdigest()[:16]


def _said(rule: Rule) -> str:
    """The rule as marks have it since before parts could have fills: none of them is nothing."""
    bare: dict[int, set[str] | bool] = {
        place: {"fills"} for place, part in enumerate(rule.parts) if not part.fills
    }
    return rule.model_dump_json(exclude={"examples": True, "norm": True, "parts": bare})


def subjects(
    catalogue: Catalogue, values: pl.DataFrame, found: Iterable[Mapping[str, Any]]
) -> list[Subject]:
    """The subject of each finding, a row as in the registry; `values` are those of its file."""
    keys = _row_keys(catalogue, values)
    return [
        Subject(
            rule=each["rule"],
            part=each["part"],
            field=each["field"],
            row_key=keys.get((each["submission_id"], (each["field"] or "")[:2], each["line"])),
            value=each["value"],
            expected=each["expected"],
            rule_mark=rule_mark(catalogue, each["rule"], each["field"]),
        )
        for each in found
    ]


def _row_keys(
    catalogue: Catalogue, values: pl.DataFrame
) -> dict[tuple[str, str, int | None], str | None]:
    """(submission, alias, line) -> the id of the row; its number where no id is printed."""
    names = [f"{alias}.{form.key}" for alias, form in catalogue.aliases.items()]
    rows = values.filter(pl.col("line").is_not_null() & pl.col("field").is_in(names))
    return {
        (row["submission_id"], row["field"][:2], row["line"]): row["text"] or f"#{row['line']}"
        for row in rows.select("submission_id", "field", "line", "text").iter_rows(named=True)
    }


def explained_findings(
    batch: Batch, findings: Sequence[Finding], known: Known
) -> frozenset[Finding]:
    """The findings to be verified of which enough is said, beside them or on the cover."""
    noted = notes(batch, known.shortest)
    units = dict(batch.submissions.select("submission_id", "dir__unit_code").iter_rows())
    verify = [each for each in findings if each.severity == "verify"]
    about = subjects(batch.catalogue, batch.values, map(vars, verify))
    return frozenset(
        each
        for each, subject in zip(verify, about, strict=True)
        if each.submission_id in noted or known.explains(units[each.submission_id] or "", subject)
    )


def notes(batch: Batch, shortest: int) -> dict[str, str]:
    """Submission -> the note on its cover (F0-14) that explains everything, at some length."""
    found = batch.values.filter(
        (pl.col("field") == NOTE) & (pl.col("text").str.len_chars() >= shortest)
    )
    return dict(found.select("submission_id", "text").iter_rows())


def typed_in(
    catalogue: Catalogue, found: str, unit_code: str, submission_id: str, at: datetime | None
) -> list[Explanation]:
    """What a file says beside the findings; a key that we did not print says nothing."""
    given = []
    for each in json.loads(found):
        subject, text = _subject(each["key"]), each["text"].strip()
        reason = _reason(catalogue, each["reason"])
        if subject is not None and text:
            given.append(Explanation(unit_code, subject, reason, text, submission_id, BY_UNIT, at))
    return given


def _subject(key: str) -> Subject | None:
    try:
        parts = json.loads(key)
    except ValueError:
        return None
    names = list(Subject.__dataclass_fields__)
    if not isinstance(parts, list) or len(parts) != len(names):
        return None
    named = dict(zip(names, parts, strict=True))
    is_ours = all(
        isinstance(value, KEY_TYPES.get(name, str)) or (value is None and name in NULLABLE)
        for name, value in named.items()
    )
    return Subject(**named) if is_ours else None


def _reason(catalogue: Catalogue, typed: str) -> int | None:
    code = typed.partition("=")[0].strip()
    return int(code) if code.isdigit() and int(code) in catalogue.codes[REASONS] else None


def on_record(registry: Connection, catalogue: Catalogue, period: str) -> Known:
    """What is on record for the units of a quarter."""
    rows = registry.execute(
        select(explanation)
        .where(explanation.c.period == period)
        .order_by(explanation.c.explanation_id)
    )
    given = [
        Explanation(
            unit_code=row.unit_code,
            subject=Subject(*(getattr(row, name) for name in Subject.__dataclass_fields__)),
            reason=row.reason,
            text=row.text,
            submission_id=row.submission_id,
            given_by=row.given_by,
            given_at=row.given_at,
        )
        for row in rows
    ]
    shortest = catalogue.parameters["explanation"]["shortest"]
    return Known(given, shortest, settled(registry, period))


def record(
    registry: Connection, catalogue: Catalogue, period: str, given: Sequence[Explanation]
) -> None:
    """Add what is new; the same said again, or read again, adds nothing."""
    known = on_record(registry, catalogue, period)
    for each in given:
        last = known.on(each.unit_code, each.subject)
        is_said = last is not None and (last.text, last.reason) == (each.text, each.reason)
        if not is_said and each not in known.given:
            row = {**vars(each), **asdict(each.subject), "period": period}
            del row["subject"]
            registry.execute(insert(explanation).values(**row))


def record_typed(
    home: Home, registry: Connection, catalogue: Catalogue, period: str, ids: Sequence[str]
) -> None:
    """Record what the files of these submissions say beside the findings."""
    rows = registry.execute(
        select(submission).where(submission.c.period == period).order_by(submission.c.version)
    )
    wanted = [row for row in rows if row.submission_id in set(ids)]
    files = load_files(home.cells, {row.file_sha256 for row in wanted})
    said = dict(files.select("file_sha256", "explanations").iter_rows())
    given = [
        each
        for row in wanted
        for each in typed_in(
            catalogue,
            said.get(row.file_sha256, "[]"),
            row.unit_code,
            row.submission_id,
            row.received_at,
        )
    ]
    record(registry, catalogue, period, given)
