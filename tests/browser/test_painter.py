"""The browser that draws for the server: one that hangs or ends is replaced."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from dashboards.painter import BrowserFailedError, Painter
from tests.browser.conftest import CHROMIUM
from tests.programs import missing

ENDED = "Z"


def running(group):
    """The processes of a group that have not ended; nobody may have asked yet how they did."""
    found = []
    for process in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, _, its = process.read_text().rpartition(")")[2].split()[:3]
            if int(its) == group and state != ENDED:
                found.append(process.parent.name)
    return found


FIGURE = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {"width": 200, "height": 100}}


@pytest.mark.parametrize("sent", [signal.SIGSTOP, signal.SIGKILL])
def test_a_browser_that_answers_no_more_is_ended_and_the_next_one_draws(sent):
    if not CHROMIUM:
        missing("no chromium is installed: nothing was drawn")
    with Painter("none") as painter:
        first = painter.paint(FIGURE, "png")
        group = painter._browser.subprocess.pid
        os.killpg(group, sent)
        patience, painter.patience = painter.patience, 1
        with pytest.raises(BrowserFailedError):
            painter.paint(FIGURE, "png")
        painter.patience = patience
        assert painter.paint(FIGURE, "png") == first
        assert running(group) == []
