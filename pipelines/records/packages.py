"""Archive packages (归档材料) as the registry knows them: which were made, by whom, and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from models.registry import decision
from models.registry_archive import package
from pipelines.records.quarters import in_force

ARCHIVE = "archive"


@dataclass(frozen=True)
class Package:
    """One package; `folder` is where it was made, it may have been carried elsewhere since."""

    number: int
    snapshot: str
    folder: str
    manifest_sha256: str
    files: int
    size: int
    by: str
    at: datetime
    why: str


def packages(registry: Connection, period: str | None = None) -> tuple[Package, ...]:
    """The packages of a quarter whose decision was not undone, oldest first; of all if none."""
    rows = registry.execute(
        select(package, decision.c.decided_by, decision.c.decided_at, decision.c.why)
        .join(decision, decision.c.decision_id == package.c.decision_id)
        .where(in_force(), package.c.period == period if period else package.c.period != "")
        .order_by(package.c.decision_id)
    )
    return tuple(
        Package(
            number=row.decision_id,
            snapshot=row.snapshot_id,
            folder=row.folder,
            manifest_sha256=row.manifest_sha256,
            files=row.files,
            size=row.size,
            by=row.decided_by,
            at=row.decided_at,
            why=row.why,
        )
        for row in rows
    )


def add_package(registry: Connection, period: str, made: Package) -> None:
    """Record the package that a decision made."""
    registry.execute(
        insert(package).values(
            decision_id=made.number,
            period=period,
            snapshot_id=made.snapshot,
            folder=made.folder,
            manifest_sha256=made.manifest_sha256,
            files=made.files,
            size=made.size,
        )
    )
