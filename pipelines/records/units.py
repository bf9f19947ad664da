"""The unit directory as the registry keeps it."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from models.registry import unit_version
from models.units import Directory, UnitVersion


def directory(registry: Connection) -> Directory:
    """The unit directory with all its versions."""
    rows = registry.execute(select(unit_version)).mappings()
    return Directory(UnitVersion(**row) for row in rows)


def replace_directory(registry: Connection, versions: Iterable[UnitVersion]) -> None:
    """Put the given versions in place of the directory."""
    registry.execute(delete(unit_version))
    registry.execute(insert(unit_version), [asdict(version) for version in versions])
