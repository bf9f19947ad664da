"""What a reader with limits is told of any number: nothing of others, and nothing of a few."""

import json
import shutil

import duckdb
import pytest

from dashboards.privacy import is_guarded, is_small
from dashboards.provenance import Asked, NothingToExplainError, trace
from dashboards.reader import CITY, Reader
from dashboards.snapshots import open_snapshot
from models.spec.dashboard import PrivacyLimits

P, COUNTY, OTHER = "2026Q3", "330702", "330703"
UNITS = "select unit_code, unit_name, county_code from core.duty where period = ? order by 1"


@pytest.fixture(scope="module")
def snapshot(published, tmp_path_factory):
    """The synthetic snapshot with the places of its cells."""
    path = tmp_path_factory.mktemp("readers") / "sample.duckdb"
    shutil.copy(published / "sample.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute("alter table core.value add column sheet varchar")
        con.execute("alter table core.value add column cell varchar")
    return open_snapshot(path)


@pytest.fixture(scope="module")
def units(snapshot):
    return snapshot.connection.execute(UNITS, [P]).fetchall()


@pytest.fixture(scope="module")
def readers(units):
    own = next(code for code, _, county in units if county == COUNTY)
    return {
        "county": Reader("county", frozenset({COUNTY})),
        "unit": Reader("unit", frozenset({COUNTY}), frozenset({own})),
    }


def told(snapshot, catalogue, reader, name, scope):
    """What is told, or the reason and what fills it."""
    with snapshot.connection.cursor() as cursor:
        try:
            found = trace(Asked(cursor, catalogue, scope, P, reader=reader), name)
        except NothingToExplainError as error:
            return {"reason": error.reason, **error.fills}
    return json.loads(json.dumps(found, ensure_ascii=False, default=str))


@pytest.mark.parametrize("role", ["county", "unit"])
def test_no_code_and_no_name_of_others_is_told(snapshot, catalogue, units, readers, role):
    reader = readers[role]
    hidden = [row for row in units if not reader.may_see_unit(row[0], row[2])]
    own = next(code for code, _, county in units if reader.may_see_unit(code, county))
    numbers = 0
    for name in ("ORG01", "COO02", "COO03", "X1"):
        for scope in ("330700", COUNTY, own):
            found = told(snapshot, catalogue, reader, name, scope)
            text = json.dumps(found, ensure_ascii=False)
            numbers += "reason" not in found
            assert [row for row in hidden if row[0] in text or row[1] in text] == []
    assert numbers > 1


@pytest.mark.parametrize("role", ["county", "unit"])
def test_what_is_not_theirs_is_told_as_if_it_were_not_there(
    snapshot, catalogue, units, readers, role
):
    other = next(code for code, _, county in units if county == OTHER)
    for name in ("COO02", "X1"):
        for scope in (OTHER, other):
            found = told(snapshot, catalogue, readers[role], name, scope)
            absent = told(snapshot, catalogue, readers[role], name, "339999")
            assert found == {**absent, "scope": scope}


def test_the_city_is_told_no_rate_of_a_few_persons(snapshot, catalogue, units):
    limits = PrivacyLimits(**catalogue.parameters["privacy"])
    guarded = [n for n, one in catalogue.indicators.items() if is_guarded(one, catalogue.fields)]
    hidden = 0
    for name in guarded:
        for scope in ("330700", COUNTY, OTHER, units[0][0]):
            found = told(snapshot, catalogue, CITY, name, scope)
            if "reason" in found:
                continue
            hidden += found["is_hidden"]
            assert found["is_hidden"] or not is_small(found["numerator"], limits)
            assert (found["changes"], found["units"]) == ([], [])
            assert {part["value"] for part in found["parts"] if part["is_hidden"]} <= {None}
    assert hidden > 0


def test_an_index_tells_the_city_no_value_of_a_few_persons(snapshot, catalogue, units):
    guarded = {n for n, one in catalogue.indicators.items() if is_guarded(one, catalogue.fields)}
    codes = ("330700", COUNTY, units[0][0])
    seen = [
        each
        for owner in (*catalogue.composites, *catalogue.profiles)
        for code in codes
        for part in told(snapshot, catalogue, CITY, owner, code).get("dimensions", ())
        for each in part["indicators"]
        if each["indicator"] in guarded
    ]
    assert seen
    assert {(each["value"], each["score"]) for each in seen} == {(None, None)}
