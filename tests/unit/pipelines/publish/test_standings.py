"""How a quarter stands in a snapshot has its word wherever it is said."""

import pytest

STANDINGS = ("draft", "locked", "final")
SAID = ("dagster.kind_", "cli.snapshot_", "dashboards.kind_", "findings.kind_")


@pytest.mark.parametrize("said", SAID)
def test_every_standing_has_a_word_of_its_own(catalogue, said):
    words = {catalogue.say(said + standing, period="2026Q3") for standing in STANDINGS}
    assert len(words) == len(STANDINGS)
