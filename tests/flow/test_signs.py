"""The signs of formality, by their rates: what is planted is found, honest units are left alone."""

import itertools

import pytest

from models.loader import load_catalogue
from models.spec.rule import Moment, RuleKind
from pipelines.calibrating.signs import calibrate
from pipelines.validate.plan import judged_parts

CATALOGUE = load_catalogue()
RECALL, FALSE_FLAGS = 0.95, 0.05


@pytest.fixture(scope="module")
def rates():
    return calibrate(CATALOGUE)


def test_every_sign_in_force_finds_the_planted_and_spares_the_honest(rates):
    missed = [
        each
        for each in rates
        if each.is_chosen and (each.recall < RECALL or each.false_flags > FALSE_FLAGS)
    ]
    assert not missed


def test_every_part_of_every_sign_is_measured(rates):
    signs = [
        item.rule.id
        for item in judged_parts(CATALOGUE, Moment.QUARTER)
        if item.rule.kind is RuleKind.PERFUNCTORY
    ]
    measured = [each.rule for each in rates if each.is_chosen]
    assert sorted(measured) == sorted(signs)


def test_a_stricter_threshold_never_points_at_more_units(rates):
    """But for p values, where the smaller is the stricter."""
    for before, after in itertools.pairwise(rates):
        if (before.rule, before.planted_as) != (after.rule, after.planted_as):
            continue
        looser, stricter = (before, after) if after.planted_as != "every_second_rounded" else (
            after, before)  # fmt: skip
        assert stricter.recall <= looser.recall
        assert stricter.false_flags <= looser.false_flags
