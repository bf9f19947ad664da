"""A probe of archive packages: where they were made, and whether they are what was packed."""

from collections.abc import Iterator
from pathlib import Path

from pipelines.keeping.reconcile import shortened
from pipelines.keeping.repository import MANIFEST
from pipelines.keeping.trouble import Probe, Trouble, Visit, hint, looking_at, problem
from pipelines.packing.package import DamagedManifestError, NoPackageError, check_package
from pipelines.receive.archive import digest
from pipelines.schema import columns

PACKAGES = """
    SELECT folder, manifest_sha256 FROM package
    WHERE decision_id NOT IN (SELECT decision_id FROM undone) ORDER BY decision_id
"""


def packages(visit: Visit) -> Iterator[Trouble]:
    """What was carried elsewhere cannot be looked at here; a draft was cut short."""
    with looking_at(visit) as con:
        rows = con.execute(PACKAGES).fetchall() if columns(con, "package") else []
    known = {Path(folder): sha256 for folder, sha256 in rows}
    if gone := [path.name for path in known if not path.is_dir()]:
        yield hint("packages_elsewhere", count=len(gone), what=shortened(gone))
    bad = [str(path) for path, sha256 in known.items()
           if path.is_dir() and not _is_whole(path, sha256, deep=visit.deep)]  # fmt: skip
    if bad:
        yield problem("damaged_packages", what=shortened(bad))
    if cut := sorted(visit.home.packages.glob(".*.making")):
        yield hint("package_drafts", count=len(cut), folder=visit.home.packages)


def _is_whole(folder: Path, sha256: str, *, deep: bool) -> bool:
    manifest = folder / MANIFEST
    if not (manifest.is_file() and digest(manifest) == sha256):
        return False
    if not deep:
        return True
    try:
        return check_package(folder).is_sound
    except (NoPackageError, DamagedManifestError):
        return False


PROBES: tuple[Probe, ...] = (packages,)
"""Probes of what was archived."""
