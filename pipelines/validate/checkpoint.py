"""The second opinion: every batch passes Great Expectations, and both must name the same rows.

Type, requirement, range, code and pattern rules are native expectations over what was typed
(`stacks`); the other parts are one custom expectation. The library is imported only where a batch
is judged: it takes seconds to load.
"""

from dataclasses import dataclass

import duckdb

from models.spec.rule import Moment
from pipelines.judging.batch import Batch
from pipelines.validate.batch import Failure, Judgement
from pipelines.validate.evaluated import Counts, evaluations
from pipelines.validate.stacks import Named, rows_of, stacks_of


class BrokenRuleError(Exception):
    """The two opinions differ, or the library crashed: our own fault, never a unit's finding."""


@dataclass(frozen=True)
class Expected:
    """One expectation as judged: what kind, of which part, on which table and field.

    `evaluated` counts the rows or cells that the library looked at, `unexpected` those it named.
    """

    kind: str
    part: str
    table: str
    field: str
    evaluated: int
    unexpected: int


@dataclass(frozen=True)
class Checkpoint:
    """What the gate found, and on how many things each rule was evaluated in each submission."""

    moment: Moment
    results: tuple[Expected, ...]
    evaluated: Counts


def second_opinion(judgement: Judgement, batch: Batch) -> Checkpoint:
    """Judge the batch again with Great Expectations; return what was expected of it.

    Raises:
        BrokenRuleError: the rows named differ from those of `judge`, or an expectation crashed.
    """
    moment, frames = judgement.moment, judgement.frames
    if batch.submissions.is_empty():
        return Checkpoint(moment, (), {})
    from pipelines.validate.expectations import run_suites  # noqa: PLC0415 seconds to import

    try:
        stacks = stacks_of(frames, moment, batch.period)
        named, results = run_suites(stacks, rows_of(frames, moment, batch.period))
        evaluated = evaluations(frames, batch, moment)
    except duckdb.Error as error:
        raise BrokenRuleError(str(error)) from error
    ours = {_name(failure) for failure in judgement.failures}
    if named != ours:
        raise BrokenRuleError(
            f"only the rules: {sorted(ours - named)[:5]}; only the gate: {sorted(named - ours)[:5]}"
        )
    return Checkpoint(moment, results, evaluated)


def _name(failure: Failure) -> Named:
    row = (
        failure.submission_id if failure.line is None else f"{failure.submission_id}:{failure.line}"
    )
    return failure.item.id, row, failure.field or ""
