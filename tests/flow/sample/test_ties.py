"""结对联建: ties that both partners know, and money that adds up with F4."""

from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from pipelines.sample.turn import Row
from tests.flow.sample.conftest import Told

pytestmark = pytest.mark.xdist_group("sample")

JOINT = {4, 5}


def _funds(rows: list[Row]) -> Decimal:
    return sum((Decimal(str(row["pair_funds_ytd"])) for row in rows), Decimal(0))


def _joint(told: Told, period: str) -> dict[tuple[str, str], Row]:
    """(unit, partner) -> the unit's row of a tie between units."""
    return {
        (code, str(row["partner_unit_code"])): row
        for (code, when), truth in told.city.items()
        if when == period
        for row in truth.rows["l2"]
        if row["pair_type"] in JOINT
    }


def test_partners_of_joint_ties_are_in_the_directory(told: Told) -> None:
    for period in told.periods:
        for unit_code, partner in _joint(told, period):
            assert partner in told.units[period]
            assert partner != unit_code


def test_both_partners_list_a_tie_with_the_same_type_but_for_a_few(told: Told) -> None:
    for period in told.periods:
        ties = _joint(told, period)
        one_sided = [key for key in ties if key[::-1] not in ties]
        assert 0 < len(one_sided) < 0.06 * len(ties)
        for (unit_code, partner), row in ties.items():
            other = ties.get((partner, unit_code))
            if other:
                same = ("pair_type", "start_date", "end_date", "main_resource", "pair_activities")
                assert [row[name] for name in same] == [other[name] for name in same]


def test_money_for_ties_is_the_money_of_f4(told: Told) -> None:
    spent = 0
    for unit, _, truth in told.each():
        rows = truth.rows["l2"]
        alone = _funds([row for row in rows if row["pair_type"] not in JOINT])
        joint = _funds([row for row in rows if row["pair_type"] in JOINT])
        if unit.level == "township":
            assert alone == joint == 0
        else:
            spent += joint > 0
            assert truth.values["fund_pair_ytd"] == alone
            assert truth.values["fund_pooled_out_ytd"] == joint
    assert spent


def test_money_taken_from_common_ties_is_what_partners_put_in(told: Told) -> None:
    for period in told.periods:
        taken: dict[str, Decimal] = defaultdict(Decimal)
        for (_, partner), row in _joint(told, period).items():
            taken[partner] += Decimal(str(row["pair_funds_ytd"]))
        for code in told.units[period]:
            values = told.city[code, period].values
            assert values["fund_pooled_in_ytd"] == taken[code]


def test_spending_by_purpose_stays_within_spending(told: Told) -> None:
    for _, _, truth in told.each():
        parts = ("fund_spent_edu_ytd", "fund_pair_ytd", "fund_pooled_out_ytd")
        total = sum(Decimal(str(truth.values.get(name, 0))) for name in parts)
        assert total <= Decimal(str(truth.values["fund_spent_ytd"]))


def test_a_tie_keeps_its_id_and_leaves_after_the_year_in_which_it_ends(told: Told) -> None:
    for _, before, truth in told.pairs():
        now = {row["pair_id"]: row for row in truth.rows["l2"]}
        for row in before.rows["l2"]:
            if row["pair_id"] in now:
                assert now[row["pair_id"]]["start_date"] == row["start_date"]
                if truth.values["report_period"][-1] != "1":  # type: ignore[index]  # a text
                    kept = now[row["pair_id"]]["problems_solved_ytd"]
                    assert kept >= row["problems_solved_ytd"]  # type: ignore[operator]
            else:
                assert row["end_date"]
                assert str(truth.values["report_period"]).endswith("Q1")


def test_common_activities_are_backed_by_lists(told: Told) -> None:
    for _, _, truth in told.each():
        together = sum(int(str(row["pair_activities"])) for row in truth.rows["l2"])
        together += sum(row["matter_type"] == 3 for row in truth.rows["l3"])
        assert int(str(truth.values["theme_activity_joint"])) <= together


def test_households_are_counted_only_where_they_are_the_purpose(told: Told) -> None:
    for _, _, truth in told.each():
        for row in truth.rows["l2"]:
            households = row["households_paired"], row["household_plans"], row["household_cadres"]
            assert all(value is not None for value in households) == (row["pair_type"] == 6)
            if row["pair_type"] == 6:
                assert max(households[1:]) <= households[0]  # type: ignore[type-var, operator]


def test_ids_are_unique_in_every_list(told: Told) -> None:
    keys = {"l1": "org_code", "l2": "pair_id", "l3": "matter_id"}
    for _, _, truth in told.each():
        for alias, key in keys.items():
            counts = Counter(row[key] for row in truth.rows[alias])
            assert not counts or max(counts.values()) == 1
