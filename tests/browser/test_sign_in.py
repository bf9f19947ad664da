"""Signing in and out in a browser: what stands after it is gone after it, also by Back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.reader import Reader
from tests.browser.conftest import NOW, new_context, serving
from tests.unit.dashboards.remembered_accounts import PASSWORD, accounts_of

COUNTY = {"王县审": Reader("reviewer", frozenset({"330702"}))}


@pytest.fixture
def guarded(published: Path, browser: Browser) -> Iterator[tuple[str, Page]]:
    with serving(published, accounts_of(NOW, COUNTY)) as address:
        context = new_context(browser)
        yield address, context.new_page()
        context.close()


def typed(page: Page, password: str) -> None:
    page.get_by_label("姓名").fill("王县审")
    page.get_by_label("口令").fill(password)
    page.keyboard.press("Enter")


def test_a_reader_signs_in_looks_signs_out_and_back_shows_nothing(
    guarded: tuple[str, Page],
) -> None:
    address, page = guarded
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/jiance?q=2026Q2")
    expect(page).to_have_title("登录 三级通")
    typed(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("姓名或口令不对，请核对后再试。")
    typed(page, PASSWORD)
    expect(page.locator(".who")).to_contain_text("王县审（审核人 婺城区）")
    assert page.url == f"{address}/jiance?q=2026Q2"
    expect(page.locator("#D6-4")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_title("登录 三级通")
    page.go_back()
    expect(page).to_have_title("登录 三级通")
    assert page.locator("#D6-4").count() == 0
    assert all(url.startswith(address) for url in asked)


def test_a_session_that_ends_while_a_page_is_open_leads_to_the_sign_in(
    guarded: tuple[str, Page],
) -> None:
    address, page = guarded
    page.goto(f"{address}/jiance")
    typed(page, PASSWORD)
    expect(page.locator("#D6-4")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("link", name="协调联动").click()
    expect(page).to_have_title("登录 三级通")
    typed(page, PASSWORD)
    expect(page.locator("#D1-1")).to_be_visible()
