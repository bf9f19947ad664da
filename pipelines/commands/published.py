"""Which publication a command reads."""

from pathlib import Path

from pipelines.commands.telling import CannotError
from pipelines.settings import home


def published_path(snapshot: str | None) -> Path:
    """The snapshot asked for, or the one in force.

    Raises:
        CannotError: there is none.
    """
    pointer = home().published / "current"
    if snapshot is None and not pointer.exists():
        raise CannotError("nothing_published")
    name = snapshot or Path(pointer.read_text(encoding="utf-8").strip()).stem
    path = home().published / f"{Path(name).name}.duckdb"
    if not path.is_file():
        raise CannotError("no_snapshot", snapshot=name)
    return path
