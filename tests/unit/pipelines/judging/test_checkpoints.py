"""Whether a quarter has to be judged together again, because partners answered since."""

from datetime import datetime

import pytest
from sqlalchemy import insert

from models.registry import confirmation, mirror_answer, receipt
from models.registry_judging import checkpoint
from models.spec.rule import Moment
from pipelines.judging.checkpoints import has_unjudged_answers
from pipelines.registry import writing
from pipelines.settings import Home

PERIOD = "2026Q2"
MORNING, NOON = datetime(2026, 7, 9, 9), datetime(2026, 7, 9, 12)


@pytest.fixture
def registry(tmp_path):
    with writing(Home(tmp_path)) as connection:
        yield connection


def _judged(registry, at, moment=Moment.QUARTER):
    registry.execute(
        insert(checkpoint).values(
            period=PERIOD, moment=moment.value, made_at=at, catalogue_hash="a" * 64,
            submissions=1, expectations=1, failed=0, results=b"",
        )
    )  # fmt: skip


def _answered(registry, at):
    registry.execute(
        insert(confirmation).values(
            sheet_id="H1", unit_code="330702300002", period=PERIOD, token="t" * 64, rows="[]",
            issued_at=MORNING, file_name="a.xlsx",
        )
    )  # fmt: skip
    given = registry.execute(
        insert(receipt).values(
            received_at=at, door="cli", original_name="a.xlsx", file_sha256="b" * 64, size=1,
            outcome="answered",
        )
    )  # fmt: skip
    registry.execute(
        insert(mirror_answer).values(
            period=PERIOD, form="L3", row_key="M1", claimed_by="330702300001",
            claim_submission_id="S1", unit_code="330702300002", answer=1, sheet_id="H1",
            receipt_id=given.inserted_primary_key[0], received_at=at, is_late=False,
        )
    )  # fmt: skip


def test_without_answers_there_is_nothing_to_judge_again(registry):
    _judged(registry, MORNING)
    assert not has_unjudged_answers(registry, PERIOD)


def test_an_answer_after_the_quarter_was_judged_is_new(registry):
    _judged(registry, MORNING)
    _answered(registry, NOON)
    assert has_unjudged_answers(registry, PERIOD)


def test_an_answer_that_was_judged_is_not_judged_with_every_run(registry):
    _answered(registry, MORNING)
    _judged(registry, NOON)
    assert not has_unjudged_answers(registry, PERIOD)


def test_a_file_judged_on_receipt_says_nothing_of_answers(registry):
    _answered(registry, MORNING)
    _judged(registry, NOON, Moment.RECEIPT)
    assert has_unjudged_answers(registry, PERIOD)
