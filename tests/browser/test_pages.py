"""What a reader meets: the pages drawn, filtered, drilled, downloaded, and nothing sent away."""

from io import BytesIO
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from dashboards.charts import entries
from models.loader import load_catalogue
from tests.browser.conftest import new_context

PAGES = {"/xietiao": "D1", "/ziyuan": "D2"}

SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


def test_every_chart_of_the_page_is_drawn_without_an_error(seen):
    drawn = seen.page.locator(".card .plot .main-svg").evaluate_all(
        "(all) => [...new Set(all.map((one) => one.closest('.card').id))]"
    )
    dashboard = PAGES[seen.path.partition("?")[0]]
    assert sorted(drawn) == sorted(item.id for item in entries(load_catalogue(), dashboard))
    assert len(drawn) >= 5
    assert seen.errors == []


def test_no_request_leaves_the_host(seen):
    assert seen.outside == []
    assert len(seen.requests) < 40


def test_nothing_jumps_while_the_page_is_drawn(seen):
    assert seen.page.evaluate(SHIFTS) <= 0.05


def test_the_first_page_is_lighter_than_its_budget(seen):
    assert seen.weight() <= 1_300_000


def test_only_what_is_near_the_view_is_drawn_until_one_comes_to_it(visit):
    page = visit("/xietiao", all_drawn=False).page
    expect(page.locator("#D1-0 .main-svg").first).to_be_visible()
    last = page.locator(".card .graph").last
    assert last.locator(".main-svg").count() == 0
    last.scroll_into_view_if_needed()
    expect(last.locator(".main-svg").first).to_be_visible()


def test_the_only_plot_button_downloads_a_picture(visit):
    page = visit("/xietiao").page
    titles = page.locator(".modebar-btn").evaluate_all("(all) => all.map((b) => b.dataset.title)")
    assert set(titles) == {"下载图表为PNG格式"}


def test_a_deep_link_fills_the_controls_and_the_page(visit):
    page = visit("/xietiao?q=2026Q2&lv=township&ct=330702").page
    expect(page.locator("#q")).to_contain_text("2026年二季度")
    expect(page.locator("#lv")).to_contain_text("乡镇")
    expect(page.locator("#ct")).to_contain_text("婺城区")
    expect(page.locator("#units h2")).to_have_text("婺城区各单位指标与达标情况")
    expect(page.locator("#D1-2 .coverage")).to_contain_text("2026年二季度")


def choose(page, control, text):
    page.locator(f"#{control}").click()
    page.get_by_role("option", name=text, exact=True).click()


def test_a_filter_writes_the_address_and_back_undoes_it(visit):
    seen = visit("/xietiao")
    page = seen.page
    before = page.locator("#D1-2 h2").inner_text()
    choose(page, "lv", "乡镇")
    page.wait_for_url("**/xietiao?lv=township")
    expect(page.locator("#D1-2 .coverage")).to_contain_text("应报72家")
    page.go_back()
    expect(page.locator("#D1-2 h2")).to_have_text(before)
    expect(page.locator("#lv")).to_contain_text("全部层级")
    assert page.url.endswith("/xietiao")
    assert seen.errors == []


def test_choosing_the_latest_quarter_again_empties_the_address(visit):
    page = visit("/xietiao?q=2026Q2").page
    choose(page, "q", "2026年三季度")
    expect(page.locator("#D1-2 .coverage")).to_contain_text("2026年三季度")
    assert page.url.endswith("/xietiao")


def test_a_click_on_a_county_opens_its_units_and_the_crumb_leads_back(visit):
    seen = visit("/xietiao")
    page = seen.page
    cell = page.locator("#D1-0 .js-plotly-plot .nsewdrag").first
    box = cell.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 20)
    page.mouse.click(box["x"] + 40, box["y"] + 20)
    page.wait_for_url("**/xietiao?ct=*")
    county = page.url.split("ct=")[1]
    name = load_catalogue().counties[county]
    expect(page.locator("#units h2")).to_contain_text(name)
    expect(page.locator("#units tbody tr")).to_have_count(21)
    expect(page.locator("#ct")).to_contain_text(name)
    page.locator("#back").click()
    expect(page.locator("#units")).to_have_count(0)
    expect(page.locator("#ct")).to_contain_text("全部县区")
    assert seen.errors == []


def test_the_same_county_can_be_clicked_again_after_going_back(visit):
    page = visit("/xietiao").page
    box = page.locator("#D1-0 .js-plotly-plot .nsewdrag").first.bounding_box()
    spot = box["x"] + 40, box["y"] + 20
    for _ in range(2):
        page.mouse.move(*spot)
        page.mouse.click(*spot)
        expect(page.locator("#units")).to_have_count(1)
        page.go_back()
        expect(page.locator("#units")).to_have_count(0)
        expect(page.locator("#D1-0 .hoverlayer g")).to_have_count(0)


def test_the_filters_stay_when_the_page_is_changed(visit):
    page = visit("/xietiao?ct=330702").page
    page.get_by_role("link", name="资源整合", exact=True).click()
    page.wait_for_url("**/ziyuan?ct=330702")
    expect(page.locator("#D2-0 h2")).to_be_visible()
    expect(page.locator("#ct")).to_contain_text("婺城区")


def test_the_excel_of_a_chart_holds_the_view_of_the_page(visit):
    page = visit("/ziyuan?ct=330702").page
    with page.expect_download() as download:
        page.locator("#D2-4").get_by_role("link", name="导出Excel").click()
    sheet = openpyxl.load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active
    assert "婺城区" in sheet["A2"].value
    assert "样例数据" in sheet["A4"].value
    assert "2026年10月9日" in sheet["A5"].value
    assert sheet.max_row == 8 + 21


def test_the_definition_opens_under_the_sign(visit):
    page = visit("/xietiao").page
    page.locator("#D1-2 .definition summary").click()
    expect(page.locator("#D1-2 .definition-text")).to_contain_text("目标：95%")


def test_a_picture_is_drawn_on_the_server(visit, address):
    answer = visit("/xietiao").page.request.get(f"{address}/export/D1-2.svg")
    assert answer.status == 200
    assert "样例数据" in answer.text()


def test_without_a_snapshot_the_page_says_what_to_run(browser, empty_address):
    page = new_context(browser).new_page()
    page.goto(f"{empty_address}/")
    expect(page.get_by_role("heading", name="还没有可看的数据")).to_be_visible()
    expect(page.locator("code")).to_have_text("sanji run 2026Q3")
    page.context.close()
