"""Files to children: chunks side by side, each in a child that stays warm for the next one."""

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"
READY = b"ready"
BLOCK = 1 << 16
PATIENCE = 30
"""Seconds that a child may take over what it allows a file, before it is given up."""


class BrokenChildError(Exception):
    """The child does not work: our own fault, and no file is blamed for it."""


class Child:
    """A child process: ready for jobs, in this process only."""

    def __init__(self, module: str = "pipelines.extract.child") -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 closed with the child
        self._owner = os.getpid()
        self._heard = b""
        command = [sys.executable, "-I", "-c", START.format(module=module), str(ROOT)]
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            # What a reader says at its end shall be one line, which tells why.
            env={**os.environ, "RUST_BACKTRACE": "0"},
        )
        if self._line(PATIENCE) != READY:
            raise self._broken()

    @property
    def is_usable(self) -> bool:
        """Whether it still runs, and was started by this process and not by one we forked from."""
        return self._owner == os.getpid() and self._process.poll() is None

    def read(
        self,
        paths: Sequence[Path],
        declared: Mapping[str, Any],
        limits: Mapping[str, Any],
    ) -> list[Answer]:
        """Return the answer for each file, in order.

        Raises:
            BrokenChildError: the child died or hangs, which no file can bring about.
        """
        job = {
            "paths": [str(path) for path in paths],
            "declared": declared,
            "limits": dict(limits),
        }
        try:
            _write_all(self._process.stdin, json.dumps(job).encode() + b"\n")
        except BrokenPipeError as error:
            raise self._broken() from error
        return [json.loads(self._line(limits["wall_seconds"] + PATIENCE)) for _ in paths]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()
        self._process.wait()

    def _line(self, seconds: float) -> bytes:
        """The next line, without its line feed."""
        stream = self._process.stdout
        pieces = [self._heard]
        while b"\n" not in pieces[-1]:
            block = b""
            if stream is not None and select.select([stream], [], [], seconds)[0]:
                block = os.read(stream.fileno(), BLOCK)
            if not block:
                raise self._broken()
            pieces.append(block)
        line, _, self._heard = b"".join(pieces).partition(b"\n")
        return line

    def _broken(self) -> BrokenChildError:
        self._errors.seek(0)
        said = self._errors.read()[-2000:].decode(errors="replace")
        self.close()
        return BrokenChildError(said)


def _write_all(stream: Any, data: bytes) -> None:
    """Write it all: a pipe without buffer may take less at a time."""
    left = memoryview(data)
    while left:
        left = left[stream.write(left) :]


class _Nursery:
    """The children that wait for work."""

    def __init__(self) -> None:
        self._idle: list[Child] = []
        self._lock = threading.Lock()
        atexit.register(self.close)

    @contextmanager
    def child(self) -> Iterator[Child]:
        """A child for one job; one that failed is not used again."""
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child is None or not child.is_usable:
            child = Child()
        try:
            yield child
        except BaseException:
            child.close()
            raise
        with self._lock:
            self._idle.append(child)

    def close(self) -> None:
        """End those that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            if child.is_usable:
                child.close()


NURSERY = _Nursery()


def local_executor() -> Executor:
    """One thread per core, each minding a child; a cluster's executor fits the same place."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1)


def read_all(
    paths: Sequence[Path],
    declared: Mapping[str, Any],
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
    paths: Sequence[Path], declared: Mapping[str, Any], limits: Mapping[str, Any]
) -> list[Answer]:
    """Read a chunk in one child; a file that ends its process is the only one it ends."""
    with NURSERY.child() as child:
        return child.read(paths, declared, limits)


def state_of(answer: Answer) -> str:
    """One word for what became of a file: read, damaged, or how reading it ended."""
    if "ended" in answer:
        return str(answer["ended"])
    return str(answer["state"]) if "failure" in answer else "read"
