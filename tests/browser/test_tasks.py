"""What a reader comes for, from the front page by clicks alone: names, not charts to be guessed at.

`make bench-site` times the same ways.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

MOST_CLICKS = 5


class Reader:
    """Someone who clicks, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, selector: str) -> "Reader":
        self.page.locator(selector).first.click()
        self.clicks += 1
        return self

    def sees(self, selector: str, *words: str) -> None:
        """The answer stands in view, without a search for it."""
        place = self.page.locator(selector)
        expect(place).to_be_in_viewport(ratio=0.1)
        for word in words:
            expect(place).to_contain_text(word)


def falling(reader: Reader) -> None:
    reader.click("#first a[href*='#D0-6']").sees("#D0-6", "较上季")
    reader.click("#D0-6 tbody tr:first-child a").page.wait_for_url("**/county/*")


def silent(reader: Reader) -> None:
    reader.click("#first a[href*='#D1-14']").sees("#D1-14", "件中答复")
    reader.click("#D1-14 tbody a[href*='/unit/']").page.wait_for_url("**/unit/*")


def idle(reader: Reader) -> None:
    reader.click("#first a[href*='#D2a-4']").sees("#D2a-4", "本季闲置")
    reader.click("#D2a-4 tbody a[href*='/unit/']").page.wait_for_url("**/unit/*")


def cell(reader: Reader) -> None:
    reader.click("#first a[href*='#D0-6']").click("#D0-6 td:last-child a[href*='/county/']")
    reader.page.wait_for_url("**/county/*/*")
    reader.click("#units tbody a").page.wait_for_url("**/unit/*/*")
    reader.sees(".crumbs", "› 单元格")


TASKS: dict[str, Callable[[Reader], None]] = {
    "the counties whose linkage fell": falling,
    "the units that never answer": silent,
    "the premises that stand idle": idle,
    "the cell behind a number": cell,
}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_reader_finds_it_from_the_front_page_within_five_clicks(look, task):
    reader = Reader(look("/?q=2026Q2" if task is cell else "/"))
    task(reader)
    assert reader.clicks <= MOST_CLICKS
