"""What people write is stored without telephones and identity numbers."""

from types import SimpleNamespace

import polars as pl
import pytest

from models.loader import load_catalogue
from models.period import Period
from pipelines.judging.batch import Batch
from pipelines.load.values import stored_values

SUBMISSION, UNIT = "s1", "130702200024"
VALUES = {
    "submission_id": pl.String, "field": pl.String, "line": pl.Int32, "sheet": pl.String,
    "cell": pl.String, "typed": pl.String, "kind": pl.String, "formula": pl.String,
    "same_formula": pl.Boolean, "plain": pl.Boolean, "number": pl.Decimal(18, 4),
    "text": pl.String, "date": pl.Date, "how": pl.String,
}  # fmt: skip


def _stored(field, text, line=None):
    catalogue = load_catalogue()
    row = {"submission_id": SUBMISSION, "field": field, "line": line, "text": text, "typed": text,
           "how": "clean.trimmed"}  # fmt: skip
    batch = Batch(
        catalogue,
        Period(2026, 1),
        pl.DataFrame({"submission_id": [SUBMISSION], "unit_kind": ["county_organ"]}),
        pl.DataFrame([row], schema=VALUES),
        frozenset(),
    )
    sent = [SimpleNamespace(submission_id=SUBMISSION, unit_code=UNIT)]
    found = stored_values(batch, sent, []).filter(pl.col("field") == field)
    return found.select("text", "typed").row(0)


@pytest.mark.parametrize(("field", "line"), [("period_note", None), ("l3.partner_note", 1)])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("已核实,联系张主任13805790000", "已核实,联系张主任138********"),
        ("身份证33070219900101123X有误", "身份证330********有误"),
        ("电话0579-82460000", "电话0579-82460000"),
    ],
)
def test_what_is_written_holds_no_number_of_a_person(field, line, text, told):
    assert set(_stored(field, text, line)) == {told}


def test_a_code_is_no_telephone():
    assert _stored("l3.counterpart_code", UNIT, 1)[0] == UNIT
