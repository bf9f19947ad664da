"""`sanji readers`: accounts given, changed and taken away, and what `sanji serve` asks of them."""

import json
from datetime import datetime, timedelta

import pytest
from werkzeug.security import check_password_hash

from dashboards import app as site_app
from dashboards.accounts import WRONG_PASSWORD, NotRecordedError
from dashboards.reader import Reader
from pipelines.admitting import HomeAccounts
from pipelines.records.readers import last_views, wrong_passwords
from pipelines.registry import open_registry, reading, writing
from pipelines.settings import home as home_in_force

AT = datetime(2026, 10, 9, 8, 30)


@pytest.fixture
def accounts(sanji):  # the home is that of the verbs
    opened = HomeAccounts(home_in_force())
    yield opened
    opened.close()


def given(sanji, *arguments):
    code, said, wrong = sanji("readers", *arguments, "--by", "甲", "--json")
    assert code == 0, wrong
    return json.loads(said)["password"]


def test_an_account_is_given_with_a_password_that_is_printed_once_and_kept_as_a_hash(
    sanji, accounts
):
    code, said, _ = sanji("readers", "add", "王", "--role", "county", "--county", "330702",
                          "--by", "甲")  # fmt: skip
    assert code == 0
    assert "县级 婺城区" in said
    password = said.split("口令:")[1].split("\n")[0]
    kept = accounts.find("王")
    assert kept.reader == Reader("county", frozenset({"330702"}))
    assert kept.password_hash.startswith("scrypt:")
    assert check_password_hash(kept.password_hash, password)
    assert password.encode() not in home_in_force().registry.read_bytes()
    _, listed, _ = sanji("readers", "list")
    assert "王(县级 婺城区)" in listed
    assert password not in listed


def test_a_new_password_ends_the_old_one(sanji, accounts):
    old = given(sanji, "add", "王", "--role", "city")
    new = given(sanji, "reset", "王")
    kept = accounts.find("王").password_hash
    assert check_password_hash(kept, new)
    assert not check_password_hash(kept, old)


def test_a_removed_account_is_out_and_its_name_is_not_given_again(sanji, accounts):
    given(sanji, "add", "王", "--role", "city")
    assert sanji("readers", "remove", "王", "--by", "乙")[0] == 0
    assert accounts.find("王") is None
    assert accounts.is_needed()
    assert not accounts.may_anyone_sign_in()
    listed = json.loads(sanji("readers", "list", "--json")[1])
    assert [(each["reader"], each["disabled_by"]) for each in listed] == [("王", "乙")]
    for verb in (["add", "王", "--role", "city"], ["reset", "王"], ["remove", "王"]):
        code, _, wrong = sanji("readers", *verb, "--by", "甲")
        assert code == 2
        assert "王" in wrong


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--role", "leader"], "没有角色"),
        (["--role", "county"], "--county"),
        (["--role", "county", "--county", "330799"], "没有代码为330799"),
        (["--role", "city", "--county", "330702"], "不写 --county"),
        (["--role", "unit"], "--unit"),
        (["--role", "unit", "--unit", "330702999999"], "名录里没有代码为330702999999"),
        (["--role", "reviewer", "--unit", "330702210003"], "--role unit"),
    ],
)
def test_rights_that_do_not_go_together_are_refused_in_chinese(sanji, asked, told):
    code, _, wrong = sanji("readers", "add", "王", *asked, "--by", "甲")
    assert code == 2
    assert told in wrong


def test_a_unit_account_is_of_a_unit_of_the_directory(sanji, small_city, accounts):
    small_city.home(home_in_force().root)
    unit = next(iter(small_city.sample.versions))
    given(sanji, "add", "王", "--role", "unit", "--unit", unit.unit_code)
    rights = accounts.find("王").reader
    assert (rights.role, rights.units) == ("unit", frozenset({unit.unit_code}))
    assert unit.county_code in rights.counties


def test_beyond_this_machine_the_site_opens_only_where_somebody_can_sign_in(sanji, monkeypatch):
    asked = []
    monkeypatch.setattr(site_app.waitress, "serve", lambda _, **kw: asked.append(kw["host"]))
    code, _, wrong = sanji("serve", "--host", "0.0.0.0")  # noqa: S104 what is refused
    assert (code, asked) == (2, [])
    assert "sanji readers add" in wrong
    assert sanji("serve")[0] == 0
    given(sanji, "add", "王", "--role", "city")
    code, said, _ = sanji("serve", "--host", "0.0.0.0")  # noqa: S104 readers sign in
    assert (code, asked) == (0, ["127.0.0.1", "0.0.0.0"])  # noqa: S104
    assert "明文" in said


def test_wrong_passwords_are_counted_by_name_and_time(accounts):
    for minutes in (0, 5, 10):
        accounts.record("王", WRONG_PASSWORD, "/denglu", AT + timedelta(minutes=minutes))
    accounts.record("李", WRONG_PASSWORD, "/denglu", AT)
    with reading(home_in_force()) as registry:
        assert wrong_passwords(registry, "王", AT) == 2
        assert wrong_passwords(registry, "李", AT - timedelta(seconds=1)) == 1


def test_the_log_is_written_while_a_run_holds_the_lock_and_read_by_the_verb(sanji, accounts):
    with writing(home_in_force()):
        accounts.record("王", "signs", "/jiance", AT)
    code, said, _ = sanji("readers", "log")
    assert code == 0
    assert said == "2026-10-09 08:30 王 应付信号 /jiance\n"


def test_a_registry_that_takes_no_row_says_so(sanji):
    accounts = HomeAccounts(home_in_force(), patience=0)
    held = open_registry(home_in_force().registry)
    with held.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(NotRecordedError):
            accounts.record("王", "signs", "/jiance", AT)
    held.dispose()
    accounts.close()
    with reading(home_in_force()) as registry:
        assert last_views(registry, 5) == []


def test_sessions_are_signed_by_a_key_of_their_own(accounts):
    assert accounts.secret != home_in_force().key.read_bytes()
    assert len(accounts.secret) == 32
