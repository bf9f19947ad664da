"""Probes of the machine: Python, disk, rights, locks, programs, calendar, scheduler."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from choreographer.browsers.chromium import Chromium

from models.period import is_announced
from pipelines.keeping.trouble import Probe, Trouble, Visit, hint, problem

OLDEST, NEWEST = (3, 11), (3, 13)
GIBIBYTE = 1 << 30
OTHERS = 0o077
LATE_IN_THE_YEAR = 11
LOCKS = ("run.lock", "build.lock")


def python(_: Visit) -> Iterator[Trouble]:
    """The versions that the program was tested with."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        yield problem("python", seen=".".join(map(str, sys.version_info[:3])))


def disk(visit: Visit) -> Iterator[Trouble]:
    """Room for the next run."""
    limits, free = visit.catalogue.parameters["keeping"], shutil.disk_usage(visit.home.root).free
    fills = {"free": f"{free / GIBIBYTE:.1f}", "home": visit.home.root}
    if free < limits["free_bytes_too_few"]:
        yield problem("disk_full", **fills)
    elif free < limits["free_bytes_few"]:
        yield hint("disk_low", **fills)


def rights(visit: Visit) -> Iterator[Trouble]:
    """Folders in which the program must be able to write; the key, which is for us alone."""
    home = visit.home
    places = (home.root, home.inbox, home.archive, home.cells, home.warehouse.parent)
    for folder in (*places, home.published, home.issued):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            yield problem("not_writable", folder=folder)
    if home.key.exists() and home.key.stat().st_mode & OTHERS:
        yield problem("key_is_open", key=home.key)


def locks(visit: Visit) -> Iterator[Trouble]:
    """Who is at work just now."""
    for name in LOCKS:
        path = visit.home.root / name
        if path.exists() and (holder := _holder(path)):
            yield hint("locked_by", lock=name, process=holder, command=_command(holder))


def _holder(path: Path) -> int | None:
    """The process that holds a lock. The lock is only tried where the one that took it lives."""
    with path.open("r") as handle:
        text = handle.read()
        if not (text.isdigit() and _is_alive(int(text))):
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(text)
    return None


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command(process: int) -> str:
    path = Path(f"/proc/{process}/cmdline")
    return path.read_text().replace("\0", " ").strip()[:80] if path.exists() else "?"


def programs(_: Visit) -> Iterator[Trouble]:
    """What is left out on this machine."""
    given = os.environ.get("BROWSER_PATH")
    if not (Path(given).exists() if given else Chromium.find_browser(skip_local=False)):
        yield hint("no_browser")
    if not _has_chinese_font():
        yield hint("no_font")
    if not (shutil.which("soffice") or shutil.which("libreoffice")):
        yield hint("no_office")


def _has_chinese_font() -> bool:
    if sys.platform == "darwin":
        return True
    command = shutil.which("fc-list")
    if command is None:
        return False
    found = subprocess.run([command, ":lang=zh-cn"], capture_output=True, check=False)  # noqa: S603 a program of the system
    return bool(found.stdout.strip())


def calendar(visit: Visit) -> Iterator[Trouble]:
    """Deadlines are counted in working days: the year's holidays must be known."""
    year, campaign = visit.at.year, visit.catalogue.campaign
    if not is_announced(year, campaign):
        yield problem("no_holidays", year=year)
    if visit.at.month >= LATE_IN_THE_YEAR and not is_announced(year + 1, campaign):
        yield hint("no_holidays_yet", year=year + 1)


def scheduler(_: Visit) -> Iterator[Trouble]:
    """The folders that `.env` names."""
    home, storage = os.environ.get("DAGSTER_HOME"), os.environ.get("SANJI_DAGSTER")
    if home and not (Path(home) / "dagster.yaml").is_file():
        yield problem("no_dagster_home", folder=home)
    if storage and not (Path(storage).is_dir() and os.access(storage, os.W_OK)):
        yield problem("no_dagster_storage", folder=storage)


PROBES: tuple[Probe, ...] = (python, disk, rights, locks, programs, calendar, scheduler)
