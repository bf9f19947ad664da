"""The site without a browser: what it serves, and that nothing points outside."""

import re
from datetime import datetime

import pytest

from dashboards import app as site_app
from dashboards.app import build_app
from dashboards.components import plot_config
from tests.unit.dashboards.asking import page_request

NOW = datetime(2026, 10, 9, 8, 30)


@pytest.fixture(scope="module")
def client(published, catalogue):
    return build_app(published, catalogue, lambda: NOW).server.test_client()


@pytest.fixture
def empty_client(tmp_path, catalogue):
    return build_app(tmp_path, catalogue, lambda: NOW).server.test_client()


def page_of(client, path="/xietiao", search=""):
    told = client.post("/_dash-update-component", json=page_request(path, search)).get_json()
    markup: str = told["response"]["markup"]["data"]
    return markup


def test_the_first_address_leads_to_the_first_page_and_keeps_the_filters(client):
    answer = client.get("/?ct=330702")
    assert (answer.status_code, answer.location) == (302, "/zonglan?ct=330702")


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/county/330702?ct=330726", "/county/330702"),
        ("/county/330702/COO01?q=2026Q2&lv=county", "/county/330702/COO01?q=2026Q2"),
        ("/unit/330702310000?ct=330726&vw=today", "/unit/330702310000?vw=today"),
    ],
)
def test_a_page_about_one_place_is_not_filtered_to_another(client, asked, leads):
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (302, leads)
    assert client.get(leads).status_code == 200


def test_no_script_or_style_comes_from_another_host(client):
    served = client.get("/xietiao").get_data(as_text=True)
    linked = re.findall(r'(?:src|href)="([^"]+)"', served)
    assert linked
    assert all(link.startswith("/") for link in linked)


def test_the_vendored_drawing_library_is_served_and_its_licence_kept(client):
    licence = "/assets/licences/plotly.js-cartesian-dist-min-LICENSE.txt"
    for path in ("/assets/plotly-cartesian.min.js", licence):
        with client.get(path) as answer:
            assert answer.status_code == 200


def test_plots_send_nothing_away_and_speak_chinese():
    config = plot_config()
    assert (config["showSendToCloud"], config["plotlyServerURL"]) == (False, "")
    assert config["modeBarButtons"] == [["toImage"]]
    assert config["locales"]["zh-CN"]["dictionary"]["Download plot as a PNG"] == "下载图表为PNG格式"


def test_the_site_answers_on_this_machine_only(published, catalogue, monkeypatch):
    given = {}
    monkeypatch.setattr(site_app.waitress, "serve", lambda _, **kw: given.update(kw))
    site_app.serve(published, catalogue, lambda: NOW, port=9)
    assert given == {"host": "127.0.0.1", "port": 9, "threads": 8}


def test_without_a_snapshot_the_page_names_what_is_missing_and_what_to_run(empty_client):
    told = page_of(empty_client)
    assert "current" in told
    assert "sanji run 2026Q3" in told


@pytest.mark.parametrize("name", ["D1-2.pdf", "D1-2.exe", "D9-9.xlsx", "units-D9.xlsx", "D1-2"])
def test_a_file_that_there_is_not_is_refused_in_one_line(client, name):
    answer = client.get(f"/export/{name}")
    assert (answer.status_code, answer.get_data(as_text=True)) == (404, "没有这个页面")


def test_an_unknown_page_says_so(client):
    assert "没有这个页面" in page_of(client, "/nowhere")


def test_a_page_prints_draft_sample_and_coverage(client):
    told = page_of(client)
    for words in ("初步", "样例数据", "应报250家，采用244家", "2026年三季度"):
        assert words in told


def test_a_final_quarter_is_called_final(client):
    assert "终稿" in page_of(client, search="?q=2026Q2")


def test_choosing_a_county_shows_its_units_and_the_way_back(client):
    told = page_of(client, search="?ct=330726&q=2026Q2")
    assert "浦江县各单位指标与达标情况" in told
    assert '"/xietiao?q=2026Q2"' in told


def test_a_chart_is_downloaded_as_excel_under_a_chinese_name(client):
    answer = client.get("/export/D1-2.xlsx?ct=330726")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
    assert "filename*=UTF-8''%E5%90%84%E5%8E%BF" in answer.headers["Content-Disposition"]


def test_the_units_of_a_county_are_downloaded_too(client):
    assert client.get("/export/units-D1.xlsx?ct=330726").data[:2] == b"PK"


@pytest.mark.parametrize("name", ["D9-9.xlsx", "D1-2.exe", "units-D9.xlsx", "x"])
def test_what_cannot_be_downloaded_is_refused_in_chinese(client, name):
    answer = client.get(f"/export/{name}")
    assert answer.status_code == 404
    assert not answer.get_data(as_text=True).isascii()


# The compressing library reads the file and leaves closing it to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_drawing_library_travels_compressed_even_to_plain_browsers(client):
    offered = {"Accept-Encoding": "gzip, deflate"}  # all that browsers offer without https
    with client.get("/assets/plotly-cartesian.min.js", headers=offered) as answer:
        assert answer.headers["Content-Encoding"] in {"gzip", "deflate"}
        assert len(answer.data) < 520_000


def markup(client, path, search):
    answer = client.post("/_dash-update-component", json=page_request(path, search))
    return answer.get_json()["response"]["markup"]["data"]


def test_a_quarter_without_data_says_what_to_run_and_leads_to_the_last_one(client):
    text = markup(client, "/xietiao", "?q=2031Q2")
    assert "2031年二季度还没有可看的数据" in text
    assert "sanji run 2031Q2" in text
    assert 'href="/xietiao"' in text
    assert 'class="graph"' not in text


def test_what_is_no_quarter_is_read_as_the_last_one(client):
    assert 'id="D1-1"' in markup(client, "/xietiao", "?q=last")
