from datetime import date, datetime

import pytest

from models.units import UnitVersion
from pipelines.reply.answer import Came, Standing, checked_step, next_step

AT = datetime(2026, 10, 9, 15)


def unit(level="county", kind="county_organ"):
    return UnitVersion(
        unit_code="330702200024",
        valid_from=date(2020, 1, 1),
        valid_to=None,
        unit_name="某局",
        short_name="某局",
        level=level,
        unit_kind=kind,
        county_code="330702",
        party_org_type=3,
        party_group_type="组",
        coord_parent_code=None,
        party_parent_code="x",
        leading_system="综合",
        reports_from=date(2020, 1, 1),
        reports_to=None,
        contact_office="办公室",
    )


def standing(status, verdict, level="county", newest=1, due=AT):
    return Standing(
        submission_id="s",
        unit=unit(level),
        period="2026Q3",
        version=1,
        newest=newest,
        is_current=newest == 1,
        status=status,
        verdict=verdict,
        due_at=due,
        first_received_at=AT,
    )


def came(outcome):
    return Came(1, AT, "cli", "表.xlsx", "0" * 64, 10, outcome, None)


@pytest.mark.parametrize(
    ("status", "verdict", "level", "who"),
    [
        ("received", None, "county", "系统管理员"),
        ("received", "accepted", "county", "县(市、区)工委"),
        ("received", "accepted", "township", "县(市、区)工委"),
        ("received", "accepted", "city", "市直机关工委"),
        ("received", "explain", "county", "填报单位"),
        ("returned", "returned", "county", "填报单位"),
        ("returned", "accepted", "county", "填报单位"),
        ("explained", "explain", "city", "市直机关工委"),
        ("county_approved", "accepted", "county", "市直机关工委"),
        ("city_approved", "explain", "county", "市直机关工委"),
        ("locked", "accepted", "county", "市直机关工委"),
        ("superseded", "returned", "county", "填报单位"),
    ],
)
def test_the_next_step_names_who_takes_it(catalogue, status, verdict, level, who):
    assert next_step(catalogue, came("submitted"), standing(status, verdict, level)).who == who


@pytest.mark.parametrize("state", ["received", "refused", "held"])
def test_a_file_that_is_no_submission_has_a_next_step(catalogue, state):
    assert next_step(catalogue, came(state), None).what


def test_every_state_and_verdict_has_its_entry_in_the_catalogue(catalogue):
    other = catalogue.say("reply.step_other")
    for state in catalogue.campaign.states:
        for verdict in ("accepted", "explain", "returned"):
            assert next_step(catalogue, None, standing(state.id, verdict)).what != other
    for verdict in ("accepted", "explain", "returned", "refused"):
        assert checked_step(catalogue, verdict).who == "填报单位"


def test_steps_and_roles_of_the_table_come_in_pairs(catalogue):
    words = catalogue.wording["reply"]
    steps = {name.removeprefix("step_") for name in words if name.startswith("step_")}
    roles = {name.removeprefix("who_") for name in words if name.startswith("who_")}
    assert steps == roles
    known = {name.removeprefix("role_") for name in words if name.startswith("role_")}
    assert {words[f"who_{each}"] for each in roles} <= {*known, "reviewer"}


@pytest.mark.parametrize(
    ("status", "verdict", "newest", "gets"),
    [
        ("returned", "returned", 1, True),
        ("received", "explain", 1, True),
        ("returned", "accepted", 1, True),
        ("explained", "explain", 1, False),
        ("received", "accepted", 1, False),
        ("superseded", "returned", 2, False),
    ],
)
def test_a_workbook_goes_back_while_the_unit_has_something_to_do(status, verdict, newest, gets):
    assert standing(status, verdict, newest=newest).is_open is gets


def test_late_is_after_the_deadline_of_the_duty():
    assert standing("received", "accepted", due=AT).is_on_time
    assert not standing("received", "accepted", due=datetime(2026, 10, 9, 14)).is_on_time
