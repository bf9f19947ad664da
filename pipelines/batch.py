"""What is judged and loaded together: the submissions of one quarter, and the facts of it."""

from dataclasses import dataclass

import polars as pl

from models.catalogue_model import Catalogue
from models.period import Period

UNREAD_BY = frozenset({"required", "int", "decimal", "date", "enum"})
"""Rules of these kinds make a cell unread: what needs it is 未审, not failed."""


@dataclass(frozen=True)
class Batch:
    """Submissions of one quarter, with the value of every cell that was due.

    `submissions` has submission_id, unit_kind and the directory's columns `dir__*`; `values` has
    a row for every cell due: submission_id, field, line, sheet, cell, typed, kind, formula,
    same_formula, plain, number, text, date, how.
    """

    catalogue: Catalogue
    period: Period
    submissions: pl.DataFrame
    values: pl.DataFrame
    listed: frozenset[str]


def with_facts(batch: Batch) -> pl.DataFrame:
    """The submissions with the facts of the quarter as columns `sys__*`."""
    facts = {
        "period_code": str(batch.period),
        "period_start": batch.period.first_day,
        "period_end": batch.period.last_day,
        "quarter": batch.period.quarter,
        "year": batch.period.year,
        "template_version": batch.catalogue.campaign.template_version,
    }
    return batch.submissions.with_columns(
        pl.lit(value).alias(f"sys__{name}") for name, value in facts.items()
    )
