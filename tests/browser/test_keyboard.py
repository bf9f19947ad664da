"""The whole way by keyboard: no mouse from the overview to the cell behind a number."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched

HOPS = 120
"""More steps of Tab than any page needs; whoever is still under way has been trapped."""
FOCUSED = "() => document.activeElement"
OPTION = ".dash-options-list-option-checkbox:focus"


@pytest.fixture
def page(context, address):
    opened = context.new_page()
    Watched(opened, address).open("/zonglan?q=2026Q2", all_drawn=False)
    yield opened
    opened.close()


def tab_to(page, selector, key="Tab"):
    """Go on until the keyboard stands on what was sought, which must show that it does."""
    for _ in range(HOPS):
        page.keyboard.press(key)
        if page.evaluate(f"({FOCUSED})().matches({selector!r})"):
            look = page.evaluate(f"getComputedStyle(({FOCUSED})()).outlineStyle")
            assert look != "none", f"{selector} does not show that it has the keyboard"
            return
    pytest.fail(f"{selector} is not reached within {HOPS} steps")


def test_one_goes_from_the_overview_to_a_cell_without_a_mouse(page):
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, ".page-tab[href^='/county']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/county?q=2026Q2")
    expect(page.locator("h1")).to_be_focused()
    tab_to(page, "#choose a[href*='/county/330702']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/county/330702?q=2026Q2")
    tab_to(page, "#units a[href*='/unit/330702310000']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/unit/330702310000?q=2026Q2")
    tab_to(page, "#D7-4 a[href*='/COO03']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/unit/330702310000/COO03?q=2026Q2")
    expect(page.locator(".crumbs")).to_contain_text("反馈问题销号率")
    page.go_back()
    expect(page.locator("#D7-4")).to_be_visible()


def test_definition_filter_and_download_answer_to_keys(page):
    tab_to(page, "#q, .filter-q button")
    page.keyboard.press("Enter")
    expect(page.locator(f"{OPTION}:checked")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    # The list moves the keyboard a frame after the key: a key before that is for the option left.
    expect(page.locator(f"{OPTION}:not(:checked)")).to_have_count(1)
    page.keyboard.press(" ")
    page.wait_for_url(lambda url: "q=2026Q2" not in url)
    # The address changes first: what is opened on the page before would be gone with it.
    page.locator("#page:not([aria-busy])").wait_for()
    tab_to(page, "#D0-1 summary")
    page.keyboard.press("Enter")
    expect(page.locator("#D0-1 .definition-text")).to_be_visible()
    tab_to(page, "#D0-1 .links a[href*='.xlsx']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_keyboard_leaves_a_page_at_its_end_and_no_plot_holds_it(page):
    seen = []
    for _ in range(HOPS):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(f"({FOCUSED})().className.toString()"))
        if page.evaluate(f"({FOCUSED})() === document.body"):
            break
    else:
        pytest.fail("the keyboard never leaves the page")
    assert not any("modebar" in name for name in seen)
