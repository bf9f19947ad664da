"""An index told down to its indicators can be computed again from what is told."""

import math

import duckdb
import pytest

from dashboards.provenance import Asked, NothingToExplainError, decompose


@pytest.fixture(scope="module")
def snapshot(synthetic):
    with duckdb.connect(str(synthetic / "sample.duckdb"), read_only=True) as con:
        yield con


@pytest.mark.parametrize("scope", ["330700", "330702", "330702/township", "330700100010"])
def test_an_index_is_the_geometric_mean_of_what_is_told(snapshot, catalogue, scope):
    told = decompose(Asked(snapshot, catalogue, scope, "2026Q3"), "X1")
    means = []
    for part in told["dimensions"]:
        scores = [i["score"] for i in part["indicators"] if i["state"] == "scored"]
        assert len(scores) == part["indicators_scored"]
        assert part["value"] == pytest.approx(sum(scores) / len(scores))
        means.append(max(part["value"], 1))
    assert told["value"] == pytest.approx(math.prod(means) ** (1 / len(means)))
    assert told["low"] <= told["value"] <= told["high"]


def test_a_profile_has_axes_and_no_total(snapshot, catalogue):
    told = decompose(Asked(snapshot, catalogue, "330700", "2026Q3"), "P2")
    assert told["value"] is None
    assert [part["zh"] for part in told["dimensions"]] == [
        axis.zh for axis in catalogue.profiles["P2"].axes
    ]


def test_a_scope_that_is_not_there_is_said_so(snapshot, catalogue):
    with pytest.raises(NothingToExplainError):
        decompose(Asked(snapshot, catalogue, "999999", "2026Q3"), "X1")
