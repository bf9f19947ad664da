"""A number is told to a reader as far as the reader may see it."""

import duckdb
import pytest

from dashboards.privacy import is_guarded
from dashboards.provenance import Asked, NothingToExplainError, explain
from dashboards.provenance.formulas import fields_read
from dashboards.reader import CITY, Reader

P = "2026Q1"
UNITS = {"330702210001": "330702", "330702210002": "330702", "330703210001": "330703"}
STAFF = Reader("reviewer")
SCHEMA = """
create schema core; create schema marts;
create table core.duty (period varchar, unit_code varchar, unit_name varchar, level varchar,
    unit_kind varchar, county_code varchar, leading_system varchar, owes boolean, is_used boolean,
    submission_id varchar);
create table core.submission (submission_id varchar, version integer, received_at timestamp,
    file_sha256 varchar, is_used boolean, file_name varchar);
create table core.value (submission_id varchar, unit_code varchar, period varchar, field varchar,
    line integer, number decimal(18, 4), text varchar, date date, how varchar, sheet varchar,
    cell varchar, typed varchar);
create table core.finding (submission_id varchar, field varchar, line integer, rule varchar,
    severity varchar, message varchar, status varchar);
create table marts.indicator_part (period varchar, unit_code varchar, indicator varchar,
    numerator double, denominator double);
create table marts.indicator_value (period varchar, view varchar, compare_to varchar,
    scope_code varchar, scope_level varchar, indicator varchar, numerator double,
    denominator double, value double, units_expected integer, units_used integer);
"""


@pytest.fixture(scope="module")
def guarded(catalogue):
    """An indicator of county units whose plain fields may describe a few persons."""
    return next(
        each for each in catalogue.indicators.values()
        if is_guarded(each, catalogue.fields)
        and "county_organ" in catalogue.kinds_with(each)
        and fields_read(each) <= {name for name in catalogue.fields if "." not in name}
    )  # fmt: skip


@pytest.fixture(scope="module")
def con(catalogue, guarded):
    with duckdb.connect(":memory:") as con:
        con.execute(SCHEMA)
        for unit, county in UNITS.items():
            con.execute("insert into core.duty values (?, ?, '样例', 'county', 'county_organ', ?,"
                        " 's', true, true, ?)", [P, unit, county, f"{unit}-1"])  # fmt: skip
            con.execute("insert into core.submission values (?, 2, '2026-04-02', 'ab', true,"
                        " '样例.xlsx')", [f"{unit}-1"])  # fmt: skip
            for each in ("COO03", guarded.id):
                for field in sorted(fields_read(catalogue.indicators[each])):
                    con.execute("insert into core.value values (?, ?, ?, ?, null, 3, null, null,"
                                " '去掉单位', '表', 'C3', '3人')",
                                [f"{unit}-1", unit, P, field])  # fmt: skip
                con.execute("insert into marts.indicator_part values (?, ?, ?, 3, 6)",
                            [P, unit, each])  # fmt: skip
        field = sorted(fields_read(guarded))[0]
        con.execute("insert into core.finding values (?, ?, null, 'R100', 'verify', '看到3人',"
                    " 'explained')", ["330702210001-1", field])  # fmt: skip
        for each in ("COO03", guarded.id):
            for code, level, top in (("330700", "city", 9), ("330702", "county", 4)):
                con.execute("insert into marts.indicator_value values (?, 'as_reported', null, ?,"
                            " ?, ?, ?, 12, 50, 3, 3)", [P, code, level, each, top])  # fmt: skip
        yield con


def test_staff_see_the_cell_with_what_was_changed_and_said_of_it(con, catalogue, guarded):
    found = explain(Asked(con, catalogue, "330700", P, reader=STAFF), guarded.id)
    part = found["parts"][0]
    assert part["value"] == "3"
    assert part["normalised"] == {"from": "3人", "to": "3", "why": "去掉单位"}
    assert [each["rule"] for each in part["findings"]] == ["R100"]
    assert part["findings"][0]["message"] == "看到3人"
    assert (part["version"], part["sheet"], part["cell"]) == (2, "表", "C3")
    assert len(found["units"]) == len(UNITS)


def test_what_a_few_persons_are_is_hidden_from_the_city(con, catalogue, guarded):
    found = explain(Asked(con, catalogue, "330702", P, reader=CITY), guarded.id)
    assert (found["value"], found["numerator"], found["is_hidden"]) == (None, None, True)
    assert found["units"] == []
    hidden = [part for part in found["parts"] if part["is_hidden"]]
    assert hidden
    assert all(part["value"] is None and part["normalised"] is None for part in hidden)
    assert "看到3人" not in str(found)
    named = {name for name in fields_read(guarded)
             if catalogue.fields[name].sensitivity != "internal"}  # fmt: skip
    assert {part["field"] for part in hidden} == named


def test_a_unit_sees_its_own_cells_and_how_many_others_there_are(con, catalogue, guarded):
    own = Reader("unit", frozenset({"330702"}), frozenset({"330702210001"}))
    found = explain(Asked(con, catalogue, "330700", P, reader=own), guarded.id)
    assert {part["unit_code"] for part in found["parts"]} == {"330702210001"}
    assert found["parts"][0]["value"] == "3"
    assert found["parts_hidden"] == found["parts_total"] - len(found["parts"]) > 0


def test_a_unit_is_told_no_sum_of_its_county(con, catalogue, guarded):
    own = Reader("unit", frozenset({"330702"}), frozenset({"330702210001"}))
    with pytest.raises(NothingToExplainError, match="no_value"):
        explain(Asked(con, catalogue, "330702", P, reader=own), guarded.id)


def test_a_county_does_not_see_the_units_or_the_number_of_another(con, catalogue):
    reader = Reader("county", frozenset({"330703"}))
    found = explain(Asked(con, catalogue, "330700", P, reader=reader), "COO03")
    assert {part["unit_code"] for part in found["parts"]} == {"330703210001"}
    assert {unit["unit_code"] for unit in found["units"]} == {"330703210001"}
    with pytest.raises(NothingToExplainError, match="no_value"):
        explain(Asked(con, catalogue, "330702", P, reader=reader), "COO03")


def test_only_so_many_cells_are_told_and_the_rest_are_counted(con, catalogue):
    every = explain(Asked(con, catalogue, "330700", P, reader=STAFF), "COO03")
    some = explain(Asked(con, catalogue, "330700", P, reader=STAFF, limit=2), "COO03")
    assert some["parts"] == every["parts"][:2]
    assert some["parts_total"] == len(every["parts"]) == 3 * len(UNITS)
    assert some["units"] == every["units"][:2]
    assert some["units_total"] == len(every["units"]) == len(UNITS)


def test_a_relation_that_is_listed_back_leads_to_the_row_of_the_other_party(con, catalogue):
    """Both are units of the city; asked of one, the other's cells come with it."""
    one, other, third = UNITS
    with con.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("create table marts.tie (period varchar, unit_code varchar, line integer,"
                       " partner_unit_code varchar, pair_type integer)")  # fmt: skip
        rows = [(one, 1, other, 4), (other, 7, one, 4), (third, 2, one, 5)]
        for unit, line, partner, kind in rows:
            cursor.execute("insert into marts.tie values (?, ?, ?, ?, ?)",
                           [P, unit, line, partner, kind])  # fmt: skip
            cursor.execute("insert into core.value values (?, ?, ?, 'l2.partner_unit_code', ?,"
                           " null, ?, null, null, 'L2', 'C9', null)",
                           [f"{unit}-1", unit, P, line, partner])  # fmt: skip
        cursor.execute("insert into marts.indicator_value values"
                       " (?, 'as_reported', null, ?, 'unit', 'PAR01', 1, 1, 100, 1, 1)",
                       [P, one])  # fmt: skip
        found = explain(Asked(cursor, catalogue, one, P, "unit", STAFF), "PAR01")
        cursor.execute("rollback")
    assert [(part["unit_code"], part["line"]) for part in found["parts"]] == [(other, 7)]
