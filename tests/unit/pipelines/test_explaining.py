"""Which structure view a printed number is explained in."""

import pytest

from dashboards.provenance import Structure
from pipelines.explaining import cited_structure

NOW, THEN = "2026Q3", "2026Q2"


@pytest.mark.parametrize(
    ("view", "then", "wanted"),
    [
        ("as_reported", None, Structure("as_reported", NOW)),
        ("as_reported", THEN, Structure("as_reported", NOW)),
        ("same_units", THEN, Structure("same_units", NOW, THEN)),
    ],
)
def test_only_same_units_are_explained_beside_another_quarter(view, then, wanted):
    assert cited_structure({"view": view, "period": NOW, "compare_to": then}) == wanted
