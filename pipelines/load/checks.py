"""What must hold of what was loaded: judged twice if used, and no finding lost."""

from collections.abc import Iterator, Sequence

import duckdb
from sqlalchemy import Connection, func, select

from models.registry import finding, submission
from pipelines.proof import Proof

CHECKPOINT = "passed_the_checkpoint"
NO_FINDING_LOST = "loses_no_finding"
FRESH = "loses_no_accepted"


def prove_loaded(
    con: duckdb.DuckDBPyConnection, registry: Connection, periods: Sequence[str]
) -> Iterator[tuple[str, Proof]]:
    """Run every check of the loaded quarters; yield table and proof."""
    yield "core.submission", checkpoint_check(con, registry, periods)
    yield "core.finding", no_finding_lost(con, registry, periods)
    yield "core.duty", freshness_check(con, registry, periods)


def checkpoint_check(
    con: duckdb.DuckDBPyConnection, registry: Connection, periods: Sequence[str]
) -> Proof:
    """Prove that every submission used was judged; that is noted when both opinions agreed."""
    rows = con.execute(
        "SELECT submission_id FROM core.submission WHERE is_used AND period = ANY(?)",
        [list(periods)],
    ).fetchall()
    judged = set(
        registry.execute(
            select(submission.c.submission_id).where(
                submission.c.judged_by.is_not(None), submission.c.verdict.is_not(None)
            )
        ).scalars()
    )
    unjudged = sorted(used for (used,) in rows if used not in judged)
    numbers: dict[str, int | str] = {"used": len(rows), "wrong": "、".join(unjudged[:10])}
    return Proof(CHECKPOINT, not unjudged, numbers)


def no_finding_lost(
    con: duckdb.DuckDBPyConnection, registry: Connection, periods: Sequence[str]
) -> Proof:
    """Prove that the registry's findings of each quarter are all in the warehouse."""
    kept = registry.execute(
        select(submission.c.period, func.count().label("findings"))
        .join(finding, finding.c.submission_id == submission.c.submission_id)
        .where(submission.c.period.in_(periods))
        .group_by(submission.c.period)
    )
    loaded = con.execute(
        "SELECT period, count(*) FROM core.finding WHERE period = ANY(?) GROUP BY period",
        [list(periods)],
    ).fetchall()
    recorded: dict[str, int] = {row.period: row.findings for row in kept}
    found: dict[str, int] = dict(loaded)
    wrong = sorted(p for p in recorded.keys() | found.keys() if recorded.get(p) != found.get(p))
    numbers: dict[str, int | str] = {
        "recorded": sum(recorded.values()),
        "loaded": sum(found.values()),
        "wrong": "、".join(f"{p} {recorded.get(p, 0)}≠{found.get(p, 0)}" for p in wrong),
    }
    return Proof(NO_FINDING_LOST, not wrong, numbers)


def freshness_check(
    con: duckdb.DuckDBPyConnection, registry: Connection, periods: Sequence[str]
) -> Proof:
    """Prove that the newest judged submission of each unit is not newer than what was loaded."""
    judged = registry.execute(
        select(submission.c.submission_id).where(
            submission.c.period.in_(periods), submission.c.judged_by.is_not(None)
        )
    ).scalars()
    rows = con.execute(
        "SELECT submission_id FROM core.submission WHERE period = ANY(?)", [list(periods)]
    ).fetchall()
    late = sorted(set(judged) - {loaded for (loaded,) in rows})
    return Proof(FRESH, not late, {"loaded": len(rows), "wrong": "、".join(late[:10])})
