"""What thousands of units cost: a quarter that was read, copied under other unit codes.

`python -m tests.bench.scale HOME COPIES` makes a home with the copies, judges and builds it, and
prints seconds and memory as JSON; it is run as a process of its own, so that memory is its own.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection, insert, select

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from models.registry import issued, receipt, submission
from models.units import UnitVersion
from pipelines.building import build_warehouse
from pipelines.duties import freeze
from pipelines.extract.store import READER
from pipelines.intake import judge_period
from pipelines.records import directory, open_period, replace_directory
from pipelines.registry import reading, writing
from pipelines.reviewing import judge_quarter
from pipelines.settings import Home
from tests.bench.quarter import PERIOD

SINGLE = ("county_wc", "city_wc")
"""Of these a county has one."""
SERIAL = 7
"""Where the running number of a unit code begins; units of the sample use its last three digits."""


def of_copy(code: str, number: int) -> str:
    """The code of a unit's copy."""
    return f"{code[:SERIAL]}{number:02d}{code[SERIAL + 2 :]}"


def copy_home(source: Home, home: Home, copies: int) -> int:
    """Fill `home` with the quarter of `source`, every unit so many times; return the units."""
    catalogue = load_catalogue()
    with reading(source) as registry:
        units = [each for each in directory(registry).versions if each.covers(PERIOD.last_day)]
        files = registry.execute(select(submission).where(submission.c.is_current)).mappings().all()
        issues = {row["issue_id"]: row for row in registry.execute(select(issued)).mappings()}
    codes = {
        unit.unit_code: [
            unit.unit_code,
            *(of_copy(unit.unit_code, each) for each in _copies(unit, copies)),
        ]
        for unit in units
    }
    with writing(home) as registry:
        replace_directory(registry, [v for unit in units for v in _renamed(unit, codes)])
        opened = issues[files[0]["issue_id"]]["issued_at"]
        open_period(registry, PERIOD, opened)
        freeze(registry, catalogue.campaign, PERIOD, opened, directory(registry))
        for row in files:
            for code in codes[row["unit_code"]]:
                _submit(registry, row, issues[row["issue_id"]], code)
    _copy_cells(source, home, {row["file_sha256"]: codes[row["unit_code"]] for row in files})
    return sum(len(each) for each in codes.values())


def _copies(unit: UnitVersion, copies: int) -> range:
    return range(1, 1 if unit.unit_kind in SINGLE else copies)


def _renamed(unit: UnitVersion, codes: dict[str, list[str]]) -> Iterator[UnitVersion]:
    for number, code in enumerate(codes[unit.unit_code]):
        yield replace(unit, unit_code=code, unit_name=f"{unit.unit_name}{number or ''}")


def _sha(sha256: str, own: str, code: str) -> str:
    return sha256 if code == own else f"{sha256[:52]}{code}"


def _submit(registry: Connection, row: Any, issue: Any, code: str) -> None:
    own = row["unit_code"]
    sha256 = _sha(row["file_sha256"], own, code)
    named = {"issue_id": f"{code}-{PERIOD}", "unit_code": code}
    prefill = issue["prefill"].replace(own, code)
    registry.execute(insert(issued).values({**issue, **named, "prefill": prefill}))
    given = {"received_at": row["received_at"], "door": "inbox", "original_name": code,
             "file_sha256": sha256, "size": 1, "outcome": "submitted"}  # fmt: skip
    number = registry.execute(insert(receipt).values(given)).inserted_primary_key
    registry.execute(
        insert(submission).values(
            {
                **row,
                **named,
                "submission_id": f"S{code}",
                "file_sha256": sha256,
                "receipt_id": number[0] if number else 0,
                "version": 1,
                "status": "received",
                "verdict": None,
                "judged_by": None,
            }
        )
    )


def _copy_cells(source: Home, home: Home, codes: dict[str, list[str]]) -> None:
    """The tables of the reader, for every copy; in the cells the unit's own code is the copy's."""
    out = home.cells / f"reader-{READER}"
    out.mkdir(parents=True)
    for table in ("cell", "aside", "file"):
        scan = pl.scan_parquet(source.cells / f"reader-{READER}" / f"{table}-*.parquet")
        frame = scan.filter(pl.col("file_sha256").is_in(list(codes))).collect()
        for number in range(max(map(len, codes.values()))):
            pairs = [
                (sha256, _sha(sha256, each[0], each[number]), each[0], each[number])
                for sha256, each in codes.items()
                if number < len(each)
            ]
            _with_codes(frame, pairs).write_parquet(out / f"{table}-{number:04d}.parquet")


def _with_codes(frame: pl.DataFrame, pairs: list[tuple[str, str, str, str]]) -> pl.DataFrame:
    schema = ["file_sha256", "sha_of_copy", "own", "code"]
    found = frame.join(pl.DataFrame(pairs, schema=schema, orient="row"), on="file_sha256")
    if "typed" in frame.columns:
        is_own = pl.col("typed") == pl.col("own")
        found = found.with_columns(
            typed=pl.when(is_own).then(pl.col("code")).otherwise(pl.col("typed"))
        )
    return found.with_columns(file_sha256="sha_of_copy").select(frame.columns)


def run(home: Home, catalogue: Catalogue) -> dict[str, float]:
    """Judge, judge together, build: CPU seconds of each, and the largest memory so far."""
    found: dict[str, float] = {}

    def step(name: str, work: Any) -> None:
        start = time.process_time()
        with writing(home) as registry:
            work(registry)
        found[name] = time.process_time() - start
        found[f"{name}_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    step("judge", lambda registry: judge_period(home, registry, catalogue, str(PERIOD)))
    step("together", lambda registry: judge_quarter(home, registry, catalogue, PERIOD))
    step("build", lambda registry: build_warehouse(home, registry, catalogue, [str(PERIOD)]))
    return found


def main() -> None:
    """Copy, run, print."""
    source, copies = Home(Path(sys.argv[1])), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        units = copy_home(source, home, copies)
        found = run(home, load_catalogue())
    sys.stdout.write(json.dumps({"units": units, **found}) + "\n")


if __name__ == "__main__":
    main()
