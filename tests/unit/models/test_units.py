from datetime import date

import pytest

from models.period import Period
from models.units import Directory, UnitVersion, check_digit, is_unit_code


def version(code="330700100028", start=date(2020, 1, 1), end=None, **changes):
    base = {
        "unit_name": "市级综合类单位甲(样例)",
        "short_name": "综合甲(样例)",
        "level": "city",
        "unit_kind": "city_organ",
        "county_code": "330700",
        "party_org_type": 1,
        "party_group_type": "党组",
        "coord_parent_code": "330700100010",
        "party_parent_code": "330700100010",
        "leading_system": "综合",
        "reports_from": start,
        "reports_to": None,
        "contact_office": "机关党委(样例)",
    }
    return UnitVersion(code, start, end, **{**base, **changes})


@pytest.mark.parametrize(
    "code", ["330700100010", "330700100028", "330702200016", "330702300014", "330703300021"]
)
def test_the_codes_of_the_domain_page_check(code):
    assert check_digit(code[:-1]) == code[-1]
    assert is_unit_code(code)


@pytest.mark.parametrize("code", ["330700100029", "33070010002", "33070010002X", ""])
def test_a_mistyped_code_does_not_check(code):
    assert not is_unit_code(code)


def test_a_rename_is_a_new_version_of_the_same_unit():
    change = date(2026, 4, 1)
    units = Directory([version(end=change), version(start=change, unit_name="新名(样例)")])
    assert units.version("330700100028", Period.parse("2026Q1")).unit_name.startswith("市级综合")
    assert units.version("330700100028", Period.parse("2026Q2")).unit_name == "新名(样例)"
    assert len(units.owing(Period.parse("2026Q2"))) == 1


def test_a_unit_owes_from_the_quarter_in_which_it_begins_to_report():
    units = Directory([version(reports_from=date(2026, 1, 1))])
    assert not units.owing(Period.parse("2025Q4"))
    assert units.owing(Period.parse("2026Q1"))


def test_children_are_those_whose_coordination_parent_the_unit_is():
    parent = version("330700100010", unit_kind="city_wc", coord_parent_code=None)
    units = Directory([parent, version()])
    found = units.children("330700100010", Period.parse("2026Q1"))
    assert [unit.unit_code for unit in found] == ["330700100028"]


@pytest.mark.parametrize(
    ("end", "owes", "ended"),
    [
        (date(2026, 7, 1), False, False),
        (date(2026, 7, 2), False, True),
        (date(2026, 9, 30), False, True),
        (date(2026, 10, 1), True, False),
        (None, True, False),
    ],
)
def test_a_unit_that_ends_within_a_quarter_owes_its_closing_only(end, owes, ended):
    units, period = Directory([version(end=end)]), Period(2026, 3)
    assert (bool(units.owing(period)), bool(units.ended_within(period))) == (owes, ended)


def test_a_unit_that_did_not_report_leaves_no_closing_behind():
    units = Directory([version(end=date(2026, 8, 15), reports_to=date(2026, 1, 1))])
    assert not units.ended_within(Period(2026, 3))


def test_children_of_different_quarters_are_kept_apart():
    change = date(2026, 7, 1)
    units = Directory([version(end=change), version(start=change, coord_parent_code="x")])
    for _ in range(2):
        assert units.children("330700100010", Period(2026, 2))
        assert not units.children("330700100010", Period(2026, 3))
        assert units.children("x", Period(2026, 3))
