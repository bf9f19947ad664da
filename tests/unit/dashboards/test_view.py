import pytest

from dashboards.view import View, compared_period, parse_view, view_search

PERIODS = ("2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3")
COUNTIES = ("330702", "330703")


@pytest.mark.parametrize(
    "view",
    [
        View("2026Q3"),
        View("2025Q4", "township", "330702"),
        View("2026Q3", None, "330700"),
        View("2026Q1", "city"),
        View("2026Q1", None, "330702", structure="today"),
        View("2026Q3", structure="same_units"),
    ],
)
def test_a_view_survives_its_address(view):
    assert parse_view(view_search(view, PERIODS), PERIODS, COUNTIES) == view


def test_defaults_are_left_out_of_the_address():
    assert view_search(View("2026Q3"), PERIODS) == ""


@pytest.mark.parametrize("search", ["?q=1999Q1&lv=x&ct=999999", "?ct=%27or1", "", None, "?q="])
def test_what_is_unknown_becomes_the_default(search):
    assert parse_view(search, PERIODS, COUNTIES) == View("2026Q3")


def test_a_quarter_is_compared_with_the_same_one_last_year():
    assert compared_period("2026Q3", PERIODS) == "2025Q3"


def test_without_last_year_the_quarter_before_is_taken():
    assert compared_period("2026Q1", PERIODS) == "2025Q4"


def test_the_first_quarter_is_compared_with_nothing():
    assert compared_period("2025Q3", PERIODS) is None
