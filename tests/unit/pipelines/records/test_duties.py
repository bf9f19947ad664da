"""Who owes what: frozen when the quarter opens, waived, extended, ended in mid-quarter."""

from datetime import date, datetime

import pytest

from models.catalogue_model import CLOSING
from models.period import Period
from models.units import Directory
from pipelines.quarter.decisions import NotAllowedError, lock
from pipelines.quarter.granting import extend, unwaive, waive
from pipelines.quarter.granting import freeze as freeze_by
from pipelines.records.duties import duties, freeze, is_frozen, owed, planned
from pipelines.records.quarters import open_period
from pipelines.records.units import directory, replace_directory
from pipelines.registry import writing
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import (
    CITY_ORGAN,
    COUNTY_WC,
    KINDS,
    OPENED,
    ORGAN,
    OTHER_TOWN,
    TOWN,
    P,
    city,
    unit,
)

NEW_TOWN = "330702300022"


@pytest.fixture
def registry(tmp_path):
    with writing(Home(tmp_path)) as connection:
        yield connection


@pytest.fixture
def campaign(catalogue):
    return catalogue.campaign


def test_a_duty_is_dated_by_the_kind_of_unit(registry, campaign):
    city(registry, campaign=campaign)
    due = {code: duty.due_at.date() for code, duty in duties(registry, campaign, P).items()}
    assert list(due) == sorted(KINDS)
    assert (due[TOWN], due[ORGAN]) == (date(2026, 10, 13), date(2026, 10, 13))
    assert (due[CITY_ORGAN], due[COUNTY_WC]) == (date(2026, 10, 15), date(2026, 10, 19))


def test_before_it_is_frozen_a_duty_is_what_the_directory_says(registry, campaign):
    city(registry, opened=False)
    assert set(owed(registry, campaign, P)) == set(KINDS)
    replace_directory(registry, [unit(TOWN)])
    assert set(owed(registry, campaign, P)) == {TOWN}


def test_once_frozen_the_directory_changes_no_duty(registry, campaign):
    city(registry, campaign=campaign)
    others = [unit(code) for code in KINDS if code != TOWN]
    replace_directory(registry, [*others, unit(TOWN, ends=date(2026, 9, 25)), unit(NEW_TOWN)])
    assert set(owed(registry, campaign, P)) == set(KINDS)


def test_freezing_again_takes_in_an_event_that_was_entered_late(registry, campaign):
    city(registry, campaign=campaign)
    extend(registry, campaign, P, ORGAN, date(2026, 10, 16), "甲", OPENED, "停电")
    others = [unit(code) for code in KINDS if code != TOWN]
    replace_directory(registry, [*others, unit(TOWN, ends=date(2026, 8, 1)), unit(NEW_TOWN)])
    done = freeze_by(registry, campaign, P, "甲", OPENED, "补登合并")
    assert (done.added, done.closing) == ((NEW_TOWN,), (TOWN,))
    found = duties(registry, campaign, P)
    assert found[TOWN].form_set == CLOSING
    assert found[ORGAN].due_at.date() == date(2026, 10, 16), "what was granted stays"


def test_a_unit_merged_in_mid_quarter_owes_its_closing_and_its_successor_the_whole(campaign):
    versions = [
        unit(TOWN, ends=date(2026, 8, 15)),
        unit(OTHER_TOWN, ends=date(2026, 7, 1)),
        unit(NEW_TOWN, begins=date(2026, 8, 15)),
    ]
    found = planned(Directory(versions), campaign, P)
    assert {code: duty.form_set for code, duty in found.items()} == {
        TOWN: "closing",
        NEW_TOWN: "full",
    }
    assert not found[TOWN].is_owed


def test_a_waived_unit_owes_nothing_for_as_long_as_it_is_waived(registry, campaign):
    city(registry, campaign=campaign)
    waive(registry, TOWN, P, P.shifted(1), "甲", OPENED, "涉密单位")
    assert TOWN not in owed(registry, campaign, P)
    found = duties(registry, campaign, P)[TOWN]
    assert (found.is_waived, found.waiver) == (True, "涉密单位")
    assert TOWN not in owed(registry, campaign, P.shifted(1))
    assert TOWN in owed(registry, campaign, P.shifted(2))
    assert TOWN in owed(registry, campaign, P.shifted(-1))


def test_a_waiver_is_taken_back_from_a_quarter_on(registry, campaign):
    city(registry, campaign=campaign)
    waive(registry, TOWN, P, None, "甲", OPENED, "涉密单位")
    unwaive(registry, TOWN, P.shifted(1), "乙", OPENED, "已脱密")
    assert TOWN not in owed(registry, campaign, P), "what was waived before stays waived"
    assert TOWN in owed(registry, campaign, P.shifted(1))
    unwaive(registry, TOWN, P, "乙", OPENED, "误批")
    assert TOWN in owed(registry, campaign, P)
    waive(registry, TOWN, P, P, "甲", OPENED, "再批")
    assert TOWN not in owed(registry, campaign, P), "a waiver taken back does not stand in the way"


def test_a_unit_is_not_waived_twice_and_a_stranger_never(registry, campaign):
    city(registry, campaign=campaign)
    waive(registry, TOWN, P, None, "甲", OPENED, "涉密单位")
    with pytest.raises(NotAllowedError, match="waived_already"):
        waive(registry, TOWN, P.shifted(3), None, "甲", OPENED, "又一次")
    with pytest.raises(NotAllowedError, match="unknown_unit"):
        waive(registry, NEW_TOWN, P, None, "甲", OPENED, "不在名录")
    with pytest.raises(NotAllowedError, match="waiver_ends_before"):
        waive(registry, ORGAN, P, P.shifted(-1), "甲", OPENED, "倒了")
    with pytest.raises(NotAllowedError, match="not_waived"):
        unwaive(registry, ORGAN, P, "甲", OPENED, "没有")


def test_a_locked_quarter_is_neither_waived_nor_extended_nor_frozen_again(registry, campaign):
    city(registry, campaign=campaign)
    lock(registry, P, "甲", OPENED, "锁定")
    assert lock(registry, P, "乙", OPENED, "锁定")
    for step in (
        lambda: waive(registry, TOWN, P.shifted(-2), None, "甲", OPENED, "晚了"),
        lambda: extend(registry, campaign, P, TOWN, date(2026, 10, 16), "甲", OPENED, "晚了"),
        lambda: freeze_by(registry, campaign, P, "甲", OPENED, "晚了"),
    ):
        with pytest.raises(NotAllowedError, match=r"^locked$"):
            step()
    waive(registry, TOWN, P.shifted(1), None, "甲", OPENED, "以后各期")


def test_one_unit_or_one_county_gets_a_later_deadline_until_the_lock(registry, campaign):
    city(registry, campaign=campaign)
    later = date(2026, 10, 16)
    assert extend(registry, campaign, P, "330702", later, "甲", OPENED, "台风") == [ORGAN, TOWN]
    found = duties(registry, campaign, P)
    assert found[TOWN].due_at == datetime(2026, 10, 16, 23, 59, 59)
    assert found[TOWN].is_extended
    assert found[COUNTY_WC].due_at.date() == date(2026, 10, 19), "its own deadline is later"
    assert found[OTHER_TOWN].due_at.date() == date(2026, 10, 13)
    for day in (date(2026, 10, 12), date(2026, 10, 27)):
        with pytest.raises(NotAllowedError, match="nobody_concerned"):
            extend(registry, campaign, P, OTHER_TOWN, day, "甲", OPENED, "不在期间")


def test_an_extension_is_taken_back(registry, campaign):
    city(registry, campaign=campaign)
    extend(registry, campaign, P, TOWN, date(2026, 10, 16), "甲", OPENED, "台风")
    assert extend(registry, campaign, P, TOWN, None, "甲", OPENED, "误批") == [TOWN]
    found = duties(registry, campaign, P)[TOWN]
    assert (found.due_at.date(), found.is_extended) == (date(2026, 10, 13), False)


def test_nothing_is_extended_before_the_directory_is_frozen(registry, campaign):
    city(registry, opened=False)
    with pytest.raises(NotAllowedError, match="not_frozen"):
        extend(registry, campaign, P, TOWN, date(2026, 10, 16), "甲", OPENED, "早了")


def test_an_empty_directory_freezes_nothing(registry, campaign):
    open_period(registry, Period(2026, 3), OPENED)
    freeze(registry, campaign, P, OPENED, directory(registry))
    assert not is_frozen(registry, P)
