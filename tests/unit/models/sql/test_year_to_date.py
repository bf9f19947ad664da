"""The year so far adds up what happened in its quarters; a gap is not taken for a small year."""

import pytest

from pipelines.build.checks import grain_check
from pipelines.build.run import SQL_DIR, build_model, read_model
from pipelines.load.catalogue_tables import adds_over_year
from tests.unit.models.sql.test_views import EVENTS, HERE, PARTS, PERIODS, Q1, Q2, THERE, made


@pytest.fixture
def city(catalogue, tmp_path):
    con = made(catalogue, tmp_path, EVENTS, PARTS)
    path = SQL_DIR / "marts" / "year_to_date.sql"
    model = read_model("marts.year_to_date", path.read_text(encoding="utf-8"))
    build_model(con, model, catalogue, PERIODS)
    assert grain_check(con, model.table, model.grain, None).passed
    return con


def year(con, level, code, period=Q2, view="as_reported"):
    """(numerator, denominator, value, units expected, units used) of a scope."""
    found = con.execute(
        "SELECT numerator::DOUBLE, denominator::DOUBLE, round(value, 2)::DOUBLE, units_expected,"
        " units_used FROM marts.year_to_date"
        " WHERE scope_level = ? AND scope_code = ? AND period = ? AND view = ?",
        [level, code, period, view],
    ).fetchall()
    return found[0] if found else None


def test_a_unit_adds_up_its_quarters_and_is_none_where_one_is_missing(city):
    assert year(city, "unit", "R", Q1) == (8, 10, 80, 1, 1)
    assert year(city, "unit", "R") == (17, 20, 85, 1, 1)
    assert year(city, "unit", "P") == (None, None, None, 1, 0)


def test_a_unit_that_was_set_up_or_merged_in_the_year_begins_with_its_first_return(city):
    assert year(city, "unit", "N") == (5, 5, 100, 1, 1)
    assert year(city, "unit", "C") == (18, 30, 60, 1, 1)


def test_a_scope_adds_its_units_up_and_says_how_many_have_all_quarters(city):
    assert year(city, "county", HERE) == (18 + 4 + 5 + 17, 30 + 6 + 5 + 20, 72.13, 5, 4)
    assert year(city, "county", THERE) == (2 + 5, 4 + 8, 58.33, 2, 2)
    assert year(city, "city", "330700") == (51, 73, 69.86, 7, 6)


def test_in_todays_structure_heirs_have_what_was_told_before_them(city):
    assert year(city, "county", HERE, Q1, "today")[:2] == (15 + 0.6 * 7 + 8 + 9, 56)


def test_the_year_before_is_a_year_of_its_own(city):
    assert year(city, "unit", "R", "2025Q2") == (6, 10, 60, 1, 1)


@pytest.mark.parametrize(
    ("name", "adds"),
    [("LIF02", True), ("COO09", True), ("ORG02", False), ("COO03", False), ("RES07", False),
     ("COO05", False), ("COO01", False), ("COO11", False)],
)  # fmt: skip
def test_what_happens_adds_up_a_stock_and_what_is_of_the_year_already_do_not(catalogue, name, adds):
    assert adds_over_year(catalogue, catalogue.indicators[name]) is adds
