"""What the gate found, kept: every run's expectations, and on what each rule was evaluated."""

from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from models.registry import mirror_answer, submission
from models.registry_judging import checkpoint, evaluated
from models.spec.rule import Moment
from pipelines.judging.batch import Batch
from pipelines.records.tallies import packed, written
from pipelines.validate.checkpoint import Checkpoint


@dataclass(frozen=True)
class Run:
    """Who judged: the run's id in the history, and its hour; nothing outside of a run."""

    run_id: str | None = None
    at: datetime | None = None


NO_RUN = Run()


def keep_checkpoint(
    registry: Connection, batch: Batch, found: Checkpoint, run: Run = NO_RUN
) -> None:
    """Record what the gate found of a batch, and on what the rules were evaluated in it."""
    registry.execute(
        insert(checkpoint).values(
            run_id=run.run_id,
            period=str(batch.period),
            moment=found.moment.value,
            made_at=run.at,
            catalogue_hash=batch.catalogue.hash,
            submissions=len(found.evaluated),
            expectations=len(found.results),
            failed=sum(each.unexpected > 0 for each in found.results),
            results=packed(map(astuple, found.results)),
        )
    )
    rows = [
        {"submission_id": submission_id, "moment": found.moment.value, "rules": written(counts)}
        for submission_id, counts in found.evaluated.items()
    ]
    for row in rows:
        registry.execute(
            delete(evaluated).where(
                evaluated.c.submission_id == row["submission_id"],
                evaluated.c.moment == row["moment"],
            )
        )
    if rows:
        registry.execute(insert(evaluated), rows)


def forget_evaluated(registry: Connection, period: str, moment: Moment) -> None:
    """Drop what was evaluated at a moment in a quarter that is now judged as a whole again."""
    ids = select(submission.c.submission_id).where(submission.c.period == period)
    registry.execute(
        delete(evaluated).where(
            evaluated.c.submission_id.in_(ids), evaluated.c.moment == moment.value
        )
    )


def has_unjudged_answers(registry: Connection, period: str) -> bool:
    """Whether a confirmation sheet came back after the quarter was last judged together."""
    judged = select(func.max(checkpoint.c.made_at)).where(
        checkpoint.c.period == period, checkpoint.c.moment == Moment.QUARTER.value
    )
    answered = select(func.max(mirror_answer.c.received_at)).where(mirror_answer.c.period == period)
    last, came = registry.execute(judged).scalar(), registry.execute(answered).scalar()
    return came is not None and (last is None or came > last)


def expected_in(registry: Connection, run_id: str) -> dict[str, int]:
    """How many expectations a run judged, and how many of them named something."""
    expected, unexpected = registry.execute(
        select(func.sum(checkpoint.c.expectations), func.sum(checkpoint.c.failed)).where(
            checkpoint.c.run_id == run_id
        )
    ).one()
    return {"expectations": expected or 0, "unexpected": unexpected or 0}
