"""More operational tables (登记库): what judging evaluated, and what reviewers settled of it.

Definitions only, as in `models/registry.py`, whose `METADATA` they belong to.
"""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from models.registry import METADATA

# What a decision settled: the subject of a finding, as an explanation is about one.
settlement = Table(
    "settlement",
    METADATA,
    Column("settlement_id", Integer, primary_key=True, autoincrement=True),
    Column("decision_id", Integer, ForeignKey("decision.decision_id"), nullable=False, index=True),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("period", String(6), nullable=False, index=True),
    Column("rule", String(10), nullable=False),
    Column("part", Integer, nullable=False),
    Column("field", String(60)),
    Column("row_key", String(60)),
    Column("value", Text),
    Column("expected", Text),
    Column("rule_mark", String(16), nullable=False),
    Column("submission_id", String(40), nullable=False),
)

SUBJECT = ("rule", "part", "field", "row_key", "value", "expected", "rule_mark")
"""What a finding of a unit is about: while these are the same, what settled it stands."""

# One row a batch that passed the gate; `results` is packed, see `pipelines/judging/checkpoints.py`.
checkpoint = Table(
    "checkpoint",
    METADATA,
    Column("checkpoint_id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(60)),
    Column("period", String(6), nullable=False, index=True),
    Column("moment", String(10), nullable=False),
    Column("made_at", DateTime),
    Column("catalogue_hash", String(64), nullable=False),
    Column("submissions", Integer, nullable=False),
    Column("expectations", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("results", LargeBinary, nullable=False),
)

# On how many things each rule was evaluated in a submission: `R101 R201:14`, 1 where none is said.
evaluated = Table(
    "evaluated",
    METADATA,
    Column("submission_id", String(40), primary_key=True),
    Column("moment", String(10), primary_key=True),
    Column("rules", Text, nullable=False),
)

# What a correction of an earlier quarter made false in a return: see
# `pipelines/corrections/aftereffects.py`.
aftereffect = Table(
    "aftereffect",
    METADATA,
    Column("aftereffect_id", Integer, primary_key=True, autoincrement=True),
    Column("period", String(6), nullable=False, index=True),
    Column("unit_code", String(12), nullable=False),
    Column("submission_id", String(40), nullable=False),
    Column("rule", String(10), nullable=False),
    Column("part", Integer, nullable=False),
    Column("severity", String(10), nullable=False),
    Column("field", String(60)),
    Column("sheet", String(60)),
    Column("cell", String(20)),
    Column("line", Integer),
    Column("value", Text),
    Column("expected", Text),
    Column("message", Text, nullable=False),
    Column("is_ours", Boolean, nullable=False),
    Column("caused_by", Text, nullable=False),
    Column("corrected_by", String(60), nullable=False),
    Column("corrected_at", DateTime, nullable=False),
    Column("why", Text, nullable=False),
    Column("approval", Integer, ForeignKey("decision.decision_id"), nullable=False),
)
