"""Who gets in, where anonymous visitors are led, and when a session ends."""

import inspect
import re
from dataclasses import replace
from datetime import datetime

import pytest
from werkzeug.security import generate_password_hash

from dashboards import mart_queries, queries, sign_in
from dashboards.app import build_app
from dashboards.reader import Reader
from tests.unit.dashboards.asking import page_request
from tests.unit.dashboards.remembered_accounts import (
    PASSWORD,
    READERS,
    UNIT,
    RememberedAccounts,
    accounts_of,
)

NOW = datetime(2026, 10, 9, 8, 30)
HERE = {"Origin": "http://localhost"}
VALUES = {"<path:path>": "xietiao", "<name>": "D1-2.xlsx", "<path:filename>": "none.css"}


@pytest.fixture
def accounts():
    return accounts_of(NOW, READERS)


@pytest.fixture
def app(published, catalogue, accounts):
    return build_app(published, catalogue, accounts.clock, None, accounts)


@pytest.fixture
def client(app):
    return app.server.test_client()


@pytest.fixture
def limits(catalogue):
    return catalogue.parameters["sign_in"]


def sign(client, name, password=PASSWORD, onward="/xietiao", **headers):
    typed = {"name": name, "password": password, "next": onward}
    return client.post("/denglu", data=typed, headers={**HERE, **headers})


def markup(client, path, search=""):
    return client.post("/_dash-update-component", json=page_request(path, search), headers=HERE)


def is_in(client):
    return client.get("/_dash-layout").status_code == 200


def filled(rule):
    """An address of a route; what stands in it does not matter to who may open it."""
    return re.sub("<[^>]*>", lambda hole: VALUES.get(hole[0], "dash"), rule.rule)


def test_without_any_account_everybody_reads_as_the_city_does_and_the_bar_says_so(
    published, catalogue
):
    client = build_app(published, catalogue, lambda: NOW, None, RememberedAccounts(NOW))
    client = client.server.test_client()
    assert "未设登录" in client.get("/_dash-layout").get_json()["props"].__repr__()
    assert client.get("/xietiao").status_code == 200
    assert client.get("/denglu").location == "/"
    assert client.post("/tuichu").status_code == 303


def test_a_page_leads_to_the_sign_in_and_remembers_where_one_was_going(client):
    answer = client.get("/xietiao?ct=330702&q=2026Q2")
    assert answer.status_code == 302
    assert answer.location == "/denglu?next=/xietiao%3Fct%3D330702%26q%3D2026Q2"
    assert "登录" in client.get(answer.location).get_data(as_text=True)


def test_no_route_but_the_open_ones_answers_somebody_who_has_not_signed_in(app, client):
    opened = set()
    for rule in app.server.url_map.iter_rules():
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = client.open(filled(rule), method=method, headers=HERE)
            led = answer.status_code == 302 and answer.location.startswith("/denglu?next=/")
            if not (led or answer.status_code == 401):
                opened.add(rule.endpoint)
    assert opened == {"_dash_assets.static", "/_favicon.ico", "sign_in", "sign_out"}


@pytest.mark.parametrize(
    "path", ["/export/D1-2.xlsx", "/print/xietiao", "/table/unit?card=choose", "/_dash-layout"]
)
def test_files_and_parts_of_pages_are_refused_not_redirected(client, path):
    assert client.get(path).status_code == 401
    assert markup(client, "/xietiao").status_code == 401


def test_a_route_that_somebody_adds_is_closed_until_it_asks_by_rights(app, accounts):
    app.server.add_url_rule("/new/<name>", "new", lambda name: f"everything of {name}")
    answers = {}
    for name in (None, "县乙", "单位丙", "县审戊", "市甲"):
        client = app.server.test_client()
        if name:
            sign(client, name)
        answers[name] = client.get("/new/1").status_code
    assert answers == {None: 401, "县乙": 403, "单位丙": 403, "县审戊": 403, "市甲": 200}
    assert accounts.log[-1][:3] == ("市甲", "sensitive", "/new/1")


def test_signing_in_leads_on_and_signing_out_ends_it(client, accounts):
    answer = sign(client, "县乙", onward="/ziyuan?q=2026Q2")
    assert (answer.status_code, answer.location) == (303, "/ziyuan?q=2026Q2")
    assert is_in(client)
    assert client.post("/tuichu", headers=HERE).location == "/denglu"
    assert not is_in(client)
    assert [entry[1] for entry in accounts.log] == ["signed_in", "signed_out"]


def test_the_cookie_is_not_for_scripts_and_not_for_other_sites(client):
    said = sign(client, "县乙").headers["Set-Cookie"]
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    assert PASSWORD not in said


def test_what_was_shown_is_kept_by_no_browser(client):
    sign(client, "县乙")
    for path in ("/xietiao", "/_dash-layout", "/export/D1-2.xlsx", "/koujing"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_the_bar_says_who_is_there_with_what_rights(client):
    sign(client, "县乙")
    assert "县乙（县级 婺城区）" in client.get("/koujing").get_data(as_text=True)


def test_a_unit_starts_at_its_own_page(client):
    sign(client, "单位丙")
    assert client.get("/").location == f"/unit/{UNIT}"


@pytest.mark.parametrize(
    "where",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/\t/evil.example",
     "\\/evil.example", "/a\r\nSet-Cookie: x=1"],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(client, where):
    assert sign(client, "县乙", onward=where).location == "/"


@pytest.mark.parametrize("where", ["/", "/unit/330702210003/COO01?q=2026Q2", "/find?find=甲镇"])
def test_signing_in_leads_to_any_page_of_this_one(where):
    assert sign_in.onward(where) == where


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://localhost:81"])
def test_what_another_site_sends_is_refused(client, origin):
    headers = {"Origin": origin} if origin else {}
    typed = {"name": "县乙", "password": PASSWORD, "next": "/"}
    assert client.post("/denglu", data=typed, headers=headers).status_code == 403
    sign(client, "县乙")
    for path in ("/tuichu", "/_dash-update-component"):
        assert client.post(path, json={}, headers=headers).status_code == 403
    assert is_in(client)


@pytest.mark.parametrize(
    ("name", "password"), [("县乙", "wrong"), ("县乙", ""), ("没有人", PASSWORD)]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(client, name, password):
    answer = sign(client, name, password)
    assert answer.status_code == 401
    assert "姓名或口令不对" in answer.get_data(as_text=True)
    assert not is_in(client)


def test_too_many_wrong_tries_lock_the_account_for_a_while(client, accounts, limits):
    for _ in range(limits["wrong_tries"]):
        assert sign(client, "县乙", "wrong").status_code == 401
    locked = sign(client, "县乙")
    assert locked.status_code == 429
    assert f"{limits['locked_minutes']}分钟" in locked.get_data(as_text=True)
    assert sign(client, "市甲").status_code == 303
    accounts.later(minutes=limits["locked_minutes"] - 1)
    assert sign(client, "县乙").status_code == 429
    accounts.later(minutes=1)
    assert sign(client, "县乙").status_code == 303


def test_what_was_typed_as_a_name_is_shown_as_text(client):
    told = sign(client, '"><script>alert(1)</script>').get_data(as_text=True)
    assert "<script" not in told
    assert "&lt;script&gt;" in told


def test_a_session_ends_after_its_hours(client, accounts, limits):
    sign(client, "县乙")
    accounts.later(hours=limits["session_hours"], seconds=-1)
    assert is_in(client)
    accounts.later(seconds=1)
    assert not is_in(client)


def test_a_session_does_not_outlive_its_account_or_its_password(client, accounts):
    sign(client, "县乙")
    whole = accounts.held["县乙"]
    changed = generate_password_hash("other", "pbkdf2:sha256:1")
    accounts.held["县乙"] = replace(whole, password_hash=changed)
    assert not is_in(client)
    accounts.held["县乙"] = whole
    assert is_in(client)
    del accounts.held["县乙"]
    assert not is_in(client)


def test_rights_that_are_changed_hold_from_the_next_request(client, accounts):
    sign(client, "市甲")
    assert "330723" in client.get("/_dash-layout").get_data(as_text=True)
    county = Reader("county", frozenset({"330702"}))
    accounts.held["市甲"] = replace(accounts.held["市甲"], reader=county)
    assert "330723" not in client.get("/_dash-layout").get_data(as_text=True)


def test_a_cookie_signed_by_another_key_opens_nothing(published, catalogue, client, accounts):
    forger = accounts_of(NOW, READERS)
    forger.secret = b"guessed"
    forged = build_app(published, catalogue, forger.clock, None, forger).server.test_client()
    sign(forged, "审丁")
    client.set_cookie("sanji", forged.get_cookie("sanji").value)
    assert not is_in(client)


def test_what_is_sensitive_is_logged_by_name_kind_and_address(client, accounts):
    sign(client, "审丁")
    markup(client, "/jiance", "?q=2026Q2")
    client.get("/export/D6-4.xlsx")
    markup(client, "/unit/330702210003")
    assert [entry[:3] for entry in accounts.log[1:]] == [
        ("审丁", "signs", "/jiance?q=2026Q2"),
        ("审丁", "signs", "/export/D6-4.xlsx"),
        ("审丁", "sensitive", "/unit/330702210003"),
        ("审丁", "signs", "/unit/330702210003"),
    ]


def test_what_is_not_sensitive_is_not_logged(client, accounts):
    sign(client, "单位丙")
    markup(client, f"/unit/{UNIT}")
    markup(client, "/koujing")
    assert [entry[1] for entry in accounts.log] == ["signed_in"]


def test_what_cannot_be_logged_is_not_shown(client, accounts):
    sign(client, "审丁")
    accounts.is_busy = True
    told = markup(client, "/jiance").get_json()["response"]["markup"]["data"]
    assert "暂时写不进去" in told
    assert "D6-4" not in told
    assert client.get("/export/D6-4.xlsx").status_code == 503
    assert client.post("/tuichu", headers=HERE).status_code == 303
    assert not is_in(client)


@pytest.mark.parametrize("module", [queries, mart_queries])
def test_no_question_is_put_without_saying_who_asks(module):
    for name, function in inspect.getmembers(module, inspect.isfunction):
        takes = inspect.signature(function).parameters
        if function.__module__ == module.__name__ and "snapshot" in takes and name[0] != "_":
            assert next(iter(takes)) == "reader", name
