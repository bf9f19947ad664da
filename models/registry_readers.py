"""More operational tables (登记库): who may read the site, and who looked at what is sensitive.

Definitions only, as in `models/registry.py`, whose `METADATA` they belong to.
"""

from sqlalchemy import Column, DateTime, Index, Integer, String, Table, Text

from models.registry import METADATA

# An account is never deleted: the log names it. `counties` and `units` are codes with a blank
# between them; nothing is no limit.
reader = Table(
    "reader",
    METADATA,
    Column("reader_name", String(60), primary_key=True),
    Column("role", String(10), nullable=False),
    Column("counties", Text),
    Column("units", Text),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("created_by", String(60), nullable=False),
    Column("password_at", DateTime, nullable=False),
    Column("password_by", String(60), nullable=False),
    Column("disabled_at", DateTime),
    Column("disabled_by", String(60)),
)

reader_view = Table(
    "reader_view",
    METADATA,
    Column("reader_view_id", Integer, primary_key=True, autoincrement=True),
    Column("reader_name", String(60), nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("path", String(300), nullable=False),
    Index("ix_reader_view_reader_name_seen_at", "reader_name", "seen_at"),
)
