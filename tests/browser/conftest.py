"""The site in a real browser, served as it is in use: waitress on 127.0.0.1."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from waitress.server import create_server

from dashboards.accounts import Accounts
from dashboards.app import HOST, build_app
from models.loader import load_catalogue
from tests.programs import missing

NOW = datetime(2026, 10, 9, 8, 30)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT = 60_000
"""Milliseconds until a wait is given up: nothing here is a test of speed."""
CHROMIUM = os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("chrome")

expect.set_options(timeout=WAIT)


def new_context(browser: Browser) -> BrowserContext:
    """A browser as a reader of the city has it, with nothing kept from before."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(WAIT)
    return context


class Watched:
    """A page and what it did that it should not: errors, and requests that left the host."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.path = ""
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.errors.append(text)

    def open(self, path: str, *, all_drawn: bool = True) -> "Watched":
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        self.page.locator("#page .card").first.wait_for()
        if all_drawn:
            self.drawn()
        return self

    def drawn(self) -> None:
        """Have every card drawn, also those far below, as whoever prints the page has."""
        self.page.evaluate("() => window.dash_clientside.page.drawAll()")

    def weight(self) -> int:
        """Bytes on the wire of all that was fetched."""
        return int(
            self.page.evaluate(
                "() => [...performance.getEntriesByType('navigation'),"
                " ...performance.getEntriesByType('resource')]"
                ".reduce((sum, one) => sum + one.encodedBodySize, 0)"
            )
        )

    @property
    def outside(self) -> list[str]:
        inside = (self.address, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(inside)]


@contextmanager
def serving(published: Path, accounts: Accounts | None = None) -> Iterator[str]:
    app = build_app(published, load_catalogue(), lambda: NOW, None, accounts)
    server = create_server(app.server, host=HOST, port=0, threads=8)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(timeout=5)
        app.server.extensions["site"].painter.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        missing("no chromium is installed: the pages were not looked at")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def published(synthetic: Path) -> Path:
    return synthetic


@pytest.fixture(scope="session")
def address(published: Path) -> Iterator[str]:
    with serving(published) as where:
        yield where


@pytest.fixture(scope="session")
def empty_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("nothing")) as where:
        yield where


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = new_context(browser)
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext, address: str) -> Iterator[Callable[..., Watched]]:
    pages: list[Page] = []

    def start(path: str, *, all_drawn: bool = True) -> Watched:
        pages.append(context.new_page())
        return Watched(pages[-1], address).open(path, all_drawn=all_drawn)

    yield start
    for page in pages:
        page.close()


@pytest.fixture
def look(context: BrowserContext, address: str) -> Iterator[Callable[[str], Page]]:
    """Open pages one after another; in the end nothing was wrong, and no other host was asked."""
    watched = Watched(context.new_page(), address)
    yield lambda path: watched.open(path, all_drawn=False).page
    watched.page.close()
    assert watched.errors == []
    assert watched.outside == []


@pytest.fixture(scope="module", params=["/xietiao", "/ziyuan", "/xietiao?ct=330726"])
def seen(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:
    """A page opened as if for the first time, for what only looks at it."""
    fresh = new_context(browser)
    watched = Watched(fresh.new_page(), address)
    watched.path = request.param
    yield watched.open(request.param)
    fresh.close()
