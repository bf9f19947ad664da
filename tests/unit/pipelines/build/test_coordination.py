"""Matters counted by scope, against a count by hand; and resources for a hundred members."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.build.compiled_resources import resource_sqls
from tests.unit.pipelines.build.marts_at_hand import build, rows_of, warehouse

UNITS = [
    ("C1", "city", "330700", True, True),
    ("K1", "county", "330702", True, True),
    ("K2", "county", "330723", True, False),
    ("T1", "township", "330702", True, True),
]
MATTER = """
CREATE TABLE core.matter (period VARCHAR, matter_id VARCHAR, initiator_code VARCHAR,
    counterpart_code VARCHAR, initiator_level VARCHAR, counterpart_level VARCHAR,
    direction INTEGER, counterpart_sector INTEGER, matter_status INTEGER, mirror_confirmed INTEGER,
    raised_date DATE, due_on DATE, replied_date DATE, closed_date DATE)
"""
APRIL, MAY, JULY = date(2026, 4, 1), date(2026, 5, 1), date(2026, 7, 5)
MATTERS = [
    # in time; too late; open and past due; disputed; withdrawn; of a unit that did not report
    ("M1", "C1", "K1", "city", "county", 3, 1, APRIL, MAY, date(2026, 4, 3), date(2026, 4, 11)),
    ("M2", "C1", "K1", "city", "county", 3, 1, APRIL, MAY, date(2026, 4, 7), date(2026, 5, 21)),
    ("M3", "C1", "K1", "city", "county", 2, 0, date(2026, 3, 1), MAY, None, None),
    ("M4", "C1", "K1", "city", "county", 3, 2, APRIL, MAY, None, date(2026, 4, 5)),
    ("M5", "C1", "K1", "city", "county", 5, 1, APRIL, MAY, APRIL, APRIL),
    ("M6", "K2", "T1", "county", "township", 2, 1, APRIL, JULY, None, None),
]


@pytest.fixture
def found(catalogue):
    con = warehouse(catalogue, UNITS, MATTER)
    for key, start, end, above, below, status, mirror, *dates in MATTERS:
        row = ["2026Q2", key, start, end, above, below, 1, 9, status, mirror, *dates]
        con.execute(f"INSERT INTO core.matter VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
    build(con, catalogue, "core.unit_matter", "core.scope", "core.coverage", "marts.coordination")
    yield rows_of(con, "marts.coordination", "scope_level", "scope_code", "initiator_level")
    con.close()


def test_matters_are_counted_as_the_rule_on_time_counts_them(found):
    row = found["city", "330700", "city"]
    assert {name: row[name] for name in (
        "matters", "raised", "confirmed", "disputed", "due", "closed", "closed_in_time",
        "open_past_due",
    )} == {
        "matters": 4, "raised": 3, "confirmed": 2, "disputed": 1, "due": 3, "closed": 3,
        "closed_in_time": 1, "open_past_due": 1,
    }  # fmt: skip


def test_days_are_exact_sums_with_a_median(found):
    row = found["city", "330700", "city"]
    assert (row["answered"], row["response_days"], row["response_days_median"]) == (2, 8, 4)
    assert (row["closing_days"], row["closing_days_median"]) == (10 + 50 + 4, 10)


def test_a_matter_counts_for_a_scope_through_a_party_that_reported(found):
    assert found["county", "330702", "county"]["matters"] == 1
    assert ("county", "330723", "county") not in found
    assert found["level", "township", "county"]["matters"] == 1
    assert ("level", "county", "county") not in found
    assert found["level", "county", "city"]["matters"] == 4


def test_what_is_counted_says_how_many_units_owe_and_how_many_returns_it_rests_on(found):
    told = {key: (row["units_expected"], row["units_used"]) for key, row in found.items()}
    assert told["city", "330700", "city"] == (4, 3)
    assert told["level", "county", "city"] == (2, 1)
    assert told["county", "330702", "city"] == (2, 2)


def test_a_resource_is_summed_over_units_that_said_it_and_put_to_their_members(catalogue):
    con = warehouse(
        catalogue, UNITS,
        """
        CREATE TABLE marts.resource_part AS SELECT '2026Q2' AS period, * FROM (VALUES
            ('C1', 'venue', 'held', 3::DECIMAL(28, 6), 100), ('K1', 'venue', 'held', 0, 300),
            ('T1', 'venue', 'held', NULL, 50)
        ) AS part (unit_code, resource, role, amount, members);
        """,
    )  # fmt: skip
    build(con, catalogue, "core.resource_due", "core.scope", "marts.resource")
    rows = rows_of(con, "marts.resource", "scope_level", "scope_code", "resource", "role")
    city = rows["city", "330700", "venue", "held"]
    assert (city["amount"], city["members"], float(city["per_hundred"])) == (3, 400, 0.75)
    assert (city["units_expected"], city["units_used"], city["units_positive"]) == (4, 2, 1)
    empty = rows["county", "330723", "venue", "held"]
    assert (empty["amount"], empty["units_expected"], empty["units_used"]) == (None, 1, 0)


def test_what_a_unit_in_need_has_is_unknown_where_the_recorded_catalogue_does_not_ask(catalogue):
    kinds = [
        each.model_copy(
            update={"matching": each.matching and each.matching.model_copy(update={"short": None})}
        )
        for each in catalogue.resources.resources
    ]
    before = replace(
        catalogue, resources=catalogue.resources.model_copy(update={"resources": tuple(kinds)})
    )
    told = resource_sqls(before)["core.matching_part"]
    assert told.count("cast(null as decimal(28, 6)) as short") == 3
    assert "null as decimal(28, 6)) as short" not in resource_sqls(catalogue)["core.matching_part"]
