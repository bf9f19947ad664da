"""真实的例外: few, recorded, and never more than a 核实 rule may name."""

from collections import Counter

import pytest

from models.catalogue_model import Catalogue
from tests.flow.sample.conftest import Told

SEVEN = (
    "joint_discipline",
    "joint_organization",
    "joint_publicity",
    "joint_union",
    "joint_youth",
    "joint_women",
    "joint_business",
)

pytestmark = pytest.mark.xdist_group("sample")


def test_a_quarter_to_a_third_of_the_units_depart_from_some_norm(told: Told) -> None:
    for period in told.periods:
        truths = [told.city[code, period] for code in told.units[period]]
        share = sum(bool(truth.departures) for truth in truths) / len(truths)
        assert 0.2 < share < 0.4


def test_departures_name_verify_rules_and_cells_that_exist(
    told: Told, catalogue: Catalogue
) -> None:
    for _, _, truth in told.each():
        for rule, field, line in truth.departures:
            assert catalogue.rules[rule].severity == "verify"
            assert field in catalogue.fields
            if line is not None:
                alias, column = str(field).split(".")
                assert column in truth.rows[alias][line - 1]
            else:
                assert field in truth.values


def test_values_outside_the_usual_range_are_few_and_all_recorded(
    told: Told, catalogue: Catalogue
) -> None:
    found: Counter[str] = Counter()
    for _, period, truth in told.each():
        for name, value in truth.values.items():
            field = catalogue.fields[name]
            if field.typical and field.entry in {"typed", "zero_default", "carried_editable"}:
                low, high = field.typical
                is_unusual = value is not None and not low <= value <= high  # type: ignore[operator]
                assert is_unusual == (("R006", name, None) in truth.departures), name
                found[period] += is_unusual
    assert sum(found.values())
    assert all(found[period] < 15 for period in told.periods)


def test_branches_that_did_not_meet_are_recorded(told: Told) -> None:
    missed = 0
    for _, _, truth in told.each():
        is_short = truth.values["branch_meet_ok"] != truth.values["branch_close"]
        missed += is_short
        assert is_short == (("R150", "branch_meet_ok", None) in truth.departures)
    assert missed


def test_overdue_elections_are_recorded(told: Told) -> None:
    overdue = 0
    for _, _, truth in told.each():
        is_overdue = truth.values["election_overdue"] != 0
        overdue += is_overdue
        assert is_overdue == (("R204", "election_overdue", None) in truth.departures)
    assert overdue


def test_members_outgrow_their_organisation_only_where_recorded(told: Told) -> None:
    for unit, _, truth in told.each():
        members = int(str(truth.values["member_close"]))
        most = {1: 10_000, 2: 99}.get(unit.party_org_type, 49)
        assert (members > most) == (("R132", "member_close", None) in truth.departures)


def test_seven_equal_numbers_of_joint_matters_never_occur(told: Told) -> None:
    for _, _, truth in told.each():
        values = {truth.values[name] for name in SEVEN}
        assert len(values) > 1 or values == {0}


def test_typed_figures_move_from_quarter_to_quarter(told: Told, catalogue: Catalogue) -> None:
    for _, before, truth in told.pairs():
        typed = [
            (before.values[name], value)
            for name, value in truth.values.items()
            if catalogue.fields[name].entry == "typed"
            and catalogue.fields[name].is_number
            and name in before.values
            and value is not None
            and value >= 3  # type: ignore[operator]  # numbers
        ]
        same = sum(old == new for old, new in typed)
        assert len(typed) < 15 or same < 0.7 * len(typed)


def test_a_short_word_goes_with_some_departures_and_with_every_change(told: Told) -> None:
    notes = 0
    for _, _, truth in told.each():
        note = truth.values["period_note"]
        notes += note is not None
        assert note is None or truth.departures or truth.values["change_type"]
        assert note is not None or not truth.values["change_type"]
    assert notes
