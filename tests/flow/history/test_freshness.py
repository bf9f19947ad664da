"""新鲜度: a snapshot older than the newest judged file, or than the catalogue, is told so."""

from dataclasses import replace

import dagster as dg
import pytest
from sqlalchemy import update

from models.registry import submission
from pipelines.definitions import defs
from pipelines.defs.freshness import FRESHNESS
from pipelines.defs.place import Place
from pipelines.freshness import freshness
from pipelines.registry import reading, writing
from pipelines.settings import Home
from tests.flow.history.city import Q2, snapshot_of

pytestmark = pytest.mark.xdist_group("history")


def proof(home, catalogue):
    with reading(home) as registry:
        return freshness(home, registry, catalogue)


def test_a_snapshot_is_fresh_until_a_file_is_judged_or_the_catalogue_is_another(home, catalogue):
    found = proof(home, catalogue)
    assert found.passed
    assert found.numbers["snapshot"] == snapshot_of(home).stem
    later = proof(home, replace(catalogue, hash="0" * 64))
    assert (later.passed, later.stops) == (False, False)
    assert later.numbers["other_catalogue"] == catalogue.hash[:12]
    with writing(home) as registry:
        name = registry.execute(submission.select()).first().submission_id
        registry.execute(update(submission).where(submission.c.submission_id == name)
                         .values(submission_id=f"{name}0"))  # fmt: skip
    assert (proof(home, catalogue).passed, proof(home, catalogue).numbers["waiting"]) == (False, 1)


def test_nothing_published_is_not_fresh(tmp_path, home, catalogue):
    with reading(home) as registry:
        assert not freshness(Home(tmp_path / "none"), registry, catalogue).passed


def test_the_check_stands_beside_either_snapshot_and_says_it_in_chinese(home):
    graph = defs.resolve_asset_graph()
    for name in ("draft", "final"):
        key = dg.AssetCheckKey(dg.AssetKey(["published", name]), FRESHNESS)
        assert "新鲜度" in graph.get_check_spec(key).description
        assert not graph.get_check_spec(key).blocking
    check = next(each for each in defs.asset_checks if FRESHNESS in str(each.check_keys))
    result = check(place=Place(at=f"{Q2[:4]}-07-21T09:00:00"))
    assert (result.passed, result.severity) == (True, dg.AssetCheckSeverity.WARN)
    assert result.description.startswith("发布里已有")
