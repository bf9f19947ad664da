"""`sanji check`: exactly what a unit would be told of a file; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.assemble import make_batch
from pipelines.batch import Batch
from pipelines.extract.fanout import read_chunk
from pipelines.extract.store import CELL_SCHEMA, declared
from pipelines.identify import Identifier, Refusal
from pipelines.intake import explained_by_unit, verdict_of
from pipelines.receive.archive import digest
from pipelines.receive.gate import RefusedError, check_gate
from pipelines.records import Issue, directory, issues
from pipelines.settings import Home
from pipelines.validate import Judgement, judge
from pipelines.validate.findings import Finding
from pipelines.workbook.token import site_key


@dataclass(frozen=True)
class Checked:
    """What is said of one file."""

    file: str
    verdict: str
    reason: str | None = None
    unit_code: str | None = None
    period: str | None = None
    findings: Sequence[Finding] = ()
    normalised: Sequence[dict[str, str]] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """The contract of `sanji check --json`."""
        names = ("rule", "severity", "sheet", "cell", "field", "value", "expected", "message")
        return {
            "file": self.file,
            "verdict": self.verdict,
            "reason": self.reason,
            "unit_code": self.unit_code,
            "period": self.period,
            "findings": [
                {**{name: getattr(each, name) for name in names}, "related": list(each.related)}
                for each in self.findings
            ],
            "normalised": list(self.normalised),
        }


def check_file(home: Home, registry: Connection, catalogue: Catalogue, path: Path) -> Checked:
    """Gate, read, identify and judge one file, in memory."""
    try:
        check_gate(path, catalogue.parameters["gate"])
    except RefusedError as refusal:
        text = catalogue.say(f"receive.{refusal.reason}", file=path.name, **refusal.fills)
        return Checked(path.name, "refused", text)
    answer = read_chunk([path], declared(catalogue), catalogue.parameters["child"])[0]
    state = "crashed" if "crashed" in answer else "damaged" if "failure" in answer else "read"
    meta = answer.get("meta", {})
    known = issues(registry, [meta.get("issue_id", "")])
    identifier = Identifier(registry, catalogue, site_key(home.key), known)
    found = identifier.identify({"state": state, "lost": answer.get("lost", [])}, meta)
    if isinstance(found, Refusal):
        reason = catalogue.say(f"receive.{found.reason}", file=path.name, **found.fills)
        return Checked(path.name, "refused", reason)
    return _judged(registry, catalogue, path, found, answer)


def _judged(
    registry: Connection, catalogue: Catalogue, path: Path, issue: Issue, answer: dict[str, Any]
) -> Checked:
    sha256 = digest(path)
    rows = [(sha256, *cell) for cell in answer["cells"]]
    cells = pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row")
    batch = make_batch(
        catalogue,
        Period.parse(issue.period),
        directory(registry),
        [(issue.issue_id, sha256, issue)],
        cells,
    )
    judgement = judge(batch)
    verdict = verdict_of(judgement.findings)
    if verdict == "explain" and explained_by_unit(batch):
        verdict = "accepted"
    return Checked(
        file=path.name,
        verdict=verdict,
        unit_code=issue.unit_code,
        period=issue.period,
        findings=judgement.findings,
        normalised=normalised(batch, judgement),
    )


def normalised(batch: Batch, judgement: Judgement) -> list[dict[str, str]]:
    """Every change made in reading: where, from what, to what, why."""
    changed = batch.values.filter(pl.col("how").is_not_null()).select(
        "sheet", "cell", pl.col("typed").alias("from"), pl.col("plain").alias("to"), "how"
    )
    recomputed = judgement.frames.con.sql(
        """
        SELECT cells.sheet, cells.cell,
            CASE WHEN cells.kind <> 'uncached' THEN cells.typed END AS "from",
            COALESCE(
                CAST(CAST(c.our_number AS DOUBLE) AS VARCHAR), CAST(c.our_date AS VARCHAR)
            ) AS "to",
            'clean.recomputed' AS how
        FROM c JOIN cells ON cells.submission_id = c.submission_id AND cells.field = c.field
            AND cells.line IS NOT DISTINCT FROM c.line
        WHERE c.formula_intact = 1 AND (c.number IS DISTINCT FROM c.our_number
            OR c.date IS DISTINCT FROM c.our_date)
        """
    ).pl()
    rows = pl.concat([changed, recomputed], how="vertical_relaxed").iter_rows(named=True)
    return [_said(batch.catalogue, row) for row in rows]


def _said(catalogue: Catalogue, row: dict[str, Any]) -> dict[str, str]:
    return {
        "sheet": row["sheet"],
        "cell": row["cell"],
        "from": row["from"] or "",
        "to": (row["to"] or "").removesuffix(".0"),
        "why": catalogue.say(row["how"]),
    }
