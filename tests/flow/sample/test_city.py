"""样例城市: what every sheet, quarter and unit must agree about."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from models.catalogue_model import Catalogue
from models.period import period_range
from pipelines.sample.writing import make_sample
from tests.flow.sample.conftest import SEED, Told

pytestmark = pytest.mark.xdist_group("sample")

STOCKS = {
    "committee": (("committee_add",), ("committee_drop",)),
    "gbranch": (("gbranch_add",), ("gbranch_drop",)),
    "branch": (("branch_add",), ("branch_drop",)),
    "member": (
        ("member_recruited", "member_transfer_in", "member_restored"),
        ("member_transfer_out", "member_expelled", "member_deceased"),
    ),
    "cadre_ft": (("cadre_ft_added",), ("cadre_ft_left",)),
    "feedback": (("feedback_new",), ("feedback_fixed",)),
}

AT_MOST = (
    ("branch_meet_ok", "branch_close"),
    ("theme_day_ok", "branch_close"),
    ("org_life_meeting_done", "branch_close"),
    ("joint_branch_count", "branch_close"),
    ("branch_7plus_no_committee", "branch_7plus_count"),
    ("inner_dept_covered", "inner_dept_count"),
    ("branch_sec_dept_head", "branch_close"),
    ("group_meet_ok", "party_group_count"),
    ("member_probation", "member_close"),
    ("member_female", "member_close"),
    ("member_retired", "member_close"),
    ("member_bachelor", "member_close"),
    ("member_32h_reached", "member_close"),
    ("key_task_members", "member_close"),
    ("cadre_rotated_in", "cadre_ft_added"),
    ("cadre_rotated_out", "cadre_ft_left"),
    ("cadre_ft_placement", "cadre_ft_close"),
    ("cadre_ft_concurrent", "cadre_ft_close"),
    ("cadre_bachelor", "cadre_ft_close"),
    ("cadre_ft_two_terms", "cadre_ft_close"),
    ("life_attend_actual", "life_attend_due"),
    ("lecture_by_leader", "lecture_sessions"),
    ("remind_talk_count", "talk_count"),
    ("leader_dual_life", "leader_total"),
    ("dem_life_fixed", "dem_life_issues"),
    ("mind_issue_solved", "mind_issue_found"),
    ("opinion_replied", "opinion_received"),
    ("affairs_open_done", "affairs_open_due"),
    ("venue_shared", "venue_count"),
    ("venue_use_external", "venue_use"),
    ("theme_activity_joint", "theme_activity"),
    ("brand_certified", "brand_count"),
    ("research_adopted", "research_topics"),
    ("secretary_new_trained_ytd", "secretary_new_ytd"),
    ("proposals_answered", "member_proposals"),
    ("leader_contact_branches", "branch_close"),
    ("deputy_attend_count", "pg_meet_total"),
    ("guid_units_covered", "guid_units_total"),
    ("guid_units_covered", "guid_given"),
    ("resp_items_assigned", "resp_items_total"),
    ("leader_dual_duty", "leader_team_total"),
    ("target_quantified", "target_total"),
    ("target_done_ytd", "target_total"),
    ("account_handled", "account_due"),
    ("inspect_fixed", "inspect_issues"),
    ("complaints_upheld", "efficiency_complaints"),
    ("secretary_report_done", "secretary_report_due"),
)


def test_every_unit_files_exactly_the_fields_it_is_asked(told: Told, catalogue: Catalogue) -> None:
    for unit, period, truth in told.each():
        asked = catalogue.fields_for(unit.unit_kind, int(period[-1]))
        cells = {field.name for field in asked if field.alias is None}
        assert set(truth.values) == cells
        for alias, rows in truth.rows.items():
            columns = {field.name for field in asked if field.alias == alias}
            assert all(set(row) == columns for row in rows)


def test_values_have_the_type_of_their_field(told: Told, catalogue: Catalogue) -> None:
    types = {"int": int, "enum": int, "decimal": Decimal, "text": str, "date": date}
    for _, _, truth in told.each():
        cells = list(truth.values.items())
        for alias, rows in truth.rows.items():
            cells += [(f"{alias}.{name}", value) for row in rows for name, value in row.items()]
        for name, value in cells:
            field = catalogue.fields[name]
            assert value is None or type(value) is types[field.type], name
            if field.type == "enum" and value is not None:
                assert value in catalogue.codes[field.enum or ""], name
            if field.required == "yes" and name != "template_version":
                assert value is not None, name


def test_closing_is_opening_with_the_flows(told: Told) -> None:
    for _, _, truth in told.each():
        values = Counter(
            {name: value for name, value in truth.values.items() if isinstance(value, int)}
        )
        for stem, (gains, losses) in STOCKS.items():
            flow = sum(values[name] for name in gains) - sum(values[name] for name in losses)
            assert values[f"{stem}_close"] == values[f"{stem}_open"] + flow, stem


def test_opening_is_last_quarters_closing(told: Told) -> None:
    for _, before, truth in told.pairs():
        for stem in STOCKS:
            if f"{stem}_open" in truth.values:
                assert truth.values[f"{stem}_open"] == before.values[f"{stem}_close"], stem


@pytest.mark.parametrize(("part", "whole"), AT_MOST)
def test_a_part_is_never_more_than_its_whole(told: Told, part: str, whole: str) -> None:
    seen = 0
    for _, _, truth in told.each():
        few, many = truth.values.get(part), truth.values.get(whole)
        if isinstance(few, int) and isinstance(many, int):
            seen += 1
            assert 0 <= few <= many
    assert seen


def test_year_to_date_never_falls_and_starts_again_in_january(
    told: Told, catalogue: Catalogue
) -> None:
    names = {
        field.name
        for field in catalogue.fields.values()
        if field.kind == "ytd" and field.alias is None and set(field.quarters) == {1, 2, 3, 4}
    }
    restarted: set[str] = set()
    for period, before, truth in told.pairs():
        for name in names & set(truth.values):
            old, new = Decimal(str(before.values[name])), Decimal(str(truth.values[name]))
            assert new >= old or period.endswith("Q1"), name
            restarted |= {name} if new < old else set()
    assert restarted == names


def test_annual_figures_stand_for_the_year(told: Told, catalogue: Catalogue) -> None:
    names = [
        field.name
        for field in catalogue.fields.values()
        if field.kind == "annual" and set(field.quarters) == {1, 2, 3, 4}
    ]
    for period, before, truth in told.pairs():
        for name in names:
            if name in truth.values and not period.endswith("Q1"):
                assert truth.values[name] == before.values[name], name


def test_bands_add_up(told: Told) -> None:
    bands = {
        "member_age_": "member_close",
        "cadre_ft_age_": "cadre_ft_close",
        "cadre_ft_ten_": "cadre_ft_close",
        "cadre_pt_age_": "cadre_pt_total",
    }
    for _, _, truth in told.each():
        for stem, total in bands.items():
            parts = [
                v for n, v in truth.values.items() if n.startswith(stem) and isinstance(v, int)
            ]
            assert not parts or sum(parts) == truth.values[total], stem


def test_the_same_seed_tells_the_same_city_and_another_seed_another(
    catalogue: Catalogue, told: Told
) -> None:
    again = make_sample(catalogue, period_range("2025Q3..2025Q4"), SEED).city
    assert again == {key: truth for key, truth in told.city.items() if key[1] <= "2025Q4"}
    other = make_sample(catalogue, period_range("2026Q1"), 8).city
    assert all(other[key].values != told.city[key].values for key in other)


def test_two_units_never_file_the_same_figures(told: Told) -> None:
    for period in told.periods:
        figures = [
            tuple(value for name, value in truth.values.items() if name[:4] not in {"unit", "coun"})
            for (_, when), truth in told.city.items()
            if when == period
        ]
        assert len(set(figures)) == len(figures)
