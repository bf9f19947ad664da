"""A page on paper: printed by the browser that draws the pictures, from markup made here.

The browser is handed a file and asks nobody for anything: whoever may see the page on the screen
gets the same page, and no right is passed on.
"""

import asyncio
import base64
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import kaleido
from choreographer import Tab

from dashboards import plain
from dashboards.painter import PLOTLY, Painter
from dashboards.searchable import searchable

SECONDS = 120
"""So long a page may take; then the painter ends the browser."""
SCALE = 0.8
WIDE = 1306
"""What the width of A4 inside its margins holds at that scale; style.css says the same."""
A4 = {"paperWidth": 11.69, "paperHeight": 8.27}
MARGINS = {"marginTop": 0.55, "marginBottom": 0.5, "marginLeft": 0.4, "marginRight": 0.4}
LINE = (
    "<div style=\"font: 8px 'Noto Sans CJK SC', sans-serif; color: #555; width: 100%;"
    ' margin: 0 0.4in; display: flex; justify-content: space-between">{parts}</div>'
)
PAGE, PAGES = '<span class="pageNumber"></span>', '<span class="totalPages"></span>'


def print_page(
    painter: Painter, title: str, body: list[Any], head: tuple[str, str], foot: tuple[str, str]
) -> bytes:
    """A page as PDF, A4 across; head and foot are told left and right on every sheet.

    Raises:
        NoBrowserError: no Chromium is installed.
        BrowserFailedError: it does not answer, or ended by itself.
    """
    markup = plain.page(title, *body, assets=f"{PLOTLY.parent.as_uri()}/", library=PLOTLY.name)
    with TemporaryDirectory(prefix="sanji-print-") as folder:
        file = Path(folder) / "page.html"
        file.write_text(markup, encoding="utf-8")
        options = {
            **A4,
            **MARGINS,
            "landscape": False,
            "scale": SCALE,
            "printBackground": True,
            "displayHeaderFooter": True,
            "headerTemplate": _line(head),
            "footerTemplate": _line(foot),
        }
        pdf = painter.draw(lambda browser: _printed(browser, file.as_uri(), options))
    return searchable(pdf)


def _line(texts: tuple[str, str]) -> str:
    """`{page}` and `{pages}` become what the browser counts."""
    shown = [escape(text).replace("{page}", PAGE).replace("{pages}", PAGES) for text in texts]
    return LINE.format(parts="".join(f"<span>{text}</span>" for text in shown))


async def _printed(browser: kaleido.Kaleido, address: str, options: dict[str, Any]) -> bytes:
    tab = await browser.create_tab()
    try:
        return await asyncio.wait_for(_print(tab, address, options), SECONDS)
    finally:
        await browser.close_tab(tab.target_id)


async def _print(tab: Tab, address: str, options: dict[str, Any]) -> bytes:
    await _told(tab, "Page.enable")
    size = {"width": WIDE, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    await _told(tab, "Emulation.setDeviceMetricsOverride", **size)
    await _told(tab, "Emulation.setEmulatedMedia", media="print")
    loaded = tab.subscribe_once("Page.loadEventFired")
    await _told(tab, "Page.navigate", url=address)
    await loaded
    drawing = "window.dash_clientside.page.toPaper()"
    await _told(tab, "Runtime.evaluate", expression=drawing, awaitPromise=True)
    return base64.b64decode((await _told(tab, "Page.printToPDF", **options))["data"])


async def _told(tab: Tab, command: str, **params: Any) -> dict[str, Any]:
    answer = await tab.send_command(command, params=params)
    if "error" in answer:
        raise RuntimeError(f"{command}: {answer['error']}")
    result: dict[str, Any] = answer["result"]
    return result
