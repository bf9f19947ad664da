"""More operational tables (登记库): which cells were drawn to be checked, and what was found.

Definitions only, as in `models/registry.py`, whose `METADATA` they belong to.
"""

from sqlalchemy import Column, DateTime, Float, ForeignKey, Integer, String, Table, Text

from models.registry import METADATA

sampling_plan = Table(
    "sampling_plan",
    METADATA,
    Column("sampling_plan_id", Integer, primary_key=True, autoincrement=True),
    Column("period", String(6), nullable=False, unique=True),
    Column("seed", Integer, nullable=False),
    Column("frame_cells", Integer, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("made_by", String(60), nullable=False),
)

# `probability` is that with which the cell came into the sample; `risk` says what it rests on.
sampling_cell = Table(
    "sampling_cell",
    METADATA,
    Column("sampling_cell_id", Integer, primary_key=True, autoincrement=True),
    Column(
        "sampling_plan_id",
        Integer,
        ForeignKey("sampling_plan.sampling_plan_id"),
        nullable=False,
        index=True,
    ),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("submission_id", String(40), nullable=False),
    Column("field", String(60), nullable=False),
    Column("sheet", String(60), nullable=False),
    Column("cell", String(20), nullable=False),
    Column("reported", String(40), nullable=False),
    Column("probability", Float, nullable=False),
    Column("risk", String(60), nullable=False),
    Column("row_key", String(60)),
)

# A plan that was drawn again before anything was found; `cells` is JSON.
sampling_superseded = Table(
    "sampling_superseded",
    METADATA,
    Column("sampling_superseded_id", Integer, primary_key=True, autoincrement=True),
    Column("period", String(6), nullable=False, index=True),
    Column("seed", Integer, nullable=False),
    Column("frame_cells", Integer, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("made_by", String(60), nullable=False),
    Column("cells", Text, nullable=False),
    Column("superseded_at", DateTime, nullable=False),
    Column("superseded_by", String(60), nullable=False),
    Column("why", Text, nullable=False),
)

# Typed again, the last one counts.
sampling_result = Table(
    "sampling_result",
    METADATA,
    Column("sampling_result_id", Integer, primary_key=True, autoincrement=True),
    Column(
        "sampling_cell_id",
        Integer,
        ForeignKey("sampling_cell.sampling_cell_id"),
        nullable=False,
        index=True,
    ),
    Column("found", String(40), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("checked_by", String(60), nullable=False),
    Column("recorded_at", DateTime, nullable=False),
)
