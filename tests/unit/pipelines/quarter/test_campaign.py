"""What the schedules decide from day to day."""

from datetime import date, timedelta

import pytest

from models.period import Period
from pipelines.quarter.campaign import Progress, due_tasks, plan

Q1 = Period(2026, 1)
NOTHING = Progress(frozenset(), frozenset(), frozenset())
OPEN = Progress(frozenset({"2026Q1"}), frozenset({"2026Q1"}), frozenset())


def of_q1(tasks, schedule):
    return [task for task in tasks if task.schedule == schedule and task.period == Q1]


@pytest.fixture
def quarter(catalogue):
    """A whole quarter's life, day by day."""
    return plan(date(2026, 3, 1), date(2026, 5, 20), catalogue.campaign, NOTHING)


def test_a_quarter_is_frozen_and_issued_once_on_its_days(quarter):
    assert [(t.what, t.on) for t in of_q1(quarter, "open")] == [
        ("freeze", date(2026, 3, 16)),
        ("issue", date(2026, 3, 21)),
    ]


def test_reminders_go_from_two_working_days_before_the_first_deadline_to_the_lock(quarter):
    days = [t.on for t in of_q1(quarter, "remind")]
    assert days[0] == date(2026, 4, 3), "the deadline is 8 April, 4 to 6 are holidays"
    assert days[-1] == date(2026, 4, 21)
    assert date(2026, 4, 4) not in days
    assert date(2026, 4, 11) not in days, "a Saturday"
    assert len(days) == 12


def test_on_the_day_after_each_deadline_the_close_says_what_is_missing(quarter):
    assert [(t.on, t.steps) for t in of_q1(quarter, "close")] == [
        (date(2026, 4, 9), ("due_units",)),
        (date(2026, 4, 11), ("due_city",)),
        (date(2026, 4, 15), ("due_committees", "county_approval")),
        (date(2026, 4, 18), ("city_review",)),
        (date(2026, 4, 22), ("lock",)),
    ]


def test_no_task_approves_or_locks(quarter):
    assert {t.what for t in quarter} == {"freeze", "issue", "remind", "close"}


def test_a_machine_that_was_off_takes_up_the_opening_when_it_is_on_again(catalogue):
    late = plan(date(2026, 3, 25), date(2026, 3, 26), catalogue.campaign, NOTHING)
    assert [(t.what, t.on) for t in late] == [
        ("freeze", date(2026, 3, 25)),
        ("issue", date(2026, 3, 25)),
    ]


def test_after_the_first_deadline_no_quarter_is_opened_by_itself(catalogue):
    assert of_q1(due_tasks(date(2026, 4, 9), catalogue.campaign, NOTHING), "open") == []


def test_a_quarter_that_was_opened_by_hand_is_not_opened_again(catalogue):
    tasks = plan(date(2026, 3, 10), date(2026, 4, 8), catalogue.campaign, OPEN)
    assert of_q1(tasks, "open") == []


def test_a_locked_quarter_reminds_nobody(catalogue):
    locked = Progress(OPEN.frozen, OPEN.opened, frozenset({"2026Q1"}))
    days = [date(2026, 4, 1) + timedelta(days=n) for n in range(30)]
    assert [t for day in days for t in due_tasks(day, catalogue.campaign, locked)] == []


def test_reminders_every_third_working_day(catalogue):
    rarer = catalogue.campaign.reminders.model_copy(update={"every": 3})
    campaign = catalogue.campaign.model_copy(update={"reminders": rarer})
    days = [t.on for t in plan(date(2026, 4, 1), date(2026, 4, 30), campaign, OPEN)
            if t.what == "remind"]  # fmt: skip
    assert days == [date(2026, 4, 3), date(2026, 4, 9), date(2026, 4, 14), date(2026, 4, 17)]
