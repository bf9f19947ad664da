"""One browser that draws: started with the first picture, ended when it fails, closed at the end.

Nothing is fetched from outside: the drawing library is the vendored one and MathJax is off, since
by default it would be asked for at a public address. A PDF is drawn in a face whose letters can be
searched.
"""

import asyncio
import os
import signal
import struct
import zlib
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal, Self

import kaleido
from choreographer.errors import BrowserClosedError, ChannelClosedError, ChromeNotFoundError

from dashboards import theme
from dashboards.figures.setting import Figure

PLOTLY = Path(__file__).parent / "assets" / "plotly-cartesian.min.js"
DPI = 300
HEAD = 33
"""The bytes of a PNG before which nothing else may stand: its mark and its size."""
SECONDS = 150.0
"""So long the browser may take for anything; each step has a shorter limit of its own."""
CLOSING_SECONDS = 20.0

Format = Literal["png", "svg", "pdf"]


class NoBrowserError(Exception):
    """There is no Chromium; its text is for people."""


class BrowserFailedError(Exception):
    """There is a Chromium, and it does not answer, or has ended."""


FAILURES = (TimeoutError, CancelledError, BrowserClosedError, ChannelClosedError)


class Painter:
    """One browser, started with the first picture and used for all; close it at the end."""

    def __init__(self, no_browser: str, patience: float = SECONDS) -> None:
        self.no_browser = no_browser
        self.patience = patience
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._browser: kaleido.Kaleido | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def paint(self, figure: Figure, kind: Format) -> bytes:
        """Draw one figure.

        Raises:
            NoBrowserError: no Chromium is installed.
        """
        if kind == "pdf":
            figure = searchable(figure)
        layout = figure["layout"]
        opts: dict[str, Any] = {
            "format": kind,
            "width": layout["width"],
            "height": layout["height"],
            "scale": DPI / 96 if kind == "png" else 1,
        }
        data = self.draw(lambda browser: browser.calc_fig(figure, opts))
        return tagged(data) if kind == "png" else data

    def draw(self, work: Callable[[kaleido.Kaleido], Awaitable[bytes]]) -> bytes:
        """Have the browser make something; one that failed is ended, the next is new.

        Raises:
            NoBrowserError: no Chromium is installed.
            BrowserFailedError: it does not answer, or ended by itself.
        """
        data: bytes | None = None
        with self._lock:
            try:
                data = self._wait(work(self._started()))
            except FAILURES as error:
                raise BrowserFailedError from error
            finally:
                if data is None:
                    self._end()
                    self._drop()
        return data

    def close(self) -> None:
        """Stop the browser, if one was started."""
        with self._lock:
            if self._browser:
                self._wait(self._browser.close())
            self._drop()

    def _end(self) -> None:
        """Stop a browser that failed: it may not listen any more, and its files must go too."""
        process = getattr(self._browser, "subprocess", None)  # none where it never started
        if self._browser and process:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            with suppress(*FAILURES):
                self._wait(self._browser.close(), CLOSING_SECONDS)

    def _drop(self) -> None:
        if self._loop and self._thread:
            with suppress(*FAILURES):
                self._wait(_let_go(), CLOSING_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self._browser = self._loop = self._thread = None

    def _started(self) -> kaleido.Kaleido:
        if self._browser is None:
            try:
                self._browser = kaleido.Kaleido(n=1, page_generator=_page())
            except ChromeNotFoundError as error:
                raise NoBrowserError(self.no_browser) from error
            self._loop = asyncio.new_event_loop()
            # A failure is told to whoever asked; kaleido's own tasks fail once more for nobody.
            self._loop.set_exception_handler(lambda *_: None)
            self._thread = Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
            self._wait(self._browser.open())
        return self._browser

    def _wait(self, work: Any, seconds: float | None = None) -> Any:
        if self._loop is None:
            raise RuntimeError("the painter has no loop")
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds or self.patience)
        except TimeoutError:
            future.cancel()
            raise


async def _let_go() -> None:
    """Cancel what still runs in the loop: a browser that failed leaves its watchers behind."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _page() -> kaleido.PageGenerator:
    return kaleido.PageGenerator(plotly=PLOTLY.as_uri(), mathjax=False)


def tagged(png: bytes) -> bytes:
    """Say in the file how dense it is: Word sizes an untagged picture wrongly.

    The part that says so is put after the head; drawing a whole page of dots again takes longer
    than the browser's own work.
    """
    a_metre = round(DPI / 0.0254)
    told = b"pHYs" + struct.pack(">IIB", a_metre, a_metre, 1)
    part = struct.pack(">I", len(told) - 4) + told + struct.pack(">I", zlib.crc32(told))
    return png[:HEAD] + part + png[HEAD:]


def searchable(figure: Figure) -> Figure:
    """The figure in a face that a PDF embeds as text."""
    layout = figure["layout"]
    font = {**layout.get("font", {}), "family": theme.PDF_FONT}
    return {**figure, "layout": {**layout, "font": font}}
