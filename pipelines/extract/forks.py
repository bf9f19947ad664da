"""The loop of the child: one job after another, a process of its own for every file in it.

The child itself never opens a workbook. It imports the readers once, then forks for each file: what
a file does to its process, and how long it takes, ends with that process. How it ended is the
answer: `crashed`, `too_heavy`, `too_slow`; `our_fault` when it was our own code that failed.
"""

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TextIO

from pipelines.extract.limits import end_with_parent, give_up, leave_network

Answer = dict[str, Any]
Answerer = Callable[[str, Any], Answer]
READY = "ready\n"
BLOCK = 1 << 16
SHOWN = 2000
ENDS = {81: "too_heavy", 82: "crashed", 83: "our_fault"}
OUT_OF_MEMORY = b"memory allocation of"
"""What the value reader says before it aborts."""


def serve(answer: Answerer, prepare: Callable[[Any], Any]) -> None:
    """Answer jobs, one JSON line each, until there are no more; one JSON line for each file."""
    leave_network()
    _say(sys.stdout, READY)
    for line in sys.stdin:
        job = json.loads(line)
        declared = prepare(job["declared"])
        for path in job["paths"]:
            told = _Fork(answer, path, declared, job["limits"]).outcome()
            _say(sys.stdout, json.dumps(told, ensure_ascii=False) + "\n")


def _say(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


class _Fork:
    """A process for one file, and what it leaves behind."""

    def __init__(
        self, answer: Answerer, path: str, declared: Any, limits: Mapping[str, Any]
    ) -> None:
        self._limits = limits
        self._ends_by = time.monotonic() + limits["wall_seconds"]
        self._out, out = os.pipe()
        self._err, err = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _answer_and_exit(answer, path, declared, limits, out, err)
        os.close(out)
        os.close(err)

    def outcome(self) -> Answer:
        """Wait for the answer, or for the end of the process or of its time."""
        said, errors, is_over = self._listen()
        in_time = time.monotonic() < self._ends_by
        if not is_over:  # it has answered, or said too much, or its time is up
            os.kill(self._pid, signal.SIGKILL)
        _, status, used = os.wait4(self._pid, 0)
        os.close(self._out)
        os.close(self._err)
        spent = {"seconds": used.ru_utime + used.ru_stime, "peak_bytes": _peak(used.ru_maxrss)}
        if in_time and said.endswith(b"\n"):
            return {**json.loads(said), "spent": spent}
        end = _end(os.waitstatus_to_exitcode(status), errors, in_time=in_time)
        if len(said) > self._limits["answer_bytes"]:
            end = "too_heavy"
        detail = errors[-SHOWN:].decode(errors="replace")
        return {"ended": end, "detail": detail, "spent": spent}

    def _listen(self) -> tuple[bytes, bytes, bool]:
        heard = {self._out: bytearray(), self._err: bytearray()}
        open_ends = set(heard)
        while open_ends and len(heard[self._out]) <= self._limits["answer_bytes"]:
            left = self._ends_by - time.monotonic()
            ready = select.select(open_ends, [], [], max(0, left))[0]
            if not ready:
                break
            for end in ready:
                block = os.read(end, BLOCK)
                heard[end] += block
                if end == self._err:
                    del heard[end][:-SHOWN]
                if not block:
                    open_ends.discard(end)
            if heard[self._out].endswith(b"\n"):
                break
        return bytes(heard[self._out]), bytes(heard[self._err]), not open_ends


def _answer_and_exit(
    answer: Answerer, path: str, declared: Any, limits: Mapping[str, Any], out: int, err: int
) -> None:
    """In the fork: answer for the file. An exception that `answer` lets pass ends the process."""
    sys.excepthook = _exit_for
    end_with_parent()
    os.dup2(err, sys.stderr.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    give_up(limits)
    said = json.dumps(answer(path, declared), ensure_ascii=False) + "\n"
    with os.fdopen(out, "w", encoding="utf-8", errors="surrogatepass") as stream:
        stream.write(said)
    os._exit(0)


def _exit_for(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Exit with the code that says whose fault it was; the trace goes to the error stream."""
    traceback.print_exception(kind, error, trace)
    sys.stderr.flush()
    if issubclass(kind, MemoryError):
        end = "too_heavy"
    else:
        # A panic of the value reader is no `Exception`, and its class cannot be imported.
        is_files = issubclass(kind, RecursionError) or kind.__name__ == "PanicException"
        end = "crashed" if is_files else "our_fault"
    os._exit(next(code for code, name in ENDS.items() if name == end))


def _end(code: int, errors: bytes, *, in_time: bool) -> str:
    """Why a process ended without an answer; a negative code is the signal that ended it."""
    if not in_time or code == -signal.SIGXCPU:
        return "too_slow"
    if code in ENDS:
        return ENDS[code]
    # Killed by the system for want of memory, or by itself when it was given none.
    if code == -signal.SIGKILL or (code == -signal.SIGABRT and OUT_OF_MEMORY in errors):
        return "too_heavy"
    return "crashed"


def _peak(maxrss: int) -> int:
    return maxrss if sys.platform == "darwin" else maxrss << 10
