"""What is promised of registry and archive at every moment; trials in processes of their own."""

import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import closing

from pipelines.receive.archive import digest, place
from pipelines.settings import Home

FAILED = 3
"""How a child ends that was told by the disk, and said so as it should."""


TWICE = "SELECT receipt_id FROM submission GROUP BY 1 HAVING count(*) > 1"
NOT_ONE_CURRENT = """
    SELECT unit_code, period FROM submission GROUP BY 1, 2 HAVING sum(is_current) <> 1
"""


class BrokenPromiseError(AssertionError):
    """Something that was promised does not hold."""


def promise(held: bool, what: str, *seen: object) -> None:  # noqa: FBT001 the thing itself
    """Demand."""
    if not held:
        raise BrokenPromiseError(what, *seen)


def look(home: Home) -> dict[str, int]:
    """Receipts (hash -> number); every promise about registry and archive is tried."""
    for path in home.archive.glob("[0-9a-f][0-9a-f]/*"):
        promise(digest(path) == path.name, "a file under a final name is whole", path)
    if not home.registry.exists():
        return {}
    with closing(sqlite3.connect(home.registry)) as con:
        promise(con.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "SQLite is well")
        promise(not con.execute("PRAGMA foreign_key_check").fetchall(), "nothing dangles")
        if not con.execute("SELECT 1 FROM sqlite_master WHERE name = 'receipt'").fetchall():
            return {}
        rows = con.execute("SELECT file_sha256, receipt_id FROM receipt").fetchall()
        twice, not_one = (con.execute(sql).fetchall() for sql in (TWICE, NOT_ONE_CURRENT))
    promise(len(rows) == len(dict(rows)), "one receipt a file", rows)
    promise(not twice, "one submission a receipt", twice)
    promise(not not_one, "one current version", not_one)
    for sha256, _ in rows:
        promise(place(home.archive, sha256).is_file(), "a receipt has its file", sha256)
    return dict(rows)


def in_inbox(home: Home) -> set[str]:
    """The hashes of what lies in the inbox, taken or not."""
    return {digest(path) for path in home.inbox.rglob("*") if path.is_file()}


def forked(task: Callable[[], None]) -> int:
    """Run a task in a child; return the child's id."""
    child = os.fork()
    if child:
        return child
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    try:
        task()
    except OSError as error:
        os.write(2, f"{error!r}\n".encode())
        os._exit(FAILED)
    finally:
        # Also after an exception: nothing of the parent may run a second time.
        os._exit(_how_it_ended())
    return 0


def _how_it_ended() -> int:
    if sys.exc_info()[0] is None:
        return 0
    traceback.print_exc()
    return 1


def ended(task: Callable[[], None]) -> int:
    """Run a task in a child; return how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(forked(task), 0)[1])
