"""The disposable child: reads a chunk of workbooks under limits and without network.

Standard input: one JSON job. Standard output: one JSON line per file. Nothing is written.
Run as `python -m pipelines.extract.child`.
"""

import ctypes
import json
import resource
import sys
import zipfile
from dataclasses import astuple
from typing import Any

from lxml import etree
from python_calamine import CalamineError

from pipelines.extract.reader import Book, Declared, read_cells

CLONE_NEWNET = 0x40000000


def limit(memory: int, seconds: int) -> None:
    """Give up memory, time, file writing and, where the system lets us, the network."""
    if sys.platform != "darwin":  # where the kernel refuses this limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(CLONE_NEWNET)


def answer(path: str, declared: list[Declared]) -> dict[str, Any]:
    """What one file says: identity, cells, names not found; or why it could not be read."""
    try:
        book = Book(path)
        meta = {
            name.removeprefix("meta__"): str(book.value(*spot))
            for name, spot in book.names.items()
            if name.startswith("meta__") and spot[0] in book.parts
        }
        cells, lost = read_cells(book, declared) if meta else ([], [])
    except (CalamineError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError) as error:
        return {"failure": f"{type(error).__name__}: {error}"[:300]}
    return {"meta": meta, "cells": [astuple(cell) for cell in cells], "lost": lost}


def main() -> None:
    """Read the job, answer for each file in its order."""
    job = json.load(sys.stdin)
    limit(job["memory_bytes"], job["seconds"])
    declared = [Declared(**item) for item in job["declared"]]
    sys.stdout.write("ready\n")
    sys.stdout.flush()  # said before the first file, which may be the one that kills
    for path in job["paths"]:
        sys.stdout.write(json.dumps(answer(path, declared), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
