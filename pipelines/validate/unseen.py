"""Formulas whose text a format does not tell (xls): judged by their result alone.

A result may differ because what it is made of is wrong in the file. That is told at its own cell,
and is no sign that somebody touched the formula.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import polars as pl

from models.names import deep_reads
from pipelines.judging.batch import UNREAD_BY, Batch

if TYPE_CHECKING:
    from pipelines.validate.batch import Failure

FORMULA = "formula"
WRONG = UNREAD_BY | {FORMULA}


def follows_from_others(batch: Batch, failures: Sequence["Failure"]) -> Callable[["Failure"], bool]:
    """Whether a failed formula of unknown text rests on a cell that is itself told to be wrong."""
    unseen = set(
        batch.values.filter(pl.col("formula") == "").select("submission_id", "field", "line").rows()
    )
    wrong = {(each.submission_id, each.field) for each in failures if each.item.rule.each in WRONG}

    def follows(failure: "Failure") -> bool:
        spot = (failure.submission_id, failure.field, failure.line)
        if failure.item.rule.each != FORMULA or spot not in unseen:
            return False
        read = deep_reads([failure.field or ""], batch.catalogue) - {failure.field}
        return any((failure.submission_id, name) in wrong for name in read)

    return follows
