"""The inbox sensor."""

from datetime import datetime

import dagster as dg
import pytest
from sqlalchemy import insert

from models.period import Period
from models.registry import receipt, submission
from pipelines.defs.inbox import fingerprint, inbox_sensor
from pipelines.records.quarters import open_period
from pipelines.registry import writing
from pipelines.settings import Home

AT = datetime(2026, 4, 1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SANJI_HOME", str(tmp_path))
    where = Home(tmp_path)
    where.inbox.mkdir()
    with writing(where) as registry:
        for quarter in (1, 2):
            open_period(registry, Period(2026, quarter), AT)
    return where


@pytest.fixture
def look(catalogue, home):
    """Evaluates the sensor as the daemon does, each time with the cursor it left."""
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = None

        def evaluate():
            nonlocal cursor
            context = dg.build_sensor_context(instance=instance, cursor=cursor)
            answer = inbox_sensor(catalogue)(context)
            cursor = answer.cursor
            return [(each.run_key, each.partition_key) for each in answer.run_requests]

        yield evaluate


def test_an_empty_inbox_asks_for_nothing(look):
    assert look() == []
    assert look() == []


def test_a_batch_is_one_run_once_it_lies_still(look, home):
    for name in ("a.xlsx", "b.xlsx"):
        (home.inbox / name).write_bytes(b"PK")
    assert look() == []
    asked = look()
    assert [period for _, period in asked] == ["2026Q2"]
    assert look() == asked, "the same key again, which the daemon runs only once"


def test_a_file_that_is_still_growing_is_waited_for(look, home):
    (home.inbox / "a.xlsx").write_bytes(b"PK")
    assert look() == []
    (home.inbox / "a.xlsx").write_bytes(b"PK and more")
    assert look() == []
    assert len(look()) == 1


def test_another_batch_is_another_run(look, home):
    (home.inbox / "a.xlsx").write_bytes(b"PK")
    look()
    first = look()
    (home.inbox / "b.xlsx").write_bytes(b"PK")
    look()
    assert look()[0][0] != first[0][0]


def test_a_quarter_taken_in_with_another_is_judged_next(look, home):
    with writing(home) as registry:
        registry.execute(
            insert(receipt).values(
                receipt_id=1, received_at=AT, door="inbox", original_name="a.xlsx",
                file_sha256="0", size=1, outcome="submitted",
            )
        )  # fmt: skip
        registry.execute(
            insert(submission).values(
                submission_id="u-2026Q1-v1", unit_code="u", period="2026Q1", version=1,
                received_at=AT, file_sha256="0", receipt_id=1, issue_id="i", status="received",
                is_current=True,
            )
        )  # fmt: skip
    assert [period for _, period in look()] == ["2026Q1"]


def test_a_file_written_again_is_seen(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK")
    before = fingerprint([path])
    path.write_bytes(b"PK again")
    assert fingerprint([path]) != before
    assert fingerprint([]) == ""
