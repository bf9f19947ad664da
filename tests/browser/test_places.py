"""The drill in a browser: from the list of units to a unit, to an indicator, and back."""

from playwright.sync_api import expect

UNIT = "330702310000"


def test_one_goes_from_the_units_of_a_county_to_a_cell_and_back(look):
    page = look("/xietiao?ct=330702&q=2026Q2")
    page.locator("#units").get_by_role("link", name="婺城区样例甲镇(样例)").click()
    page.wait_for_url(f"**/unit/{UNIT}?q=2026Q2")
    page.locator("#D7-4").get_by_role("link", name="反馈问题销号率").click()
    page.wait_for_url(f"**/unit/{UNIT}/COO03?q=2026Q2")
    expect(page.locator(".crumbs")).to_contain_text(
        "婺城区 › 婺城区样例甲镇(样例) › 反馈问题销号率"
    )
    page.go_back()
    expect(page.locator("#D7-4")).to_be_visible()
    page.locator("#back").click()
    page.wait_for_url("**/county/330702?q=2026Q2")


def test_a_unit_is_found_by_its_code_with_the_keyboard(look):
    page = look("/unit")
    page.locator("#find").fill(UNIT)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/unit/{UNIT}")


def test_the_definitions_are_searched_while_one_types(look):
    page = look("/koujing")
    page.locator("#search").fill("销号率")
    expect(page.locator("#COO03")).to_be_visible()
    expect(page.locator("#COO01")).to_be_hidden()


def test_a_table_of_the_monitoring_page_is_downloaded(look):
    page = look("/jiance?q=2026Q2")
    with page.expect_download() as download:
        page.locator("#D6-3").get_by_role("link", name="导出Excel").click()
    assert download.value.suggested_filename.startswith("退回轮次与说明_2026Q2")
