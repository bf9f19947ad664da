"""`core.sampling_cell`: the cells drawn to be checked, each with what was found last."""

import polars as pl
from sqlalchemy import Connection, func, select

from models.registry_sampling import sampling_cell, sampling_plan, sampling_result

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("period", "unit_code", "submission_id", "field"), pl.String),
    **dict.fromkeys(("reported", "found"), pl.Decimal(28, 4)),
    "probability": pl.Float64,
}


def sampling_table(registry: Connection, period: str) -> pl.DataFrame:
    """The drawn cells of a quarter; what was not checked yet has nothing found."""
    newest = (
        select(
            sampling_result.c.sampling_cell_id,
            func.max(sampling_result.c.sampling_result_id).label("newest"),
        )
        .group_by(sampling_result.c.sampling_cell_id)
        .subquery()
    )
    rows = registry.execute(
        select(
            sampling_plan.c.period,
            *(sampling_cell.c[name] for name in ("unit_code", "submission_id", "field")),
            sampling_cell.c.reported,
            sampling_result.c.found,
            sampling_cell.c.probability,
        )
        .join_from(sampling_cell, sampling_plan)
        .outerjoin(newest, newest.c.sampling_cell_id == sampling_cell.c.sampling_cell_id)
        .outerjoin(sampling_result, sampling_result.c.sampling_result_id == newest.c.newest)
        .where(sampling_plan.c.period == period)
        .order_by(sampling_cell.c.sampling_cell_id)
    )
    texts = SCHEMA | dict.fromkeys(("reported", "found"), pl.String)
    frame = pl.DataFrame([tuple(row) for row in rows], schema=texts, orient="row")
    return frame.with_columns(pl.col(name).cast(SCHEMA[name]) for name in ("reported", "found"))
