"""The drawn cells in the registry, each with what was found last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from models.registry_sampling import sampling_cell, sampling_plan, sampling_result


@dataclass(frozen=True)
class Cell:
    """A drawn cell; `found` and `evidence` are None until it has been checked."""

    sampling_cell_id: int
    unit_code: str
    submission_id: str
    field: str
    sheet: str
    cell: str
    reported: str
    probability: float
    risk: str
    found: str | None = None
    evidence: str | None = None
    checked_by: str | None = None


@dataclass(frozen=True)
class Result:
    """What somebody found in a cell."""

    sampling_cell_id: int
    found: str
    evidence: str


def plan_of(registry: Connection, period: str) -> dict[str, object] | None:
    """The plan of a quarter, or None."""
    row = registry.execute(select(sampling_plan).where(sampling_plan.c.period == period)).all()
    return dict(row[0]._mapping) if row else None  # noqa: SLF001 that is its name


def cells_of(registry: Connection, period: str) -> list[Cell]:
    """The cells of a quarter in the order of their sheets."""
    drawn = registry.execute(
        select(sampling_cell)
        .join(sampling_plan)
        .where(sampling_plan.c.period == period)
        .order_by(sampling_cell.c.sampling_cell_id)
    ).all()
    ids = [row.sampling_cell_id for row in drawn]
    said = registry.execute(
        select(sampling_result)
        .where(sampling_result.c.sampling_cell_id.in_(ids))
        .order_by(sampling_result.c.sampling_result_id)
    )
    last = {row.sampling_cell_id: row for row in said}
    return [
        Cell(
            *(getattr(row, name) for name in Cell.__dataclass_fields__ if hasattr(row, name)),
            *((found.found, found.evidence, found.checked_by) if found else ()),
        )
        for row in drawn
        for found in [last.get(row.sampling_cell_id)]
    ]


def checked_units(registry: Connection, period: str) -> set[str]:
    """The units of which a cell was checked in an earlier quarter."""
    rows = registry.execute(
        select(sampling_cell.c.unit_code)
        .join(sampling_plan)
        .join(sampling_result)
        .where(sampling_plan.c.period < period)
    )
    return set(rows.scalars())


def add_results(registry: Connection, results: Iterable[Result], by: str, at: datetime) -> None:
    """Record what was found; nothing is overwritten, the last one counts."""
    rows = [{**vars(each), "checked_by": by, "recorded_at": at} for each in results]
    if rows:
        registry.execute(insert(sampling_result), rows)
