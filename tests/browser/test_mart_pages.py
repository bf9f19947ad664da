"""履责日历, 余缺对接 and what is behind 监测 in a browser: opened, followed, got."""

import pytest
from playwright.sync_api import expect

PAGES = {
    "/lvze": ("D3a-1", "D3a-4", "D3a-2", "D3a-3", "D3a-5"),
    "/duijie": ("D2a-1", "D2a-2", "D2a-3", "D2a-4"),
    "/jiance": ("health", "D6-9", "D6-8", "D6-10", "D6-11", "D6-12"),
    "/jiance/banben?ct=330702": ("found",),
    "/jiance/ct_township_members?ct=330702": ("found",),
}
UNIT = "330702210000"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_its_cards_and_nothing_is_wider_than_the_window(look, path):
    page = look(path)
    for card in PAGES[path]:
        expect(page.locator(f"#{card}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_one_goes_from_the_tab_to_who_is_overdue_and_on_to_the_unit(look):
    page = look("/zeren")
    page.get_by_role("navigation", name="看板").get_by_role("link", name="履责日历").click()
    page.wait_for_url("**/lvze")
    page.locator("#D3a-4").get_by_role("link", name="婺城区单位甲(样例)").click()
    page.wait_for_url(f"**/unit/{UNIT}")
    expect(page.locator("#D7-5")).to_contain_text("党员大会")
    page.go_back()
    expect(page.locator("#D3a-4 h2")).to_have_text("3家单位共逾期4项次，其中1项次已连续两期以上")


def test_the_definition_of_a_table_opens_and_an_indicator_tells_of_its_sample(look):
    page = look("/duijie")
    page.locator("#D2a-2 summary").click()
    expect(page.locator("#D2a-2 .definition-text")).to_contain_text("一家有余单位最多对接4家")
    page.goto(page.url.replace("/duijie", "/xietiao"))
    page.locator("#D1-8 .definition summary").click()
    expect(page.locator("#D1-8 .definition-text")).to_contain_text("抽查：核实10格，不符1格")


@pytest.mark.parametrize(
    ("path", "card", "name"),
    [("/lvze", "D3a-4", "逾期名单_2026Q3"), ("/duijie", "D2a-1", "各县区余缺_2026Q3")],
)
def test_what_is_shown_is_downloaded_as_a_file(look, path, card, name):
    page = look(path)
    with page.expect_download() as download:
        page.locator(f"#{card}").get_by_role("link", name="导出Excel").click()
    assert download.value.suggested_filename.startswith(name)


def test_a_line_of_versions_leads_to_the_returns_of_its_county(look):
    page = look("/jiance")
    page.locator("#D6-3").get_by_role("link", name="婺城区").click()
    page.wait_for_url("**/jiance/banben?ct=330702")
    expect(page.locator("#found")).to_contain_text("第1版")
