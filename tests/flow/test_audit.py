"""Numbers drawn at random are in the archived files, as another reader finds and adds them up."""

import pytest

from tests.audit.numbers import audit

pytestmark = pytest.mark.xdist_group("way")

COUNT, KINDS = 15, 6
LEVELS = ("unit", "county_level")
"""Small scopes: few files have to be opened."""


def test_random_numbers_of_every_mart_are_counted_again_from_the_archived_files(
    locked_city, catalogue
):
    found = audit(locked_city, catalogue, COUNT, 5, LEVELS)
    assert [line for each in found for line in each.told()] == []
    assert len(found) == COUNT
    assert len({each.kind for each in found}) > KINDS
    assert sum(each.cells for each in found) > COUNT
