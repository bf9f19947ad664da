"""What must hold of what was loaded."""

from datetime import datetime

import duckdb
import pytest
from sqlalchemy import insert, update

from models.registry import finding, receipt, submission
from pipelines.load.checks import checkpoint_check, freshness_check, no_finding_lost
from pipelines.registry import writing
from pipelines.settings import Home

AT = datetime(2026, 4, 1)
Q = "2026Q1"


@pytest.fixture
def registry(tmp_path):
    """One submission that was judged, with two findings."""
    with writing(Home(tmp_path)) as connection:
        connection.execute(
            insert(receipt).values(
                receipt_id=1, received_at=AT, door="cli", original_name="a.xlsx",
                file_sha256="0", size=1, outcome="submitted",
            )
        )  # fmt: skip
        connection.execute(
            insert(submission).values(
                submission_id="s1", unit_code="u", period=Q, version=1, received_at=AT,
                file_sha256="0", receipt_id=1, issue_id="i", status="received",
                is_current=True, verdict="accepted", judged_by="1/abc",
            )
        )  # fmt: skip
        for line in (1, 2):
            connection.execute(
                insert(finding).values(
                    submission_id="s1", rule="R001", part=1, severity="verify", line=line,
                    message="请核实", status="open",
                )
            )  # fmt: skip
        yield connection


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core")
        connection.execute(
            "CREATE TABLE core.submission AS"
            " SELECT 's1' AS submission_id, '2026Q1' AS period, true AS is_used"
        )
        connection.execute(
            "CREATE TABLE core.finding AS"
            " SELECT 's1' AS submission_id, '2026Q1' AS period FROM range(2)"
        )
        yield connection


def test_what_was_judged_may_be_used(con, registry):
    proof = checkpoint_check(con, registry, [Q])
    assert (proof.passed, proof.numbers["used"]) == (True, 1)


@pytest.mark.parametrize("column", ["judged_by", "verdict"])
def test_what_was_not_judged_may_not(con, registry, column):
    registry.execute(update(submission).values({column: None}))
    proof = checkpoint_check(con, registry, [Q])
    assert (proof.passed, proof.numbers["wrong"]) == (False, "s1")


def test_findings_are_all_there(con, registry):
    assert no_finding_lost(con, registry, [Q]).passed


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM core.finding",
        "INSERT INTO core.finding SELECT * FROM core.finding",
        "UPDATE core.finding SET period = '2026Q2'",
    ],
)
def test_a_finding_lost_or_doubled_is_noticed(con, registry, change):
    con.execute(change)
    assert not no_finding_lost(con, registry, [Q]).passed


def test_every_submission_that_was_judged_is_loaded(con, registry):
    assert freshness_check(con, registry, [Q]).passed


def test_a_submission_judged_after_the_load_is_named(con, registry):
    con.execute("DELETE FROM core.submission")
    proof = freshness_check(con, registry, [Q])
    assert (proof.passed, proof.numbers["wrong"]) == (False, "s1")


def test_a_submission_that_was_not_judged_is_not_waited_for(con, registry):
    con.execute("DELETE FROM core.submission")
    registry.execute(update(submission).values(judged_by=None))
    assert freshness_check(con, registry, [Q]).passed
