"""Every route, callback and file, as every role, with addresses that ask for what is not theirs.

The inputs are made from the map of routes and the callbacks of the site, so that what is added
later is asked too. In nothing that is answered may the name or the code of a unit stand that the
reader must not see.
"""

import io
import json
import re
import shutil
import zipfile
from contextlib import closing
from itertools import product
from urllib.parse import unquote

import duckdb
import pytest

from dashboards.app import build_app
from dashboards.charts import charts
from dashboards.listings import LISTINGS
from dashboards.reader import CITY, Reader
from dashboards.snapshots import Publications
from pipelines.admitting import HomeAccounts, admit
from pipelines.records.readers import last_views
from pipelines.registry import reading, writing
from pipelines.settings import Home
from pipelines.watching import live_of
from tests.flow.conftest import AT

HERE = {"Origin": "http://localhost"}
OWN, OTHER = "330702", "330723"
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
SIGN = f"""
insert into core.finding by name
select submission_id, sent.unit_code, period, 'R602' as rule, 'verify' as severity,
    'open' as status, 'F1' as sheet, 'C3' as cell, 'like ' || other.name || other.code as message
from core.submission as sent,
    (select min_by(unit_name, unit_code) as name, min(unit_code) as code
    from core.duty where county_code = '{OTHER}') as other
where sent.is_current and period = '2026Q2' and submission_id in (
    select submission_id from core.duty where county_code in ('{OWN}', '{OTHER}'))
"""  # noqa: S608
"""The small city is honest: here all of two counties resemble one unit of the other county."""
LONG_NAME = 4
"""Shorter names are words too."""
ASKED = {"markup.data": [("url", "pathname"), ("url", "search")]}
"""What the callbacks that the server answers are told; a new one must be added here."""
ASIDE = {"print", "table"}
"""One needs a browser, and draws what the same page says, as do the pictures among the files; the
other is asked for the tables of these pages alone."""
TABLES = (
    "/county/{other}?card=units", "/county/{other}/COO01?card=units", "/unit?card=choose",
    "/jiance/banben?ct={other}&card=found", "/jiance/R101?ct={other}&card=found",
    "/jiance?card=D6-4", "/unit/{unit}?card=D7-4", "/unit/{unit}/COO01?card=cells",
)  # fmt: skip
HOLE = re.compile("<[^>]*>")


@pytest.fixture(scope="module")
def city(locked_city, tmp_path_factory):
    """A copy of the published home, to give accounts in."""
    root = tmp_path_factory.mktemp("readers") / "home"
    shutil.copytree(locked_city.root, root, ignore=shutil.ignore_patterns("archive", "cells"))
    with duckdb.connect(str(root / "published" / current(root))) as snapshot:
        snapshot.execute(SIGN)
    return Home(root)


def current(root):
    return (root / "published" / "current").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def duty(city):
    """Unit code -> name, county, as the last quarter has them."""
    rows = (
        Publications(city.published)
        .current()
        .ask(
            "select unit_code, unit_name, county_code from core.duty"
            " where period = (select max(period) from core.period)"
        )
    )
    return {code: (name, county) for code, name, county in rows.iter_rows()}


@pytest.fixture(scope="module")
def some(duty):
    """A unit of the own county, its neighbour, and one of another county."""
    own = sorted(code for code, (_, county) in duty.items() if county == OWN)
    return own[0], own[1], min(code for code, (_, county) in duty.items() if county == OTHER)


@pytest.fixture(scope="module")
def site(city, catalogue, some):
    """The site with an account of every role, and their passwords."""
    rights = {
        "unit": Reader("unit", frozenset({OWN}), frozenset({some[0]})),
        "county": Reader("county", frozenset({OWN})),
        "county reviewer": Reader("reviewer", frozenset({OWN})),
        "city": CITY,
        "reviewer": Reader("reviewer"),
    }
    with writing(city) as registry:
        passwords = {role: admit(registry, role, who, "甲", AT) for role, who in rights.items()}
    live = live_of(city, catalogue, lambda: AT)
    with closing(HomeAccounts(city)) as accounts:
        app = build_app(city.published, catalogue, lambda: AT, live, accounts)
        yield app, rights, passwords


def signed_in(site, role):
    app, _, passwords = site
    client = app.server.test_client()
    typed = {"name": role, "password": passwords[role], "next": "/"}
    assert client.post("/denglu", data=typed, headers=HERE).status_code == 303
    return client


def places(catalogue, own, neighbour, other):
    """Pages, and the places that they are about; own ones and those of others."""
    paths = [one.path for one in catalogue.dashboards.values() if one.path]
    for code in (own, neighbour, other):
        paths += [f"/unit/{code}", f"/unit/{code}/COO01"]
    for code in (OWN, OTHER, "330700"):
        paths += [f"/county/{code}", f"/county/{code}/COO01"]
    return [*paths, *(f"/jiance/{rule}" for rule in ("R602", "R101")), "/nowhere"]


def searches(other):
    return [f"?ct={OTHER}&find=工委", f"?ct={OWN}&un={other}&find={other}"]


def requests_of(app, catalogue, units, role):
    """Every request there is: (method, address, body)."""
    own, neighbour, other = units
    paths, tampered = places(catalogue, own, neighbour, other), searches(other)
    answered = [name for name, told in app.callback_map.items() if "callback" in told]
    for callback, path, search in product(answered, paths, tampered[-1:]):
        yield "POST", "/_dash-update-component", body(callback, path, search)
    for table in TABLES:
        yield "GET", "/table" + table.format(other=OTHER, unit=other), None
    if role == "county":
        return  # the files of a county's reviewer hold the same and more
    files = [f"{stem}.xlsx" for stem in (*charts(catalogue), *LISTINGS)]
    files += [f"units-{name}.xlsx" for name in catalogue.dashboards]
    filled = {"name": files, "path": [path.lstrip("/") for path in paths]}
    for rule in app.server.url_map.iter_rules():
        if "GET" in rule.methods and rule.arguments <= set(filled) and rule.endpoint not in ASIDE:
            values = [value for name in rule.arguments for value in filled[name]] or [""]
            for value, search in product(values, tampered[-1:] if rule.arguments else tampered):
                yield "GET", HOLE.sub(lambda _, put=value: put, rule.rule) + search, None


def body(callback, path, search):
    values = {"pathname": path, "search": search}
    inputs = [{"id": i, "property": p, "value": values[p]} for i, p in ASKED[callback]]
    output, _, prop = callback.partition(".")
    return {
        "output": callback,
        "outputs": {"id": output, "property": prop},
        "inputs": inputs,
        "changedPropIds": ["url.search"],
    }


def readable(answer):
    """All that was answered as text: unpacked, its escapes undone, with where it leads."""
    data = answer.data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"\n".join(book.read(name) for name in book.namelist())
    text = data.decode("utf-8", "replace")
    for _ in range(2):  # a figure is JSON inside markup inside JSON
        text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text.replace("\\\\u", "\\u"))
    return text + "".join(unquote(value) for _, value in answer.headers)


def hidden_from(rights, duty):
    """Names and codes of the units that a reader must not see."""
    seen = " ".join(name for code, (name, county) in duty.items()
                    if rights.may_see_unit(code, county))  # fmt: skip
    words = set()
    for code, (name, county) in duty.items():
        if not rights.may_see_unit(code, county):
            words.add(code)
            if name not in seen:
                words.add(name)
    return {word for word in words if len(word) >= LONG_NAME}


def partners_of(city, rights, duty):
    """Units that a unit of the reader has itself named: these stand in its own list of matters."""
    own = {code for code, (_, county) in duty.items() if rights.may_see_unit(code, county)}
    snapshot, found = Publications(city.published).current(), set()
    for table, one, two in (
        ("marts.matter", "initiator_code", "counterpart_code"),
        ("marts.tie", "unit_code", "partner_unit_code"),
    ):
        for ends in snapshot.ask(f"select {one}, {two} from {table}").iter_rows():  # noqa: S608
            found |= set(ends) if own & set(ends) else set()
    return {word for code in found - {None} for word in (code, duty.get(code, (code,))[0])}


def said_in(words, text):
    """Which of the words stand in a text."""
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    return set(pattern.findall(text))


@pytest.mark.parametrize("role", ["unit", "county", "county reviewer"])
def test_nobody_is_shown_a_unit_that_is_not_theirs(site, city, catalogue, duty, some, role):
    app, rights, _ = site
    client, hidden = signed_in(site, role), hidden_from(rights[role], duty)
    partners = partners_of(city, rights[role], duty)
    leaks, seen = {}, set()
    for method, address, sent in requests_of(app, catalogue, some, role):
        with client.open(address, method=method, json=sent, headers=HERE) as answer:
            text = readable(answer)
        assert answer.status_code < 500, (address, sent)
        asked = unquote(address) + json.dumps(sent, ensure_ascii=False)
        about_own = any(f"/unit/{code}" in asked for code in duty if code not in hidden)
        allowed = partners if about_own else set()
        found = {word for word in said_in(hidden, text) - allowed if word not in asked}
        if found:
            leaks[asked] = sorted(found)[:4]
        seen |= {code for code in duty if code in text} - hidden
    assert leaks == {}
    expected = {some[0]} if role == "unit" else {c for c, (_, of) in duty.items() if of == OWN}
    assert expected <= seen


@pytest.mark.parametrize("role", ["city", "reviewer"])
def test_who_sees_the_whole_city_is_shown_every_county(site, catalogue, duty, some, role):
    client, text = signed_in(site, role), ""
    for path in (f"/county/{OWN}", f"/county/{OTHER}", f"/unit/{some[2]}"):
        sent = body("markup.data", path, "")
        with client.post("/_dash-update-component", json=sent, headers=HERE) as answer:
            text += readable(answer)
    assert {code for code, (_, county) in duty.items() if county in {OWN, OTHER}} <= {
        code for code in duty if code in text
    }


def test_signs_of_formality_are_shown_to_reviewers_each_of_its_own_county(site, catalogue, duty):
    told = {}
    for role in ("unit", "county", "city", "county reviewer", "reviewer"):
        with signed_in(site, role).get("/export/D6-4.xlsx?q=2026Q2") as answer:
            told[role] = said_in({name for name, _ in duty.values()}, readable(answer))
    assert told["unit"] == told["county"] == told["city"] == set()
    assert told["county reviewer"] <= {name for name, county in duty.values() if county == OWN}
    assert told["county reviewer"] < told["reviewer"]
    assert told["county reviewer"]


def test_what_a_reviewer_opened_stands_in_the_log_of_the_registry(site, city):
    client = signed_in(site, "reviewer")
    client.get("/export/D6-4.xlsx?q=2026Q1")
    with reading(city) as registry:
        newest = last_views(registry, 2)
    assert [(one.reader_name, one.kind, one.path) for one in newest] == [
        ("reviewer", "signs", "/export/D6-4.xlsx?q=2026Q1"),
        ("reviewer", "signed_in", "/denglu"),
    ]
