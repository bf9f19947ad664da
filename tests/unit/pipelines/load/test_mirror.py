"""What partners write on confirmation sheets is loaded without telephones."""

from datetime import datetime

import pytest
from sqlalchemy import insert

from models.loader import load_catalogue
from models.registry import mirror_answer
from pipelines.load.mirror import answer_table
from pipelines.registry import writing
from pipelines.settings import Home

AT, Q = datetime(2026, 4, 1), "2026Q1"


@pytest.mark.parametrize(
    ("note", "told"), [("并无此事,问13805790000", "并无此事,问138********"), (None, None)]
)
def test_the_note_of_a_sheet_holds_no_telephone(tmp_path, note, told):
    with writing(Home(tmp_path)) as registry:
        registry.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        registry.execute(
            insert(mirror_answer).values(
                period=Q, form="L3", row_key="m1", claimed_by="u", claim_submission_id="s",
                unit_code="v", answer=2, note=note, sheet_id="h", receipt_id=1, received_at=AT,
                is_late=False,
            )
        )  # fmt: skip
        assert answer_table(registry, load_catalogue(), Q)["note"].to_list() == [told]
        registry.rollback()
