"""What thousands of units cost: a home that was read and judged, copied under other unit codes.

`python -m tests.bench.scale HOME COPIES [QUARTERS]` makes a home with the copies and prints what it
costs as JSON: one quarter is judged and built; of several every table is built, and numbers of
every kind are explained. It is run as a process of its own, so that memory is its own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import delete, select, update

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from models.period import Period
from models.registry import METADATA, submission
from pipelines.building import build_warehouse
from pipelines.explaining import explain
from pipelines.judging.intake import judge_period
from pipelines.judging.reviewing import judge_quarter
from pipelines.registry import reading, writing
from pipelines.settings import Home
from tests.bench.copying import copy_home

JUDGED = ("finding", "evaluated", "checkpoint", "settlement", "move", "decision")
EXPLAINED = ("ORG01", "CAD04", "COO01", "COO05", "DQ01", "X1", "member_close")
"""Of one quarter; of the year; of matters; of relations; of reporting; an index; a field."""
COUNTY = "330702"
TOLD = 20
"""So many units and cells are told, as a page does."""


def last_quarter(home: Home) -> Period:
    """The last quarter for which files came."""
    with reading(home) as registry:
        return Period.parse(max(registry.execute(select(submission.c.period)).scalars()))


def forget_judgements(home: Home) -> None:
    """Leave the current files as they were when they came."""
    with writing(home) as registry:
        for name in JUDGED:
            registry.execute(delete(METADATA.tables[name]))
        registry.execute(delete(submission).where(submission.c.is_current.is_(False)))
        unjudged = {"status": "received", "verdict": None, "judged_by": None}
        registry.execute(update(submission).values(unjudged))


def _step(found: dict[str, float], name: str, work: Any) -> None:
    start = time.process_time()
    work()
    found[name] = time.process_time() - start
    found[f"{name}_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(home: Home, catalogue: Catalogue, period: Period) -> dict[str, float]:
    """Judge, judge together, build: CPU seconds of each, and the largest memory so far."""
    found: dict[str, float] = {}
    forget_judgements(home)
    with writing(home) as registry:
        steps = {
            "judge": lambda: judge_period(home, registry, catalogue, str(period)),
            "together": lambda: judge_quarter(home, registry, catalogue, period),
            "build": lambda: build_warehouse(home, registry, catalogue, [str(period)]),
        }
        for name, work in steps.items():
            _step(found, name, work)
    return found


def run_history(home: Home, catalogue: Catalogue) -> dict[str, float]:
    """Load and build everything: CPU seconds of each table, the load in the first; then explain."""
    found: dict[str, float] = {}
    since = [time.process_time()]

    def made(table: str, _: int) -> None:
        now = time.process_time()
        found[table], since[0] = now - since[0], now

    with writing(home) as registry:
        _step(found, "build", lambda: build_warehouse(home, registry, catalogue, [], made))
    return found | _explained(home, catalogue)


def _explained(home: Home, catalogue: Catalogue) -> dict[str, float]:
    """The longest of the explanations of a number, in seconds of the clock and of the processor."""
    period = str(last_quarter(home))
    longest: dict[str, float] = {}
    for name in EXPLAINED:
        for scope in (_reporting(home, period), COUNTY, catalogue.structure.city.code):
            clock, processor = time.perf_counter(), time.process_time()
            explain(home.warehouse, catalogue, name, scope, period, limit=TOLD)
            longest[f"explain {name} {scope}"] = time.perf_counter() - clock
            longest[f"explain {name} {scope}, CPU"] = time.process_time() - processor
    return longest


def _reporting(home: Home, period: str) -> str:
    """A unit of the county that told its members in the quarter."""
    asked = (
        "SELECT min(unit_code) FROM core.value WHERE period = ? AND field = ? AND unit_code LIKE ?"
    )
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        found = warehouse.execute(asked, [period, EXPLAINED[-1], f"{COUNTY}%"]).fetchall()
    return str(found[0][0])


def copied(home: Home, *words: int) -> dict[str, float]:
    """What a run of this file found, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.scale", str(home.root), *map(str, words)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Copy, run, print."""
    source, copies = Home(Path(sys.argv[1])), int(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    last, catalogue = last_quarter(source), load_catalogue()
    quarters = [last.shifted(-back) for back in reversed(range(count))]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        units = copy_home(source, home, copies, quarters)
        found = run(home, catalogue, last) if count == 1 else run_history(home, catalogue)
    sys.stdout.write(json.dumps({"units": units, "quarters": count, **found}) + "\n")


if __name__ == "__main__":
    main()
