"""A check sheet that came back: only what the form itself would take is recorded."""

from datetime import datetime

import pytest
from sqlalchemy import create_engine

from models.registry import METADATA
from pipelines.sampling.records import Plan, add_plan, cells_of
from pipelines.sampling.shown import shown
from pipelines.sampling.taking import take_sheet

Q = "2026Q2"
AT = datetime(2026, 7, 20, 9)
DRAWN = {
    "talk_count": "10", "dues_paid": "812.50", "l1.last_election_date": "20240229",
    "l1.extension_status": "0",
}  # fmt: skip


@pytest.fixture
def take(catalogue):
    """Take a sheet in which this was found in the cell of a field; say what came of it."""
    with create_engine("sqlite://").connect() as registry:
        METADATA.create_all(registry)
        rows = [
            {"unit_code": "330700100101", "submission_id": "s", "field": field, "row_key": None,
             "sheet": "表", "cell": "C5", "reported": said, "probability": 0.1, "risk": ""}
            for field, said in DRAWN.items()
        ]  # fmt: skip
        add_plan(registry, Plan(Q, 1, 100, AT, "王"), rows)
        cells = {cell.field: cell for cell in cells_of(registry, Q)}

        def of(field, typed, evidence="", number=None):
            number = str(cells[field].sampling_cell_id) if number is None else number
            row = {"row": number, "found": typed, "found_cell": "G5"}
            given = [{**row, "evidence": evidence, "evidence_cell": "H5"}]
            return take_sheet(registry, catalogue, given, [*cells.values()], by="李", at=AT)

        yield of


@pytest.mark.parametrize(
    ("field", "typed", "found"),
    [
        ("talk_count", "\uff11\uff12", "12"), ("talk_count", "1,200", "1200"),
        ("talk_count", "0", "0"),
        ("dues_paid", "812.5", "812.5"), ("l1.last_election_date", "2024年2月29日", "20240229"),
        ("l1.extension_status", "1", "1"),
    ],
)  # fmt: skip
def test_what_was_found_is_read_as_the_form_reads_it(take, field, typed, found):
    (result,) = take(field, typed).results
    assert float(result.found) == float(found)


@pytest.mark.parametrize(
    ("field", "typed", "wanted"),
    [
        ("talk_count", "-5", "不小于0的整数"), ("talk_count", "3.5", "不小于0的整数"),
        ("talk_count", "50%", "不小于0的整数"), ("talk_count", "=1+1", "不小于0的整数"),
        ("talk_count", "不清楚", "不小于0的整数"), ("dues_paid", "-0.5", "不小于0的数"),
        ("l1.last_election_date", "2025-02-29", "日期"), ("l1.last_election_date", "7", "日期"),
        ("l1.extension_status", "77", "0="),
    ],
)  # fmt: skip
def test_what_the_form_would_not_take_is_told_with_what_it_takes(take, field, typed, wanted):
    taken = take(field, typed)
    ((cell, why),) = taken.problems
    assert (taken.results, cell) == ((), "G5")
    assert f"“{typed}”没有记下" in why
    assert wanted in why


def test_a_row_left_blank_says_nothing(take):
    taken = take("talk_count", "")
    assert (taken.results, taken.blank, taken.problems) == ((), 1, ())


@pytest.mark.parametrize("number", ["4711", "", "x"])
def test_a_sheet_without_a_row_of_the_plan_is_refused_as_a_whole(take, number):
    taken = take("talk_count", "5", number=number)
    ((_, why),) = taken.problems
    assert why.startswith("整份没有记下")


def test_a_drawn_value_is_shown_as_people_write_it_and_is_taken_so(take, catalogue):
    codes = catalogue.codes[catalogue.fields["l1.extension_status"].enum]
    texts = {name: shown(catalogue, catalogue.fields[name], said) for name, said in DRAWN.items()}
    assert texts == {
        "talk_count": "10",
        "dues_paid": "812.5",
        "l1.last_election_date": "2024-02-29",
        "l1.extension_status": f"0={codes[0]}",
    }
    assert all(take(name, text).results for name, text in texts.items())
