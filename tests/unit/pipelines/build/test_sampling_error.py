"""What a sample of checked cells says, held against simulation and against another formula."""

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from scipy import stats

from pipelines.build.sampling_error import (
    clopper_pearson,
    error_rate,
    relative_error,
    sampling_errors,
)
from pipelines.sampling.drawing import probabilities, systematic

CELLS, SIZE, DRAWS = 2000, 60, 400
LIMITS = {"confidence": 0.95, "fewest_wrong": 10}
COLUMNS = ("period", "unit_code", "city_code", "level", "field", "reported", "found", "probability")


def population(rate, seed):
    """Weights of cells, and which of them are wrong: heavier ones twice as often."""
    random = np.random.default_rng(seed)
    weights = random.choice([1.0, 1.5, 3.0, 9.0], CELLS, p=[0.5, 0.3, 0.15, 0.05])
    chance = np.where(weights > 2, 2 * rate, rate)
    return weights, (random.random(CELLS) < chance).astype(float)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_a_known_share_of_errors_lies_in_the_interval_as_often_as_it_says(rate):
    weights, wrong = population(rate, seed=5)
    probability = probabilities(weights, SIZE)
    covered, found = 0, []
    for draw in range(DRAWS):
        chosen = systematic(probability, draw)
        estimate = error_rate(wrong[chosen], 1 / probability[chosen], 0.95)
        covered += estimate.low <= wrong.mean() <= estimate.high
        found.append(estimate.value)
    assert covered / DRAWS >= 0.92
    assert abs(np.mean(found) - wrong.mean()) < 3 * np.std(found) / DRAWS**0.5 + 0.002


def test_without_weighting_back_the_share_would_be_wrong():
    weights, wrong = population(0.3, seed=5)
    probability = probabilities(weights, SIZE)
    plain = np.mean([wrong[systematic(probability, draw)].mean() for draw in range(DRAWS)])
    assert plain > wrong.mean() + 0.05


def test_cells_are_drawn_as_often_as_their_probability_says():
    weights, _ = population(0.1, seed=9)
    probability = probabilities(weights[:50], 10)
    hits = np.zeros(50)
    for draw in range(3000):
        chosen = systematic(probability, draw)
        assert len(set(chosen)) == 10
        hits[chosen] += 1
    assert np.abs(hits / 3000 - probability).max() < 0.04
    assert probability.sum() == pytest.approx(10)
    assert probability.max() <= 1


def test_more_asked_than_there_is_means_everything():
    assert probabilities(np.array([1.0, 5.0]), 7).tolist() == [1.0, 1.0]


def test_the_exact_interval_is_the_textbooks():
    # scipy's own binomial test inverts the same tails by another road.
    for hits, size in [(0, 20), (3, 20), (20, 20)]:
        exact = stats.binomtest(hits, size).proportion_ci(0.95, method="exact")
        assert clopper_pearson(hits, size, 0.95) == pytest.approx((exact.low, exact.high))


def test_equal_weights_give_the_plain_share_and_interval():
    wrong = np.array([1.0] * 3 + [0.0] * 17)
    found = error_rate(wrong, np.full(20, 7.0), 0.95)
    exact = stats.binomtest(3, 20).proportion_ci(0.95, method="exact")
    assert found.value == pytest.approx(0.15)
    # The spread divides by n - 1: the size counts as 19 of 20.
    assert found.low == pytest.approx(exact.low, abs=0.01)
    assert found.high == pytest.approx(exact.high, abs=0.02)


@pytest.mark.parametrize("wrong", [0.0, 1.0])
def test_cells_that_all_agree_give_exactly_none_or_all_whatever_their_weights(wrong):
    random = np.random.default_rng(7)
    for count in range(1, 40):
        weights = 1 / random.uniform(0.001, 1, count)
        found = error_rate(np.full(count, wrong), weights, 0.95)
        assert found.value == wrong
        assert wrong in {found.low, found.high}
        assert 0 <= found.low < found.high <= 1


def test_no_sample_gives_a_share_outside_its_interval_or_none_at_all():
    random = np.random.default_rng(11)
    for _ in range(3000):
        count = int(random.integers(1, 60))
        weights = 1 / random.uniform(0.0005, 1, count)
        wrong = (random.random(count) < random.choice([0, 0.02, 0.5, 0.98, 1])).astype(float)
        found = error_rate(wrong, weights, 0.95)
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_a_total_is_off_by_the_weighted_differences():
    reported, found = np.array([10.0, 20.0, 30.0]), np.array([10.0, 25.0, 30.0])
    weights = np.array([2.0, 4.0, 1.0])
    ratio = relative_error(reported, found, weights, LIMITS)
    assert ratio.value == pytest.approx(4 * 5 / (20 + 80 + 30))
    assert (ratio.low, ratio.high) == (None, None)


def test_a_total_has_an_interval_only_where_enough_cells_differ_for_it_to_hold():
    covered = told = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        reported = np.round(random.lognormal(2.5, 0.8, 400))
        moved = np.round(reported * random.uniform(0.5, 1.3, 400))
        found = np.where(random.random(400) < 0.25, moved, reported)
        probability = probabilities(1 + 20 * reported / reported.sum(), SIZE)
        chosen = systematic(probability, seed)
        parts = reported[chosen], found[chosen], 1 / probability[chosen]
        error = relative_error(*parts, LIMITS)
        assert error.value is not None
        assert (error.low is None) == ((parts[0] != parts[1]).sum() < LIMITS["fewest_wrong"])
        if error.low is not None:
            told += 1
            covered += error.low <= (found - reported).sum() / reported.sum() <= error.high
    assert told > 200
    assert covered / told > 0.92
    # Nothing found to differ does not mean that nothing does.
    same = relative_error(reported, reported, np.ones(400), LIMITS)
    assert (same.value, same.low, same.high) == (0, None, None)


def rows(*cells):
    data = [
        (
            "2026Q3",
            f"U{place}",
            "330700",
            level,
            field,
            Decimal(said),
            found and Decimal(found),
            0.5,
        )
        for place, (level, field, said, found) in enumerate(cells)
    ]
    schema = dict(
        zip(COLUMNS, [pl.String] * 5 + [pl.Decimal(28, 4)] * 2 + [pl.Float64], strict=True)
    )
    return pl.DataFrame(data, schema=schema, orient="row")


def test_nothing_checked_says_nothing(catalogue):
    found = sampling_errors(rows(("city", "member_close", "5", None)), catalogue)
    assert found["checked"].to_list() == [0] * found.height
    for name in ("error_rate", "low", "high", "relative_error"):
        assert found[name].null_count() == found.height


def test_a_cell_counts_for_its_level_form_field_and_every_indicator_it_enters(catalogue):
    found = sampling_errors(
        rows(("city", "talk_count", "5", "4"), ("township", "talk_count", "5", "5")), catalogue
    )
    told = {
        (row["scope_code"], row["subject"]): (row["checked"], row["wrong"])
        for row in found.to_dicts()
    }
    assert told["330700", "all"] == told["330700", "F3"] == told["330700", "LIF07"] == (2, 1)
    assert told["city", "talk_count"] == (1, 1)
    assert told["township", "all"] == (1, 0)
    assert ("city", "ORG01") not in told


def test_the_order_of_the_cells_does_not_move_the_last_digit(catalogue):
    random = np.random.default_rng(3)
    cells = rows(
        *(("city", "talk_count", str(n), str(n + (n % 3 == 0))) for n in range(60))
    ).with_columns(probability=pl.Series(random.uniform(0.01, 1, 60)))
    told = sampling_errors(cells, catalogue)
    for seed in range(5):
        mixed = cells.sample(fraction=1, shuffle=True, seed=seed)
        assert sampling_errors(mixed, catalogue).to_dicts() == told.to_dicts()


def test_no_cells_make_no_rows(catalogue):
    assert sampling_errors(rows(), catalogue).is_empty()
