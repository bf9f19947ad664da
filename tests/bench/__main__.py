"""`make bench`: the budget table, as ratios measured in one run; rows are printed when known."""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from models.loader import load_catalogue
from pipelines.settings import Home
from tests.bench import files, papers, quarter
from tests.bench.scale import copied

COPIES = (4, 20)
"""How many times the units of the sample: about 1,000 and 5,000."""
GIB = 1024


def show(rows: Iterable[files.Row]) -> None:
    """Print what was measured."""
    for what, budget, figure in rows:
        sys.stdout.write(f"{what:<62}{budget:>12}{figure:>12}\n")
        sys.stdout.flush()


def scale(home: Home) -> list[files.Row]:
    """A thousand units and five thousand, each in a process of its own."""
    few, many = (copied(home, copies) for copies in COPIES)
    steps = ("judge", "together", "build")
    each = [sum(found[step] for step in steps) / found["units"] for found in (few, many)]
    rows = [
        (f"cost a unit at {many['units']} units / at {few['units']}, CPU", "<= 1.2x",
         f"{each[1] / each[0]:.2f}x"),
        (f"memory of a run at {many['units']} units", "<= 2 GiB",
         f"{many['build_mib'] / GIB:.2f} GiB"),
    ]  # fmt: skip
    return rows + [
        (f"  {step}, CPU, largest memory so far", "",
         f"{many[step]:.0f} s {many[f'{step}_mib'] / GIB:.2f}G")
        for step in steps
    ]  # fmt: skip


def main() -> None:
    """Measure all."""
    show(files.measure())
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        show(quarter.measure(home, load_catalogue()))
        show(papers.measure(home, load_catalogue()))
        show(scale(home))


if __name__ == "__main__":
    main()
