"""预埋差错: every rule is broken somewhere, nothing else is, and most of it is mended."""

from collections import Counter

import pytest

from models.catalogue_model import Catalogue
from models.period import Period, add_working_days, day_of, is_working_day
from pipelines.issue import Planned
from pipelines.sample.city import UnitQuarter
from pipelines.sample.faults import Faulty, Key, planted
from pipelines.sample.recipes import recipes_of
from pipelines.sample.truth import departure_records, fault_records
from pipelines.sample.writing import Sample
from pipelines.validate.plan import judged_parts

pytestmark = pytest.mark.xdist_group("sample")

NOBODY_CAN_BREAK = {
    "R007.1": "a workbook is issued only to units of the directory",
    "R101.1": "the closing number is reckoned again",
    "R102.1": "the closing number is reckoned again",
    "R102.3": "the closing number is reckoned again",
    "R121.1": "the closing number is reckoned again",
    "R124.1": "the closing number is reckoned again",
    "R181.1": "the closing number is reckoned again",
    "R205.1": "R001 notices the blank first",
    "R218.3": "R001 notices the blank first",
    "R219.1": "R001 notices the blank first",
    "R312.1": "a lost row is no slip in a cell",
    "R502.1": "a copied row is no slip in a cell",
    "R502.2": "a copied row is no slip in a cell",
    "R502.3": "a copied row is no slip in a cell",
    "R504.1": "a copied row is no slip in a cell",
    "R504.2": "a copied row is no slip in a cell",
}

Sent = list[tuple[Planned, UnitQuarter]]


def test_every_part_judged_on_receipt_is_broken_somewhere(
    faulty: dict[Key, Faulty], catalogue: Catalogue
) -> None:
    broken = {
        f"{remark.rule}.{remark.part}"
        for each in faulty.values()
        for slip in each.draft.slips
        for remark in ([slip.main] if slip.main else []) + list(slip.entailed)
    }
    judged = {item.id for item in judged_parts(catalogue) if item.rule.each != "reading"}
    assert judged - broken == set(NOBODY_CAN_BREAK)


def test_every_recipe_is_made_once(faulty: dict[Key, Faulty], words: dict[str, object]) -> None:
    made = Counter(
        slip.recipe.model_dump_json() for each in faulty.values() for slip in each.draft.slips
    )
    wanted = recipes_of(words["faults"]["recipes"])  # type: ignore[index]
    assert made == Counter(recipe.model_dump_json() for recipe in wanted)


def test_slips_are_few_and_spread_over_quarters_places_and_levels(
    faulty: dict[Key, Faulty], sent: Sent
) -> None:
    assert 0.05 < len(faulty) / len(sent) < 0.1
    assert 5 <= sum(len(each.draft.slips) > 1 for each in faulty.values()) <= 25
    units = [each.draft.planned.unit for each in faulty.values()]
    assert len(Counter(unit.county_code for unit in units)) == 10
    assert min(Counter(unit.county_code for unit in units).values()) >= 5
    assert min(Counter(unit.level for unit in units).values()) >= 20
    assert min(Counter(period for _, period in faulty).values()) >= 14


def test_committees_make_only_the_slips_that_nobody_else_can(faulty: dict[Key, Faulty]) -> None:
    rules = {
        slip.main.rule if slip.main else None
        for each in faulty.values()
        if each.draft.planned.unit.unit_kind.endswith("_wc")
        for slip in each.draft.slips
    }
    assert rules == {"R185"}


def test_silent_units_make_no_slips(faulty: dict[Key, Faulty], sample: Sample) -> None:
    assert all(sample.city[key].sending.received_at for key in faulty)


def test_a_workbook_with_slips_differs_in_the_cells_named_and_in_computed_ones(
    faulty: dict[Key, Faulty], catalogue: Catalogue
) -> None:
    for each in faulty.values():
        honest, shown = each.draft.planned.shown, each.draft.filled().shown
        changed = {name for name, value in shown.values.items() if value != honest.values[name]}
        named = {name for name, line in each.draft.spots if line is None}
        assert named <= changed
        assert all(catalogue.fields[name].formula for name in changed - named)
        for alias, rows in shown.rows.items():
            assert len(rows) == len(honest.rows[alias])


def test_most_are_mended_soon_and_before_the_city_locks_the_quarter(
    faulty: dict[Key, Faulty], sample: Sample
) -> None:
    campaign = sample.catalogue.campaign
    for (code, period), each in faulty.items():
        received = sample.city[code, period].sending.received_at
        if each.mended_at and received:
            day = each.mended_at.date()
            assert received.date() < day <= add_working_days(received.date(), 3, campaign)
            assert day <= day_of("lock", Period.parse(period), campaign)
            assert is_working_day(day, campaign)
    share = sum(each.mended_at is not None for each in faulty.values()) / len(faulty)
    assert 0.7 < share < 0.95


def test_what_can_be_read_all_the_same_is_not_mended(faulty: dict[Key, Faulty]) -> None:
    for each in faulty.values():
        if all(slip.recipe.breaks is None for slip in each.draft.slips):
            assert each.mended_at is None


def test_the_same_seed_makes_the_same_slips(
    faulty: dict[Key, Faulty], sample: Sample, sent: Sent
) -> None:
    again = planted(sample, sent)
    assert {key: (each.draft.slips, each.mended_at) for key, each in again.items()} == {
        key: (each.draft.slips, each.mended_at) for key, each in faulty.items()
    }


def test_records_say_all_that_the_contract_asks(
    faulty: dict[Key, Faulty], catalogue: Catalogue
) -> None:
    wanted = ("file", "unit_code", "period", "sheet", "cell", "field", "rule", "kind", "severity")
    for each in faulty.values():
        for record in fault_records(each, "a.xlsx", None):
            assert set(record) == {*wanted, "corrected_in", "consequences", "changed"}
            assert record["sheet"] == catalogue.forms[catalogue.fields[record["field"]].form].sheet
            assert (record["rule"] is None) == (record["kind"] == "normalised")
            if record["rule"]:
                assert record["severity"] == catalogue.rules[record["rule"]].severity
            main = (record["rule"], record["sheet"], record["cell"])
            entailed = [(c["rule"], c["sheet"], c["cell"]) for c in record["consequences"]]
            assert len({main, *entailed}) == 1 + len(entailed)


def test_honest_departures_are_recorded_where_the_workbook_shows_them(
    sent: Sent, catalogue: Catalogue
) -> None:
    seen = 0
    for planned, truth in sent:
        for record in departure_records(catalogue, planned, truth, "a.xlsx"):
            seen += 1
            assert record["kind"] == "honest_departure"
            assert record["severity"] == catalogue.rules[record["rule"]].severity == "verify"
            assert record["field"] in catalogue.fields
    assert seen == sum(len(truth.departures) for _, truth in sent)
