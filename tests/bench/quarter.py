"""What a quarter costs from the inbox to a draft snapshot, against one library call per file.

CPU seconds of this process and of its children.
"""

import json
import os
import resource
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.defs.run import run_quarter
from pipelines.judging.foreseeing import foreseen
from pipelines.receive.receipt import receive_file
from pipelines.registry import writing
from pipelines.sample.files import write_sample
from pipelines.settings import Home
from tests.bench.files import Row

PERIOD = Period(2026, 2)
PER_FILE = 12
"""So many files are validated one by one; their cost is multiplied by the files of the quarter."""
EXPECTATIONS = 40


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work, children included."""
    start = _cpu()
    work()
    return _cpu() - start


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def send(home: Home, catalogue: Catalogue) -> list[Path]:
    """Write what the sample's units send in a quarter."""
    out = home.root / "sample"
    with writing(home) as registry:
        write_sample(home, registry, catalogue, [PERIOD], 7, out, lambda *_: None,
                     lambda *given: foreseen(catalogue, *given))  # fmt: skip
    return [out / each["file"] for each in json.loads((out / "schedule.json").read_text())]


def collect(home: Home, catalogue: Catalogue, paths: list[Path], at: datetime) -> None:
    """From files to a draft snapshot, as `sanji receive` and `sanji run` do."""
    with writing(home) as registry:
        for number, path in enumerate(paths):
            when = at + timedelta(seconds=number)
            receive_file(registry, home.archive, path, when, "inbox", catalogue)
    outcome = run_quarter(str(PERIOD), at + timedelta(hours=8))
    if not outcome.success:
        raise RuntimeError(outcome.failures)


def one_call_per_file(paths: list[Path]) -> None:
    """The plain way: every file to a frame of its cells, and a suite run on it."""
    import great_expectations as gx  # noqa: PLC0415 seconds to import
    import pandas as pd  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_pandas("files")
    for number, path in enumerate(paths):
        sheets = pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl", dtype=object)
        frame = pd.concat(sheets.values(), ignore_index=True).iloc[:, :8]
        frame.columns = [f"c{each}" for each in range(frame.shape[1])]
        asset = source.add_dataframe_asset(f"file {number}")
        batch = asset.add_batch_definition_whole_dataframe("all")
        suite = context.suites.add(gx.ExpectationSuite(name=f"s{number}", expectations=_suite(gx)))
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(name=f"v{number}", data=batch, suite=suite)
        )
        definition.run(batch_parameters={"dataframe": frame}, result_format="BASIC")


def _suite(gx: Any) -> list[Any]:
    kinds = gx.expectations
    return [
        kinds.ExpectColumnValuesToMatchRegex(
            column=f"c{number % 8}", regex=f"^.{{0,{200 + number}}}$"
        )
        for number in range(EXPECTATIONS)
    ]


def measure(home: Home, catalogue: Catalogue) -> list[Row]:
    """Fill a home, collect its quarter, and compare."""
    os.environ["SANJI_HOME"] = str(home.root)
    paths = send(home, catalogue)
    import great_expectations  # noqa: F401, PLC0415 both ways need it, so that neither pays

    ours = spent(lambda: collect(home, catalogue, paths, datetime(2026, 7, 9, 9)))
    theirs = spent(lambda: one_call_per_file(paths[:PER_FILE])) / PER_FILE * len(paths)
    return [
        (f"{len(paths)} files, inbox to draft / a call per file, CPU", ">= 20x less",
         f"{theirs / ours:.1f}x"),
        ("  inbox to draft, CPU a file", "", f"{ours / len(paths) * 1000:.0f} ms"),
        (f"  openpyxl and {EXPECTATIONS} expectations, CPU a file", "",
         f"{theirs / len(paths) * 1000:.0f} ms"),
    ]  # fmt: skip
