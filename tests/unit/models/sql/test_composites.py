"""Indices against the method of the catalogue, written out here in plain loops."""

import math

import duckdb
import numpy as np
import pytest

from pipelines.build.run import build_model, models_in_order
from pipelines.load.tables import load_catalogue_tables
from pipelines.registry import open_registry

TABLES = ("indicator_score", "dimension_value", "composite_index")
PERIODS = ("2026Q1", "2026Q2", "2026Q3", "2027Q1")


@pytest.fixture
def city(catalogue, tmp_path):
    """A warehouse that holds nothing but what the catalogue says, to be given values."""
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
        engine = open_registry(tmp_path / "registry.sqlite")
        with engine.connect() as registry:
            load_catalogue_tables(con, registry, catalogue)
        engine.dispose()
        con.execute(
            """CREATE TABLE core.view_scope (period VARCHAR, view VARCHAR, scope_level VARCHAR,
                scope_code VARCHAR, unit_code VARCHAR);
            CREATE TABLE core.period (period VARCHAR, year INTEGER, quarter INTEGER);
            CREATE TABLE marts.indicator_part (period VARCHAR, unit_code VARCHAR,
                indicator VARCHAR, numerator DOUBLE, denominator DOUBLE);
            CREATE TABLE marts.indicator_value (period VARCHAR, view VARCHAR, compare_to VARCHAR,
                scope_code VARCHAR, scope_level VARCHAR, indicator VARCHAR, value DOUBLE,
                units_expected INTEGER, units_used INTEGER)"""
        )
        for period in PERIODS:
            con.execute(
                "INSERT INTO core.period VALUES (?, ?, ?)", [period, int(period[:4]), period[5]]
            )
        yield City(con, catalogue)


class City:
    def __init__(self, con, catalogue):
        self.con, self.catalogue = con, catalogue

    def give(self, period, scope, values, without=()):
        """Values of indicators in a scope; None is missing, `without` have no denominator."""
        self.con.execute(
            "INSERT INTO core.view_scope VALUES (?, 'as_reported', 'county', ?, ?)",
            [period, scope, f"{scope}-1"],
        )
        for indicator, value in [*values.items(), *((name, None) for name in without)]:
            self.con.execute(
                "INSERT INTO marts.indicator_value VALUES (?, 'as_reported', NULL, ?, 'county',"
                " ?, ?, 1, 1)",
                [period, scope, indicator, value],
            )
            self.con.execute(
                "INSERT INTO marts.indicator_part VALUES (?, ?, ?, 1, ?)",
                [period, f"{scope}-1", indicator, 0 if indicator in without else 1],
            )

    def build(self):
        for model in models_in_order(self.catalogue):
            schema, _, table = model.table.partition(".")
            if schema == "marts" and table in TABLES:
                build_model(self.con, model, self.catalogue, PERIODS)

    def ask(self, select):
        return self.con.execute(select).fetchall()

    def index(self, composite, scope, period="2026Q3", weighting="equal"):
        found = self.con.execute(
            "SELECT value FROM marts.composite_index WHERE composite = ? AND scope_code = ?"
            " AND period = ? AND weighting = ?",
            [composite, scope, period, weighting],
        ).fetchall()
        return found[0][0] if found else None


def scored_at(indicator, score):
    """The value that earns a score between 0 and 100, on the side of the zero."""
    goal = indicator.target
    if goal is None:
        low, high = indicator.target_band
        goal = low if indicator.score_zero_at < low else high
    return indicator.score_zero_at + (goal - indicator.score_zero_at) * score / 100


def score_of(indicator, value):
    """The catalogue's `normalisation`, word for word."""
    zero = indicator.score_zero_at
    if indicator.target_band is None:
        share = (value - zero) / (indicator.target - zero)
        return 100 * min(max(share, 0), 1)
    low, high = indicator.target_band
    if low <= value <= high:
        return 100.0
    left, right = (zero, high + (low - zero)) if zero < low else (low - (zero - high), zero)
    share = (value - left) / (low - left) if value < low else (right - value) / (right - high)
    return 100 * min(max(share, 0), 1)


def members(catalogue, composite):
    return {d.id: d.indicators for d in catalogue.composites[composite].dimensions}


def all_at(catalogue, composite, scores):
    """Values that give every indicator of a dimension the dimension's score."""
    return {
        name: scored_at(catalogue.indicators[name], scores[dimension])
        for dimension, names in members(catalogue, composite).items()
        for name in names
    }


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
