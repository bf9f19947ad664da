"""Intervals of indices: the same each time, around the value, tiers only where they are sure."""

import numpy as np
import polars as pl
import pytest

from pipelines.build.intervals import intervals, scalings, tier

PLACE = {"period": "2026Q3", "view": "as_reported", "compare_to": None, "composite": "X3"}


def scores_of(catalogue, groups):
    """Every indicator of X3 at the group's score; a group is (code, score)."""
    rows = [
        {**PLACE, "scope_level": "county", "scope_code": code, "dimension": dimension.id,
         "indicator": indicator, "score": float(score), "progress": score / 100}
        for code, score in groups
        for dimension in catalogue.composites["X3"].dimensions
        for indicator in dimension.indicators
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"compare_to": pl.String})


def spread(*scores):
    return [(f"3307{place:02}", score) for place, score in enumerate(scores)]


def by_code(frame):
    return {row["scope_code"]: row for row in frame.iter_rows(named=True)}


def test_the_same_scores_give_the_same_intervals_in_any_order(catalogue):
    scores = scores_of(catalogue, spread(20, 40, 50, 60, 80, 90))
    mixed = scores.sample(fraction=1, shuffle=True, seed=3)
    assert intervals(scores, catalogue).equals(intervals(mixed, catalogue))


def test_scores_that_are_all_alike_have_no_spread(catalogue):
    found = by_code(intervals(scores_of(catalogue, spread(70)), catalogue))["330700"]
    assert (found["low"], found["high"]) == (pytest.approx(70), pytest.approx(70))


def test_uneven_dimensions_widen_the_interval_around_both_means(catalogue):
    scores = scores_of(catalogue, spread(90)).with_columns(
        score=pl.when(pl.col("dimension") == "X3C").then(20.0).otherwise(pl.col("score"))
    )
    found = by_code(intervals(scores, catalogue))["330700"]
    arithmetic, geometric = (90 + 90 + 20) / 3, (90 * 90 * 20) ** (1 / 3)
    assert found["low"] < geometric < arithmetic < found["high"]
    assert found["low"] >= 20
    assert found["high"] <= 90


def test_groups_far_apart_are_told_by_tier(catalogue):
    found = by_code(intervals(scores_of(catalogue, spread(5, 10, 50, 55, 95, 99)), catalogue))
    assert [found[f"3307{place:02}"]["tier"] for place in range(6)] == [3, 3, 2, 2, 1, 1]
    assert {row["groups"] for row in found.values()} == {6}


def test_groups_that_change_places_are_told_no_tier(catalogue):
    """Two groups, each strong where the other is weak, on both sides of a tier's limit."""
    scores = scores_of(catalogue, spread(5, 10, 50, 50, 95, 99))
    strong = {"330701": "X3D", "330702": "X3C"}
    scores = scores.with_columns(
        progress=pl.when(pl.col("scope_code").is_in(list(strong)))
        .then(
            pl.when(pl.col("dimension") == pl.col("scope_code").replace(strong))
            .then(0.9)
            .otherwise(0.2)
        )
        .otherwise(pl.col("progress"))
    )
    found = by_code(intervals(scores, catalogue))
    assert found["330701"]["tier"] is None
    assert found["330702"]["tier"] is None
    assert found["330705"]["tier"] == 1


def test_fewer_than_six_groups_are_not_compared(catalogue):
    found = by_code(intervals(scores_of(catalogue, spread(5, 50, 60, 80, 99)), catalogue))
    assert {(row["tier"], row["rank_low"]) for row in found.values()} == {(None, None)}
    assert all(row["low"] is not None for row in found.values())


def test_a_unit_has_an_interval_and_no_rank(catalogue):
    scores = scores_of(catalogue, spread(*range(10, 90, 10))).with_columns(
        scope_level=pl.lit("unit")
    )
    found = intervals(scores, catalogue)
    assert found["rank_low"].is_null().all()
    assert found["low"].is_not_null().all()


def test_an_indicator_that_only_some_have_does_not_break_the_rest(catalogue):
    scores = scores_of(catalogue, spread(20, 40, 50, 60, 80, 90)).filter(
        ~((pl.col("indicator") == "RSP06") & (pl.col("scope_code") < "330703"))
    )
    found = intervals(scores, catalogue)
    assert found["low"].is_not_null().all()
    assert found["rank_low"].is_not_null().all()


@pytest.mark.parametrize(
    ("low", "high", "groups", "wanted"),
    [(1, 3, 9, 1), (1, 4, 9, None), (4, 6, 9, 2), (7, 9, 9, 3), (1, 3, 10, 1), (4, 4, 10, 2),
     (3, 4, 10, None), (7, 10, 10, 3), (6, 7, 10, None)],
)  # fmt: skip
def test_a_tier_holds_the_whole_interval_or_is_not_told(low, high, groups, wanted):
    assert tier(low, high, groups, 3) == wanted


def test_the_three_scales_keep_the_order_of_groups():
    progress = np.array([[0.1, np.nan], [0.5, 0.2], [0.9, 0.4]])
    for scaled in scalings(progress):
        assert list(np.argsort(scaled[:, 0])) == [0, 1, 2]
        assert np.isnan(scaled[0, 1])
