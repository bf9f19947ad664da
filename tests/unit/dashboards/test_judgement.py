import pytest

from dashboards import judgement

NEAR = 0.25


@pytest.mark.parametrize(
    ("indicator", "value", "scope_level", "gap"),
    [
        ("COO01", 90.0, "county", -5.0),
        ("COO01", 97.0, "county", 2.0),
        ("CAD03", 14.0, "county", -4.0),
        ("CAD01", 0.6, "county", -0.4),
        ("CAD01", 1.5, "county", 0.0),
        ("CAD01", 2.5, "county", -0.5),
        ("CAD01", 2.5, "county_level", -0.5),
        ("CAD01", 2.5, "unit", 0.0),
        ("RES03", 130.0, "unit", -15.0),
    ],
)
def test_the_gap_is_positive_on_the_good_side(catalogue, indicator, value, scope_level, gap):
    entry = catalogue.indicators[indicator]
    assert judgement.gap(entry, value, scope_level) == pytest.approx(gap)


@pytest.mark.parametrize(
    ("value", "status"), [(95.0, "met"), (94.9, "near"), (86.3, "near"), (86.2, "missed")]
)
def test_near_is_a_quarter_of_the_way_back_to_the_scores_zero(catalogue, value, status):
    entry = catalogue.indicators["COO01"]
    distance = judgement.gap(entry, value, "county")
    assert judgement.status_of_gap(entry, distance, NEAR) == status


def test_half_yearly_indicators_are_not_due_in_the_first_and_third_quarter(catalogue):
    entry = catalogue.indicators["COO12"]
    assert [judgement.is_due(entry, f"2026Q{number}") for number in (1, 2, 3, 4)] == [
        False,
        True,
        False,
        True,
    ]
