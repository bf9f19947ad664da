"""Whether what people see is what there is: the snapshot against registry and catalogue."""

from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import Connection, select

from dashboards.pointer import in_force
from models.catalogue_model import Catalogue
from models.registry import submission
from pipelines.catalogues.of_quarters import quarter_catalogues
from pipelines.proof import Proof
from pipelines.settings import Home

FRESHNESS = "is_fresh"


def waiting(path: Path | None, registry: Connection) -> list[datetime]:
    """When each return came that is not in the snapshot, in order; all where there is none."""
    held: set[str] = set()
    if path is not None and path.is_file():
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute("SELECT submission_id FROM core.submission").fetchall()
        held = {row[0] for row in rows}
    came = registry.execute(
        select(submission.c.submission_id, submission.c.received_at).order_by(
            submission.c.received_at
        )
    )
    return [row.received_at for row in came if row.submission_id not in held]


def freshness(home: Home, registry: Connection, catalogue: Catalogue) -> Proof:
    """Prove that the snapshot holds every return, and that its catalogues are in force.

    It only warns: between two runs people look at numbers of the last one.
    """
    path = in_force(home.published)
    if path is None or not path.is_file():
        return Proof(FRESHNESS, passed=False, numbers={"snapshot": "", "waiting": 0}, warns=True)
    with duckdb.connect(str(path), read_only=True) as con:
        ((whole,),) = con.execute("SELECT catalogue_hash FROM core.snapshot").fetchall()
    late = waiting(path, registry)
    under = quarter_catalogues(home, registry, catalogue)
    numbers: dict[str, int | str] = {
        "snapshot": path.stem,
        "waiting": len(late),
        "newest": f"{late[-1]:%Y-%m-%d %H:%M}" if late else "",
        "other_catalogue": "" if whole == under.today.hash else whole[:12],
    }
    return Proof(FRESHNESS, not late and whole == under.today.hash, numbers, warns=True)
