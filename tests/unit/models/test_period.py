from datetime import date, datetime

import pytest

from models.period import Period, add_working_days, due_at, is_working_day, opens_on, period_range


def test_a_quarter_knows_its_days_and_neighbours():
    period = Period.parse("2026Q1")
    assert (period.first_day, period.last_day) == (date(2026, 1, 1), date(2026, 3, 31))
    assert str(period.shifted(-1)) == "2025Q4"
    assert str(period.shifted(4)) == "2027Q1"


@pytest.mark.parametrize("text", ["2026", "2026Q5", "26Q1", "2026q1", "", "2026Q12"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        Period.parse(text)


def test_a_range_goes_over_the_year():
    assert [str(p) for p in period_range("2025Q3..2026Q2")] == [
        "2025Q3",
        "2025Q4",
        "2026Q1",
        "2026Q2",
    ]
    with pytest.raises(ValueError, match=r"2026Q2\.\.2025Q3"):
        period_range("2026Q2..2025Q3")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # a Saturday worked for it
        (date(2026, 10, 8), True),
        (date(2026, 10, 11), False),  # a Sunday
    ],
)
def test_offices_follow_the_holiday_calendar(catalogue, day, works):
    assert is_working_day(day, catalogue.campaign) is works


def test_the_first_quarter_of_2026_is_due_as_the_domain_page_says(catalogue):
    period, campaign = Period.parse("2026Q1"), catalogue.campaign
    assert due_at(period, "township", campaign) == datetime(2026, 4, 8, 23, 59, 59)
    assert due_at(period, "city_organ", campaign) == datetime(2026, 4, 10, 23, 59, 59)
    assert due_at(period, "county_wc", campaign) == datetime(2026, 4, 14, 23, 59, 59)
    assert add_working_days(period.last_day, 14, campaign) == date(2026, 4, 21)
    assert opens_on(period, campaign) == date(2026, 3, 21)
