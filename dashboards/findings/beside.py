"""The report beside its snapshot, made whenever one is published."""

from pathlib import Path

from dashboards.findings.asked import Asked, report_of
from dashboards.findings.page import report_page
from dashboards.reader import CITY
from dashboards.snapshots import open_snapshot
from models.catalogue_model import Catalogue


def write_beside(path: Path, catalogue: Catalogue, period: str) -> Path | None:
    """Write the report of a quarter beside a snapshot, if the snapshot holds the quarter."""
    snapshot = open_snapshot(path)
    try:
        if period not in snapshot.kinds:
            return None
        page = report_page(catalogue, report_of(CITY, snapshot, catalogue, Asked(period)))
    finally:
        snapshot.connection.close()
    target = path.with_suffix(".html")
    target.write_text(page, encoding="utf-8")
    return target
