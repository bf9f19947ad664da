"""What is hidden beside small groups: no subtraction of printed rates gives one of them back."""

import random
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from dashboards.answers import judged
from dashboards.complements import CITY_LEVEL, ORGANS, told_by
from dashboards.privacy import is_few
from dashboards.reader import Reader
from dashboards.scopes import Scope
from models.spec.dashboard import PrivacyLimits

LIMITS = PrivacyLimits(small_from=1, small_to=4, small_text="<5", denominator_below=10)
COUNTIES = [("county", f"33070{number}") for number in range(1, 7)]
LOWER = [("level", "county"), ("level", "township")]


def lines(sides):
    """The places that add up to the city: the organs of the city are one of its levels."""
    return [[*(p for p in sides if p[0] == "county"), ORGANS], [*LOWER, ORGANS]]


def given_back(sides, hidden):
    """The small groups that follow from what is printed, and sums of hidden ones that are few."""
    unknown = sorted(p for p in sides if p in hidden and p != CITY_LEVEL and sides[p][1])
    sums = [[float(p in line) for p in unknown] for line in lines(sides)]
    known = np.linalg.matrix_rank(sums) if unknown else 0
    found = [
        place for number, place in enumerate(unknown)
        if np.linalg.matrix_rank([*sums, np.eye(len(unknown))[number]]) == known
    ]  # fmt: skip
    for line in lines(sides):
        closed = [sides[p] for p in line if p in unknown]
        if closed and is_few(*map(sum, zip(*closed, strict=True)), LIMITS):
            found.append(tuple(line))
    return found


def city(seed):
    """A city in which few cases are few: counties and organs, and the same persons by level."""
    draw = random.Random(seed)  # noqa: S311
    top = [draw.choice([0, 2, 3, 6, 20, 30]) for _ in COUNTIES]
    bottom = [max(each, draw.choice([0, 5, 8, 40, 60])) for each in top]
    below = draw.choice([1, 3, 12, sum(top)]), draw.choice([4, 40, sum(bottom)])
    lower = min(below[0], sum(top)), min(below[1], sum(bottom))
    organs = (draw.choice([2, 9]), draw.choice([9, 50]))
    rest = (sum(top) - lower[0], sum(bottom) - lower[1])
    return {
        **dict(zip(COUNTIES, zip(top, bottom, strict=True), strict=True)),
        ORGANS: organs, CITY_LEVEL: organs, **dict(zip(LOWER, (rest, lower), strict=True)),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_no_subtraction_gives_a_small_group_back_where_another_place_can_be_hidden(seed):
    sides = city(seed)
    hidden = told_by(sides, LIMITS)
    assert {place for place, some in sides.items() if is_few(*some, LIMITS)} <= hidden
    assert (ORGANS in hidden) == (CITY_LEVEL in hidden)
    open_lines = [
        line for line in lines(sides) if any(p not in hidden and sides[p][1] for p in line)
    ]
    told = given_back(sides, hidden)
    assert [line for line in open_lines if tuple(line) in told] == []
    if len(open_lines) == 2:
        assert told == []


def test_nothing_else_is_hidden_where_nothing_is_small():
    sides = dict.fromkeys([*COUNTIES, ORGANS, CITY_LEVEL, *LOWER], (20.0, 60.0))
    assert told_by(sides, LIMITS) == set()


def test_with_one_small_county_that_with_the_fewest_persons_goes_too():
    sides = dict.fromkeys([*COUNTIES, ORGANS, CITY_LEVEL, *LOWER], (20.0, 60.0))
    sides |= {COUNTIES[2]: (3.0, 40.0), COUNTIES[4]: (9.0, 30.0)}
    assert told_by(sides, LIMITS) == {COUNTIES[2], COUNTIES[4]}


def places(question):
    organs = Scope(*ORGANS, "organs", "330700")
    counties = [Scope("county", code, code, code) for code in question.catalogue.counties]
    return [organs, *counties]


def rates(question, below):
    """The guarded rates of all counties, where fewer than `below` persons are few."""
    parameters = question.catalogue.parameters
    limits = {**parameters["privacy"], "denominator_below": below}
    other = replace(question.catalogue, parameters={**parameters, "privacy": limits})
    return judged(replace(question, catalogue=other), sorted(question.guarded), places(question))


def test_a_page_hides_with_the_only_small_county_the_next_one(ask):
    shown = rates(ask(), 0).filter(indicator="CAD02").sort("denominator")
    smallest = shown["scope"].to_list()[:2]
    below = int(shown["denominator"][0]) + 1
    hidden = rates(ask(), below).filter("is_hidden", indicator="CAD02")
    assert sorted(hidden["scope"]) == sorted(smallest)
    assert not rates(ask(reader=Reader("reviewer")), below)["is_hidden"].any()


def test_what_was_hidden_in_the_quarter_before_is_hidden_beside_the_quarter_after(ask):
    now, then = ask(), ask(period=ask().compared)
    closed = set(rates(then, 600).filter("is_hidden").select("scope", "indicator").rows())
    shown = rates(now, 600)
    told = shown.filter(pl.col("previous").is_not_null()).select("scope", "indicator").rows()
    still_told = shown.filter(~pl.col("is_hidden")).select("scope", "indicator").rows()
    assert closed & set(still_told)
    assert not closed & set(told)
