"""Files to children: chunks side by side; when a child dies, the guilty file is found."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
CRASHED: Answer = {"crashed": True}
READY = b"ready"


class BrokenChildError(Exception):
    """The child could not even start: our own fault, and no file is blamed for it."""


def local_executor() -> Executor:
    """One thread per core, each minding a child; a cluster's executor fits the same place."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1)


def read_all(
    paths: Sequence[Path],
    declared: Sequence[Mapping[str, Any]],
    limits: Mapping[str, Any],
    executor: Executor,
) -> Iterator[list[Answer]]:
    """Yield the answers of each chunk, in the order of `paths`."""
    size = limits["files_per_chunk"]
    chunks = [paths[start : start + size] for start in range(0, len(paths), size)]
    jobs = [executor.submit(read_chunk, chunk, declared, limits) for chunk in chunks]
    for job in jobs:
        yield job.result()


def read_chunk(
    paths: Sequence[Path], declared: Sequence[Mapping[str, Any]], limits: Mapping[str, Any]
) -> list[Answer]:
    """Read a chunk in one child. A file that kills it is CRASHED, the others are read."""
    answers: list[Answer] = []
    while len(answers) < len(paths):
        rest = paths[len(answers) :]
        done = _run_child(rest, declared, limits)
        answers.extend(done)
        if len(done) < len(rest):
            # Answers come in order, so the child died on the first file without one.
            answers.append(CRASHED)
    return answers


def _run_child(
    paths: Sequence[Path], declared: Sequence[Mapping[str, Any]], limits: Mapping[str, Any]
) -> list[Answer]:
    job = {
        "paths": [str(path) for path in paths],
        "declared": list(declared),
        "memory_bytes": limits["memory_bytes"],
        "seconds": limits["seconds_per_file"] + len(paths),
    }
    command = [sys.executable, "-m", "pipelines.extract.child"]
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter and module
            command,
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=limits["seconds_per_file"] * 2 + len(paths) * 2,
            check=False,
        )
        output = done.stdout
    except subprocess.TimeoutExpired as expired:
        output, done = expired.stdout or b"", None
    ready, *lines = output.split(b"\n")
    if ready != READY:
        raise BrokenChildError(done.stderr.decode(errors="replace")[-2000:] if done else command)
    # A line without its line feed was cut short with the child.
    return [json.loads(line) for line in lines[:-1]]
