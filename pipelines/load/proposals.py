"""What people decided on sharing proposals: the last decision on each pair that is in force."""

import polars as pl
from sqlalchemy import Connection, select

from models.proposal import STATUS_OF, parts_of
from models.registry import decision
from pipelines.records.quarters import in_force

SCHEMA = dict.fromkeys(
    ("period", "proposal_id", "resource_code", "giver_code", "taker_code", "status"), pl.String
)


def proposal_table(registry: Connection, period: str) -> pl.DataFrame:
    """`core.proposal_decision`: no names, no reasons; these stay in the registry."""
    rows = registry.execute(
        select(decision.c.scope, decision.c.action)
        .where(decision.c.period == period, decision.c.action.in_(STATUS_OF), in_force())
        .order_by(decision.c.decision_id)
    )
    last = {row.scope: STATUS_OF[row.action] for row in rows}
    data = [(period, key, *parts_of(key), status) for key, status in sorted(last.items())]
    return pl.DataFrame(data, schema=SCHEMA, orient="row")
