"""What leaves the system finished: one set of papers, and pictures of charts."""

import time
from collections.abc import Callable

from dashboards.briefings.writing import papers_of, write_set
from dashboards.charts import charts
from dashboards.pictures import export_charts
from dashboards.snapshots import Publications
from models.catalogue_model import Catalogue
from models.period import system_clock
from pipelines.settings import Home
from tests.bench.files import Row
from tests.bench.quarter import PERIOD

PICTURES = 24


def measure(home: Home, catalogue: Catalogue) -> list[Row]:
    """Write the city's papers without PDF, then charts as PNG and SVG with their tables."""
    snapshot = Publications(home.published).current()
    out = home.root / "papers"

    def papers() -> None:
        made = papers_of(snapshot, catalogue, str(PERIOD))
        write_set(out, made, lambda _: None, native_only=True)

    def pictures() -> None:
        wanted = list(charts(catalogue))[:PICTURES]
        path = home.published / f"{snapshot.name}.duckdb"
        export_charts(path, out, catalogue, system_clock(), wanted=wanted)

    return [
        ("one set of papers (docx, pptx, xlsx, html), wall", "<= 10 s", f"{_wall(papers):.1f} s"),
        (f"{PICTURES} charts as PNG, SVG and xlsx, wall", "<= 15 s", f"{_wall(pictures):.1f} s"),
    ]


def _wall(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
