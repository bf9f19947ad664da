"""归档 in the registry: which package was made by which decision, and how to know it again."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from models.registry import METADATA

package = Table(
    "package",
    METADATA,
    Column("decision_id", Integer, ForeignKey("decision.decision_id"), primary_key=True),
    Column("period", String(6), nullable=False, index=True),
    Column("snapshot_id", String(60), nullable=False),
    Column("folder", Text, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("files", Integer, nullable=False),
    Column("size", Integer, nullable=False),
)
