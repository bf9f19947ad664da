"""Where units stand: counts for the screen and, uncapped, for programs."""

from datetime import date, datetime

import polars as pl
from sqlalchemy import insert, select, update

from models.registry import issued, submission
from pipelines.commands.status_telling import SCREEN, status_lines, width
from pipelines.load.due import duty_table
from pipelines.quarter.decisions import approve_county, lock
from pipelines.quarter.granting import extend, freeze, waive
from pipelines.quarter.status import status
from pipelines.records.units import replace_directory
from pipelines.registry import writing
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import (
    CITY_ORGAN,
    COUNTY_WC,
    KINDS,
    LATE,
    ON_TIME,
    OPENED,
    ORGAN,
    OTHER_TOWN,
    OTHER_WC,
    TOWN,
    P,
    city,
    sent,
    unit,
)

AT = datetime(2026, 10, 20, 10)


def test_counts_and_states_of_every_kind(registry, catalogue):
    sent(registry, TOWN)
    sent(registry, ORGAN, verdict="returned")
    sent(registry, OTHER_TOWN, at=LATE, verdict="explain")
    sent(registry, CITY_ORGAN)
    waive(registry, OTHER_WC, P, P, "甲", OPENED, "涉密单位")
    approve_county(registry, P, "330702", "甲", AT, "看过")
    found = status(registry, catalogue, P, AT)
    counts = {name: found[name] for name in found if isinstance(found[name], int)}
    assert counts == {
        "owed": 6, "received": 4, "valid": 3, "on_time": 3, "complete": 2, "returned": 1,
        "accepted": 1, "late": 1, "not_received": 2, "waived": 1,
    }  # fmt: skip
    states = {each["unit_code"]: each["state"] for each in found["units"]}
    assert states[TOWN] == "county_approved"
    assert states[ORGAN] == "returned"
    assert states[OTHER_TOWN] == "explain"
    assert states[CITY_ORGAN] == "ready"
    assert states[OTHER_WC] == "waived"
    assert found["missing"] == sorted(code for code in KINDS if states[code] == "missing")
    assert sum(each["owed"] for each in found["by_level"].values()) == 6
    assert found["by_county"]["330703"]["owed"] == 1


def test_an_extension_makes_what_came_later_come_in_time(registry, catalogue):
    sent(registry, TOWN, at=datetime(2026, 10, 15, 9))
    assert status(registry, catalogue, P, AT)["late"] == 1
    extend(registry, catalogue.campaign, P, TOWN, datetime(2026, 10, 15).date(), "甲", AT, "台风")
    found = status(registry, catalogue, P, AT)
    assert (found["late"], found["on_time"]) == (0, 1)
    entry = next(each for each in found["units"] if each["unit_code"] == TOWN)
    assert (entry["is_extended"], entry["days_left"]) == (True, -3)


def test_a_unit_that_ended_in_the_quarter_is_named_and_not_missed(registry, catalogue):
    versions = [unit(code) for code in KINDS if code != TOWN]
    replace_directory(registry, [*versions, unit(TOWN, ends=datetime(2026, 8, 1).date())])
    freeze(registry, catalogue.campaign, P, "甲", AT, "合并")
    found = status(registry, catalogue, P, AT)
    assert found["closing"] == [TOWN]
    assert TOWN not in found["missing"]
    assert found["owed"] == len(KINDS) - 1


def test_the_screen_is_one_screen_however_many_are_missing(tmp_path, catalogue):
    counties = sorted(catalogue.counties)
    codes = [f"{county}3{n:05d}" for county in counties for n in range(100, 160)]
    with writing(Home(tmp_path)) as registry:
        city(registry, campaign=catalogue.campaign, units=[unit(c) for c in (*KINDS, *codes)])
        sent(registry, COUNTY_WC, at=ON_TIME, verdict="returned")
        found = status(registry, catalogue, P, AT)
    lines = status_lines(catalogue, P, found)
    assert len(lines) <= 40
    assert max(map(width, lines)) <= SCREEN <= 100
    assert any("未报546家" in line for line in lines)
    assert any("另有" in line for line in lines)
    assert len(found["missing"]) == len(codes) + len(KINDS) - 1
    assert len(found["units"]) == len(codes) + len(KINDS)


def issued_to_close(registry, code):
    registry.execute(
        insert(issued).values(
            issue_id="closing", unit_code=code, period=str(P), template_version="1", layout="l",
            token="t",  # noqa: S106 no password
            prefill="{}", issued_at=OPENED, file_name="x.xlsx", form_set="closing",
        )
    )  # fmt: skip


def ended_town(registry, catalogue):
    end = date(2026, 8, 1)
    replace_directory(registry, [unit(code, ends=end if code == TOWN else None) for code in KINDS])
    freeze(registry, catalogue.campaign, P, "甲", OPENED, "撤销")


def test_what_closed_a_unit_is_no_return_of_it_once_its_end_is_undone(registry, catalogue):
    ended_town(registry, catalogue)
    issued_to_close(registry, TOWN)
    number = sent(registry, TOWN)
    registry.execute(update(submission).values(issue_id="closing"))
    assert status(registry, catalogue, P, AT)["closing_left"] == []
    replace_directory(registry, [unit(code) for code in KINDS])
    freeze(registry, catalogue.campaign, P, "甲", OPENED, "不撤了")
    found = status(registry, catalogue, P, AT)
    assert (found["owed"], found["received"], found["on_time"]) == (7, 0, 0)
    rows = registry.execute(select(submission)).all()
    due = duty_table(registry, catalogue, P, rows, [], locked=False)
    (town,) = due.filter(pl.col("unit_code") == TOWN).to_dicts()
    assert (town["submission_id"], town["is_used"], town["is_given"]) == (None, False, False)
    assert rows[0].submission_id == number


def test_a_locked_quarter_misses_no_closing_workbook_that_it_never_sent(registry, catalogue):
    ended_town(registry, catalogue)
    assert status(registry, catalogue, P, AT)["closing_left"] == [TOWN]
    for person in "乙丙":
        lock(registry, P, person, AT, "样例")
    found = status(registry, catalogue, P, AT)
    assert (found["closing"], found["closing_left"], found["closing_units"]) == ([TOWN], [], [])
    assert f"由承接单位一并报送)1家:{TOWN}" in "".join(
        line.strip() for line in status_lines(catalogue, P, found)
    )
    issued_to_close(registry, TOWN)
    assert status(registry, catalogue, P, AT)["closing_left"] == [TOWN]
