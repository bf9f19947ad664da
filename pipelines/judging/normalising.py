"""规范记录: every change made in reading, as people read it; persons stay hidden."""

from typing import Any

import polars as pl

from pipelines.judging.batch import Batch
from pipelines.validate import Judgement
from pipelines.validate.shown import Shown

TOLD_ASIDES = ("renamed", "by_code", "by_label", "note", "total", "left_out")

RECOMPUTED = """
    SELECT cells.submission_id, cells.field, cells.sheet, cells.cell,
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


def normalised(batch: Batch, judgement: Judgement) -> dict[str, list[dict[str, str]]]:
    """Submission -> its changes: where, from what, to what, why."""
    changed = batch.values.filter(pl.col("how").is_not_null()).select(
        "submission_id",
        "field",
        "sheet",
        "cell",
        pl.col("typed").alias("from"),
        pl.col("plain").alias("to"),
        "how",
    )
    recomputed = judgement.frames.con.sql(RECOMPUTED).pl()
    shown = Shown(batch.catalogue)
    found: dict[str, list[dict[str, str]]] = {}
    for row in pl.concat([changed, recomputed], how="vertical_relaxed").iter_rows(named=True):
        found.setdefault(row["submission_id"], []).append(_said(batch, shown, row))
    for row in batch.asides.filter(pl.col("what").is_in(TOLD_ASIDES)).iter_rows(named=True):
        found.setdefault(row["submission_id"], []).append(_set_aside(batch, shown, row))
    return found


def _set_aside(batch: Batch, shown: Shown, row: dict[str, Any]) -> dict[str, str]:
    """What was not read, or found elsewhere than it was issued."""
    fills = {"sheet": row["sheet"], "expected": row["expected"] or ""}
    return {
        "sheet": row["sheet"],
        "cell": row["cell"] or "",
        "from": shown.masked(row["typed"] or "", None),
        "to": "",
        "why": batch.catalogue.say(f"clean.{row['what']}", **fills),
    }


def _said(batch: Batch, shown: Shown, row: dict[str, Any]) -> dict[str, str]:
    field = batch.catalogue.fields[row["field"]]
    return {
        "sheet": row["sheet"],
        "cell": row["cell"],
        "from": shown.masked(row["from"] or "", field),
        "to": shown.masked((row["to"] or "").removesuffix(".0"), field),
        "why": batch.catalogue.say(row["how"]),
    }
