"""建制口径 in the browser: chosen in the bar, kept by links, drills and files, undone by Back."""

from io import BytesIO

import openpyxl
from playwright.sync_api import expect

from tests.browser.test_pages import choose
from tests.fixtures_structure import SPLIT

COUNTY = SPLIT[:6]


def test_a_structure_is_chosen_in_the_bar_and_goes_with_links_files_and_drills(visit, address):
    seen = visit("/xietiao?q=2026Q2")
    page = seen.page
    expect(page.locator("#vw")).to_contain_text("报送时建制")
    expect(page.locator("#D1-2 .coverage")).to_contain_text("口径：报送时建制")
    choose(page, "vw", "现行建制")
    page.wait_for_url("**/xietiao?q=2026Q2&vw=today")
    expect(page.locator("#D1-2 .coverage")).to_contain_text("口径：现行建制（分设")
    expect(page.locator("#D1-1 .coverage")).to_contain_text("报送时建制（没有现行建制的数）")
    expect(page.locator(".head .mark", has_text="现行建制")).to_be_visible()
    href = page.locator("#D1-2 .links a").first.get_attribute("href")
    book = openpyxl.load_workbook(BytesIO(page.request.get(address + href).body()))
    assert any("口径：现行建制" in str(cell.value) for (cell,) in book.active["A1:A8"])
    choose(page, "ct", "东阳市")
    page.wait_for_url(f"**/xietiao?q=2026Q2&vw=today&ct={COUNTY}")
    expect(page.locator("#structure tbody")).to_contain_text("本范围计60%")
    page.locator("#units tbody a").first.click()
    page.wait_for_url("**/unit/*?q=2026Q2&vw=today")
    expect(page.locator("#vw")).to_contain_text("现行建制")
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator("#D1-2 .coverage")).to_contain_text("口径：报送时建制")
    expect(page.locator("#vw")).to_contain_text("报送时建制")
    assert seen.errors == []


def test_a_link_to_same_units_names_the_quarter_compared_and_who_is_left_out(visit):
    seen = visit(f"/xietiao?ct={COUNTY}&vw=same_units")
    page = seen.page
    expect(page.locator("#vw")).to_contain_text("同口径单位")
    expect(page.locator("#D1-2 .coverage")).to_contain_text("同口径单位（与2025年三季度比）")
    expect(page.locator("#structure tbody tr")).to_have_count(1)
    expect(page.locator("#structure tbody")).to_contain_text(SPLIT)
    expect(page.locator("#units tbody tr")).to_have_count(20)
    page.goto(f"{seen.address}/unit/{SPLIT}?vw=same_units")
    expect(page.locator("#page h2")).to_have_text("同口径单位下没有这个单位")
    page.get_by_role("link", name="按报送时建制看").click()
    expect(page.locator("#page h1")).to_contain_text("样例甲镇")
    assert page.url.endswith(f"/unit/{SPLIT}")
    assert seen.errors == []
