"""Findings in words, with what was answered to them: of a file on record, or only checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.catalogue_model import Catalogue
from pipelines.judging.batch import Batch
from pipelines.judging.explanations import BY_UNIT, Explanation, Known, Subject, notes, subjects
from pipelines.reply.returning import OwnWords
from pipelines.reply.said import Answered, Said, say_finding
from pipelines.validate.shown import Shown

GRAVEST_FIRST = ("must", "verify", "hint")
EXPLAINED = ("explained", "accepted")


@dataclass(frozen=True)
class Phrased:
    """The findings of one file, the gravest first, and the unit's own words by their number."""

    findings: Sequence[Said]
    own_words: Mapping[int, OwnWords]


def phrase(
    batch: Batch,
    found: Iterable[Mapping[str, Any]],
    unit_code: str,
    known: Known,
    accepted: Answered | None = None,
) -> Phrased:
    """Put the findings of one file into words.

    `found` are rows as in the registry, `accepted` is what a reviewer said in the unit's stead.
    """
    rows = sorted(found, key=lambda row: GRAVEST_FIRST.index(str(row["severity"])))
    about = subjects(batch.catalogue, batch.values, rows)
    words = _Words(batch, unit_code, known, accepted)
    numbered = list(enumerate(zip(rows, about, strict=True), start=1))
    return Phrased(
        [words.said(number, row, subject) for number, (row, subject) in numbered],
        {
            number: own
            for number, (row, subject) in numbered
            if row["severity"] == "verify" and (own := words.own(subject))
        },
    )


class _Words:
    def __init__(
        self, batch: Batch, unit_code: str, known: Known, accepted: Answered | None
    ) -> None:
        self._accepted = accepted
        self._catalogue = batch.catalogue
        self._unit_code = unit_code
        self._known = known
        self._notes = notes(batch, known.shortest)
        self._shown = Shown(batch.catalogue)

    def said(self, number: int, row: Mapping[str, Any], subject: Subject) -> Said:
        hidden = {
            name: self._shown.masked(row[name], None)
            for name in ("value", "expected", "message")
            if row[name]
        }
        answered = self._answered(row, subject) if row["severity"] == "verify" else None
        return say_finding(self._catalogue, number, {**row, **hidden}, subject.as_key(), answered)

    def own(self, subject: Subject) -> OwnWords | None:
        given = self._known.on(self._unit_code, subject)
        return OwnWords(given.reason, given.text) if given else None

    def _answered(self, row: Mapping[str, Any], subject: Subject) -> Answered | None:
        given = self._known.on(self._unit_code, subject)
        if given is not None:
            is_short = len(given.text) < self._known.shortest
            return self._said_by(given, "short" if is_short else None)
        note = self._notes.get(row["submission_id"])
        if row["status"] in EXPLAINED and self._accepted is not None:
            return self._accepted
        if row["status"] in EXPLAINED and note is not None:
            text = self._shown.masked(note, None)
            return Answered("", text, self._catalogue.say("reply.given_on_cover"), "")
        before = self._known.lapsed(self._unit_code, subject)
        if before is None:
            return None
        is_rule = before.subject.rule_mark != subject.rule_mark
        return self._said_by(before, "rule" if is_rule else "value")

    def _said_by(self, given: Explanation, lapsed: str | None) -> Answered:
        by_unit = given.given_by == BY_UNIT
        return Answered(
            reason=reason_text(self._catalogue, given.reason),
            text=self._shown.masked(given.text, None),
            given_by=self._catalogue.say("reply.given_by_unit") if by_unit else given.given_by,
            given_at=f"{given.given_at:%Y-%m-%d %H:%M}" if given.given_at else "",
            lapsed=lapsed,
        )


def reason_text(catalogue: Catalogue, reason: int | None) -> str:
    """A coded reason in Chinese; nothing where none was chosen."""
    return "" if reason is None else catalogue.codes["explanation_reason"].get(reason, str(reason))
