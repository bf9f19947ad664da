"""Which publication a command reads."""

from pathlib import Path

from dashboards.pointer import in_force
from pipelines.commands.telling import CannotError
from pipelines.settings import home


def published_path(snapshot: str | None) -> Path:
    """The snapshot asked for, or the one in force.

    Raises:
        CannotError: there is none.
    """
    current = in_force(home().published)
    if snapshot is None and current is None:
        raise CannotError("nothing_published")
    name = snapshot or (current.stem if current else "")
    path = home().published / f"{Path(name).name}.duckdb"
    if not path.is_file():
        raise CannotError("no_snapshot", snapshot=name)
    return path
