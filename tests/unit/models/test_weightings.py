"""Other weights of an index: written down, or given by experts."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from models.check import problems
from models.spec.indicator import Alternative

NAMED = {"id": "expert_budget", "zh": "专家打分"}


def test_experts_points_are_averaged():
    scores = ({"A": 60, "B": 40}, {"A": 20, "B": 80}, {"A": 10, "B": 90})
    assert Alternative(**NAMED, scores=scores).weighs == {"A": 30, "B": 70}


def test_without_a_score_there_is_nothing_to_weigh():
    assert Alternative(**NAMED).weighs == {}


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([{"A": 60, "B": 30}], "sum to 100"),
        ([{"A": 60, "B": 40}, {"A": 100}], "the same dimensions"),
        ([{"A": 130, "B": -30}], "not negative"),
    ],
)
def test_points_that_do_not_add_up_are_refused(scores, said):
    with pytest.raises(ValidationError, match=said):
        Alternative(**NAMED, scores=tuple(scores))


def test_a_dimension_without_points_is_told_instead_of_weighing_one(catalogue):
    index = catalogue.composites["X1"]
    given = Alternative(**NAMED, scores=({"X1V": 50, "X1H": 50},))
    changed = index.model_copy(update={"alternatives": (given,)})
    strange = replace(catalogue, composites={**catalogue.composites, "X1": changed})
    assert list(problems(strange)) == ["composites.yml: X1: expert_budget: no points for X1R"]


def test_an_index_is_weighted_only_by_what_is_known(catalogue):
    assert set(catalogue.composites["X1"].weightings) == {"vertical_double", "response_double"}
