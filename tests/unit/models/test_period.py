from datetime import date, datetime, timedelta

import pytest

from models.period import (
    Period,
    add_working_days,
    calendar,
    day_of,
    due_at,
    is_announced,
    is_working_day,
    opens_on,
    period_range,
    working_days_between,
)
from models.spec.structure import Span


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


NOTICES = {
    # Days off and days worked, as the State Council announced them (国务院办公厅通知).
    2024: (
        "01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10 09-15..09-17 10-01..10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27"
        " 10-01..10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}


def days_of(year, text):
    for part in text.split():
        first, _, last = part.partition("..")
        day = date.fromisoformat(f"{year}-{first}")
        while day <= date.fromisoformat(f"{year}-{last or first}"):
            yield day
            day += timedelta(days=1)


@pytest.mark.parametrize("year", NOTICES)
def test_offices_work_as_the_notice_of_the_year_says(catalogue, year):
    off, worked = (set(days_of(year, text)) for text in NOTICES[year])
    for number in range(366):
        day = date(year, 1, 1) + timedelta(days=number)
        if day.year == year:
            works = day in worked or (day.isoweekday() <= 5 and day not in off)
            assert is_working_day(day, catalogue.campaign) is works, day


def test_a_year_without_notice_is_provisional_and_keeps_weekends_and_fixed_days(catalogue):
    campaign = catalogue.campaign
    assert not is_announced(2031, campaign)
    assert is_working_day(date(2031, 2, 3), campaign), "a Monday, whatever Spring Festival is"
    assert not is_working_day(date(2031, 10, 1), campaign)
    assert not is_working_day(date(2031, 10, 4), campaign), "a Saturday"


def test_the_catalogue_goes_before_the_library(catalogue):
    span = Span(first=date(2031, 2, 3), last=date(2031, 2, 4), zh="春节")
    worked = Span(first=date(2026, 10, 6), last=date(2026, 10, 6), zh="改为上班")
    campaign = catalogue.campaign.model_copy(
        update={"holidays": (span,), "workdays": (worked,), "announced": (2031,)}
    )
    assert not is_working_day(date(2031, 2, 3), campaign)
    assert is_working_day(date(2026, 10, 6), campaign)
    assert is_announced(2031, campaign)


def test_steps_that_fall_into_a_year_without_notice_are_provisional(catalogue):
    steps = calendar(Period.parse("2030Q4"), catalogue.campaign)
    assert {each.is_provisional for each in steps if each.step.days_before is None} == {True}
    steps = calendar(Period.parse("2026Q3"), catalogue.campaign)
    assert {each.is_provisional for each in steps} == {False}


def test_the_first_quarter_of_2026_is_due_as_the_domain_page_says(catalogue):
    period, campaign = Period.parse("2026Q1"), catalogue.campaign
    assert due_at(period, "township", campaign) == datetime(2026, 4, 8, 23, 59, 59)
    assert due_at(period, "city_organ", campaign) == datetime(2026, 4, 10, 23, 59, 59)
    assert due_at(period, "county_wc", campaign) == datetime(2026, 4, 14, 23, 59, 59)
    days = {each.step.id: each.first for each in calendar(period, campaign)}
    assert days["county_approval"] == date(2026, 4, 14)
    assert days["lock"] == day_of("lock", period, campaign) == date(2026, 4, 21)
    assert days["sign"] == date(2026, 4, 30)
    assert opens_on(period, campaign) == days["issue"] == date(2026, 3, 21)
    assert days["freeze"] == date(2026, 3, 16)


def test_the_confirmation_window_takes_several_days(catalogue):
    period = Period.parse("2026Q1")
    window = next(e for e in calendar(period, catalogue.campaign) if e.step.id == "confirm")
    assert (window.first, window.last) == (date(2026, 4, 10), date(2026, 4, 16))


def test_working_days_are_counted_both_ways(catalogue):
    before, after = date(2026, 9, 30), date(2026, 10, 10)
    assert working_days_between(before, after, catalogue.campaign) == 3, "8, 9 and Saturday 10"
    assert working_days_between(after, before, catalogue.campaign) == -3
    assert working_days_between(after, after, catalogue.campaign) == 0
    assert add_working_days(before, 3, catalogue.campaign) == after
