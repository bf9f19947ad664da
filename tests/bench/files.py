"""What single files cost: against the value reader alone, and one checked in a warm process."""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

from models.loader import load_catalogue
from models.period import Period
from pipelines.clean import clean_cells
from pipelines.extract.declared import declared
from pipelines.extract.opening import open_book
from pipelines.extract.reader import read_cells
from pipelines.extract.store import CELL_SCHEMA
from pipelines.extract.wanted import Wanted
from pipelines.issue.write import write_issue
from pipelines.judging.checking import check_file
from pipelines.records.issues import add_issues
from pipelines.records.quarters import open_period
from pipelines.records.units import replace_directory
from pipelines.registry import reading, writing
from pipelines.sample.writing import make_sample, planned_issues
from pipelines.settings import Home

FILES, ROUNDS = 60, 5
Row = tuple[str, str, str]
"""What was measured and against what, the budget, the figure."""


def cpu(work: Callable[[], object]) -> float:
    """Median CPU seconds of a piece of work."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def calamine_alone(paths: list[Path]) -> None:
    """What the value reader costs by itself: every sheet to Python lists."""
    for path in paths:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def to_clean_cells(paths: list[Path]) -> None:
    """What the stages extract and clean cost for the same files."""
    catalogue = load_catalogue()
    wanted = Wanted.from_json(declared(catalogue))
    rows = []
    for path in paths:
        cells, _, _ = read_cells(open_book(str(path)), wanted)
        rows.extend((path.name, *cell) for cell in cells)
    clean_cells(pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row"), catalogue)


def measure() -> list[Row]:
    """Make a few workbooks and measure."""
    catalogue = load_catalogue()
    sample = make_sample(catalogue, [Period(2026, 2)], seed=3)
    planned = [each for each, _ in planned_issues(sample)][:FILES]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.key.write_bytes(sample.key)
        with writing(home) as registry:
            replace_directory(registry, sample.versions)
            open_period(registry, sample.periods[0], planned[0].issue.issued_at)
            add_issues(registry, [each.issue for each in planned])
        paths = [Path(folder) / f"{each.issue.issue_id}.xlsx" for each in planned]
        for path, each in zip(paths, planned, strict=True):
            write_issue(path, catalogue, replace(each, shown=each.shown))
        base = cpu(lambda: calamine_alone(paths))
        ours = cpu(lambda: to_clean_cells(paths))
        with reading(home) as registry:
            one = cpu(lambda: check_file(home, registry, catalogue, paths[0]))
            start = time.perf_counter()
            check_file(home, registry, catalogue, paths[0])
            wall = time.perf_counter() - start
    return [
        ("file to clean cells / calamine to lists alone, CPU", "<= 4x", f"{ours / base:.2f}x"),
        ("  calamine alone, CPU a file", "", f"{base / FILES * 1000:.1f} ms"),
        ("  clean cells, CPU a file", "", f"{ours / FILES * 1000:.1f} ms"),
        ("one file checked in a warm process, child included, wall", "<= 0.5 s", f"{wall:.2f} s"),
        ("  of it in this process, CPU", "", f"{one:.2f} s"),
    ]
