"""What a decision is about is said with names."""

import pytest

from pipelines.quarter.decided_about import about
from pipelines.records.units import directory
from pipelines.registry import writing
from pipelines.settings import Home
from tests.unit.pipelines.small_registry import TOWN, P, city, unit

NAME = unit(TOWN).unit_name


@pytest.fixture
def units(tmp_path):
    with writing(Home(tmp_path)) as registry:
        city(registry)
        yield directory(registry)


@pytest.mark.parametrize(
    ("action", "submission_id", "scope", "said"),
    [
        ("county_approved", None, "330702", "婺城区"),
        ("city_approved", None, "city", "全市"),
        ("settle", None, "all", "全部"),
        ("settle", None, "R412", "规则R412"),
        ("waive", None, TOWN, f"{NAME}({TOWN})"),
        ("return", f"{TOWN}-2026Q3-v1", None, f"{NAME}({TOWN}-2026Q3-v1)"),
        ("explain_affected", f"{TOWN}-2026Q3-v1", "R412", f"{NAME}({TOWN}-2026Q3-v1) 规则R412"),
        ("undo", None, "3", "第3号决定"),
        ("dismiss", None, "receipt 12", "回执12"),
        ("lock", None, None, "2026Q3"),
        ("archive", None, "归档_2026Q3", "归档_2026Q3"),
        ("waive", None, "330799900019", "330799900019"),
    ],
)
def test_names_stand_before_codes(catalogue, units, action, submission_id, scope, said):
    row = {"action": action, "submission_id": submission_id, "scope": scope}
    assert about(catalogue, units, P, row) == said
