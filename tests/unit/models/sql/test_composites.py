"""Indices against the method of the catalogue, written out here in plain loops."""

import math

import numpy as np
import pytest

from tests.unit.models.sql.indices_at_hand import all_at, members, opened, score_of, scored_at


@pytest.fixture
def city(catalogue, tmp_path):
    with opened(catalogue, tmp_path) as made:
        yield made


def test_the_worked_example_shows_the_broken_link(city, catalogue):
    city.give("2026Q3", "A", all_at(catalogue, "X3", {"X3D": 90, "X3A": 70, "X3C": 20}))
    city.build()
    assert city.index("X3", "A") == pytest.approx(50.1, abs=0.05)


def test_random_values_agree_with_plain_loops(city, catalogue):
    chance = np.random.default_rng(5)
    for scope in "ABCDEFGH":
        city.give(
            "2026Q3",
            scope,
            {
                name: chance.uniform(-0.5, 1.5) * 100 if chance.random() > 0.15 else None
                for name in catalogue.indicators
            },
        )
    city.build()
    compared = 0
    for composite in catalogue.composites:
        for scope in "ABCDEFGH":
            wanted = by_hand(city, catalogue, composite, scope)
            found = city.index(composite, scope)
            compared += wanted is not None
            assert found == (None if wanted is None else pytest.approx(wanted))
    assert compared > 10


def by_hand(city, catalogue, composite, scope):
    found = city.ask("SELECT scope_code, indicator, value FROM marts.indicator_value")
    values = {name: value for place, name, value in found if place == scope}
    means = []
    for names in members(catalogue, composite).values():
        known = [n for n in names if values[n] is not None]
        if 2 * len(known) < len(names):
            return None
        means.append(sum(score_of(catalogue.indicators[n], values[n]) for n in known) / len(known))
    return math.exp(sum(math.log(max(mean, 1)) for mean in means) / len(means))


def test_every_band_is_scored_on_both_sides(city, catalogue):
    banded = {n: i for n, i in catalogue.indicators.items() if i.target_band}
    points = [-50, 0, 1, 5, 20, 60, 99, 150, 400]
    for place, value in enumerate(points):
        city.give("2026Q3", f"S{place}", dict.fromkeys(banded, float(value)))
    city.build()
    found = city.ask("SELECT indicator, value, score FROM marts.indicator_score")
    assert len(found) == len(banded) * len(points)
    for name, value, score in found:
        assert score == pytest.approx(score_of(banded[name], value))


def test_a_missing_indicator_is_neither_nought_nor_full(city, catalogue):
    values = all_at(catalogue, "X1", {"X1V": 60, "X1H": 60, "X1R": 60})
    city.give("2026Q3", "A", values | {"COO02": None})
    city.build()
    assert city.ask("SELECT state, score FROM marts.indicator_score WHERE indicator = 'COO02'") == [
        ("missing", None)
    ]
    assert city.index("X1", "A") == pytest.approx(60)


def test_less_than_half_of_a_dimension_is_no_index(city, catalogue):
    values = all_at(catalogue, "X1", {"X1V": 60, "X1H": 60, "X1R": 60})
    city.give("2026Q3", "A", values | dict.fromkeys(("COO02", "COO03", "COO04")))
    city.build()
    assert city.index("X1", "A") is None


def test_what_does_not_apply_leaves_its_weight_to_the_others(city, catalogue):
    values = all_at(catalogue, "X1", {"X1V": 60, "X1H": 60, "X1R": 60})
    without = ("COO02", "COO03", "COO04")
    kept = {name: value for name, value in values.items() if name not in without}
    city.give("2026Q3", "A", kept, without)
    city.build()
    assert city.index("X1", "A") == pytest.approx(60)


def test_the_years_last_value_stands_in_and_is_marked_but_not_next_year(city, catalogue):
    values = all_at(catalogue, "X3", {"X3D": 60, "X3A": 60, "X3C": 60})
    half_yearly = {"RSP06": values.pop("RSP06")}
    city.give("2026Q2", "A", values | half_yearly)
    city.give("2026Q3", "A", values)
    city.give("2027Q1", "A", values)
    city.build()
    taken = dict(
        city.ask("SELECT period, taken_from FROM marts.indicator_score WHERE indicator = 'RSP06'")
    )
    assert taken == {"2026Q2": "2026Q2", "2026Q3": "2026Q2"}
    carried = dict(
        city.ask(
            "SELECT period, indicators_carried FROM marts.dimension_value WHERE dimension = 'X3A'"
        )
    )
    assert carried == {"2026Q2": 0, "2026Q3": 1, "2027Q1": 0}


def test_a_value_of_another_definition_does_not_stand_in(city, catalogue):
    value = scored_at(catalogue.indicators["RSP06"], 60)
    city.give("2026Q2", "A", {"RSP06": value})
    city.give("2026Q3", "A", {})
    for period, mark in (("2026Q2", "then"), ("2026Q3", "now")):
        city.con.execute("INSERT INTO core.definition VALUES (?, 'RSP06', ?)", [period, mark])
    city.build()
    assert city.ask("SELECT period, taken_from FROM marts.indicator_score") == [
        ("2026Q2", "2026Q2"),
    ]


def test_other_weights_move_the_index_towards_their_dimension(city, catalogue):
    city.give("2026Q3", "A", all_at(catalogue, "X1", {"X1V": 25, "X1H": 64, "X1R": 100}))
    city.build()
    assert city.index("X1", "A", weighting="vertical_double") == pytest.approx(
        (25 * 25 * 64 * 100) ** 0.25
    )
    assert city.index("X1", "A", weighting="response_double") == pytest.approx(
        (25 * 64 * 100 * 100) ** 0.25
    )


def test_an_empty_dimension_cannot_be_bought_off(city, catalogue):
    city.give("2026Q3", "A", all_at(catalogue, "X3", {"X3D": 100, "X3A": 100, "X3C": 0}))
    city.build()
    assert city.index("X3", "A") == pytest.approx((100 * 100 * 1) ** (1 / 3))


def test_a_quarters_indicator_that_nobody_owes_now_is_not_taken_from_before(city, catalogue):
    values = all_at(catalogue, "X1", {"X1V": 60, "X1H": 60, "X1R": 60})
    city.give("2026Q2", "A", values)
    city.give("2026Q3", "A", {name: value for name, value in values.items() if name != "COO02"})
    city.build()
    assert city.ask(
        "SELECT period FROM marts.indicator_score WHERE indicator = 'COO02'"
    ) == [("2026Q2",)]  # fmt: skip
    assert city.ask("SELECT max(indicators_carried) FROM marts.dimension_value"
                    " WHERE dimension = 'X1V'") == [(0,)]  # fmt: skip
