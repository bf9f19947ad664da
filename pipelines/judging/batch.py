"""What is judged and loaded together: the submissions of one quarter, and the facts of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.sides.partners import Partners

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


SIDES: dict[str, Any] = {
    "form": pl.String,
    "row_key": pl.String,
    "claimed_by": pl.String,
    "unit_code": pl.String,
    "answer": pl.Int32,
    "answered_at": pl.Datetime,
    "reported_at": pl.Datetime,
}
"""The columns of what partners said on sheets, and when; `reported_at` is when their workbook came.

Of an answer given in an earlier quarter `answered_at` is empty: a row of this one goes before it.

`claimed_by` is who typed the id of a relation; the id of a matter is one for the whole city.
"""

UNCHANGED: dict[str, Any] = {
    "period": pl.String,
    "submission_id": pl.String,
    "form": pl.String,
    "line": pl.Int32,
    "said_at": pl.Datetime,
}
"""The columns of two-sided rows that came with an earlier version and were not touched since."""

MATCHED: dict[str, Any] = {
    "form": pl.String,
    "row_key": pl.String,
    "typed_code": pl.String,
    "typed_name": pl.String,
    "to_code": pl.String,
}
"""The columns of mistyped partners for which people have said which unit is meant."""


@dataclass(frozen=True)
class Batch:
    """Submissions of one quarter, with the value of every cell that was due.

    `submissions` has submission_id, unit_kind, the directory's columns `dir__*`, and `typed__x`:
    locked opening stocks as the file has them; `values` has a row for every cell due:
    submission_id, field, line, sheet, cell, typed, kind, formula, same_formula, plain, number,
    text, date, how. `asides` holds what stands beside these cells; `partners` knows the units that
    may be meant by a mistyped code; `waived` names (submission, rule) that are not judged.
    `answers`, `unchanged` and `matched` are what is known of partners beside the files, where
    several units are looked at.
    """

    catalogue: Catalogue
    period: Period
    submissions: pl.DataFrame
    values: pl.DataFrame
    listed: frozenset[str]
    past: Past = field(default_factory=Past)
    waived: frozenset[tuple[str, str]] = frozenset()
    partners: Partners | None = None
    asides: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ASIDES))
    answers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SIDES))
    unchanged: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNCHANGED))
    matched: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MATCHED))


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


AT_ONCE = 1000
"""So many files are put together at once; memory does not grow with what a run takes in."""
Each = TypeVar("Each")


def in_chunks(rows: Sequence[Each], size: int = AT_ONCE) -> Iterator[Sequence[Each]]:
    """A few at a time; one empty chunk of nothing."""
    for start in range(0, max(len(rows), 1), size):
        yield rows[start : start + size]
