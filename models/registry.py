"""The operational tables (登记库): who sent what, what was found, what people decided.

Definitions only, in the part of SQL that SQLite and PostgreSQL share. Times are wall time in
Asia/Shanghai without zone.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA = 4
"""Raised by one when a table, column or index is added: an older file is then brought up."""

METADATA = MetaData()

unit_version = Table(
    "unit_version",
    METADATA,
    Column("unit_code", String(12), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("unit_name", String(120), nullable=False),
    Column("short_name", String(60), nullable=False),
    Column("level", String(10), nullable=False),
    Column("unit_kind", String(20), nullable=False),
    Column("county_code", String(6), nullable=False),
    Column("party_org_type", Integer, nullable=False),
    Column("party_group_type", String(20), nullable=False),
    Column("coord_parent_code", String(12)),
    Column("party_parent_code", String(60), nullable=False),
    Column("leading_system", String(20), nullable=False),
    Column("reports_from", Date, nullable=False),
    Column("reports_to", Date),
    Column("contact_office", String(60), nullable=False),
)

unit_event = Table(
    "unit_event",
    METADATA,
    Column("event_id", String(20), primary_key=True),
    Column("leg", Integer, primary_key=True),
    Column("effective_date", Date, nullable=False),
    Column("type", String(10), nullable=False),
    Column("from_code", String(12)),
    Column("to_code", String(12)),
    Column("share_members", Float),
    Column("share_funds", Float),
    Column("document_no", String(100), nullable=False),
    Column("by", String(60), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("why", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("undone_by", String(60)),
    Column("undone_at", DateTime),
    Column("undone_why", Text),
)

period = Table(
    "period",
    METADATA,
    Column("period", String(6), primary_key=True),
    Column("opened_at", DateTime, nullable=False),
)

issued = Table(
    "issued",
    METADATA,
    Column("issue_id", String(40), primary_key=True),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("period", String(6), nullable=False, index=True),
    Column("template_version", String(20), nullable=False),
    Column("layout", String(64), nullable=False),
    Column("token", String(64), nullable=False),
    Column("prefill", Text, nullable=False),
    Column("issued_at", DateTime, nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("form_set", String(10), nullable=False, server_default="full"),
)

receipt = Table(
    "receipt",
    METADATA,
    Column("receipt_id", Integer, primary_key=True, autoincrement=True),
    Column("received_at", DateTime, nullable=False),
    Column("door", String(20), nullable=False),
    Column("original_name", String(300), nullable=False),
    Column("file_sha256", String(64), nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text),
    Column("parent_receipt_id", Integer, ForeignKey("receipt.receipt_id")),
)

submission = Table(
    "submission",
    METADATA,
    Column("submission_id", String(40), primary_key=True),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("period", String(6), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("received_at", DateTime, nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("receipt_id", Integer, ForeignKey("receipt.receipt_id"), nullable=False),
    Column("issue_id", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("verdict", String(20)),
    Column("judged_by", String(100)),
    Column("is_current", Boolean, nullable=False),
    UniqueConstraint("unit_code", "period", "version"),
)

finding = Table(
    "finding",
    METADATA,
    Column("finding_id", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", String(40), nullable=False, index=True),
    Column("rule", String(10), nullable=False),
    Column("part", Integer, nullable=False),
    Column("severity", String(10), nullable=False),
    Column("form", String(2)),
    Column("field", String(60)),
    Column("sheet", String(60)),
    Column("cell", String(20)),
    Column("line", Integer),
    Column("value", Text),
    Column("expected", Text),
    Column("message", Text, nullable=False),
    Column("related", Text),
    Column("status", String(20), nullable=False),
    Column("moment", String(10), nullable=False, server_default="receipt"),
    Column("asked", Text),
    Column("row_key", String(60)),
    Column("rule_mark", String(16)),
    Column("settled_by", Integer),
)

rule_waiver = Table(
    "rule_waiver",
    METADATA,
    Column("rule_waiver_id", Integer, primary_key=True, autoincrement=True),
    Column("rule", String(10), nullable=False, index=True),
    Column("unit_code", String(12)),
    Column("county_code", String(6)),
    Column("first_period", String(6), nullable=False),
    Column("last_period", String(6)),
    Column("why", Text, nullable=False),
    Column("decided_by", String(60), nullable=False),
    Column("decided_at", DateTime, nullable=False),
)

explanation = Table(
    "explanation",
    METADATA,
    Column("explanation_id", Integer, primary_key=True, autoincrement=True),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("period", String(6), nullable=False, index=True),
    Column("rule", String(10), nullable=False),
    Column("part", Integer, nullable=False),
    Column("field", String(60)),
    Column("row_key", String(60)),
    Column("value", Text),
    Column("expected", Text),
    Column("rule_mark", String(16), nullable=False),
    Column("reason", Integer),
    Column("text", Text, nullable=False),
    Column("submission_id", String(40), nullable=False),
    Column("given_by", String(60), nullable=False),
    Column("given_at", DateTime, nullable=False),
)

reporting_duty = Table(
    "reporting_duty",
    METADATA,
    Column("unit_code", String(12), primary_key=True),
    Column("period", String(6), primary_key=True),
    Column("form_set", String(10), nullable=False),
    Column("due_at", DateTime, nullable=False),
    Column("extended_to", DateTime),
    Column("made_at", DateTime, nullable=False),
)

waiver = Table(
    "waiver",
    METADATA,
    Column("waiver_id", Integer, primary_key=True, autoincrement=True),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("first_period", String(6), nullable=False),
    Column("last_period", String(6)),
    Column("why", Text, nullable=False),
    Column("decided_by", String(60), nullable=False),
    Column("decided_at", DateTime, nullable=False),
)

decision = Table(
    "decision",
    METADATA,
    Column("decision_id", Integer, primary_key=True, autoincrement=True),
    Column("decided_at", DateTime, nullable=False),
    Column("decided_by", String(60), nullable=False),
    Column("action", String(30), nullable=False),
    Column("period", String(6), nullable=False, index=True),
    Column("submission_id", String(40)),
    Column("scope", String(40)),
    Column("why", Text, nullable=False),
)

move = Table(
    "move",
    METADATA,
    Column("move_id", Integer, primary_key=True, autoincrement=True),
    Column("decision_id", Integer, ForeignKey("decision.decision_id"), nullable=False, index=True),
    Column("submission_id", String(40), nullable=False),
    Column("action", String(30), nullable=False),
    Column("from_status", String(20), nullable=False),
    Column("to_status", String(20), nullable=False),
)

undone = Table(
    "undone",
    METADATA,
    Column("decision_id", Integer, ForeignKey("decision.decision_id"), primary_key=True),
    Column("undone_by", Integer, ForeignKey("decision.decision_id"), nullable=False),
)

confirmation = Table(
    "confirmation",
    METADATA,
    Column("sheet_id", String(40), primary_key=True),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("period", String(6), nullable=False, index=True),
    Column("token", String(64), nullable=False),
    Column("rows", Text, nullable=False),
    Column("issued_at", DateTime, nullable=False),
    Column("file_name", String(200), nullable=False),
)

mirror_answer = Table(
    "mirror_answer",
    METADATA,
    Column("mirror_answer_id", Integer, primary_key=True, autoincrement=True),
    Column("period", String(6), nullable=False, index=True),
    Column("form", String(2), nullable=False),
    Column("row_key", String(60), nullable=False),
    Column("claimed_by", String(12), nullable=False),
    Column("claim_submission_id", String(40), nullable=False),
    Column("unit_code", String(12), nullable=False, index=True),
    Column("answer", Integer, nullable=False),
    Column("note", Text),
    Column("sheet_id", String(40), ForeignKey("confirmation.sheet_id"), nullable=False),
    Column("receipt_id", Integer, ForeignKey("receipt.receipt_id"), nullable=False),
    Column("received_at", DateTime, nullable=False),
    Column("is_late", Boolean, nullable=False),
)

partner_match = Table(
    "partner_match",
    METADATA,
    Column("decision_id", Integer, ForeignKey("decision.decision_id"), primary_key=True),
    Column("period", String(6), nullable=False, index=True),
    Column("form", String(2), nullable=False),
    Column("row_key", String(60), nullable=False),
    Column("typed_code", String(60)),
    Column("typed_name", String(120)),
    Column("to_code", String(12), nullable=False),
    Column("is_accepted", Boolean, nullable=False),
)

snapshot = Table(
    "snapshot",
    METADATA,
    Column("snapshot_id", String(60), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("catalogue_hash", String(64), nullable=False),
    Column("periods", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sql_hash", String(64)),
    Column("catalogues", Text),
)
