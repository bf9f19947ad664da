"""kill -9 at random times of the steps from an inbox to a draft.

    python -m tests.kill_sweep HOME --out TMP --kills 200 --steps build --seed 1

HOME has files in its inbox and is copied; every trial is a fork of a process that has loaded
everything, so that a kill hits the work and not the start. `tests/flow` runs a small one.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from importlib import import_module
from pathlib import Path

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from pipelines.building import alone, build_warehouse, publish
from pipelines.judging.intake import identify_received, judge_period, unjudged_periods
from pipelines.receive import receive_inbox
from pipelines.records.quarters import begun_periods
from pipelines.registry import writing
from pipelines.settings import Home
from tests.promises import forked, in_inbox, look, promise

AT = datetime(2026, 7, 20, 16)
STEPS = ("receive", "identify", "judge", "build")


def work(home: Home, last: str) -> None:
    """Take in what waits, up to and with the last step."""
    catalogue = load_catalogue()
    for step in STEPS[: STEPS.index(last) + 1]:
        if step == "build":
            _build(home, catalogue)
            continue
        with writing(home) as registry:
            if step == "receive":
                list(receive_inbox(registry, home.inbox, home.archive, AT, catalogue))
            elif step == "identify":
                identify_received(home, registry, catalogue)
            else:
                for period in unjudged_periods(registry, catalogue):
                    judge_period(home, registry, catalogue, period)


def _build(home: Home, catalogue: Catalogue) -> None:
    with alone(home), writing(home) as registry:
        build_warehouse(home, registry, catalogue, begun_periods(registry))
        publish(home, registry, catalogue, "draft", AT)


def kill_sweep(template: Home, folder: Path, kills: int, last: str, seed: int) -> dict[str, object]:
    """Kill until so many kills have hit; each home is worked on until it is done."""
    draw, files = random.Random(seed), in_inbox(template)  # noqa: S311 not for secrets
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    began = time.monotonic()
    _spend(template, folder / "first", last, None)
    took = time.monotonic() - began
    hit = finished = 0
    while hit < kills:
        home, seen = Home(folder / f"home-{finished}"), {}
        done = False
        while not done and hit < kills:
            done = _spend(template, home.root, last, draw.uniform(0, took))
            hit += not done
            now = look(home)
            promise(seen.items() <= now.items(), "no receipt is lost", seen.keys() - now.keys())
            promise(files == in_inbox(home) | now.keys(), "every file is somewhere")
            seen = now
        _spend(template, home.root, last, None)
        promise(look(home).keys() == files, "in the end every file has its receipt")
        _is_finished(home, len(files), last)
        finished += 1
        shutil.rmtree(home.root)
    return {"kills": hit, "homes": finished, "files": len(files), "seconds_unkilled": took}


def _spend(template: Home, root: Path, last: str, seconds: float | None) -> bool:
    """Work in a child; kill it after so many seconds; say whether it came to its end."""
    if not root.exists():
        shutil.copytree(template.root, root)
    child = forked(lambda: work(Home(root), last))
    if seconds is not None and signal.sigtimedwait({signal.SIGCHLD}, seconds) is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    signal.sigtimedwait({signal.SIGCHLD}, 0)
    ended = os.waitstatus_to_exitcode(status)
    promise(ended in {0, -signal.SIGKILL}, "the work ends well or is killed", ended)
    return ended == 0


def _is_finished(home: Home, files: int, last: str) -> None:
    with closing(sqlite3.connect(home.registry)) as con:
        ((judged, submitted),) = con.execute("SELECT count(judged_by), count(*) FROM submission")
    if last != "receive":
        promise(submitted == files, "every file is a submission", submitted)
    if last in {"judge", "build"}:
        promise(judged == files, "every submission is judged", judged)
    if last == "build":
        promise((home.published / "current").is_file(), "a draft is published")


def main() -> None:
    """Run the sweep, print what it saw as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--steps", choices=STEPS, default="build")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    load_catalogue()
    import_module("great_expectations")  # else every kill would hit its import
    given.out.mkdir(parents=True, exist_ok=True)
    found = kill_sweep(Home(given.home), given.out, given.kills, given.steps, given.seed)
    print(json.dumps(found))  # noqa: T201 this is its output


if __name__ == "__main__":
    main()
