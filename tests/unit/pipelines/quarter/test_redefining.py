"""Two persons redefine a published quarter, whatever else was published between them."""

import json
from datetime import datetime

import pytest
from sqlalchemy import insert

from models.period import Period
from models.registry import snapshot
from pipelines.catalogues.of_quarters import recorded_hashes
from pipelines.quarter.decisions import NotAllowedError
from pipelines.quarter.redefining import redefine
from pipelines.quarter.undoing import undo
from pipelines.registry import open_registry

Q1, OTHER = Period.parse("2026Q1"), "2026Q2"


@pytest.fixture
def registry(tmp_path):
    engine = open_registry(tmp_path / "registry.sqlite")
    with engine.begin() as made:
        yield made
    engine.dispose()


def at(day):
    return datetime(2026, 8, day, 9)


def publish(registry, day, periods):
    registry.execute(
        insert(snapshot).values(
            snapshot_id=f"S{day}", kind="final", made_at=at(day), catalogue_hash="old", sha256="-",
            periods=json.dumps(periods), sql_hash="-",
            catalogues=json.dumps(dict.fromkeys(periods, "old")),
        )
    )  # fmt: skip


def test_a_publication_in_which_the_quarter_was_open_does_not_part_the_two(registry):
    publish(registry, 1, {str(Q1): "final"})
    assert not redefine(registry, Q1, "乙", at(2), "口径")
    publish(registry, 3, {str(Q1): "draft", OTHER: "final"})
    with pytest.raises(NotAllowedError, match="same_person_redefines"):
        redefine(registry, Q1, "乙", at(4), "口径")
    assert redefine(registry, Q1, "丙", at(4), "口径")
    assert recorded_hashes(registry) == {OTHER: "old"}


def test_a_publication_of_the_quarter_itself_ends_what_one_person_had_begun(registry):
    publish(registry, 1, {str(Q1): "final"})
    assert not redefine(registry, Q1, "乙", at(2), "口径")
    publish(registry, 3, {str(Q1): "final"})
    assert not redefine(registry, Q1, "丙", at(4), "口径")
    assert recorded_hashes(registry) == {str(Q1): "old"}


def test_consent_is_taken_back_until_the_quarter_is_published_with_it(registry):
    publish(registry, 1, {str(Q1): "final"})
    for person in ("乙", "丙", "丁"):
        redefine(registry, Q1, person, at(2), "口径")
        if person == "丙":
            undo(registry, Q1, "丙", at(2), "再看看")
    assert recorded_hashes(registry) == {}
    publish(registry, 3, {str(Q1): "final"})
    with pytest.raises(NotAllowedError, match="redefined_already"):
        undo(registry, Q1, "丁", at(4), "改回去")
