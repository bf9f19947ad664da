"""Answers on sheets, by the row they are about and whose row it is."""

from datetime import datetime

import pytest
from sqlalchemy import create_engine, insert

from models.registry import METADATA, mirror_answer
from pipelines.records.mirrors import answered_rows, newest_answers

AT = datetime(2026, 7, 10)


@pytest.fixture
def registry():
    with create_engine("sqlite://").begin() as connection:
        METADATA.create_all(connection)
        yield connection


def _answer(form, claimed_by, answer):
    return {
        "period": "2026Q2", "form": form, "row_key": "X001", "claimed_by": claimed_by,
        "claim_submission_id": f"{claimed_by}-v1", "unit_code": "b", "answer": answer,
        "sheet_id": "b-C1", "receipt_id": 1, "received_at": AT, "is_late": False,
    }  # fmt: skip


def test_the_same_id_of_two_units_is_two_ties_but_one_matter(registry):
    said = [("L2", "a", 1), ("L2", "c", 2), ("L3", "a", 1), ("L3", "c", 2)]
    registry.execute(insert(mirror_answer), [_answer(*each) for each in said])
    assert {row for row, _ in answered_rows(registry, "2026Q2")} == {
        ("L2", "X001", "a"), ("L2", "X001", "c"), ("L3", "X001", None),
    }  # fmt: skip
    assert newest_answers(registry, "2026Q2") == [
        ("L2", "X001", "a", "b", 1, AT),
        ("L2", "X001", "c", "b", 2, AT),
        ("L3", "X001", None, "b", 2, AT),
    ]
    assert {at for *_, at in newest_answers(registry, "2026Q3")} == {None}
