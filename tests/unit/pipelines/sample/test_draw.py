"""Chance with a name."""

from collections import Counter
from datetime import date

import pytest

from pipelines.sample.draw import Draw, ranked, split
from pipelines.sample.elections import add_years


def test_one_purpose_draws_the_same_and_another_differs() -> None:
    assert Draw(7, "a").between(0, 1) == Draw(7, "a").between(0, 1)
    assert Draw(7, "a").between(0, 1) != Draw(7, "b").between(0, 1)


@pytest.mark.parametrize("mean", [0.0, 0.4, 3.0, 45.0])
def test_events_have_their_mean(mean: float) -> None:
    counts = [Draw("events", number).events(mean) for number in range(4000)]
    assert sum(counts) / len(counts) == pytest.approx(mean, rel=0.06, abs=0.001)


@pytest.mark.parametrize("whole", [0, 8, 500])
def test_a_part_stays_within_its_whole_and_near_its_rate(whole: int) -> None:
    parts = [Draw("part", number).part(whole, 0.9) for number in range(2000)]
    assert max(parts) <= whole
    assert sum(parts) / len(parts) == pytest.approx(whole * 0.9, rel=0.02)


@pytest.mark.parametrize(
    ("total", "weights"), [(0, [1, 2]), (7, [1, 1, 1]), (101, [0.2, 0.5, 0.0]), (5, [0, 0])]
)
def test_parts_of_a_split_add_up(total: int, weights: list[float]) -> None:
    assert sum(split(total, weights)) == (total if any(weights) else 0)


def test_codes_come_as_often_as_their_odds_say() -> None:
    counts = Counter(Draw("code", number).code({1: 3, 2: 1}) for number in range(4000))
    assert counts[1] / counts[2] == pytest.approx(3, rel=0.15)


def test_a_day_is_a_weekday_within_its_span() -> None:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    days = [Draw("day", number).day(first, last) for number in range(500)]
    assert all(first <= day <= last and day.isoweekday() <= 5 for day in days)


def test_a_newcomer_does_not_move_the_others() -> None:
    before = ranked(["a", "b", "c", "d"], 7, "purpose")
    after = ranked(["a", "b", "x", "c", "d"], 7, "purpose")
    assert [item for item in after if item != "x"] == before


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 5, 31), 5, date(2028, 5, 31)),
    ],
)
def test_leap_days_end_their_term_on_28_february(day: date, years: int, expected: date) -> None:
    assert add_years(day, years) == expected
