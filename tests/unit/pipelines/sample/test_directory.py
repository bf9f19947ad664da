"""样例名录: real counties, invented units, two hierarchies, three events."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from models.catalogue_model import Catalogue
from models.units import UnitVersion, is_unit_code
from pipelines.sample.directory import owing_by_period, sample_directory, unit_code

NAMED = {
    "330700100010": ("金华市直机关工委(样例)", 2, None, "市委(样例)"),
    "330700100028": ("市级综合类单位甲(样例)", 1, "330700100010", "330700100010"),
    "330700100036": ("市级经济类单位甲(样例)", 1, "330700100010", "330700100010"),
    "330700100044": ("市级农业类单位甲(样例)", 2, "330700100010", "330700100010"),
    "330700100051": ("市级教育类单位甲(样例)", 1, "330700100010", "330700100010"),
    "330700100069": ("市级政法类单位甲(样例)", 1, "330700100010", "330700100010"),
    "330700100077": ("市级群团类单位甲(样例)", 3, "330700100010", "330700100010"),
    "330702200016": ("婺城区直属机关工委(样例)", 3, "330700100010", "婺城区委(样例)"),
    "330702200024": ("婺城区综合类单位甲(样例)", 2, "330702200016", "330702200016"),
    "330702200032": ("婺城区民生类单位甲(样例)", 3, "330702200016", "330702200016"),
    "330702300014": ("婺城区样例一镇机关(样例)", 3, "330702200016", "样例一镇党委(样例)"),
    "330702300022": ("婺城区样例二街道机关(样例)", 3, "330702200016", "样例二街道党委(样例)"),
    "330703200015": ("金东区直属机关工委(样例)", 3, "330700100010", "金东区委(样例)"),
    "330703300021": ("金东区样例二街道机关(样例)", 3, "330703200015", "样例二街道党委(样例)"),
}


@pytest.fixture(scope="module")
def versions(catalogue: Catalogue, words: dict[str, Any]) -> list[UnitVersion]:
    return sample_directory(catalogue.counties, words["directory"])


def test_the_city_has_250_units_of_five_kinds(versions: list[UnitVersion]) -> None:
    owing = owing_by_period(versions, ["2026Q3"])["2026Q3"]
    assert Counter(unit.unit_kind for unit in owing) == {
        "city_wc": 1,
        "city_organ": 60,
        "county_wc": 9,
        "county_organ": 108,
        "township": 72,
    }


@pytest.mark.parametrize("code", NAMED)
def test_units_that_the_domain_page_names_come_out_as_named(
    versions: list[UnitVersion], code: str
) -> None:
    unit = next(unit for unit in versions if unit.unit_code == code)
    shown = (unit.unit_name, unit.party_org_type, unit.coord_parent_code, unit.party_parent_code)
    assert shown == NAMED[code]


def test_every_code_carries_its_check_digit(versions: list[UnitVersion]) -> None:
    assert all(is_unit_code(unit.unit_code) for unit in versions)
    assert unit_code("330700", 1, 2) == "330700100028"


def test_every_name_says_that_it_is_a_sample(versions: list[UnitVersion]) -> None:
    names = [name for unit in versions for name in (unit.unit_name, unit.short_name)]
    assert all(name.endswith("(样例)") for name in names)


def test_no_two_units_of_a_quarter_share_a_name(versions: list[UnitVersion]) -> None:
    for units in owing_by_period(versions, ["2025Q3", "2026Q3"]).values():
        assert len({unit.unit_name for unit in units}) == len(units)
        assert len({unit.short_name for unit in units}) == len(units)


def test_every_parent_in_the_coordination_hierarchy_is_a_working_committee(
    versions: list[UnitVersion],
) -> None:
    kinds = {unit.unit_code: unit.unit_kind for unit in versions}
    for unit in versions:
        parent = unit.coord_parent_code
        expected = {"city_wc": None, "city_organ": "city_wc", "county_wc": "city_wc"}
        assert kinds.get(parent or "") == expected.get(unit.unit_kind, "county_wc")


def test_a_unit_is_renamed_and_keeps_its_code(versions: list[UnitVersion]) -> None:
    before, after = _versions(versions, date(2026, 4, 1))
    assert before.unit_name != after.unit_name
    assert (before.valid_to, before.coord_parent_code) == (
        date(2026, 4, 1),
        after.coord_parent_code,
    )


def test_a_unit_moves_to_another_county_and_its_affiliation_lags_behind(
    versions: list[UnitVersion],
) -> None:
    before, after = _versions(versions, date(2026, 7, 1))
    assert before.unit_name == after.unit_name
    assert before.coord_parent_code != after.coord_parent_code
    assert after.coord_parent_code == unit_code(after.county_code, 2, 1)
    assert before.party_parent_code == after.party_parent_code


def test_a_new_unit_owes_its_first_return_in_the_quarter_it_is_set_up(
    versions: list[UnitVersion],
) -> None:
    owing = owing_by_period(versions, ["2025Q4", "2026Q1"])
    old, new = ({unit.unit_code for unit in units} for units in owing.values())
    assert (len(old), len(new - old), old - new) == (249, 1, set())


def _versions(versions: list[UnitVersion], day: date) -> list[UnitVersion]:
    code = next(unit.unit_code for unit in versions if unit.valid_from == day)
    return [unit for unit in versions if unit.unit_code == code]
