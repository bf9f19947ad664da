"""A disk that fails at its n-th operation while one file is received, for every n.

    cc -shared -fPIC -o LIBRARY tests/failing_disk.c -ldl
    LD_PRELOAD=LIBRARY python -m tests.disk_sweep LIBRARY --out TMP [--fresh] [--all]

Every trial is a fork; the library is armed in the child only. `tests/flow` runs it.
"""

import argparse
import ctypes
import errno
import json
import os
import shutil
from collections import Counter
from datetime import datetime
from itertools import count
from pathlib import Path

from models.loader import load_catalogue
from pipelines.receive import receive_file
from pipelines.receive.archive import digest
from pipelines.registry import writing
from pipelines.settings import Home
from tests.promises import FAILED, ended, look, promise

AT = datetime(2026, 7, 20, 16)
ONCE, FROM_THEN_ON = 0, 1
FEW = ((errno.ENOSPC, FROM_THEN_ON), (errno.EIO, ONCE), (errno.EROFS, FROM_THEN_ON))
ALL = tuple((error, lasts) for error, _ in FEW for lasts in (ONCE, FROM_THEN_ON))
PACKAGE = b"PK\x03\x04 cut short, and kept all the same" * 3000


def disk_sweep(folder: Path, library: Path, *, fresh: bool, thorough: bool) -> dict[str, object]:
    """Fail every operation of one `receive_file` in turn, once or from then on.

    The home has a receipt already, unless it is to be fresh: then its registry is made as well.
    """
    shim = ctypes.CDLL(str(library))
    outcomes: Counter[str] = Counter()
    template = Home(folder / "template")
    template.root.mkdir()
    if not fresh:
        other = folder / "前一份.xlsx"
        other.write_bytes(PACKAGE[:100])
        promise(ended(lambda: _receive(template, other)) == 0, "the home is made")
    most = 0
    for error, lasts in ALL if thorough else FEW:
        for n in count(1):
            trial = folder / f"{error}-{lasts}-{n}"
            shutil.copytree(template.root, trial / "home")
            how, counted = _trial(shim, trial, n, error, lasts)
            shutil.rmtree(trial)
            outcomes[how] += 1
            most = max(most, counted)
            if counted < n:
                break
    return {"operations": most, **outcomes}


def _trial(shim: ctypes.CDLL, folder: Path, n: int, error: int, lasts: int) -> tuple[str, int]:
    home, source = Home(folder / "home"), folder / "表.xlsx"
    source.write_bytes(PACKAGE)
    sha256, before = digest(source), look(home)
    reader, writer = os.pipe()

    def armed() -> None:
        shim.arm(str(folder).encode(), n, error, lasts)
        try:
            _receive(home, source)
        finally:
            counted = shim.operations()
            shim.arm(b"", 0, 0, 0)
            os.write(writer, str(counted).encode())

    how = ended(armed)
    counted = int(os.read(reader, 16))
    os.close(reader)
    os.close(writer)
    promise(how in {0, FAILED}, "what the disk says comes through as such", n, error, how)
    given = look(home)
    promise(before.items() <= given.items(), "no receipt is lost", n, error)
    promise(how == FAILED or sha256 in given, "what was told is there", n, error)
    promise(ended(lambda: _receive(home, source)) == 0, "a second try succeeds", n, error)
    now = look(home)
    promise(given.items() <= now.items(), "the receipt stays the same", n, error)
    promise(now.keys() == before.keys() | {sha256}, "there is one receipt more", n, error)
    return ("told" if how == 0 else "failed"), counted


def _receive(home: Home, source: Path) -> None:
    with writing(home) as registry:
        receive_file(registry, home.archive, source, AT, "cli", load_catalogue())


def main() -> None:
    """Run the sweep, print what it saw as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    load_catalogue()
    given.out.mkdir(parents=True, exist_ok=True)
    found = disk_sweep(given.out, given.library, fresh=given.fresh, thorough=given.all)
    print(json.dumps(found))  # noqa: T201 this is its output


if __name__ == "__main__":
    main()
