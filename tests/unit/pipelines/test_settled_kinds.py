"""A settled kind of expectation is made once: the library tells of a second one in English."""

from great_expectations.expectations import core

from pipelines.settled_kinds import settled


def test_the_same_kind_is_settled_once():
    assert settled(core.ExpectColumnValuesToBeNull) is settled(core.ExpectColumnValuesToBeNull)
