"""报送: most on time, a few late, very few never."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipelines.sample.behaviour import Duty, sending
from tests.flow.sample.conftest import Told

pytestmark = pytest.mark.xdist_group("sample")

DueOn = Callable[[str, str], date]


def _all(
    words: dict[str, Any], due_on: DueOn, kind: str, *, is_changing: bool = False
) -> list[str]:
    outcomes = []
    for number in range(3000):
        duty = Duty(f"{number:012d}", kind, "2026Q1", is_changing)
        sent = sending(duty, due_on, 7, words["behaviour"])
        outcomes.append("late" if sent.is_late else "on time" if sent.received_at else "never")
    return outcomes


def test_about_one_in_twenty_five_is_late_and_one_in_sixty_silent(
    words: dict[str, Any], due_on: DueOn
) -> None:
    counts = Counter(_all(words, due_on, "township"))
    assert 90 < counts["late"] < 165
    assert 25 < counts["never"] < 75


@pytest.mark.parametrize("kind", ["city_wc", "county_wc"])
def test_working_committees_are_always_on_time(
    words: dict[str, Any], due_on: DueOn, kind: str
) -> None:
    assert set(_all(words, due_on, kind)) == {"on time"}


def test_a_unit_reports_in_the_quarter_of_its_change(words: dict[str, Any], due_on: DueOn) -> None:
    assert "never" not in _all(words, due_on, "city_organ", is_changing=True)


def test_time_of_receipt_agrees_with_deadline_and_date_of_filling(
    told: Told, due_on: DueOn
) -> None:
    for unit, period, truth in told.each():
        sent, due = truth.sending, due_on(period, unit.unit_kind)
        assert truth.values["fill_date"] == sent.filled_on <= due
        if sent.received_at:
            assert sent.received_at.tzinfo is None
            assert sent.received_at.date() >= sent.filled_on
            assert sent.is_late == (sent.received_at.date() > due)
            assert 8 <= sent.received_at.hour <= 17


def test_nobody_with_a_change_is_silent(told: Told) -> None:
    for _, _, truth in told.each():
        assert truth.sending.received_at or truth.values["change_type"] == 0
