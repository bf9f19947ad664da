"""`sanji check`: exactly what a unit would be told of a file; nothing is written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.closing import as_owed
from models.period import Period, system_clock
from models.units import Directory
from pipelines.answering import cells_of
from pipelines.extract.declared import declared
from pipelines.extract.fanout import read_chunk, state_of
from pipelines.extract.store import ASIDE_SCHEMA, CELL_SCHEMA
from pipelines.judging.assemble import make_batch
from pipelines.judging.batch import Batch
from pipelines.judging.earlier import look_back
from pipelines.judging.explanations import Known, explained_findings, on_record, typed_in
from pipelines.judging.identify import Identifier, Refusal
from pipelines.judging.intake import is_explained, verdict_of
from pipelines.judging.normalising import normalised
from pipelines.judging.phrasing import Phrased, phrase
from pipelines.receive.archive import digest
from pipelines.receive.gate import check_gate
from pipelines.receive.refused import RefusedError
from pipelines.records.issues import Issue, issues, unit_of
from pipelines.records.waivers import rule_waivers, waived_rules
from pipelines.reply.answer import NextStep, checked_step
from pipelines.reply.returning import Returned
from pipelines.settings import Home
from pipelines.sides.taking_answers import is_sheet, reading_of, told_of
from pipelines.validate import judge
from pipelines.validate.findings import Finding
from pipelines.workbook.token import site_key


@dataclass(frozen=True)
class Checked:
    """What is said of one file; `returned` is there where the unit would get a workbook back."""

    file: str
    verdict: str
    next_step: NextStep
    reason: str | None = None
    unit_code: str | None = None
    period: str | None = None
    findings: Sequence[Finding] = ()
    normalised: Sequence[Mapping[str, str]] = ()
    explanations: Sequence[Mapping[str, Any]] = ()
    returned: Returned | None = None
    answers: Sequence[Mapping[str, Any]] = ()

    def as_json(self) -> dict[str, Any]:
        """The contract of `sanji check --json`."""
        names = ("rule", "severity", "sheet", "cell", "field", "value", "expected", "message")
        return {
            "file": self.file,
            "verdict": self.verdict,
            "reason": self.reason,
            "next_step": vars(self.next_step),
            "unit_code": self.unit_code,
            "period": self.period,
            "findings": [
                {**{name: getattr(each, name) for name in names}, "related": list(each.related)}
                for each in self.findings
            ],
            "explanations": list(self.explanations),
            "normalised": list(self.normalised),
            "answers": list(self.answers),
        }


def check_file(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    path: Path,
    at: datetime | None = None,
) -> Checked:
    """Gate, read, identify and judge one file, in memory; a confirmation sheet as of an hour."""
    try:
        check_gate(path, catalogue.parameters["gate"])
    except RefusedError as refusal:
        text = catalogue.say(f"receive.{refusal.reason}", file=path.name, **refusal.fills)
        return _refused(catalogue, path, text)
    answer = read_chunk([path], declared(catalogue), catalogue.parameters["child"])[0]
    state = state_of(answer)
    meta = answer.get("meta", {})
    if is_sheet(meta):
        return _of_sheet(home, registry, catalogue, path, meta, answer["explanations"], at)
    known = issues(registry, [meta.get("issue_id", "")])
    identifier = Identifier(registry, catalogue, site_key(home.key), known)
    file = {"state": state, "lost": answer.get("lost", []), "claimed": "{}"}
    if "claimed" in answer:
        file["claimed"] = json.dumps(answer["claimed"])
    found = identifier.identify(file, meta)
    if isinstance(found, Refusal):
        reason = catalogue.say(f"receive.{found.reason}", file=path.name, **found.fills)
        return _refused(catalogue, path, reason)
    return _judged(home, registry, catalogue, path, found, answer, identifier.units)


def _of_sheet(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    path: Path,
    meta: Mapping[str, str],
    answers: Sequence[Mapping[str, str]],
    at: datetime | None,
) -> Checked:
    """What would be recorded of a confirmation sheet."""
    found = reading_of(home, registry, catalogue, meta, answers, at or system_clock())
    if isinstance(found, Refusal):
        reason = catalogue.say(f"receive.{found.reason}", file=path.name, **found.fills)
        return _refused(catalogue, path, reason)
    verdict = "answers" if found.recorded else "refused"
    return Checked(
        file=path.name,
        verdict=verdict,
        next_step=checked_step(catalogue, verdict),
        reason=told_of(catalogue, found, "would_take"),
        unit_code=found.sheet.unit_code,
        period=found.sheet.period,
        answers=[each.as_json() for each in found.said],
    )


def _refused(catalogue: Catalogue, path: Path, reason: str) -> Checked:
    return Checked(path.name, "refused", checked_step(catalogue, "refused"), reason)


def _judged(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    path: Path,
    issue: Issue,
    answer: dict[str, Any],
    units: Directory,
) -> Checked:
    catalogue = as_owed(catalogue, issue.form_set)
    batch = _batch(home, registry, catalogue, path, issue, answer, units)
    judgement = judge(batch)
    known = _known(registry, catalogue, issue, answer)
    explained = explained_findings(batch, judgement.findings, known)
    verdict = verdict_of(judgement.findings)
    if verdict == "explain" and is_explained(judgement.findings, explained):
        verdict = "accepted"
    rows = [
        {**vars(each), "status": "explained" if each in explained else "open"}
        for each in judgement.findings
    ]
    phrased = phrase(batch, rows, issue.unit_code, known)
    return Checked(
        file=path.name,
        verdict=verdict,
        next_step=checked_step(catalogue, verdict),
        unit_code=issue.unit_code,
        period=issue.period,
        findings=judgement.findings,
        normalised=normalised(batch, judgement).get(issue.issue_id, ()),
        explanations=[
            {"rule": each.rule, "field": each.field, "line": each.line, **vars(each.answered)}
            for each in phrased.findings
            if each.answered
        ],
        returned=_returned(units, issue, batch, phrased),
    )


def _batch(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    path: Path,
    issue: Issue,
    answer: dict[str, Any],
    units: Directory,
) -> Batch:
    sha256, period = digest(path), Period.parse(issue.period)
    rows = [(sha256, *cell) for cell in answer["cells"]]
    batch = make_batch(
        catalogue,
        period,
        units,
        [(issue.issue_id, sha256, issue)],
        pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row"),
        look_back(home, registry, catalogue, period, [issue.unit_code]),
        pl.DataFrame(
            [(sha256, *aside) for aside in answer["asides"]], schema=ASIDE_SCHEMA, orient="row"
        ),
    )
    unit = {issue.issue_id: units.version(issue.unit_code, period)}
    return replace(batch, waived=waived_rules(rule_waivers(registry, period), unit))


def _known(
    registry: Connection, catalogue: Catalogue, issue: Issue, answer: dict[str, Any]
) -> Known:
    """What is on record, and what this very file adds to it."""
    before = on_record(registry, catalogue, issue.period)
    found = json.dumps(answer["explanations"])
    typed = typed_in(catalogue, found, issue.unit_code, issue.issue_id, None)
    return replace(before, given=[*before.given, *typed])


def _returned(units: Directory, issue: Issue, batch: Batch, phrased: Phrased) -> Returned | None:
    unit = unit_of(units, issue, batch.period)
    if unit is None or not phrased.findings:
        return None
    return Returned(
        issue=issue,
        unit=unit,
        cells=cells_of(batch, issue.issue_id),
        findings=phrased.findings,
        own_words=phrased.own_words,
    )
