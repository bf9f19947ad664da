"""Indices of the units that are the same in two quarters, in both of them; worked by hand."""

import pytest

from tests.unit.models.sql.indices_at_hand import all_at, members, opened


@pytest.fixture
def city(catalogue, tmp_path):
    with opened(catalogue, tmp_path) as made:
        yield made


def same_units(city, period, compare_to, kind, values, redefined=()):
    """A county of one same unit, its indicators (now, then)."""
    city.con.execute("INSERT INTO core.scope VALUES (?, 'county', 'A', 'A-1')", [period])
    city.con.execute(
        "INSERT INTO core.same_unit VALUES (?, ?, ?, 'A-1')", [period, compare_to, kind]
    )
    for name, (now, then) in values.items():
        city.con.execute(
            "INSERT INTO marts.indicator_change VALUES (?, ?, ?, 'county', 'A', ?, ?, ?, 1, 1, ?)",
            [period, compare_to, kind, name, now, then, name not in redefined],
        )


def both_at(catalogue, composite, now, then):
    after, before = (all_at(catalogue, composite, each) for each in (now, then))
    return {name: (after[name], before[name]) for name in after}


def indices_of(city, period):
    """(view, compare_to) -> index X3 of county A."""
    rows = city.ask(
        "SELECT period, view, compare_to, value FROM marts.composite_index"
        " WHERE composite = 'X3' AND weighting = 'equal'"
    )
    return {(view, other): value for when, view, other, value in rows if when == period}


def test_an_index_of_same_units_has_the_quarter_and_the_one_compared(city, catalogue):
    now, then = {"X3D": 90, "X3A": 70, "X3C": 20}, {"X3D": 60, "X3A": 60, "X3C": 60}
    same_units(city, "2026Q3", "2026Q2", "previous", both_at(catalogue, "X3", now, then))
    city.build()
    assert indices_of(city, "2026Q3") == {
        ("same_units", "2026Q2"): pytest.approx(50.1, abs=0.05),
        ("same_units_then", "2026Q2"): pytest.approx(60),
    }


def test_a_half_yearly_indicator_of_same_units_is_carried_within_its_own_comparison(
    city, catalogue
):
    """RSP06 is of 2026Q2 and 2025Q2; it stands in for 2026Q3 beside 2025Q3, not beside 2026Q2."""
    level = {"X3D": 60, "X3A": 60, "X3C": 60}
    both = both_at(catalogue, "X3", level, level)
    same_units(city, "2026Q2", "2025Q2", "year", {"RSP06": both.pop("RSP06")})
    same_units(city, "2026Q3", "2025Q3", "year", both)
    same_units(city, "2026Q3", "2026Q2", "previous", both)
    city.build()
    taken = city.ask(
        "SELECT view, compare_to, taken_from FROM marts.indicator_score"
        " WHERE indicator = 'RSP06' AND period = '2026Q3' ORDER BY 1"
    )
    assert taken == [
        ("same_units", "2025Q3", "2026Q2"), ("same_units_then", "2025Q3", "2026Q2"),
    ]  # fmt: skip
    assert list(indices_of(city, "2026Q3").values()) == [pytest.approx(60)] * 4


def test_an_indicator_of_two_definitions_is_in_neither_index_of_same_units(city, catalogue):
    now, then = {"X3D": 90, "X3A": 70, "X3C": 20}, {"X3D": 60, "X3A": 60, "X3C": 60}
    names = members(catalogue, "X3")
    values = both_at(catalogue, "X3", now, then)
    same_units(city, "2026Q3", "2026Q2", "previous", values, names["X3C"])
    city.build()
    found = city.ask(
        "SELECT indicator, state, score FROM marts.indicator_score WHERE state <> 'scored'"
    )
    assert sorted(found) == sorted(2 * [(name, "not_applicable", None) for name in names["X3C"]])
    dimensions = city.ask(
        "SELECT view, dimension, value, indicators_applicable FROM marts.dimension_value"
        " WHERE composite = 'X3' AND dimension = 'X3C'"
    )
    assert sorted(dimensions) == [
        ("same_units", "X3C", None, 0), ("same_units_then", "X3C", None, 0),
    ]  # fmt: skip


def test_an_indicator_without_a_case_among_the_same_units_does_not_count_against_them(
    city, catalogue
):
    values = both_at(catalogue, "X1", *[{"X1V": 60, "X1H": 60, "X1R": 60}] * 2)
    without = dict.fromkeys(("COO02", "COO03", "COO04"), (None, None))
    same_units(city, "2026Q3", "2026Q2", "previous", values | without)
    for name in without:
        for period in ("2026Q3", "2026Q2"):
            city.con.execute(
                "INSERT INTO marts.indicator_part VALUES (?, 'A-1', ?, 1, 0)", [period, name]
            )
    city.build()
    found = city.ask("SELECT DISTINCT state FROM marts.indicator_score WHERE indicator = 'COO02'")
    assert found == [("not_applicable",)]
    assert city.index("X1", "A") == pytest.approx(60)
