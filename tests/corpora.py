"""`make corpora`: 600 hostile files, and files of others where they are, through gate and child.

Every file must end classified, none over ten seconds or 1 GiB, and our own program must not fail.
Files of others are looked for in the folder given as argument, `../shared/corpora` if none is.
"""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.loader import load_catalogue
from models.period import Period
from pipelines.extract.declared import declared
from pipelines.extract.fanout import read_chunk, state_of
from pipelines.issue.write import write_issue
from pipelines.receive.gate import check_gate
from pipelines.receive.refused import RefusedError
from pipelines.sample.writing import make_sample, planned_issues
from tests.hostile import hostile_files

FILES, SEED = 600, 7
MOST_SECONDS, MOST_BYTES = 10.0, 1 << 30
OTHERS = Path("../shared/corpora")
UNCLASSIFIED = frozenset({"our_fault"})


class Ended(NamedTuple):
    """How a file ended, and what that took."""

    kind: str
    outcome: str
    path: Path
    gate_seconds: float
    seconds: float
    peak_bytes: int
    detail: str = ""


def end_of(kind: str, path: Path, catalogue: Any, wanted: Any) -> Ended:
    """One file through the gate, then, if it gets through, to a reader."""
    start = time.perf_counter()
    peak, detail = 0, ""
    try:
        check_gate(path, catalogue.parameters["gate"])
        gate = time.perf_counter() - start
        (answer,) = read_chunk([path], wanted, catalogue.parameters["child"])
        outcome, peak = state_of(answer), answer["spent"]["peak_bytes"]
        detail = answer.get("detail", "").strip().rpartition("\n")[2]
    except RefusedError as refusal:
        gate, outcome = time.perf_counter() - start, f"gate: {refusal.reason}"
    return Ended(kind, outcome, path, gate, time.perf_counter() - start, peak, detail)


def files(folder: Path, others: Path, catalogue: Any) -> Iterator[tuple[str, Path]]:
    """Kind and path of every file of the run."""
    sample = make_sample(catalogue, [Period(2026, 2)], seed=3)
    planned, _ = next(planned_issues(sample))
    genuine = folder / "genuine.xlsx"
    write_issue(genuine, catalogue, planned)
    yield "genuine", genuine
    theirs = sorted(path for path in others.rglob("*") if path.is_file())
    seeds = [genuine.read_bytes(), *(path.read_bytes() for path in theirs[::9])]
    yield from hostile_files(folder, seeds, FILES, SEED)
    for path in theirs:
        yield f"others {path.parent.name}", path


def table(ends: Sequence[Ended]) -> Iterator[str]:
    """One line for each kind and outcome: how many, the longest, the largest."""
    groups: Mapping[tuple[str, str], list[Ended]] = defaultdict(list)
    for each in ends:
        groups[each.kind, each.outcome].append(each)
    yield f"{'kind':<20}{'outcome':<28}{'files':>6}{'max s':>8}{'max MiB':>9}"
    for (kind, outcome), some in sorted(groups.items()):
        longest, largest = max(e.seconds for e in some), max(e.peak_bytes for e in some)
        yield f"{kind:<20}{outcome:<28}{len(some):>6}{longest:>8.2f}{largest / 2**20:>9.0f}"
    gates = sorted(each.gate_seconds for each in ends)
    yield f"gate: median {gates[len(gates) // 2] * 1000:.1f} ms, max {gates[-1] * 1000:.0f} ms"


def main() -> int:
    """Run, print the table, and every file that did not end as it must."""
    others = Path(sys.argv[1]) if len(sys.argv) > 1 else OTHERS
    if not others.is_dir():
        sys.stdout.write(f"{others} is not there: only files made here are run\n")
    catalogue = load_catalogue()
    wanted = declared(catalogue)
    with tempfile.TemporaryDirectory() as folder:
        ends = [
            end_of(kind, path, catalogue, wanted)
            for kind, path in files(Path(folder), others, catalogue)
        ]
    sys.stdout.write("\n".join(table(ends)) + "\n")
    wrong = [
        each
        for each in ends
        if each.outcome in UNCLASSIFIED
        or each.seconds > MOST_SECONDS
        or each.peak_bytes > MOST_BYTES
        or (each.kind == "genuine" and each.outcome != "read")
    ]
    for each in wrong:
        name, took = each.path.name, f"{each.seconds:.1f} s"
        sys.stdout.write(f"WRONG {name}: {each.outcome}, {took}: {each.detail}\n")
    sys.stdout.write(f"{len(ends)} files, {len(wrong)} not as they must be\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
