"""指导 and 核对数: what a committee says of its units is what they say themselves."""

from collections.abc import Iterable

import pytest

from pipelines.sample.city import UnitQuarter
from tests.flow.sample.conftest import Told

pytestmark = pytest.mark.xdist_group("sample")


def _below(told: Told, code: str, period: str) -> list[UnitQuarter]:
    units = told.units[period].values()
    return [told.city[unit.unit_code, period] for unit in units if unit.coord_parent_code == code]


def _sum(truths: Iterable[UnitQuarter], name: str) -> int:
    return sum(int(str(truth.values[name])) for truth in truths)


def _level(truths: list[UnitQuarter], level: int) -> list[UnitQuarter]:
    return [truth for truth in truths if truth.values["unit_level"] == level]


def test_control_totals_are_the_sums_over_the_county(told: Told) -> None:
    for unit, period, truth in told.each():
        if unit.unit_kind != "county_wc":
            continue
        below = _below(told, unit.unit_code, period)
        organs, towns = [truth, *_level(below, 2)], _level(below, 3)
        assert truth.values["ct_organs"] == len(organs)
        assert truth.values["ct_townships"] == len(towns)
        assert truth.values["ct_organ_members"] == _sum(organs, "member_close")
        assert truth.values["ct_township_members"] == _sum(towns, "member_close")
        assert truth.values["ct_branches"] == _sum(organs + towns, "branch_close")
        assert truth.values["ct_cadre_ft"] == _sum(organs + towns, "cadre_ft_close")
        assert truth.values["ct_overdue"] == _sum(organs + towns, "election_overdue")


def test_visits_given_are_visits_received(told: Told) -> None:
    for unit, period, truth in told.each():
        if unit.unit_kind in {"city_wc", "county_wc"}:
            below = _below(told, unit.unit_code, period)
            visited = [other for other in below if other.values["guid_received"] != 0]
            assert truth.values["guid_given"] == _sum(below, "guid_received")
            assert truth.values["guid_units_covered"] == len(visited)
            assert truth.values["guid_units_total"] == len(below)


def test_training_places_used_were_offered_by_somebody(told: Told) -> None:
    for period in told.periods:
        truths = [told.city[code, period] for code in told.units[period]]
        offered = sum(int(str(t.values.get("train_slots_offered", 0))) for t in truths)
        used = _sum(truths, "train_slots_used")
        assert 0.5 * offered < used <= offered


def test_a_moved_unit_counts_in_the_county_that_leads_it_now(told: Told) -> None:
    before, after = (
        {
            unit.unit_code: (unit.coord_parent_code, truth.values["change_type"])
            for unit, period, truth in told.each()
            if period == when
        }
        for when in ("2026Q2", "2026Q3")
    )
    moved = [code for code in before if before[code][0] != after[code][0]]
    assert len(moved) == 1
    assert after[moved[0]][1] == 4
    old, new = before[moved[0]][0], after[moved[0]][0]
    assert told.city[str(old), "2026Q3"].values["ct_organs"] == 12
    assert told.city[str(new), "2026Q3"].values["ct_organs"] == 14
