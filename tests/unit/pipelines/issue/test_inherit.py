"""What a unit's workbook is prefilled with after it merged, split or began."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from models.events import Effect, EventKind, Leg, UnitEvent
from models.period import Period
from models.units import Directory
from pipelines.issue import Past, inherited, prefill
from tests.unit.models.test_units import version

A, B, C, D = "330700100028", "330700100036", "330700100044", "330700100051"
QUARTER = Period(2026, 3)


def event(kind, *legs):
    day, at = date(2026, 8, 15), datetime(2026, 8, 16)
    made = tuple(Leg(*leg) for leg in legs)
    return UnitEvent("2026-001", kind, day, made, "", "甲", at, "试", Effect((), ()))


def matter(number, initiator, counterpart):
    return {
        "matter_id": number,
        "initiator_code": initiator,
        "counterpart_code": counterpart,
        "matter_status": 2,
    }


PASTS = {
    A: Past(
        values={
            "member_close": 40,
            "branch_close": 3,
            "fund_spent_ytd": Decimal("1.50"),
            "office_phone": "0579-1",
            "discipline_body": 1,
        },
        rows={
            "l1": [{"org_code": f"{A}001", "org_seq": 1}],
            "l3": [matter("m1", A, B), matter("m2", A, D)],
        },
        partner_rows=[matter("m3", D, A)],
    ),
    B: Past(
        values={"member_close": 25, "branch_close": 2, "fund_spent_ytd": Decimal("0.25")},
        rows={"l1": [{"org_code": f"{B}001", "org_seq": 1}]},
        partner_rows=[matter("m1", A, B)],
    ),
    D: Past(
        values={"member_close": 9},
        rows={"l2": [{"pair_id": "p1", "partner_unit_code": A}], "l3": [matter("m3", D, A)]},
        partner_rows=[matter("m2", A, D)],
    ),
}
MERGER = event(EventKind.MERGE, (A, C), (B, C))
KEPT = event(EventKind.MERGE, (A, A), (B, A))


def test_a_merged_unit_opens_with_the_sum_of_the_closings(catalogue):
    values = inherited(PASTS, catalogue, [MERGER], QUARTER)[C].values
    assert values == {"member_close": 65, "branch_close": 5, "fund_spent_ytd": Decimal("1.75")}


def test_a_unit_that_goes_on_keeps_its_own_words_beside_the_sums(catalogue):
    values = inherited(PASTS, catalogue, [KEPT], QUARTER)[A].values
    assert values["member_close"] == 65
    assert (values["office_phone"], values["discipline_body"]) == ("0579-1", 1)


def test_where_one_of_the_merged_never_reported_nothing_is_added_up(catalogue):
    values = inherited({A: PASTS[A]}, catalogue, [MERGER], QUARTER)[C].values
    assert values == {}


def test_the_ledgers_of_merged_units_are_one_ledger(catalogue):
    rows = inherited(PASTS, catalogue, [MERGER], QUARTER)[C].rows["l1"]
    assert [(row["org_code"], row["org_seq"]) for row in rows] == [(f"{A}001", 1), (f"{B}001", 2)]


def test_open_matters_and_ties_name_the_unit_that_goes_on(catalogue):
    found = inherited(PASTS, catalogue, [MERGER], QUARTER)
    sides = [(r["matter_id"], r["initiator_code"], r["counterpart_code"])
             for r in found[C].rows["l3"]]  # fmt: skip
    assert sides == [("m2", C, D)]
    assert [row["matter_id"] for row in found[C].partner_rows] == ["m3"]
    assert found[D].rows["l2"][0]["partner_unit_code"] == C
    assert found[D].rows["l3"][0]["counterpart_code"] == C
    assert found[D].partner_rows[0]["initiator_code"] == C


def test_a_new_unit_opens_with_nought(catalogue):
    values = inherited(PASTS, catalogue, [event(EventKind.NEW, (None, C))], QUARTER)[C].values
    assert values["member_close"] == values["branch_close"] == values["feedback_close"] == 0


def test_parts_of_a_split_type_their_openings(catalogue):
    split = event(EventKind.SPLIT, (A, A, 0.6), (A, C, 0.4))
    found = inherited(PASTS, catalogue, [split], QUARTER)
    assert found[C] == Past()
    assert found[A].values == {"office_phone": "0579-1", "discipline_body": 1}
    assert found[A].rows == PASTS[A].rows


def test_without_events_nothing_changes(catalogue):
    assert inherited(PASTS, catalogue, [], QUARTER) == PASTS


@pytest.mark.parametrize(
    ("events", "code", "opening"),
    [([MERGER], C, 65), ([event(EventKind.NEW, (None, C))], C, 0), ([], A, 40), ([], C, None)],
)
def test_the_opening_that_is_printed(catalogue, events, code, opening):
    unit = version(code)
    past = inherited(PASTS, catalogue, events, QUARTER).get(code, Past())
    printed = prefill(catalogue, unit, QUARTER, Directory([unit]), past).values
    assert printed.get("member_open") == opening
