"""`directory check`: crossed parents, ended units, openings that do not add up."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from models.events import EventKind
from models.period import Period
from pipelines.directory import Asked, EventDraft, Signed, enter, inspect
from pipelines.load.events import event_table
from pipelines.registry import reading, writing
from pipelines.warehouse import open_warehouse, put
from tests.directory_books import EAST_ORGAN, FIRST, SECOND, WEST, WEST_ORGAN, WEST_TOWN

DAY, QUARTER = date(2026, 8, 15), Period(2026, 3)
SIGNED = Signed("张三", datetime(2026, 8, 16, 9), "试")
B, C = "330700100044", "330700100051"


def entered(home, catalogue, kind, *legs):
    with writing(home) as registry:
        return enter(home, registry, catalogue, EventDraft(kind, DAY, legs), SIGNED, dry_run=False)


def split(home, catalogue):
    legs = [
        Asked(FIRST, share_members=share, columns={"unit_name": name})
        for name, share in (("虚构甲局", 0.6), ("虚构乙局", 0.4))
    ]
    return entered(home, catalogue, EventKind.SPLIT, *legs)


def inspected(home, catalogue):
    with reading(home) as registry:
        return inspect(home, registry, catalogue, QUARTER)


def report(home, values):
    """Put reported numbers into the warehouse: (unit, period, field) -> number."""
    rows = [
        {"submission_id": f"{unit}-{period}", "unit_code": unit, "period": period,
         "field": name, "line": None, "number": Decimal(number)}
        for (unit, period, name), number in values.items()
    ]  # fmt: skip
    schema = {"line": pl.Int32, "number": pl.Decimal(18, 4)}
    with open_warehouse(home.warehouse) as con:
        put(con, "core.value", pl.DataFrame(rows, schema_overrides=schema), None)
        sent = pl.DataFrame(rows).select("submission_id", "unit_code", "period").unique()
        put(con, "core.submission", sent.with_columns(is_used=True), None)


def test_a_directory_in_order_has_nothing_odd(home, catalogue):
    found = inspected(home, catalogue)
    assert found.pop("units") == 10
    assert found.pop("period") == "2026Q3"
    assert not any(found.values())


def test_a_unit_whose_parents_lie_in_different_counties_is_listed(home, catalogue):
    entered(home, catalogue, EventKind.MOVE, Asked(EAST_ORGAN, columns={"coord_parent_code": WEST}))
    crossed = inspected(home, catalogue)["crossed"]
    assert [(e["unit_code"], e["coord_county"], e["party_county"]) for e in crossed] == [
        (EAST_ORGAN, "金东区", "婺城区")
    ]


def test_a_parent_outside_the_directory_is_told_by_the_county_in_its_name(home, catalogue):
    columns = {"party_parent_code": "婺城区委"}
    entered(home, catalogue, EventKind.MOVE, Asked(WEST_TOWN, columns=columns))
    assert [each["unit_code"] for each in inspected(home, catalogue)["crossed"]] == [WEST_TOWN]


def test_a_county_without_a_committee_is_told(home, catalogue):
    legs = [Asked(WEST, columns={"county_code": "330723"})]
    legs += [Asked(c, columns={"county_code": "330723"}) for c in (WEST_ORGAN, WEST_TOWN)]
    entered(home, catalogue, EventKind.RELEVEL, *legs)
    found = inspected(home, catalogue)
    assert found["committees"] == []
    assert {(e["old_county"], e["new_county"]) for e in found["crosswalk"]} == {
        ("330703", "330723")
    }
    assert len(found["crosswalk"]) == 3


def test_units_that_ended_in_the_quarter_are_listed(home, catalogue):
    entered(home, catalogue, EventKind.ABOLISH, Asked(SECOND))
    assert [each["unit_code"] for each in inspected(home, catalogue)["ended"]] == [SECOND]


PARTS = {
    (FIRST, "2026Q2", "member_close"): 50,
    (B, "2026Q3", "member_open"): 30,
    (C, "2026Q3", "member_open"): 20,
}


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "waiting"),
        ({key: PARTS[key] for key in list(PARTS)[:2]}, "waiting"),
        (PARTS, "equal"),
        ({**PARTS, (C, "2026Q3", "member_open"): 21}, "differs"),
    ],
)
def test_the_parts_of_a_split_must_open_with_what_the_unit_closed_with(
    home, catalogue, values, state
):
    split(home, catalogue)
    if values:
        report(home, values)
    (found,) = inspected(home, catalogue)["openings"]
    assert (found["from"], found["to"], found["state"]) == ([FIRST], [B, C], state)
    if state == "differs":
        assert found["differing"] == [
            {"field": "member_open", "seen": Decimal(51), "expected": Decimal(50)}
        ]


def test_events_stand_in_the_warehouse_with_their_shares(home, catalogue):
    split(home, catalogue)
    with reading(home) as registry:
        table = event_table(registry)
    assert table.select("type", "from_code", "to_code", "share_members").rows() == [
        ("split", FIRST, B, 0.6),
        ("split", FIRST, C, 0.4),
    ]
