"""Names are found however they are typed; where there is no number, the reason is told to staff."""

import duckdb
import pytest

from dashboards.provenance import Asked, NothingToExplainError, Structure, trace
from dashboards.provenance.naming import as_name, near_names
from dashboards.provenance.wherever import scopes_called
from dashboards.reader import Reader

STAFF = Reader("reviewer")
UNIT, FORMER = "330702210001", "330702210002"
SCHEMA = """
create schema core; create schema marts;
create table core.period as select unnest(['2026Q1', '2026Q2']) as period;
create table core.duty as select * from (values
    ('2026Q1', '330702210001', '样例甲', 'county_organ', '政法', '330702', true, true),
    ('2026Q2', '330702210001', '样例甲', 'county_organ', '政法', '330702', true, true),
    ('2026Q1', '330702210002', '样例乙', 'county_organ', '政法', '330702', true, true)
) as rows(period, unit_code, unit_name, unit_kind, leading_system, county_code, owes, is_used);
create table core.value (submission_id varchar, unit_code varchar, period varchar, field varchar,
    line integer, number double);
alter table core.duty add column submission_id varchar;
create table core.same_unit (period varchar, compare_to varchar, unit_code varchar);
create table marts.indicator_change (period varchar);
create table marts.indicator_value (period varchar, view varchar, compare_to varchar,
    scope_code varchar, scope_level varchar, indicator varchar, numerator double,
    denominator double, value double, units_expected integer, units_used integer);
create table marts.field_total (period varchar, view varchar, scope_code varchar,
    scope_level varchar, field varchar, total double, units_expected integer, units_used integer);
"""


def wide(text):
    """As an input method types it that is set to full width."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(":memory:") as con:
        con.execute(SCHEMA)
        yield con


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("COO02", "COO02"),
        ("coo02 ", "COO02"),
        (wide("COO02"), "COO02"),
        ("指导覆盖率", "COO02"),
        ("x1", "X1"),
        ("member_close", "member_close"),
        ("fund_budget_line=1", "fund_budget_line=1"),
        (f"经费列支方式{wide('=')}1", "fund_budget_line=1"),
        ("fund_budget_line=9", None),
        ("fund_budget_line=x", None),
        ("member_close=1", None),
        ("COO02=1", None),
        ("COO99", None),
        ("", None),
    ],
)
def test_a_name_is_understood_however_it_is_typed(catalogue, typed, name):
    assert as_name(catalogue, typed) == name


def test_names_like_a_misspelt_one_are_offered(catalogue):
    assert "COO02 指导覆盖率" in near_names(catalogue, "COO02" + wide("X"))
    assert near_names(catalogue, "指导履盖率")[0] == "COO02 指导覆盖率"
    assert near_names(catalogue, "?") == []


@pytest.mark.parametrize(
    ("typed", "codes"),
    [("婺城区", ["330702"]), ("婺城区/township", ["330702/township"]), ("某某局", [])],
)
def test_a_place_is_known_by_its_name(con, catalogue, typed, codes):
    assert scopes_called(con, catalogue, typed, "2026Q2") == codes


def test_every_unit_of_one_name_is_found(con, catalogue):
    rows = con.execute("SELECT unit_name, unit_code FROM core.duty WHERE period = '2026Q2'")
    known = {}
    for name, code in rows.fetchall():
        known.setdefault(name, set()).add(code)
    assert known
    for name, codes in known.items():
        assert set(scopes_called(con, catalogue, name, "2026Q2")) == codes


def reason(con, catalogue, name, scope, period, under=None, reader=STAFF):
    asked = Asked(con, catalogue, scope, period, None, reader, under=under or Structure())
    with pytest.raises(NothingToExplainError) as caught:
        trace(asked, name)
    assert catalogue.say(f"cli.{caught.value.reason}", **caught.value.fills)
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "scope", "period", "why"),
    [
        ("COO02", "330700", "2027Q1", "no_quarter_held"),
        ("COO02", "339999", "2026Q2", "no_scope"),
        ("COO02", "330702/village", "2026Q2", "no_scope"),
        ("COO02", FORMER, "2026Q2", "unit_not_owing"),
        ("l3.matter_id", "330700", "2026Q2", "column_of_list"),
        ("fund_budget_line", "330700", "2026Q2", "choice_alone"),
        ("COO02", "330702/township", "2026Q2", "no_value"),
        ("COO02", "政法", "2026Q2", "no_value"),
        ("COO02", UNIT, "2026Q2", "no_value"),
    ],
)
def test_the_reason_for_no_number_is_told(con, catalogue, name, scope, period, why):
    assert reason(con, catalogue, name, scope, period) == why


def test_a_quarter_that_does_not_ask_is_told(con, catalogue):
    yearly = next(one for one in catalogue.indicators.values() if 1 not in one.quarters)
    assert reason(con, catalogue, yearly.id, "330700", "2026Q1") == "name_not_due"


def test_same_units_without_a_quarter_to_compare_are_told(con, catalogue):
    alone = Structure("same_units", "2026Q1", None)
    assert reason(con, catalogue, "COO02", "330700", "2026Q1", alone) == "none_compared"


@pytest.mark.parametrize("scope", ["339999", FORMER, "330700"])
def test_a_reader_with_limits_is_told_no_reason(con, catalogue, scope):
    limited = Reader("county", frozenset({"330703"}))
    assert reason(con, catalogue, "COO02", scope, "2026Q2", reader=limited) == "no_value"
