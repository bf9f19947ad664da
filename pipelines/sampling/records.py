"""The drawn cells in the registry, each with what was found last."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from models.registry_sampling import (
    sampling_cell,
    sampling_plan,
    sampling_result,
    sampling_superseded,
)

Row = Mapping[str, Any]


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
    row_key: str | None = None
    found: str | None = None
    evidence: str | None = None
    checked_by: str | None = None


@dataclass(frozen=True)
class Result:
    """What somebody found in a cell."""

    sampling_cell_id: int
    found: str
    evidence: str


@dataclass(frozen=True)
class Plan:
    """A draw: what it was made with, when and by whom."""

    period: str
    seed: int
    frame_cells: int
    made_at: datetime
    made_by: str


class PlanInUseError(Exception):
    """Something was found by the plan: another draw would throw away what people did."""


def add_plan(registry: Connection, plan: Plan, rows: Sequence[Row]) -> None:
    """Record a plan and its cells."""
    made = registry.execute(
        insert(sampling_plan).values(**vars(plan)).returning(sampling_plan.c.sampling_plan_id)
    ).scalar_one()
    _add_cells(registry, made, rows)


def replace_plan(registry: Connection, plan: Plan, rows: Sequence[Row], why: str) -> None:
    """Record a plan in place of the one that is there, which is kept as superseded.

    Raises:
        PlanInUseError: something was found by it.
    """
    old = registry.execute(select(sampling_plan).where(sampling_plan.c.period == plan.period)).one()
    cells = cells_of(registry, plan.period)
    if any(cell.found is not None for cell in cells):
        raise PlanInUseError(plan.period)
    kept = {name: getattr(old, name) for name in Plan.__dataclass_fields__}
    registry.execute(
        insert(sampling_superseded).values(
            **kept,
            cells=json.dumps([vars(cell) for cell in cells], ensure_ascii=False),
            superseded_at=plan.made_at,
            superseded_by=plan.made_by,
            why=why,
        )
    )
    # The new cells first: their numbers must not be those on sheets that were given out.
    _add_cells(registry, old.sampling_plan_id, rows)
    gone = [cell.sampling_cell_id for cell in cells]
    registry.execute(delete(sampling_cell).where(sampling_cell.c.sampling_cell_id.in_(gone)))
    registry.execute(
        update(sampling_plan).where(sampling_plan.c.period == plan.period).values(**vars(plan))
    )


def _add_cells(registry: Connection, number: int, rows: Sequence[Row]) -> None:
    registry.execute(insert(sampling_cell), [{**row, "sampling_plan_id": number} for row in rows])


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
