"""Every field that people are asked for is used, and the proof can fail."""

from dataclasses import replace

import pytest

from dashboards.charts import charts
from pipelines.field_uses import is_asked, unused, uses

TWELVE = (
    *("cadre_ft_quota", "dem_life_held", "activity_attend", "service_deeds", "coord_group_set"),
    *("leader_contact_visits", "resp_levels_covered", "account_persons", "inspect_count"),
    *("l2.partner_level", "l2.pair_members", "l3.counterpart_sector"),
)


def test_every_field_that_is_asked_is_used(catalogue):
    assert [field.qualified for field in unused(catalogue)] == []


@pytest.mark.parametrize("name", TWELVE)
def test_the_twelve_that_nothing_used_are_shown_or_stand_in_a_table(catalogue, name):
    used_by = next(each.used_by for each in uses(catalogue) if each.field.qualified == name)
    drawn = set(used_by["charts"]) & charts(catalogue).keys()
    assert drawn or used_by["tables"] or used_by["duties"] or used_by["resources"]


def test_a_chart_that_is_only_planned_is_no_use(catalogue):
    boards = {
        board: entry.model_copy(
            update={"charts": tuple(c.model_copy(update={"drawn_as": None}) for c in entry.charts)}
        )
        for board, entry in catalogue.dashboards.items()
    }
    without = replace(catalogue, dashboards=boards)
    assert "pledge_members" in {field.name for field in unused(without)}


def test_a_field_added_and_forgotten_is_found(catalogue):
    new = catalogue.fields["talk_count"].model_copy(update={"name": "talk_minutes"})
    with_new = replace(catalogue, fields={**catalogue.fields, "talk_minutes": new})
    assert [field.name for field in unused(with_new)] == ["talk_minutes"]


def test_a_rule_that_reads_nothing_but_the_field_proves_no_use(catalogue):
    used_by = {each.field.name: each.used_by for each in uses(catalogue)}
    assert "R014" in catalogue.rules
    assert used_by["signed_confirmed"]["rules"] == ()
    assert used_by["signed_confirmed"]["purposes"] == ("审签",)
    # Held against the members at the end of the quarter, which much is made of.
    assert used_by["member_female"]["rules"] == ("R122",)


def test_what_the_system_fills_is_not_asked(catalogue):
    assert not is_asked(catalogue.fields["unit_code"])
    assert not is_asked(catalogue.fields["branch_close"])
    assert is_asked(catalogue.fields["talk_count"])
