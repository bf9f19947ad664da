"""`make bench-site`: what a page costs a reader, in Chromium, at 250 units and at 3,000.

Every action is done twice, first as nobody asked before (cold), then as it is kept (cached). The
same page with nothing on it is timed beside them, so that a figure can be read on any machine.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from models.loader import load_catalogue
from tests.browser.conftest import CHROMIUM, FLAGS, Watched, new_context, serving
from tests.browser.test_pages import SHIFTS
from tests.browser.test_tasks import MOST_CLICKS, TASKS, Reader
from tests.fixtures_snapshot import build_snapshot, sample_units

TIMES = (1, 12)
START = "/xietiao"
BUSY = "() => !document.querySelector('#page[aria-busy]')"
COUNTY = "330702"


def timed(work: Callable[[], object]) -> float:
    """Seconds on the clock: a reader waits for the browser as well as for the server."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(address: str) -> Iterator[tuple[str, str, float]]:
    """What was done, its budget, and the figure."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = new_context(browser)
        blank = context.new_page()
        blank.goto(address + "/nowhere")
        yield "a page with nothing on it, s", "", timed(blank.reload)
        watched = Watched(context.new_page(), address)
        yield (
            "first page: in view, s",
            "",
            timed(lambda: watched.open(START, all_drawn=False)),
        )
        yield "first page: KiB on the wire", "1270", watched.weight() / 1024
        yield "first page: requests", "40", len(watched.requests)
        yield "first page: left the host", "0", len(watched.outside)
        yield "first page: layout shift", "0.05", watched.page.evaluate(SHIFTS)
        yield "first page: all cards, further s", "", timed(watched.drawn)
        yield from _used(watched.page)
        yield from _found(watched.page, address)
        context.close()
        browser.close()


def _used(page: Page) -> Iterator[tuple[str, str, float]]:
    yield "filter: level, cold, s", "2.0", timed(lambda: _choose(page, "乡镇"))
    _choose(page, "全部层级")
    yield "filter: level, cached, s", "1.0", timed(lambda: _choose(page, "乡镇"))
    _choose(page, "全部层级")
    yield "drill to a county, cold, s", "2.0", timed(lambda: _go(page, f"{START}?ct={COUNTY}"))
    yield "Back, s", "1.0", timed(lambda: _back(page))
    yield "drill to a county, cached, s", "1.0", timed(lambda: _go(page, f"{START}?ct={COUNTY}"))
    for kind in ("units-D1.xlsx", "D1-0.xlsx"):
        where = page.url.partition(START)[0] + f"/export/{kind}?ct={COUNTY}"
        yield f"export of {kind}, s", "1.7", timed(lambda where=where: page.request.get(where))


def _found(page: Page, address: str) -> Iterator[tuple[str, str, float]]:
    """What readers come for, from the front page by clicks alone."""
    for name, task in TASKS.items():
        page.goto(address)
        page.locator("#first a").first.wait_for()
        reader = Reader(page)
        seconds = timed(lambda task=task, reader=reader: task(reader))
        yield f"{name}: clicks", str(MOST_CLICKS), reader.clicks
        yield f"{name}: s", "", seconds


def _choose(page: Page, level: str) -> None:
    page.locator("#lv").click()
    page.get_by_role("option", name=level, exact=True).click()
    _settled(page)


def _go(page: Page, href: str) -> None:
    page.evaluate("(href) => go(href)", href)
    _settled(page)


def _back(page: Page) -> None:
    page.evaluate("() => history.back()")
    _settled(page)


def _settled(page: Page) -> None:
    """The page is another one, and what is in view is drawn."""
    page.wait_for_function(BUSY)
    page.wait_for_function("() => document.querySelector('.card .graph .main-svg')")


def main() -> None:
    """Measure a small city and a large one, and print them side by side."""
    catalogue = load_catalogue()
    found: list[dict[str, tuple[str, float]]] = []
    heads = [str(len(sample_units(catalogue, times))) for times in TIMES]
    for times in TIMES:
        with tempfile.TemporaryDirectory() as folder:
            build_snapshot(Path(folder), catalogue, times=times)
            with serving(Path(folder)) as address:
                found.append({what: (most, got) for what, most, got in measure(address)})
    few, many = found
    sys.stdout.write(f"{'units':<42}{heads[0]:>9}{heads[1]:>9}{'ratio':>8}{'budget':>9}\n")
    for what, (most, got) in few.items():
        other = many[what][1]
        ratio = f"{other / got:.1f}x" if got else ""
        sys.stdout.write(f"{what:<42}{got:>9.2f}{other:>9.2f}{ratio:>8}{most:>9}\n")


if __name__ == "__main__":
    main()
