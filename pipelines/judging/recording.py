"""Findings as rows of the registry: what each is about, and whether that is answered already."""

from collections.abc import Collection, Mapping
from typing import Any

from models.spec.rule import Moment
from pipelines.judging.batch import Batch
from pipelines.judging.explanations import Known, notes, subjects
from pipelines.validate import Judgement
from pipelines.validate.findings import Finding

WAIVED = "waived"
"""Status of what failed and is told to nobody, because the rule is waived for the unit."""


def finding_rows(
    judgement: Judgement,
    batch: Batch,
    units: Mapping[str, str],
    known: Known,
    explained: Collection[Finding],
) -> list[dict[str, Any]]:
    """The rows of what was found and of what is waived; `units`: submission -> unit code."""
    every = [*judgement.findings, *judgement.waived]
    about = subjects(batch.catalogue, batch.values, map(vars, every))
    at_receipt = judgement.moment is Moment.RECEIPT
    noted = notes(batch, known.shortest) if at_receipt else {}
    waived, rows = frozenset(judgement.waived), []
    for each, subject in zip(every, about, strict=True):
        settler = None
        if each in explained and each.submission_id not in noted:
            settler = known.settler(units[each.submission_id], subject)
        answered = "explained" if at_receipt or settler is None else "accepted"
        status = WAIVED if each in waived else answered if each in explained else "open"
        rows.append(
            {
                **vars(each),
                "severity": each.severity.value,
                "related": " ".join(each.related),
                "status": status,
                "moment": judgement.moment.value,
                "row_key": subject.row_key,
                "rule_mark": subject.rule_mark,
                "settled_by": settler,
            }
        )
    return rows
