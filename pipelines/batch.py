"""What is judged and loaded together: the submissions of one quarter, and the facts of it."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.period import Period

UNREAD_BY = frozenset({"required", "int", "decimal", "date", "enum"})
"""Rules of these kinds make a cell unread: what needs it is 未审, not failed."""


@dataclass(frozen=True)
class Past:
    """What the quarters before say of the submissions of a batch; nothing of a first campaign.

    `fixed` has columns `prev__x` (last quarter) and `so_far__x` (the quarters of the year before
    this one), `rows` the elections of the ledger by `org_code`, `open_matters` the matters issued
    as open: each by submission_id.
    """

    fixed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame({"submission_id": []}))
    orgs: pl.DataFrame | None = None
    open_matters: pl.DataFrame | None = None


ASIDES: dict[str, Any] = {
    "submission_id": pl.String,
    "what": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
    "form": pl.String,
    "field": pl.String,
    "line": pl.Int32,
    "typed": pl.String,
    "expected": pl.String,
}
"""The columns of what stands in files beside their cells."""


@dataclass(frozen=True)
class Batch:
    """Submissions of one quarter, with the value of every cell that was due.

    `submissions` has submission_id, unit_kind, the directory's columns `dir__*`, and `typed__x`:
    locked opening stocks as the file has them; `values` has a row for every cell due:
    submission_id, field, line, sheet, cell, typed, kind, formula, same_formula, plain, number,
    text, date, how. `asides` holds what stands beside these cells; `waived` names (submission,
    rule) that are not judged.
    """

    catalogue: Catalogue
    period: Period
    submissions: pl.DataFrame
    values: pl.DataFrame
    listed: frozenset[str]
    past: Past = field(default_factory=Past)
    waived: frozenset[tuple[str, str]] = frozenset()
    asides: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ASIDES))


def with_facts(batch: Batch) -> pl.DataFrame:
    """The submissions with the facts of the quarter as columns `sys__*`, and their past."""
    facts = {
        "period_code": str(batch.period),
        "period_start": batch.period.first_day,
        "period_end": batch.period.last_day,
        "quarter": batch.period.quarter,
        "year": batch.period.year,
        "template_version": batch.catalogue.campaign.template_version,
    }
    known = batch.submissions.with_columns(
        pl.lit(value).alias(f"sys__{name}") for name, value in facts.items()
    )
    past = batch.past.fixed
    return known if past.is_empty() else known.join(past, on="submission_id", how="left")
