"""The yearly check of the indices, against sums done by hand and against plain loops."""

from itertools import combinations
from math import sqrt

import duckdb
import numpy as np
import pytest

from dashboards.snapshots import open_snapshot
from pipelines.calibrating.indices import alpha, check_indices, components

PERIOD = "2026Q3"
TABLES = """
create schema marts;
create schema core;
create table core.period (period varchar, kind varchar);
insert into core.period values ('2026Q3', 'final');
create table core.snapshot (snapshot_id varchar, is_sample boolean);
insert into core.snapshot values ('s', true);
create table marts.indicator_score (period varchar, view varchar, scope_level varchar,
    scope_code varchar, indicator varchar, score double);
create table marts.composite_value (period varchar, view varchar, scope_level varchar,
    scope_code varchar, composite varchar, value double);
create table marts.coordination (period varchar, scope_level varchar, scope_code varchar,
    closing_days double, closed integer);
"""


@pytest.fixture
def published(tmp_path):
    """Open a published file with these rows in its tables."""

    def write(**tables):
        path = tmp_path / "published.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute(TABLES)
            for table, rows in tables.items():
                for row in rows:
                    con.table(f"marts.{table}").insert(row)
        return open_snapshot(path)

    return write


def scores_of(values):
    """{indicator: scores of units 0, 1, ..} -> rows; None where a unit has no score."""
    return [
        (PERIOD, "as_reported", "unit", str(unit), name, score)
        for name, scores in values.items()
        for unit, score in enumerate(scores)
    ]


def by_hand(left, right):
    """Pearson's correlation with plain loops."""
    mean_left, mean_right = sum(left) / len(left), sum(right) / len(right)
    top = sum((a - mean_left) * (b - mean_right) for a, b in zip(left, right, strict=True))
    spread = sqrt(sum((a - mean_left) ** 2 for a in left))
    return top / (spread * sqrt(sum((b - mean_right) ** 2 for b in right)))


def test_alpha_of_a_case_done_by_hand():
    """Variances 1 and 1, of the sum 3: 2 / 1 x (1 - 2 / 3)."""
    assert alpha(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "values",
    [[[1.0], [2.0], [3.0]], [[1.0, 2.0], [2.0, 3.0]], [[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]]],
    ids=["one indicator", "two units", "the same sum everywhere"],
)
def test_alpha_is_unknown_where_it_cannot_be_told(values):
    assert alpha(np.array(values)) is None


def test_components_of_three_indicators_of_which_two_are_one():
    """Two alike and one apart: eigenvalues 2, 1 and 0."""
    alike = [1.0, -1.0, 1.0, -1.0]
    apart = [1.0, 1.0, -1.0, -1.0]
    roots = components(np.array([alike, alike, apart]).T)
    assert roots == pytest.approx([2, 1, 0], abs=1e-12)


def test_components_need_more_units_than_indicators():
    assert components(np.eye(3)) == []


def test_indicators_that_measure_the_same_are_named_over_the_units_that_have_both(
    published, catalogue
):
    some = [10.0, 40.0, 35.0, 80.0, None]
    same = [12.0, 41.0, 33.0, 85.0, 20.0]
    other = [50.0, 10.0, 90.0, 20.0, 70.0]
    rows = scores_of({"RSP01": some, "RSP05": same, "RSP02": other})
    found = check_indices(
        published(indicator_score=rows), catalogue, catalogue.index_checks, PERIOD
    )
    [index] = [each for each in found.components if each.composite == "X3"]
    [pair] = index.alike
    assert (pair.first, pair.second, pair.units) == ("RSP01", "RSP05", 4)
    assert pair.correlation == pytest.approx(by_hand(some[:4], same[:4]))
    others = [by_hand(a[:4], b[:4]) for a, b in combinations([some, same, other], 2)]
    assert sum(abs(each) > catalogue.index_checks.alike for each in others) == 1
    told = {(each.composite, each.name): each.computed for each in found.weightings}
    assert told == {
        ("X1", "vertical_double"): True, ("X1", "response_double"): True,
        **{(name, "expert_budget"): False for name in ("X1", "X2", "X3")},
    }  # fmt: skip
    by_dimension = {each.dimension: each for each in found.dimensions}
    assert by_dimension["X3D"].units == 4
    assert by_dimension["X3A"].alpha is None


@pytest.mark.parametrize(("days", "agrees"), [((30, 20, 10), True), ((10, 20, 30), False)])
def test_an_index_is_held_against_a_fact_outside(published, catalogue, days, agrees):
    opened = published(
        composite_value=[(PERIOD, "as_reported", "county", c, "X1", v)
                         for c, v in zip("abc", (50.0, 60.0, 70.0), strict=True)],
        coordination=[(PERIOD, "county", c, 2.0 * d, 2) for c, d in zip("abc", days, strict=True)]
        + [(PERIOD, "level", "city", 9.0, 1)],
        indicator_score=scores_of({"COO02": [1.0]}),
    )  # fmt: skip
    [beside] = check_indices(opened, catalogue, catalogue.index_checks, PERIOD).outside
    assert (beside.places, beside.agrees) == (3, agrees)
    assert beside.correlation == pytest.approx(1 if not agrees else -1)
