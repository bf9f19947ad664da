"""Which unit may be meant where a partner is mistyped; nothing is decided here."""

from dataclasses import replace
from datetime import date

import pytest

from models.units import Directory, UnitVersion, check_digit
from pipelines.sides.partners import Partners

BASE = UnitVersion(
    unit_code="", valid_from=date(2026, 1, 1), valid_to=None, unit_name="", short_name="",
    level="county", unit_kind="county_organ", county_code="330702", party_org_type=1,
    party_group_type="党组", coord_parent_code=None, party_parent_code="x", leading_system="综合",
    reports_from=date(2026, 1, 1), reports_to=None, contact_office="办公室",
)  # fmt: skip


def _code(serial):
    body = f"3307022{serial:04d}"
    return body + check_digit(body)


FINANCE, TAX, OTHER_FINANCE, STATISTICS = (_code(each) for each in (11, 12, 43, 97))
NAMES = {
    FINANCE: ("婺城区财政局", "婺城财政"),
    TAX: ("婺城区税务局", "婺城税务"),
    OTHER_FINANCE: ("金东区财政局", "金东财政"),
    STATISTICS: ("婺城区统计局", "婺城统计"),
}


@pytest.fixture
def partners(catalogue):
    """Four units of two counties."""
    units = [
        replace(BASE, unit_code=code, unit_name=name, short_name=short)
        for code, (name, short) in NAMES.items()
    ]
    former = replace(
        BASE, unit_code=TAX, valid_from=date(2020, 1, 1), valid_to=date(2026, 1, 1),
        unit_name="婺城区国家税务局", short_name="婺城国税",
    )  # fmt: skip
    return Partners(Directory([*units, former]), NAMES, catalogue.parameters["matching"])


@pytest.mark.parametrize(
    "name", [None, "", "婺城区财政局", "婺城区 财政局", "婺城财政", "婺城区财証局"]
)
def test_a_code_with_its_own_name_or_nearly_is_no_doubt(partners, name):

    assert partners.doubt(FINANCE, name) is None


def test_a_former_name_is_the_units_own(partners):
    assert partners.doubt(TAX, "婺城区国家税务局") is None


@pytest.mark.parametrize(
    "name", ["金东区财政局", "金东财政", "婺城区税务局", "双龙风景名胜区管委会"]
)
def test_a_valid_code_with_the_name_of_quite_another_unit_is_a_conflict(partners, name):
    assert partners.doubt(FINANCE, name) == "conflict"


def test_a_code_that_no_unit_has_is_unknown_and_a_blank_one_is_no_doubt(partners):
    assert partners.doubt("330702299999", "婺城区财政局") == "unknown"
    assert partners.doubt(None, "某村") is None


def test_the_unit_whose_code_is_nearest_comes_first(partners):
    wrong = FINANCE[:-1] + str((int(FINANCE[-1]) + 1) % 10)
    found = partners.candidates(wrong, None)
    assert found[0].unit_code == FINANCE
    assert found[0].distance == 1


def test_two_digits_that_changed_places_are_one_slip(partners):
    swapped = STATISTICS[:9] + STATISTICS[10] + STATISTICS[9] + STATISTICS[11]
    assert {each.unit_code: each.distance for each in partners.candidates(swapped, None)}[
        STATISTICS
    ] == 1


def test_a_name_typed_where_the_code_belongs_finds_its_unit(partners):
    assert partners.doubt("婺城区统计局", None) == "unknown"
    assert partners.candidates("婺城区统计局", None)[0].unit_code == STATISTICS


@pytest.mark.parametrize(
    "typed",
    ["{code}婺城区某局", "{oh}", "{dashed}", "{code}(婺城区某局)"],
    ids=["name_behind", "letter_o", "dashes", "name_in_brackets"],
)
def test_a_code_typed_with_something_in_it_or_behind_it_finds_its_unit(partners, typed):
    dashed = f"{STATISTICS[:6]}-{STATISTICS[6:]}"
    cell = typed.format(code=STATISTICS, oh=STATISTICS.replace("0", "O"), dashed=dashed)
    assert partners.doubt(cell, None) == "unknown"
    found = partners.candidates(cell, None)
    assert (found[0].unit_code, found[0].distance) == (STATISTICS, 0)


def test_candidates_that_are_equally_near_are_all_offered(catalogue):
    codes = [f"33070220000{digit}" for digit in range(8)]
    units = Directory(
        replace(BASE, unit_code=code, unit_name=f"样例{code}", short_name=code) for code in codes
    )
    partners = Partners(units, codes, catalogue.parameters["matching"])
    found = partners.candidates("330702200009", None)
    assert {each.unit_code for each in found} == set(codes)
    assert len(found) > catalogue.parameters["matching"]["most_candidates"]


def test_both_readings_of_a_conflict_are_offered_and_refused_units_are_not(partners):
    found = {each.unit_code for each in partners.candidates(FINANCE, "金东区财政局")}
    assert {FINANCE, OTHER_FINANCE} <= found
    rest = partners.candidates(FINANCE, "金东区财政局", but={OTHER_FINANCE})
    assert OTHER_FINANCE not in {each.unit_code for each in rest}


def test_nobody_is_proposed_for_a_code_and_a_name_that_are_like_none(partners):
    assert partners.candidates("110000000000", "北京某单位") == []


def test_how_much_a_near_code_weighs_beside_a_like_name_is_said_by_the_catalogue(catalogue):
    names = {FINANCE: "甲乙丙丁戊", STATISTICS: "己庚辛壬癸"}
    units = Directory(
        replace(BASE, unit_code=code, unit_name=name, short_name=name)
        for code, name in names.items()
    )
    wrong = FINANCE[:-1] + str((int(FINANCE[-1]) + 1) % 10)
    first = []
    for span in (2, 100):
        limits = {**catalogue.parameters["matching"], "code_span": span}
        first.append(Partners(units, names, limits).candidates(wrong, "己庚辛壬")[0].unit_code)
    assert first == [STATISTICS, FINANCE]
